package account

import (
	"fmt"
	"strings"
)

// ownVariable says whose a variable is that an account names, when it is not its own: the beginning of shop's variables,
// SHOP_, is also that of SHOP_2_TOKEN, which is shop-2's. It belongs to the account with the longest beginning.
func (r Resolver) ownVariable(account, name string) error {
	mine := len(place(r.EnvPrefix, account))
	for _, other := range r.knownIn(r.EnvPrefix, name) {
		theirs := place(r.EnvPrefix, other)
		switch {
		case other == account || len(theirs) < mine || !strings.HasPrefix(name, theirs):
		case len(theirs) == mine:
			return fmt.Errorf("the accounts %s and %s have the same variables, %s…, so neither may name one; rename one of them", account, other, theirs)
		default:
			return fmt.Errorf("is a variable of the account %s, whose variables begin with %s; name another, or rename one of the accounts", other, theirs)
		}
	}
	return nil
}

// ownDir refuses a folder that is another account's too.
func (r Resolver) ownDir(account string) error {
	dir := place(r.Dir, account)
	for _, other := range r.knownIn(r.Dir, dir) {
		if other != account && place(r.Dir, other) == dir {
			return fmt.Errorf("the accounts %s and %s have the same folder, %s, so neither may name a file in it; rename one of them", account, other, dir)
		}
	}
	return nil
}

// Beside are the known accounts whose variables or files may be taken for those of an account: they are to be loaded again
// when it comes or goes.
func (r Resolver) Beside(account string) (others []string) {
	for _, rule := range []string{r.EnvPrefix, r.Dir} {
		for _, other := range r.knownIn(rule, place(rule, account)) {
			if other != account && strings.HasPrefix(place(rule, account), place(rule, other)) {
				others = append(others, other)
			}
		}
	}
	return others
}

// knownIn are the known accounts whose names may stand in a text that was made by a rule: at the first place where the
// rule has a name.
func (r Resolver) knownIn(rule, text string) (known []string) {
	at := strings.Index(strings.ToLower(rule), "{account}")
	if at < 0 || at > len(text) || r.Known == nil {
		return nil
	}
	for end := at + 1; end <= len(text); end++ {
		known = append(known, r.Known(VariableName(text[at:end]))...)
	}
	return known
}
