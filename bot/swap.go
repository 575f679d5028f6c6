package bot

import (
	"errors"
	"maps"
	"slices"
	"time"

	"moonwire/account"
	"moonwire/engine"
	"moonwire/words"
)

// swap makes a new release serve, or, when it is broken, keeps what serves and says so.
func (l *loader) swap(a *Account, next *release, err error, report SaveReport, began time.Time) SaveReport {
	old := a.current.Load()
	a.loading.fail(err)
	report.Err, report.Live = err, err == nil
	if next != nil && (next.program != nil || old == nil || old.program == nil) {
		l.introduce(a, old, next)
		a.current.Store(next) // nothing may fail below this line
		l.retire(old)
		l.served(a.name)
		if err == nil {
			a.pause.lift()
		}
	}
	if rel := a.current.Load(); rel != nil && rel.program != nil {
		report.Build = rel.build
	}
	if err == nil && next != nil && next.program != nil {
		report.Made = &Made{Texts: next.content.snap, Program: next.program.Config(), Config: next.made}
	}
	report.State = a.Status().State
	report.Took = l.o.Now().Sub(began)
	if err != nil {
		report.Box, report.Excerpt = saveBox(a.name, err, report.Build, l.o.Language), excerpt(err, l.o.Language)
	}
	l.saver.offer(a, next, err) // before anybody hears of it and asks for it
	l.announce(report)
	return report
}

// retire gives up what a release held that serves no more.
func (l *loader) retire(rel *release) {
	if rel != nil && rel.program != nil {
		l.o.Engine.Retire(rel.program.Build())
		rel.outside.Close()
	}
}

// introduce tells who the account is before its first message as that.
func (l *loader) introduce(a *Account, old, next *release) {
	if l.o.Events.Account == nil || l.accounts.all()[a.name] != a || old != nil && sameIdentity(old.config, next.config) {
		return
	}
	l.o.Events.Account(AccountReport{Name: a.name, Config: next.config})
}

// sameIdentity reports whether two configurations look the same to the platform.
func sameIdentity(a, b *account.Config) bool {
	return a.AppID == b.AppID && a.OriginalID == b.OriginalID && a.Kind == b.Kind && a.Verified == b.Verified && a.Subject == b.Subject &&
		a.Mode == b.Mode && a.Keys == b.Keys && a.Secret == b.Secret && slices.EqualFunc(a.APIKeys, b.APIKeys, account.APIKey.Equal) && maps.Equal(a.Templates, b.Templates)
}

// announce tells whoever watches of a save; when nobody does, the log.
func (l *loader) announce(r SaveReport) {
	if l.o.Events.Save != nil {
		l.o.Events.Save(r)
		return
	}
	for _, w := range r.Warnings {
		l.o.Log.Warn("save", "account", r.Account, "warning", w)
	}
	if r.Err != nil {
		l.o.Log.Warn("save is not live", "account", r.Account, "error", r.Err.Error(), "serving", r.Build)
		return
	}
	l.o.Log.Info("save is live", "account", r.Account, "build", r.Build, "took", r.Took)
}

// excerpt is what an error shows of the file that it is about; "" when it is about none.
func excerpt(err error, l words.Language) string {
	var script *engine.ScriptError
	if errors.As(err, &script) {
		return script.ExcerptIn(l)
	}
	var e interface {
		error
		Excerpt() string
	}
	if errors.As(err, &e) {
		return e.Excerpt()
	}
	return ""
}

// saveBox is the error of a save as people read it.
func saveBox(name string, err error, serving string, l words.Language) string {
	var script *engine.ScriptError
	if errors.As(err, &script) {
		return script.Box(engine.BoxInfo{Account: name, Serving: serving, Language: l})
	}
	box := "✗ " + name + "  " + err.Error()
	if lines := excerpt(err, l); lines != "" {
		box += "\n" + lines
	}
	if serving != "" {
		box += "\n  " + name + " keeps serving build " + serving
	}
	return box
}
