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
	"moonwire/words"
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
	e, err := examined(ctx, set, snap, o)
	if err != nil {
		return nil, err
	}
	for _, doubt := range snap.Doubts {
		e.found = append(e.found, fromSource(account, doubt).Doubt())
	}
	if !anyError(e.found) {
		e.load(ctx, eng, snap, o, account)
	}
	return sorted(e.found), ctx.Err()
}

// Texts looks over the texts of an account that is loaded already: what its files say, without running them. Where ctx ends
// before that is done, it is what was found until then.
func Texts(ctx context.Context, set *engine.Set, snap *folder.Snapshot, o Options) ([]Finding, error) {
	e, err := examined(ctx, set, snap, o)
	if err != nil {
		return nil, err
	}
	return sorted(e.found), nil
}

// examined reads and judges the files of a snapshot.
func examined(ctx context.Context, set *engine.Set, snap *folder.Snapshot, o Options) (*examiner, error) {
	e := newExaminer(set, o.Program, snap.File)
	unreadable := map[string]bool{"account.yaml": true} // whoever reads that says so
	shared := map[string]Finding{}                      // what cannot be read as text
	for _, bad := range snap.NotUTF8() {
		f := fromSource(snap.Account, bad)
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
		if !strings.HasSuffix(f.Name, ".lua") || unreadable[f.Name] || isShared(f.Name) || ctx.Err() != nil {
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
	e.examine(ctx)
	return e, nil
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
	o.Program.Account, o.Program.LooksIntoMedia = account, true
	program, err := bindings.Compile(ctx, eng, snap, o.Limits, o.Program)
	var broken *engine.ScriptError
	switch {
	case errors.As(err, &broken):
		e.found = append(e.found, fromScript(broken))
	case err != nil:
		e.wrong("main.lua", 0, words.Say(words.DoesNotLoad, "why", err.Error()))
	default:
		for _, w := range slices.Concat(program.Build().Warnings, program.IdleHooks()) {
			e.found = append(e.found, FromWarning(w))
		}
	}
}

func fromSource(account string, e *folder.SourceError) Finding {
	return Of(strings.TrimPrefix(e.File, account+"/"), e.Line, words.Say(words.SourceFile, "why", e.Msg))
}

// fromScript is the finding of an error; its code is that of the hint, if there is one.
func fromScript(e *engine.ScriptError) Finding {
	code := words.DoesNotLoad
	switch {
	case e.Kind == engine.ErrorSyntax:
		code = words.NoLua
	case strings.HasPrefix(e.File, "data/"):
		code = words.BadData
	}
	return scripted(e, code)
}

// FromWarning is the finding of a doubt of loading.
func FromWarning(e *engine.ScriptError) Finding { return scripted(e, words.LoadsWithDoubt).Doubt() }

func scripted(e *engine.ScriptError, code words.Code) Finding {
	if e.Code != "" {
		code = e.Code
	}
	f := Of(e.File, e.Line, words.Message{Code: code, Cause: words.Text{EN: e.Msg}, Cure: e.Cure()})
	if entry, _ := words.Find(code); e.Code != "" && e.Msg == entry.Cause.EN {
		f.Cause = entry.Cause
	}
	return f
}

func anyError(all []Finding) bool {
	for _, f := range all {
		if !f.Warning {
			return true
		}
	}
	return false
}
