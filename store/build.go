package store

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"time"
)

// What is kept of an account's builds besides the live one, the last good one, the one before it, and those that are
// held.
const (
	MaxBuilds      = 50
	KeepBuilds     = 30 * 24 * time.Hour
	MaxBuildsBytes = 256 << 20 // of all builds of an account, what several of them share counted once
)

// What one build may have: what a folder may, with room for media.
const (
	MaxBuild      = 64 << 20 // bytes
	MaxBuildFiles = 4096
	maxFileName   = 512 // bytes
	maxNote       = 2 << 10
)

// BuildState says what is known of a build.
type BuildState string

// The states that others see, and the two of builds that are not there yet, or no more. The words are in the database.
const (
	BuildNew  BuildState = "new"  // nobody has loaded it yet
	BuildGood BuildState = "good" // it compiled and passed its checks
	BuildBad  BuildState = "bad"  // it was refused

	buildSaving   BuildState = "saving"
	buildDropping BuildState = "dropping"
)

// ErrNoBuild says that an account has no such build, or no more.
var ErrNoBuild = errors.New("store: there is no such build")

// Build is one version of an account's folder.
type Build struct {
	ID     string // the first eight digits of Hash; more when two builds of the account begin so
	Hash   string // 64 hex digits over all names and contents but tests/, as folder has it of the same files
	MadeAt time.Time
	By     Actor // zero: the folder was saved
	Note   string
	State  BuildState
	Files  int
	Bytes  int64
}

// BuildMeta is what is said of a build when it is saved.
type BuildMeta struct {
	By   Actor
	Note string // at most 2 KiB, the rest is cut
	// State is what is known of it. "" means BuildNew for a build that was not there, else what was known.
	State BuildState
	// Held are builds that must be kept besides those that always are.
	Held []string
}

const (
	buildColumns = `SELECT id, hash, made_at, state, by, note, files, bytes FROM builds WHERE account = ?`
	shownBuilds  = buildColumns + ` AND state NOT IN ('saving', 'dropping') ORDER BY made_at DESC, id LIMIT ?`
	allBuilds    = buildColumns + ` ORDER BY made_at DESC, id`
	buildByHash  = buildColumns + ` AND hash = ?`
	shownBuild   = buildColumns + ` AND id = ? AND state NOT IN ('saving', 'dropping')`
	buildTree    = `SELECT tree FROM builds WHERE account = ? AND id = ?`
	loadFile     = `SELECT bytes FROM files WHERE hash = ?`
	markBuild    = `UPDATE builds SET state = ? WHERE account = ? AND id = ? AND state NOT IN ('saving', 'dropping')`
)

func scanBuild(scan func(...any) error) (b Build, err error) {
	var hash []byte
	var made int64
	var by string
	err = scan(&b.ID, &hash, &made, &b.State, &by, &b.Note, &b.Files, &b.Bytes)
	b.Hash, b.MadeAt, b.By = hashText(hash), time.UnixMilli(made), readActor(by)
	return b, err
}

func hashText(raw []byte) string { return hex.EncodeToString(raw) }

func readBuilds(v reader, query string, args ...any) (builds []Build, err error) {
	err = v.rows(query, args, func(scan func(...any) error) error {
		b, err := scanBuild(scan)
		builds = append(builds, b)
		return err
	})
	return builds, err
}

// Builds lists the builds of an account, newest first. A build that was saved again counts from then.
func (s *Store) Builds(ctx context.Context, account string) ([]Build, error) {
	return readBuilds(s.committed(ctx), shownBuilds, account, maxPage)
}

// Build returns a build with its files, by name. The error is ErrNoBuild when there is none.
func (s *Store) Build(ctx context.Context, account, id string) (Build, []File, error) {
	v := s.committed(ctx)
	found, err := readBuilds(v, shownBuild, account, id)
	if err != nil {
		return Build{}, nil, err
	}
	var tree []byte
	if len(found) == 1 {
		if _, err = v.row(buildTree, []any{account, id}, &tree); err != nil {
			return Build{}, nil, err
		}
	}
	if len(tree) == 0 {
		return Build{}, nil, fmt.Errorf("%w: %s of %s", ErrNoBuild, id, account)
	}
	var files []File
	err = eachTreeFile(tree, func(f treeFile) error {
		body, err := readFile(v, f)
		files = append(files, File{f.name, body})
		return err
	})
	if err != nil {
		return Build{}, nil, fmt.Errorf("build %s of %s: %w", id, account, err)
	}
	return found[0], files, nil
}

// BuildFile returns one file of a build. The error is ErrNoBuild when there is no such build or file.
func (s *Store) BuildFile(ctx context.Context, account, id, name string) (body []byte, err error) {
	v := s.committed(ctx)
	var tree []byte
	if _, err := v.row(buildTree, []any{account, id}, &tree); err != nil {
		return nil, err
	}
	found := false
	err = eachTreeFile(tree, func(f treeFile) error {
		if f.name != name {
			return nil
		}
		found = true
		body, err = readFile(v, f)
		return err
	})
	if err == nil && !found {
		err = fmt.Errorf("%w: %s of %s has no file %s", ErrNoBuild, id, account, name)
	}
	return body, err
}

// readFile puts a file together from its pieces, and looks whether they are what they were.
func readFile(v reader, f treeFile) ([]byte, error) {
	body := make([]byte, 0, f.size)
	for _, hash := range f.pieces {
		var part []byte
		found, err := v.row(loadFile, []any{hash}, &part)
		if err != nil {
			return nil, err
		}
		if !found { // the build was dropped a moment ago
			return nil, ErrNoBuild
		}
		if sum := sha256.Sum256(part); string(sum[:]) != string(hash) {
			return nil, fmt.Errorf("store: the file %s is not what was saved", f.name)
		}
		body = append(body, part...)
	}
	return body, nil
}

// MarkBuild notes what has become known of a build.
func (s *Store) MarkBuild(ctx context.Context, account, id string, state BuildState) error {
	return s.writer.do(ctx, true, func(b *batch) error {
		n, err := b.change(markBuild, state, account, id)
		if err == nil && n == 0 {
			err = fmt.Errorf("%w: %s of %s", ErrNoBuild, id, account)
		}
		return err
	})
}
