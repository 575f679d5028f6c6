package store

import (
	"context"
	"database/sql"
	"time"
)

// checkpointer runs checkpoints beside the writer, in a goroutine that stop waits for.
type checkpointer struct {
	cancel context.CancelFunc
	done   chan struct{}
}

func startCheckpointer(db *sql.DB, s *Store) *checkpointer {
	ctx, cancel := context.WithCancel(context.Background())
	c := &checkpointer{cancel: cancel, done: make(chan struct{})}
	go func() {
		defer close(c.done)
		c.run(ctx, db, s)
	}()
	return c
}

func (c *checkpointer) stop() {
	c.cancel()
	<-c.done
}

// run makes a checkpoint every second in which something was committed.
func (c *checkpointer) run(ctx context.Context, db *sql.DB, s *Store) {
	tick := time.NewTicker(checkpointEvery)
	defer tick.Stop()
	for seen := s.stats.written.Load(); ; {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		s.damage.check(ctx, db)
		now := s.stats.written.Load()
		if now == seen {
			continue
		}
		seen = now
		if _, err := db.ExecContext(ctx, checkpointWrite); err != nil && ctx.Err() == nil {
			s.damage.note(err)
			s.log.Warn("moving pages into the database failed; it is tried again", "err", err)
		}
	}
}
