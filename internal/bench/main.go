// Command bench measures the speed claims of the project, side by side in one run on one machine: every
// server is up at once, loaded in turn for slices of a third of a second, the order reversed every other
// round; what counts is the ratio per round and its median. Absolute figures of a shared machine mean little.
//
//	go run ./internal/bench -moonwire ./bin/moonwire -silenceper ./bin/bench-silenceper -rows 5000000
//	go run ./internal/bench -soak 10m -rate 1500
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"time"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM) // what was started is ended too
	defer stop()
	var o options
	serve := flag.String("serve", "", "run one of the servers compared with: floor, native (used by bench itself)")
	addr := flag.String("addr", "127.0.0.1:0", "address for -serve")
	flag.StringVar(&o.moonwire, "moonwire", "./bin/moonwire", "the binary to measure")
	flag.StringVar(&o.against, "against", "", "measure nothing but this binary beside the other")
	flag.StringVar(&o.silenceper, "silenceper", "", "the server built from internal/bench/silenceper; empty leaves its rows out")
	flag.IntVar(&o.rows, "rows", 0, "records put into the file of the server with a million fans before it starts")
	flag.DurationVar(&o.soak, "soak", 0, "measure nothing but the memory during so much time under load")
	flag.IntVar(&o.rate, "rate", 1500, "messages a second of -soak")
	flag.IntVar(&o.rounds, "rounds", 9, "rounds per row")
	flag.IntVar(&o.saves, "saves", 40, "saves measured")
	flag.IntVar(&o.accounts, "accounts", 10_000, "idle accounts measured; 0 skips the row")
	flag.BoolVar(&o.quick, "quick", false, "a few rounds only, to see that it works")
	flag.Parse()
	if o.quick {
		o.rounds, o.saves, o.accounts = 2, 5, 200
	}
	err := error(nil)
	if *serve != "" {
		err = runServer(ctx, *serve, *addr)
	} else {
		err = run(ctx, o)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

type options struct {
	moonwire string
	against  string
	rounds   int
	saves    int
	accounts int
	quick    bool

	silenceper string
	rows       int
	soak       time.Duration
	rate       int
}

func run(ctx context.Context, o options) error {
	if o.soak > 0 {
		return measureSoak(ctx, o)
	}
	if o.against != "" {
		return measureAgainst(ctx, o)
	}
	if err := measureLoad(ctx, o); err != nil {
		return err
	}
	if err := measureSaves(ctx, o); err != nil {
		return err
	}
	if o.accounts == 0 {
		return nil
	}
	return measureAccounts(ctx, o)
}
