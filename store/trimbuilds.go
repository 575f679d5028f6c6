package store

import (
	"context"
	"slices"
	"strings"
	"time"
)

// savingLife is how long a build may be in the making before its maker counts as dead.
const savingLife = time.Hour

// How a build's files go: a step is one transaction.
const (
	dropStepFiles = 256
	dropStepBytes = 2 << 20
	dropTries     = 8
)

const (
	buildsOf    = `SELECT DISTINCT account FROM builds`
	buildsBytes = `SELECT coalesce(sum(size), 0) FROM file_uses WHERE account = ?`
	dropBuild   = `UPDATE builds SET state = 'dropping' WHERE account = ? AND id = ?`
	removeBuild = `DELETE FROM builds WHERE account = ? AND id = ? AND state = 'dropping'`
	useSize     = `SELECT size FROM file_uses WHERE account = ? AND hash = ?`
	dropUse     = `DELETE FROM file_uses WHERE account = ? AND hash = ?`
	dropFile    = `DELETE FROM files WHERE hash = ? AND NOT EXISTS (SELECT 1 FROM file_uses WHERE file_uses.hash = files.hash)`
)

// TrimBuilds drops the builds of an account that no rule keeps any more: it keeps the newest MaxBuilds that are no older
// than KeepBuilds, as far as all of them have no more than MaxBuildsBytes, and in any case the live one, the last good one,
// the one before it, those that conversations were last written by (MaxOldBuilds), and held. It is done in small steps; what is left undone by a process that is killed, the next call
// does.
func (s *Store) TrimBuilds(ctx context.Context, account string, held []string) error {
	for {
		if err := s.hideOutlived(ctx, account, held); err != nil {
			return err
		}
		dropped, err := s.clearDropping(ctx, account)
		if err != nil || !dropped {
			return err
		}
	}
}

// hideOutlived marks the builds to drop: those that are too old or too many, else one, if the others have too many bytes.
// Most often there is none, and nothing is written.
func (s *Store) hideOutlived(ctx context.Context, account string, held []string) error {
	ids, err := s.toDrop(s.committed(ctx), account, held)
	if err != nil || len(ids) == 0 {
		return err
	}
	return s.writer.do(ctx, true, func(b *batch) error {
		ids, err := s.toDrop(b, account, held) // anew, now that nobody can write
		if err != nil {
			return err
		}
		for _, id := range ids {
			if err := b.exec(dropBuild, account, id); err != nil {
				return err
			}
		}
		return nil
	})
}

func (s *Store) toDrop(v reader, account string, held []string) ([]string, error) {
	k, err := s.keeping(v, account, held)
	if err != nil {
		return nil, err
	}
	if ids := k.outlived(); len(ids) > 0 {
		return ids, nil
	}
	var bytes int64
	_, err = v.row(buildsBytes, []any{account}, &bytes)
	if free := k.oldestFree(); bytes > MaxBuildsBytes && free != "" {
		return []string{free}, err
	}
	return nil, err
}

// keeping is what decides which builds of an account stay.
type keeping struct {
	builds []Build // newest first
	kept   map[string]bool
	now    time.Time
}

func (s *Store) keeping(v reader, account string, held []string) (*keeping, error) {
	k := &keeping{kept: map[string]bool{}, now: s.now()}
	var err error
	if k.builds, err = readBuilds(v, allBuilds, account); err != nil {
		return nil, err
	}
	live, _, err := readCurrent(v, account)
	if err != nil {
		return nil, err
	}
	k.kept[live.Build] = true
	for _, id := range held {
		k.kept[id] = true
	}
	talking, err := readConversationBuilds(v, account)
	if err != nil {
		return nil, err
	}
	for _, id := range talking {
		k.kept[id] = true
	}
	good := 0 // the last good one, and the one before it
	for _, b := range k.builds {
		if b.State == BuildGood && good < 2 {
			k.kept[b.ID] = true
			good++
		}
	}
	return k, nil
}

// outlived names the builds that are too old or too many.
func (k *keeping) outlived() (ids []string) {
	place := 0
	for _, b := range k.builds {
		age := k.now.Sub(b.MadeAt)
		switch b.State {
		case buildDropping:
			continue
		case buildSaving:
			if age > savingLife {
				ids = append(ids, b.ID)
			}
			continue
		}
		if place++; (place > MaxBuilds || age > KeepBuilds) && !k.kept[b.ID] {
			ids = append(ids, b.ID)
		}
	}
	return ids
}

// oldestFree is the oldest build that need not stay, "" = there is none.
func (k *keeping) oldestFree() string {
	for _, b := range slices.Backward(k.builds) {
		if b.State != buildSaving && b.State != buildDropping && !k.kept[b.ID] {
			return b.ID
		}
	}
	return ""
}

// clearDropping removes the builds that are being dropped, and the files that only they have.
func (s *Store) clearDropping(ctx context.Context, account string) (dropped bool, err error) {
	for range dropTries {
		d, err := s.dropping(ctx, account)
		if err != nil || len(d.ids) == 0 {
			return dropped, err
		}
		whole, err := d.clear(ctx, s)
		dropped = dropped || whole
		if err != nil {
			return dropped, err
		}
	}
	return false, nil // others save all the time; the next call goes on
}

// dropping is the builds of an account that go, and the files that no other build of the account has.
type dropping struct {
	account string
	ids     []string
	files   map[string]bool // hashes
	seen    string          // what builds there were
}

func (s *Store) dropping(ctx context.Context, account string) (*dropping, error) {
	v := s.committed(ctx)
	builds, err := readBuilds(v, allBuilds, account)
	if err != nil {
		return nil, err
	}
	d := &dropping{account: account, files: map[string]bool{}, seen: fingerprint(builds)}
	each := func(dropping bool, fn func(hash string)) error {
		for _, b := range builds {
			if (b.State == buildDropping) != dropping {
				continue
			}
			var tree []byte
			if _, err := v.row(buildTree, []any{account, b.ID}, &tree); err != nil {
				return err
			}
			err := eachTreeFile(tree, func(f treeFile) error {
				for _, hash := range f.pieces {
					fn(string(hash))
				}
				return nil
			})
			if err != nil {
				return err
			}
		}
		return nil
	}
	if err := each(true, func(hash string) { d.files[hash] = true }); err != nil {
		return nil, err
	}
	for _, b := range builds {
		if b.State == buildDropping {
			d.ids = append(d.ids, b.ID)
		}
	}
	if len(d.ids) == 0 {
		return d, nil
	}
	return d, each(false, func(hash string) { delete(d.files, hash) })
}

// fingerprint tells whether the builds of an account are still those.
func fingerprint(builds []Build) string {
	var all []string
	for _, b := range builds {
		all = append(all, b.ID+" "+string(b.State))
	}
	slices.Sort(all)
	return strings.Join(all, "\n")
}

// clear removes the files and then the builds; not whole when somebody saved meanwhile, who may need one of the files.
func (d *dropping) clear(ctx context.Context, s *Store) (whole bool, err error) {
	step := func(fn func(*batch) error) error {
		return s.writer.do(ctx, true, func(b *batch) error {
			builds, err := readBuilds(b, allBuilds, d.account)
			if whole = err == nil && fingerprint(builds) == d.seen; !whole {
				return err
			}
			return fn(b)
		})
	}
	for len(d.files) > 0 {
		if err := step(d.removeFiles); err != nil || !whole {
			return false, err
		}
	}
	err = step(func(b *batch) error {
		for _, id := range d.ids {
			if err := b.exec(removeBuild, d.account, id); err != nil {
				return err
			}
		}
		return nil
	})
	return whole && err == nil, err
}

// removeFiles takes as many files as one step may off the account, and removes those that nobody else has.
func (d *dropping) removeFiles(b *batch) error {
	files, bytes := 0, int64(0)
	for hash := range d.files {
		var size int64
		if _, err := b.row(useSize, []any{d.account, []byte(hash)}, &size); err != nil {
			return err
		}
		if files == dropStepFiles || files > 0 && bytes+size > dropStepBytes {
			return nil
		}
		files, bytes = files+1, bytes+size
		if err := b.exec(dropUse, d.account, []byte(hash)); err != nil {
			return err
		}
		if err := b.exec(dropFile, []byte(hash)); err != nil {
			return err
		}
		delete(d.files, hash)
	}
	return nil
}
