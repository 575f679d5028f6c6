package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"
)

// measureAccounts starts a server with many idle accounts and reports its resident memory, all builds loaded.
func measureAccounts(ctx context.Context, o options) error {
	dir, err := os.MkdirTemp("", "moonwire-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	scripts, data := filepath.Join(dir, "scripts"), filepath.Join(dir, "data")
	if err := os.MkdirAll(data, 0o755); err != nil {
		return err
	}
	for i := range o.accounts {
		name := fmt.Sprintf("a%05d", i)
		if err := writeAccount(scripts, name, "plain", "-- "+name+"\n"+tenRules); err != nil {
			return err
		}
	}
	begin := time.Now()
	server, err := startMoonwire(ctx, o.moonwire, scripts, data)
	if err != nil {
		return err
	}
	defer server.stop()
	ready := time.Since(begin)
	loaded, rss, err := settle(ctx, server)
	if err != nil {
		return err
	}
	fmt.Printf("%d idle accounts, ten rules each, no two alike: ready after %d ms, all loaded after %.1f s, RSS %d MiB (%.1f KiB each)\n",
		o.accounts, ready.Milliseconds(), (ready + loaded).Seconds(), rss>>20, float64(rss)/1024/float64(o.accounts))
	return nil
}

// settle waits until the process has been idle for two seconds, as everything is loaded then, and for a while
// more. It returns how long loading took.
func settle(ctx context.Context, c *child) (time.Duration, int64, error) {
	begin := time.Now()
	last, err := c.cpu()
	for idle := 0; err == nil && idle < 4 && ctx.Err() == nil; {
		time.Sleep(500 * time.Millisecond)
		var now time.Duration
		if now, err = c.cpu(); now-last < 25*time.Millisecond {
			idle++
		} else {
			idle = 0
		}
		last = now
	}
	if err != nil {
		return 0, 0, err
	}
	took := time.Since(begin) - 2*time.Second
	time.Sleep(20 * time.Second) // what loading took beside has been given back by then
	rss, err := c.rss()
	return took, rss, err
}
