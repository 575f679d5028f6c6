package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"
)

// measureSoak keeps one server under an even load and reports its resident memory, minute by minute: level, or growing.
func measureSoak(ctx context.Context, o options) error {
	dir, err := os.MkdirTemp("", "moonwire-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	scripts, data := filepath.Join(dir, "scripts"), filepath.Join(dir, "data")
	if err := os.MkdirAll(data, 0o755); err != nil {
		return err
	}
	if _, err := writeAccounts(scripts); err != nil {
		return err
	}
	fans := fewFans
	if o.rows > 0 {
		fans = manyFans
	}
	shop := botScripts()[1]
	if err := writeRows(ctx, data, []string{shop.account}, o.rows, fans); err != nil {
		return err
	}
	server, err := startMoonwire(ctx, o.moonwire, scripts, data)
	if err != nil {
		return err
	}
	defer server.stop()
	pinSelf()
	t := &target{server: server, ask: ask{"/wx/" + shop.account, shop.text, false, fans}, want: shop.want}
	return t.soak(ctx, o)
}

func (t *target) soak(ctx context.Context, o options) error {
	maker, err := newRequestMaker()
	if err != nil {
		return err
	}
	d, err := t.connect(ctx, maker)
	if err != nil {
		return err
	}
	defer d.close()
	fmt.Printf("%d messages a second for %s, ten rules, %d fans\n", o.rate, o.soak, t.ask.fans)
	var took []time.Duration
	answered, begin := 0, time.Now()
	for second := 1; time.Since(begin) < o.soak && ctx.Err() == nil; second++ {
		next := begin.Add(time.Duration(second) * time.Second)
		some, _, err := d.slice(ctx, maker.batch(o.rate, t.ask), 10*time.Second, time.Second*9/10/time.Duration(o.rate), t.want)
		if err != nil {
			return err
		}
		took, answered = append(took, some...), answered+len(some)
		time.Sleep(time.Until(next))
		if second%60 == 0 || time.Since(begin) >= o.soak {
			rss, err := t.server.rss()
			if err != nil {
				return err
			}
			fmt.Printf("after %4d s  RSS %4d MiB  %.0f messages/s  p99 %.1f ms\n", int(time.Since(begin).Seconds()), rss>>20,
				float64(answered)/time.Since(begin).Seconds(), float64(quantile(took, 0.99).Microseconds())/1000)
			took = took[:0]
		}
	}
	return ctx.Err()
}
