package bot

import (
	"context"
	"fmt"
	"time"

	"moonwire/store"
)

// host is the fleet as the store sees it.
type host struct{ fleet *Fleet }

// joinOthers waits until the other processes know of this one, and takes up what dead ones have left.
func (f *Fleet) joinOthers(ctx context.Context) error {
	h := host{f}
	if err := f.o.Store.Serve(ctx, h); err != nil {
		if ctx.Err() != nil {
			return nil
		}
		return fmt.Errorf("join the processes that share the database: %w", err)
	}
	return h.recall(ctx, f.o.Store.Alone())
}

// UnderWay implements store.Host.
func (h host) UnderWay() (turns []*store.Turn) {
	for i := range h.fleet.pushes.shards {
		s := &h.fleet.pushes.shards[i]
		s.mu.Lock()
		for _, q := range s.queues {
			for p := q.head; p != nil; p = p.next {
				if !p.over && p.turn != nil {
					turns = append(turns, p.turn)
				}
			}
		}
		for _, d := range s.running {
			if d.queue == nil {
				turns = append(turns, d.turn)
			}
		}
		for _, p := range s.keyed {
			if p.queue == nil {
				turns = append(turns, p.turn)
			}
		}
		s.mu.Unlock()
	}
	return turns
}

// Recall implements store.Host.
func (h host) Recall(ctx context.Context, alone bool) error {
	h.fleet.jobs.look() // a process that died may have left some
	if err := h.recall(ctx, alone); err != nil || !alone {
		return err
	}
	for _, a := range h.fleet.accounts.all() {
		if err := a.recallLateAnswers(ctx, h.fleet.o.Store); err != nil {
			return err
		}
	}
	return nil
}

// recall reports the turns of the last ten minutes that ended without a reply because their process did. A process
// that is alone also takes up the replies of turns that wrote something, to be given again.
func (h host) recall(ctx context.Context, alone bool) error {
	f := h.fleet
	now := f.o.Now()
	read := f.o.Store.Unfinished
	if alone {
		read = f.o.Store.Claims
	}
	claims, err := read(ctx, now.Add(-recentFor))
	if err != nil {
		return fmt.Errorf("read the claims of the last ten minutes: %w", err)
	}
	for _, c := range claims {
		if !c.Acted {
			continue // it runs anew
		}
		if !c.Finished {
			abandoned, err := f.o.Store.Abandon(ctx, c)
			if err != nil {
				return fmt.Errorf("end an interrupted turn: %w", err)
			}
			if !abandoned {
				continue // its process is there, or another has reported it
			}
			f.interrupted(c)
		}
		f.pushes.recall(fan{c.Account, c.OpenID}, c.Key, c.Reply, now)
	}
	return nil
}

// recall enters a reply that was given by another process, or before this one began.
func (p *pushes) recall(who fan, key [16]byte, reply []byte, now time.Time) {
	s := p.shard(who, key)
	s.mu.Lock()
	defer s.mu.Unlock()
	_, known := s.recent.get(key)
	if known || s.running[key] != nil {
		return
	}
	s.recent.put(key, "", reply, now)
}
