package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"
)

// measureSaves measures from the write of main.lua to the first answer by the new code, debounce included,
// and from the start of the program to its first answer.
func measureSaves(ctx context.Context, o options) error {
	dir, err := os.MkdirTemp("", "moonwire-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	scripts, data := filepath.Join(dir, "scripts"), filepath.Join(dir, "data")
	if err := os.MkdirAll(data, 0o755); err != nil {
		return err
	}
	if err := writeAccount(scripts, "one", "plain", oneRule); err != nil {
		return err
	}
	var starts []time.Duration
	var server *child
	for range 5 {
		server.stop()
		begin := time.Now()
		if server, err = startMoonwire(ctx, o.moonwire, scripts, data); err != nil {
			return err
		}
		if err := awaitAnswer(ctx, server.addr, "hello", "hello"); err != nil {
			return err
		}
		starts = append(starts, time.Since(begin))
	}
	defer func() { server.stop() }()
	var took []time.Duration
	for i := range o.saves {
		answer := fmt.Sprintf("answer-%d", i)
		begin := time.Now()
		if err := writeAccount(scripts, "one", "plain", "on.text('"+answer+"', '"+answer+"')\non.text('"+answer+"!', 'x')\non.text(function() return '"+answer+"' end)\n"); err != nil {
			return err
		}
		if err := awaitAnswer(ctx, server.addr, "hello", answer); err != nil {
			return err
		}
		took = append(took, time.Since(begin))
	}
	fmt.Printf("\nstart → first answer  median %d ms\n", quantile(starts, 0.5).Milliseconds())
	fmt.Printf("save → new code answers  p50 %d ms  p99 %d ms  (%d saves)\n",
		quantile(took, 0.5).Milliseconds(), quantile(took, 0.99).Milliseconds(), len(took))
	return nil
}

// awaitAnswer asks until the answer is the one wanted.
func awaitAnswer(ctx context.Context, addr, text, want string) error {
	maker, err := newRequestMaker()
	if err != nil {
		return err
	}
	maker.next.Store(time.Now().UnixNano())
	d, err := dial(addr)
	if err != nil {
		return err
	}
	defer d.close()
	deadline := time.Now().Add(30 * time.Second)
	for time.Now().Before(deadline) && ctx.Err() == nil {
		if d.exchange(0, maker.make(ask{path: "/wx/one", text: text, fans: fewFans}), ">") != nil {
			d.close()
			if d, err = dial(addr); err != nil {
				return err
			}
			continue
		}
		if d.exchange(0, maker.make(ask{path: "/wx/one", text: text, fans: fewFans}), want) == nil {
			return nil
		}
		time.Sleep(time.Millisecond)
	}
	return fmt.Errorf("no answer %q within 30 s", want)
}
