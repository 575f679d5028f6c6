package store

import (
	"context"
	"errors"
	"time"

	"moonwire/internal/pause"
)

const (
	newBuild = `INSERT INTO builds (account, id, hash, made_at, state, by, note, files, bytes, tree) VALUES (?, ?, ?, ?, 'saving', '', '', ?, ?, ?)`
	// A build that somebody saves already, or that was being dropped, is saved anew.
	saveAgain   = `UPDATE builds SET made_at = ?, state = 'saving' WHERE account = ? AND id = ?`
	dropUnsaved = `UPDATE builds SET state = 'dropping' WHERE account = ? AND id = ? AND state = 'saving'`
	savedBuild  = `UPDATE builds SET made_at = ?, state = ?, by = ?, note = ? WHERE account = ? AND id = ? AND hash = ? AND state <> 'dropping' AND (? OR state <> 'saving')`
	newestBuild = `SELECT coalesce(max(made_at), 0) FROM builds WHERE account = ? AND id <> ? AND state NOT IN ('saving', 'dropping')`
	anyBuild    = `SELECT 1 FROM builds WHERE account = ? AND id = ?`
	hasFile     = `SELECT 1 FROM files WHERE hash = ?`
	addFile     = `INSERT INTO files (hash, bytes) VALUES (?, ?)`
	hasUse      = `SELECT 1 FROM file_uses WHERE account = ? AND hash = ?`
	addUse      = `INSERT INTO file_uses (account, hash, size) VALUES (?, ?, ?) ON CONFLICT (account, hash) DO NOTHING`
)

// How a build is written so that turns need not wait for it: a step is one transaction, and after some of them it waits
// between two, which gives the pages time to move from the log into the database.
const (
	saveStepBytes = pieceBytes
	saveStepFiles = 128
	saveAtOnce    = 16 // steps without a wait
	savePause     = 10 * time.Millisecond
	saveTries     = 3
)

// errDropped says that a build went while it was saved.
var errDropped = errors.New("store: the build was dropped while it was saved")

// SaveBuild keeps a version of an account's folder, and returns once all of it is on the disk. The same content is the
// same build; when it is the newest already, nothing is written. What no rule keeps any more goes. Several processes may
// save at once, and one that is killed in the middle leaves nothing that anybody sees.
//
// Nothing but its size and names is checked: ErrTooLarge for more than MaxBuild bytes or MaxBuildFiles files; names must be
// relative paths, each once, and none account.yaml.
func (s *Store) SaveBuild(ctx context.Context, account string, files []File, m BuildMeta) (b Build, err error) {
	c, err := newContent(files)
	if err != nil {
		return Build{}, err
	}
	b, newest, err := s.isNewest(ctx, account, c, m)
	if err != nil || newest {
		return b, err
	}
	for range saveTries {
		if b, err = s.beginBuild(ctx, account, c); err != nil {
			return Build{}, err
		}
		if b.State == buildSaving {
			if err := s.writePieces(ctx, account, c); err != nil {
				s.giveUp(ctx, account, b.ID)
				return Build{}, err
			}
		}
		if b, err = s.endBuild(ctx, account, b, m); !errors.Is(err, errDropped) {
			break
		}
	}
	if err != nil {
		return Build{}, err
	}
	if err := s.TrimBuilds(ctx, account, m.Held); err != nil {
		s.log.Warn("old builds were not removed; it is tried again", "account", account, "err", err)
	}
	return b, nil
}

// isNewest reports whether the account's newest build is that one, and there is nothing else to say of it.
func (s *Store) isNewest(ctx context.Context, account string, c *content, m BuildMeta) (Build, bool, error) {
	newest, err := readBuilds(s.committed(ctx), shownBuilds, account, 1)
	if err != nil || len(newest) == 0 {
		return Build{}, false, err
	}
	b := newest[0]
	return b, b.Hash == c.name() && m.By == (Actor{}) && m.Note == "" && (m.State == "" || m.State == b.State), nil
}

// beginBuild makes the row of a build before its files, so that none of them is dropped meanwhile. A build that is there
// already is returned as it is.
func (s *Store) beginBuild(ctx context.Context, account string, c *content) (b Build, err error) {
	err = s.writer.do(ctx, true, func(t *batch) error {
		found, err := readBuilds(t, buildByHash, account, c.hash[:])
		if err != nil {
			return err
		}
		now := s.now().UnixMilli()
		if len(found) > 0 {
			if b = found[0]; b.State != buildSaving && b.State != buildDropping {
				return nil
			}
			b.State = buildSaving
			return t.exec(saveAgain, now, account, b.ID)
		}
		b = Build{Hash: c.name(), State: buildSaving, Files: c.files, Bytes: c.bytes}
		if b.ID, err = freeBuildID(t, account, b.Hash); err != nil {
			return err
		}
		return t.exec(newBuild, account, b.ID, c.hash[:], now, c.files, c.bytes, c.tree)
	})
	return b, err
}

// giveUp removes what was written of a build that cannot be saved: perhaps the disk is full, and others need the room. A
// caller who only stopped waiting may come again, and goes on where it stopped.
func (s *Store) giveUp(ctx context.Context, account, id string) {
	if ctx.Err() != nil {
		return
	}
	err := s.writer.do(ctx, true, func(b *batch) error { return b.exec(dropUnsaved, account, id) })
	if err == nil {
		_, err = s.clearDropping(ctx, account)
	}
	if err != nil {
		s.log.Warn("what was written of a build is removed later", "account", account, "err", err)
	}
}

// shortBuildID is how many digits of its hash name a build, if no other build of the account begins so.
const shortBuildID = 8

func freeBuildID(v reader, account, hash string) (string, error) {
	for n := shortBuildID; n < len(hash); n++ {
		var one int
		taken, err := v.row(anyBuild, []any{account, hash[:n]}, &one)
		if err != nil || !taken {
			return hash[:n], err
		}
	}
	return hash, nil
}

// writePieces writes what the account's builds do not have yet of the content, and of that only what no build has.
func (s *Store) writePieces(ctx context.Context, account string, c *content) error {
	var step []piece
	size, steps := 0, 0
	write := func() error {
		if len(step) == 0 {
			return nil
		}
		if steps++; steps > saveAtOnce {
			if err := pause.For(ctx, savePause); err != nil {
				return err
			}
		}
		err := s.writeStep(ctx, account, step)
		step, size = step[:0], 0
		return err
	}
	for _, p := range c.pieces {
		used, known, err := s.knows(ctx, account, p)
		if err != nil {
			return err
		}
		if used {
			continue
		}
		cost := len(p.bytes)
		if known {
			cost = 0
		}
		if len(step) == saveStepFiles || size > 0 && size+cost > saveStepBytes {
			if err := write(); err != nil {
				return err
			}
		}
		step, size = append(step, p), size+cost
	}
	return write()
}

// knows reports whether the account has a piece, and whether anybody has.
func (s *Store) knows(ctx context.Context, account string, p piece) (used, known bool, err error) {
	var one int
	v := s.committed(ctx)
	if used, err = v.row(hasUse, []any{account, p.hash[:]}, &one); err != nil || used {
		return used, used, err
	}
	known, err = v.row(hasFile, []any{p.hash[:]}, &one)
	return false, known, err
}

func (s *Store) writeStep(ctx context.Context, account string, step []piece) error {
	return s.writer.do(ctx, true, func(b *batch) error {
		for _, p := range step {
			var one int
			known, err := b.row(hasFile, []any{p.hash[:]}, &one)
			if err != nil {
				return err
			}
			if !known {
				if err := b.exec(addFile, p.hash[:], present(p.bytes)); err != nil {
					return err
				}
			}
			if err := b.exec(addUse, account, p.hash[:], len(p.bytes)); err != nil {
				return err
			}
		}
		return nil
	})
}

// endBuild lets the build be seen, as the newest.
func (s *Store) endBuild(ctx context.Context, account string, b Build, m BuildMeta) (Build, error) {
	mine := b.State == buildSaving // and all its files are written
	if mine {
		b.State = BuildNew
	}
	if m.State != "" {
		b.State = m.State
	}
	b.By, b.Note = readActor(m.By.String()), cutText(m.Note, maxNote)
	err := s.writer.do(ctx, true, func(t *batch) error {
		var newest int64
		if _, err := t.row(newestBuild, []any{account, b.ID}, &newest); err != nil {
			return err
		}
		made := max(s.now().UnixMilli(), newest+1)
		b.MadeAt = time.UnixMilli(made)
		n, err := t.change(savedBuild, made, b.State, m.By.String(), b.Note, account, b.ID, rawHash(b.Hash), mine)
		if err == nil && n == 0 {
			err = errDropped
		}
		if err != nil {
			return err
		}
		return s.noteAudit(t, AuditEntry{Account: account, Who: m.By, Act: "build.save", Object: b.ID, Hashes: b.Hash})
	})
	return b, err
}
