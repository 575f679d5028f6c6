package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"
)

const (
	sliceTime = 333 * time.Millisecond
	fewFans   = 10_000
	manyFans  = 1_000_000
)

// target is one row: a server and what is asked there.
type target struct {
	name   string
	server *child
	ask    ask
	want   string

	// One of each per round.
	cpu   []time.Duration // per message, until the server had nothing more to do
	rate  []float64       // messages per second
	p99   []time.Duration
	paced []time.Duration // p50 at 1,000 messages a second

	counts counts
}

// fleet are the servers under measurement, all up at once.
type fleet struct {
	floor, native, silenceper *child
	few, many                 *child // moonwire with ten thousand fans, and with a million and a full file
}

func measureLoad(ctx context.Context, o options) error {
	dir, err := os.MkdirTemp("", "moonwire-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	var f fleet
	defer f.stop()
	if err := f.start(ctx, o, dir); err != nil {
		return err
	}
	targets := f.targets()
	pinSelf()
	maker, err := newRequestMaker()
	if err == nil {
		err = runRounds(ctx, targets, maker, o.rounds)
	}
	var calls callCounter
	if err == nil {
		calls, err = countAll(ctx, targets, maker)
	}
	if err != nil {
		for _, data := range []string{"few", "many"} {
			if log, _ := os.ReadFile(filepath.Join(dir, data, "serve.log")); len(log) > 0 {
				fmt.Fprintf(os.Stderr, "%s: %s\n", data, log[max(0, len(log)-4096):])
			}
		}
		return err
	}
	printLoad(os.Stdout, targets, o)
	printCounts(os.Stdout, targets, calls)
	return nil
}

func (f *fleet) start(ctx context.Context, o options, dir string) (err error) {
	scripts := filepath.Join(dir, "scripts")
	accounts, err := writeAccounts(scripts)
	if err != nil {
		return err
	}
	few, many := filepath.Join(dir, "few"), filepath.Join(dir, "many")
	for _, data := range []string{few, many} {
		if err := os.MkdirAll(data, 0o755); err != nil {
			return err
		}
	}
	if err := writeRows(ctx, many, accounts, o.rows, manyFans); err != nil {
		return err
	}
	if f.floor, err = startCompared(ctx, "floor"); err != nil {
		return err
	}
	if f.native, err = startCompared(ctx, "native"); err != nil {
		return err
	}
	if o.silenceper != "" {
		if f.silenceper, err = startSilenceper(ctx, o.silenceper); err != nil {
			return err
		}
	}
	if f.few, err = startMoonwire(ctx, o.moonwire, scripts, few); err != nil {
		return err
	}
	f.many, err = startMoonwire(ctx, o.moonwire, scripts, many)
	return err
}

func (f *fleet) stop() {
	for _, c := range []*child{f.floor, f.native, f.silenceper, f.few, f.many} {
		c.stop()
	}
}

// targets are the rows: the floor first, then those compared with, plain and sealed, then ours.
func (f *fleet) targets() []*target {
	all := []*target{{name: "net/http, fixed body", server: f.floor, ask: ask{"/wx/x", "hello", false, fewFans}, want: "hello"}}
	for _, c := range []struct {
		name   string
		server *child
	}{{"native Go", f.native}, {"silenceper", f.silenceper}} {
		if c.server != nil {
			all = append(all,
				&target{name: c.name + ", plain", server: c.server, ask: ask{"/wx/x", "hello", false, fewFans}, want: "hello"},
				&target{name: c.name + ", AES", server: c.server, ask: ask{"/wx/x", "hello", true, fewFans}, want: "Encrypt"})
		}
	}
	for _, m := range []struct {
		server *child
		fans   int
		name   string
	}{{f.few, fewFans, "10,000 fans"}, {f.many, manyFans, "1,000,000 fans"}} {
		for _, b := range botScripts() {
			all = append(all,
				&target{name: b.name + ", plain, " + m.name, server: m.server, ask: ask{"/wx/" + b.account, b.text, false, m.fans}, want: b.want},
				&target{name: b.name + ", AES, " + m.name, server: m.server, ask: ask{"/wx/" + b.sealedAccount(), b.text, true, m.fans}, want: "Encrypt"})
		}
	}
	return all
}

// runRounds gives each target its slice in turn, forwards in even rounds and backwards in odd ones. The
// first round warms up and does not count.
func runRounds(ctx context.Context, targets []*target, maker *requestMaker, rounds int) error {
	for round := range rounds + 1 {
		order := slices.Clone(targets)
		if round%2 == 1 {
			slices.Reverse(order)
		}
		for _, t := range order {
			if err := t.round(ctx, maker, round > 0); err != nil {
				return fmt.Errorf("%s: %w", t.name, err)
			}
		}
	}
	return nil
}

func (t *target) round(ctx context.Context, maker *requestMaker, counts bool) error {
	requests, paced := maker.batch(30_000, t.ask), maker.batch(2*333, t.ask)
	d, err := t.connect(ctx, maker)
	if err != nil {
		return err
	}
	defer d.close()
	before, err := t.server.rest(ctx)
	if err != nil {
		return err
	}
	took, wall, err := d.slice(ctx, requests, sliceTime, 0, t.want)
	if err != nil {
		return err
	}
	after, err := t.server.rest(ctx)
	if err != nil {
		return err
	}
	slow, _, err := d.slice(ctx, paced, 2*sliceTime, time.Millisecond, t.want)
	if err != nil || !counts || len(took) == 0 {
		return err
	}
	t.cpu = append(t.cpu, (after-before)/time.Duration(len(took)))
	t.rate = append(t.rate, float64(len(took))/wall.Seconds())
	t.p99 = append(t.p99, quantile(took, 0.99))
	t.paced = append(t.paced, quantile(slow, 0.5))
	return nil
}

// connect opens the connections and uses each of them, so that no slice pays for that.
func (t *target) connect(ctx context.Context, maker *requestMaker) (*driver, error) {
	d, err := dial(t.server.addr)
	if err != nil {
		return nil, err
	}
	if _, _, err := d.slice(ctx, maker.batch(4*connections, t.ask), 5*time.Second, 0, t.want); err != nil {
		d.close()
		return nil, err
	}
	return d, nil
}
