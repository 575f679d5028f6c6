package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"moonwire/internal/pause"
)

// watchEvery is how often it is looked whether a file has changed.
const watchEvery = 300 * time.Millisecond

// watch runs the tests now and whenever a file of the accounts changes, until ctx ends.
func (t *tester) watch(ctx context.Context) error {
	seen := ""
	for {
		if now := t.mark(); now != seen {
			seen = now
			if err := t.again(ctx); err != nil {
				return err
			}
			fmt.Fprintln(t.out, t.paint(grey, "waiting for a change; Ctrl-C stops"))
		}
		if pause.For(ctx, watchEvery) != nil {
			return nil
		}
	}
}

// again runs them once. What is wrong with the files is shown, and the next change may mend it.
func (t *tester) again(ctx context.Context) error {
	files, err := t.files()
	if err == nil && len(files) == 0 {
		err = errNoTests
	}
	if err != nil {
		fmt.Fprintln(t.out, t.good(false, "✗"), err)
		return nil
	}
	_, err = t.runAll(ctx, files)
	if errors.Is(err, context.Canceled) {
		return nil
	}
	return err
}

// mark tells one state of the files from the next: names, sizes and times, those of tests too.
func (t *tester) mark() string {
	roots := []string{t.o.scripts}
	for _, arg := range t.args {
		if abs, err := filepath.Abs(arg); err == nil {
			if dir := upTo(abs, hasMain); dir != "" {
				abs = filepath.Dir(dir)
			}
			roots = append(roots, abs)
		}
	}
	var b strings.Builder
	for _, root := range roots {
		_ = filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
			if err != nil || strings.HasPrefix(d.Name(), ".") && name != root || b.Len() > 8<<20 {
				if d != nil && d.IsDir() {
					return fs.SkipDir
				}
				return nil
			}
			if info, err := os.Stat(name); err == nil && !d.IsDir() {
				fmt.Fprintf(&b, "%s %d %d\n", name, info.Size(), info.ModTime().UnixNano())
			}
			return nil
		})
	}
	return b.String()
}
