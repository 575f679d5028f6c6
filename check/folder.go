package check

import (
	"context"
	"errors"
	"os"
	"slices"
	"strings"

	"moonwire/bindings"
	"moonwire/engine"
	"moonwire/folder"
)

// Options say what the account may reach; the zero Options are those of an account without settings.
type Options struct {
	Program bindings.ProgramConfig
	Limits  engine.Limits
	Source  folder.Limits
	// Shared, if given, learns which broken files of shared/ no account requires; one for all accounts.
	Shared *Shared
}

// Folder looks over one account below root, the folder of all accounts. The error is for a folder that
// cannot be read; what is wrong with the script is in the findings.
func Folder(ctx context.Context, eng *engine.Engine, set *engine.Set, root *os.Root, account string, o Options) ([]Finding, error) {
	snap, err := folder.Read(root, account, o.Source)
	if err == nil {
		snap, err = snap.Within(o.Limits.Folder())
	}
	if err != nil {
		var broken *folder.SourceError
		if errors.As(err, &broken) {
			return []Finding{fromSource(account, broken)}, nil
		}
		return nil, err
	}
	if o.Program.Media == nil {
		if media, err := root.OpenRoot(account + "/media"); err == nil {
			defer func() { _ = media.Close() }()
			o.Program.Media = media.FS()
		}
	}
	e := &examiner{set: set, files: map[string]engine.Facts{}, policy: o.Program.Policy, media: o.Program.CheckMedia}
	unreadable := map[string]bool{"account.yaml": true} // whoever reads that says so
	shared := map[string]Finding{}                      // what cannot be read as text
	for _, bad := range snap.NotUTF8() {
		f := fromSource(account, bad)
		switch {
		case unreadable[f.File]:
		case isShared(f.File):
			shared[f.File] = f
		default:
			e.found = append(e.found, f)
		}
		unreadable[f.File] = true
	}
	for _, f := range snap.Files {
		if !strings.HasSuffix(f.Name, ".lua") || unreadable[f.Name] || isShared(f.Name) {
			continue
		}
		if err := e.lint(f); err != nil {
			return nil, err
		}
	}
	if err := e.lintShared(snap, shared); err != nil {
		return nil, err
	}
	if err := o.Shared.learn(snap, shared, e.required); err != nil {
		return nil, err
	}
	e.examine(func(name string) bool { _, ok := snap.File(name); return ok })
	if len(e.found) == 0 || !anyError(e.found) {
		e.load(ctx, eng, snap, o, account)
	}
	return sorted(e.found), nil
}

// lint reads one file; what is wrong with it is found.
func (e *examiner) lint(f folder.File) error {
	facts, err := engine.Lint(f.Name, f.Data)
	var broken *engine.ScriptError
	switch {
	case errors.As(err, &broken):
		e.found = append(e.found, fromScript(broken))
	case err != nil:
		return err
	default:
		e.files[f.Name] = facts
	}
	return nil
}

// load compiles and runs the top level, which finds what only running can: keys declared twice, rules
// with wrong arguments, errors at the top level.
func (e *examiner) load(ctx context.Context, eng *engine.Engine, snap *folder.Snapshot, o Options, account string) {
	o.Program.Account = account
	program, err := bindings.Compile(ctx, eng, snap, o.Limits, o.Program)
	var broken *engine.ScriptError
	switch {
	case errors.As(err, &broken):
		e.found = append(e.found, fromScript(broken))
	case err != nil:
		e.found = append(e.found, Finding{File: "main.lua", Cause: err.Error()})
	default:
		for _, w := range slices.Concat(program.Build().Warnings, program.IdleHooks()) {
			f := fromScript(w)
			f.Warning = true
			e.found = append(e.found, f)
		}
	}
}

func fromSource(account string, e *folder.SourceError) Finding {
	return Finding{File: strings.TrimPrefix(e.File, account+"/"), Line: e.Line, Cause: e.Msg}
}

func fromScript(e *engine.ScriptError) Finding {
	return Finding{File: e.File, Line: e.Line, Cause: e.Msg, Cure: e.Hint}
}

func anyError(all []Finding) bool {
	for _, f := range all {
		if !f.Warning {
			return true
		}
	}
	return false
}
