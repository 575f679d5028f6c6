package bot

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"moonwire/engine"
	"moonwire/folder"
)

// namedAtMost is how many accounts are named to somebody who asked for one that is not there.
const namedAtMost = 5

// Astray says why pushes for a name cannot be served: which account is nearest to it, "" for none, and what to do. The
// cure of an account that serves is "". All of it is for the log.
func (f *Fleet) Astray(name string) (nearest, cure string) {
	all := f.accounts.all()
	if a := all[name]; a != nil {
		return name, a.unserved()
	}
	names := slices.Sorted(maps.Keys(all))
	for _, other := range names {
		if strings.EqualFold(other, name) {
			return other, "account names are written as their folders are, in the same letter case: " + other
		}
	}
	if near := engine.Nearest(name, names); near != "" {
		return near, "there is no such account; is " + near + " meant?"
	}
	if name != "" && !folder.AccountName(name) {
		return "", "there is no such account, and a folder of that name is none, for its name: " + folder.AccountNameWords
	}
	switch more := len(names) - namedAtMost; {
	case len(names) == 0 && f.o.Published:
		return "", "there is no account yet: `moonwire publish` makes what the folders hold live"
	case len(names) == 0:
		return "", "there is no account yet: each folder below the folder of scripts is one, and `moonwire new NAME` makes one"
	case more > 0:
		return "", fmt.Sprintf("there is no such account; there are %s and %d more", strings.Join(names[:namedAtMost], ", "), more)
	}
	return "", "there is no such account; there are " + strings.Join(names, ", ")
}

// AstrayHook says why a call of a hook of an account finds none: which hook is nearest to its name, "" for none, and what to
// do. The cure of a hook that is there is "". All of it is for the log.
func (f *Fleet) AstrayHook(account, hook string) (nearest, cure string) {
	a := f.accounts.all()[account]
	if a == nil {
		return "", ""
	}
	rel := a.current.Load()
	if rel == nil {
		return "", "the account is not loaded; once it is, the sender may ask again"
	}
	names := slices.Sorted(maps.Keys(rel.config.Hooks))
	if len(names) == 0 {
		return "", "account.yaml names no hooks: hooks: { NAME: { secret: … } } does"
	}
	if slices.Contains(names, hook) {
		if rel.program == nil {
			return hook, "the account's scripts cannot be served, mend them and save"
		}
		return hook, ""
	}
	for _, other := range names {
		if strings.EqualFold(other, hook) {
			return other, "hooks are written as in account.yaml, in the same letter case: " + other
		}
	}
	if near := engine.Nearest(hook, names); near != "" {
		return near, "account.yaml names no such hook; is " + near + " meant?"
	}
	more := ""
	if n := len(names) - namedAtMost; n > 0 {
		names, more = names[:namedAtMost], fmt.Sprintf(" and %d more", n)
	}
	return "", "account.yaml names no such hook; there are " + strings.Join(names, ", ") + more
}

// unserved says why the account takes no pushes; "" when it does, or will once it is loaded.
func (a *Account) unserved() string {
	if a.row().disabled() {
		return "it is disabled; `moonwire accounts enable " + a.name + "` ends that"
	}
	if a.current.Load() != nil {
		return ""
	}
	err := a.loading.failure()
	if err == nil {
		return ""
	}
	return "its folder cannot be served, mend it and save: " + err.Error()
}
