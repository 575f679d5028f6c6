package check

import (
	"errors"
	"maps"
	"slices"
	"strings"

	"moonwire/engine"
	"moonwire/folder"
)

func isShared(file string) bool { return strings.HasPrefix(file, folder.Shared+"/") }

// lintShared reads the files of shared/ that the account requires, and those that these require. The others are not
// its own affair: a broken one keeps it from nothing.
func (e *examiner) lintShared(snap *folder.Snapshot, unreadable map[string]Finding) error {
	looked := map[string]bool{}
	for again := true; again; {
		again = false
		for _, facts := range slices.Collect(maps.Values(e.files)) {
			for _, m := range facts.Requires {
				name := moduleFile(m.Name, func(file string) bool { _, is := snap.File(file); return is })
				body, is := snap.File(name)
				if !is || !isShared(name) || looked[name] {
					continue
				}
				looked[name], again = true, true
				if bad, broken := unreadable[name]; broken {
					e.found = append(e.found, bad)
				} else if err := e.lint(folder.File{Name: name, Data: body}); err != nil {
					return err
				}
			}
		}
	}
	e.required = looked
	return nil
}

// Shared keeps the broken files of shared/ that no account requires, as far as accounts were looked over. The zero
// Shared is ready.
type Shared struct {
	broken   map[string]Finding // by file
	looked   map[string]bool
	required map[string]bool
}

// Findings are warnings: nobody is harmed yet.
func (s *Shared) Findings() (all []Finding) {
	for _, name := range slices.Sorted(maps.Keys(s.broken)) {
		if s.required[name] {
			continue
		}
		f := s.broken[name]
		f.Warning = true
		f.Cause.EN += " (no account requires this file)"
		if f.Cause.ZH != "" {
			f.Cause.ZH += "（没有账号用到这个文件）"
		}
		all = append(all, f)
	}
	return all
}

// learn notes what an account requires of shared/, and which of its files are broken.
func (s *Shared) learn(snap *folder.Snapshot, unreadable map[string]Finding, required map[string]bool) error {
	if s == nil {
		return nil
	}
	if s.broken == nil {
		s.broken, s.looked, s.required = map[string]Finding{}, map[string]bool{}, map[string]bool{}
	}
	maps.Copy(s.required, required)
	maps.Copy(s.broken, unreadable)
	for _, f := range snap.Files {
		if !isShared(f.Name) || !strings.HasSuffix(f.Name, ".lua") || s.looked[f.Name] || s.broken[f.Name] != (Finding{}) {
			continue
		}
		s.looked[f.Name] = true
		_, err := engine.Lint(f.Name, f.Data)
		var broken *engine.ScriptError
		switch {
		case errors.As(err, &broken):
			s.broken[f.Name] = fromScript(broken)
		case err != nil:
			return err
		}
	}
	return nil
}
