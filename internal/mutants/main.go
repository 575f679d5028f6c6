// Command mutants asks whether the tests of a package would notice a fault: it puts small faults into the code one by
// one, at random, and runs the tests that reach them. A fault that every test lets pass (a survivor) shows a missing
// test, or code that is not needed.
//
//	go run ./internal/mutants -n 150 -seed 1 ./wechat ./wechat/api
//	go run ./internal/mutants -tests ./server,./server/api ./server/api
//
// The same seed draws the same faults from the same code. The tree is not touched: the faults are laid over it while
// it is compiled, all of a package at once, each in a copy of its function that the program enters when
// MOONWIRE_MUTANT says its number; only a fault outside of any function is compiled alone.
//
// excused.txt lists the faults that no test should notice, with the reason.
//
// To change what faults there are, see edits.go; how they are laid over the code, graft.go; which tests a fault is
// shown to, cover.go; what counts as noticed, judge.go. It has one worker; nothing here is safe for concurrent use.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"
)

type options struct {
	n       int
	seed    uint64
	tests   []string      // packages whose tests are run; none: those of the package itself
	excused string        // the file of excused faults
	longest time.Duration // tests that take longer are left out; 0: none is
	verbose bool
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	var o options
	flag.IntVar(&o.n, "n", 150, "faults per package")
	flag.Uint64Var(&o.seed, "seed", 1, "what the draw begins with")
	tests := flag.String("tests", "", "packages whose tests are run, with commas between; none: those of the package itself")
	flag.StringVar(&o.excused, "excused", "internal/mutants/excused.txt", "the list of faults that no test should notice")
	flag.DurationVar(&o.longest, "longest", 0, "leave out tests that take longer: what only they would notice survives")
	flag.BoolVar(&o.verbose, "v", false, "say of each fault what became of it")
	flag.Parse()
	if *tests != "" {
		o.tests = strings.Split(*tests, ",")
	}
	for _, pattern := range flag.Args() {
		r, err := run(ctx, pattern, o)
		if r != nil {
			r.print(os.Stdout) // as far as it came
		}
		if err != nil {
			fmt.Fprintf(os.Stderr, "mutants: %s: %v\n", pattern, err)
			os.Exit(1)
		}
	}
}
