package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
)

// measureAgainst puts two builds beside each other and the floor: what one change brings is seen in a minute, where two
// runs of the whole bench would differ more by the hour than by the change.
func measureAgainst(ctx context.Context, o options) error {
	dir, err := os.MkdirTemp("", "moonwire-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	scripts := filepath.Join(dir, "scripts")
	if _, err := writeAccounts(scripts); err != nil {
		return err
	}
	floor, err := startCompared(ctx, "floor")
	if err != nil {
		return err
	}
	defer floor.stop()
	targets := []*target{{name: "floor", server: floor, ask: ask{"/wx/x", "hello", false, fewFans}, want: "hello"}}
	for _, binary := range []string{o.moonwire, o.against} {
		data := filepath.Join(dir, fmt.Sprint("data", len(targets)))
		if err := os.MkdirAll(data, 0o755); err != nil {
			return err
		}
		server, err := startMoonwire(ctx, binary, scripts, data)
		if err != nil {
			return err
		}
		defer server.stop()
		for _, b := range botScripts()[:2] {
			targets = append(targets, &target{name: b.name, server: server, ask: ask{"/wx/" + b.account, b.text, false, fewFans}, want: b.want})
		}
	}
	pinSelf()
	maker, err := newRequestMaker()
	if err == nil {
		err = runRounds(ctx, targets, maker, o.rounds)
	}
	if err == nil {
		printAgainst(targets, o)
	}
	return err
}

func printAgainst(targets []*target, o options) {
	floor, ours := targets[0], targets[1:]
	fmt.Printf("floor: %.1f µs\n", float64(quantile(floor.cpu, 0.5).Nanoseconds())/1000)
	for i, t := range ours {
		_, mid, _ := ratios(t.cpu, floor.cpu)
		fmt.Printf("%-10s CPU %6.1f µs, ÷ floor %5.2f, p99 %4.1f ms  %s\n", t.name, float64(quantile(t.cpu, 0.5).Nanoseconds())/1000, mid,
			float64(quantile(t.p99, 0.5).Microseconds())/1000, []string{o.moonwire, o.against}[i/2])
	}
	for i, t := range ours[:2] {
		low, mid, high := ratios(ours[i+2].cpu, t.cpu)
		fmt.Printf("%-10s second ÷ first %.3f (%.3f–%.3f)\n", t.name, mid, low, high)
	}
}
