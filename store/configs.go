package store

import (
	"bytes"
	"context"
	"fmt"
	"time"
)

// What is kept of published account.yaml files.
const (
	MaxConfigs = 50        // of an account, the newest
	MaxConfig  = 128 << 10 // bytes of one
)

// Config is an account.yaml that was published.
type Config struct {
	Seq   int64 // grows with every change; 0 = none was
	Bytes []byte
	By    Actor
	At    time.Time
}

const (
	newestConfig = `SELECT seq, bytes, by, at FROM configs WHERE account = ? ORDER BY seq DESC LIMIT 1`
	addConfig    = `INSERT INTO configs (account, seq, bytes, by, at) VALUES (?, ?, ?, ?, ?)`
	oldConfigs   = `DELETE FROM configs WHERE account = ? AND seq <= ?`
)

func readConfig(v reader, account string) (c Config, err error) {
	var by string
	var at int64
	found, err := v.row(newestConfig, []any{account}, &c.Seq, &c.Bytes, &by, &at)
	if found {
		c.By, c.At = readActor(by), time.UnixMilli(at)
	}
	return c, err
}

// Config returns the account.yaml of an account that was published last; the zero Config when none was.
func (s *Store) Config(ctx context.Context, account string) (Config, error) {
	return readConfig(s.committed(ctx), account)
}

// Publish makes a build and an account.yaml live at once, whatever was live before, and ends what pinned it. It returns
// what is live once that is on the disk. The error is ErrNoBuild when the account has no such build, ErrTooLarge for more
// than MaxConfig bytes.
func (s *Store) Publish(ctx context.Context, account, build string, config []byte, by Actor) (Current, error) {
	if len(config) > MaxConfig {
		return Current{}, fmt.Errorf("%w: an account.yaml may have %d bytes", ErrTooLarge, MaxConfig)
	}
	any := func(Current) bool { return true }
	change := &currentChange{next: Current{Build: build}, by: by, may: any}
	change.also = func(b *batch) error { return s.writeConfig(b, account, config, by) }
	now, _, err := s.setCurrent(ctx, account, change)
	return now, err
}

func (s *Store) writeConfig(b *batch, account string, config []byte, by Actor) error {
	was, err := readConfig(b, account)
	if err != nil || was.Seq > 0 && bytes.Equal(was.Bytes, config) {
		return err
	}
	if err := b.exec(addConfig, account, was.Seq+1, present(config), by.String(), s.now().UnixMilli()); err != nil {
		return err
	}
	if err := b.exec(oldConfigs, account, was.Seq+1-MaxConfigs); err != nil {
		return err
	}
	return s.noteAudit(b, AuditEntry{Account: account, Who: by, Act: "config.publish", Object: fmt.Sprint(was.Seq + 1)})
}
