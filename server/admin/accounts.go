package admin

import (
	"context"
	"maps"
	"slices"
	"strings"

	"moonwire/bot"
	"moonwire/folder"
	"moonwire/server/openapi"
	"moonwire/store"
)

// accountName is the name of an account in a body.
func accountName() shape { return text("Name of the account's folder").Within(1, 64) }

func states() []string {
	var words []string
	for _, s := range bot.States() {
		words = append(words, string(s))
	}
	return words
}

func stateWords() string { return strings.Join(states(), ", ") }

// accounts are all that anything is known of.
func (q *ask) accounts(ctx context.Context) (map[string]Account, error) {
	if q.all != nil {
		return q.all, nil
	}
	rows, err := q.store.Accounts(ctx)
	if err != nil {
		return nil, err
	}
	known, all := make(map[string]store.Account, len(rows)), make(map[string]Account, len(rows))
	for _, row := range rows {
		known[row.Name], all[row.Name] = row, goneAccount(row)
	}
	for _, s := range q.fleet.Accounts() {
		all[s.Name] = accountOf(s, known[s.Name])
	}
	q.all = all
	return all, nil
}

func listAccounts(ctx context.Context, q *ask) (any, error) {
	var body struct{ State string }
	if err := q.read(&body); err != nil {
		return nil, err
	}
	all, err := q.accounts(ctx)
	if err != nil {
		return nil, err
	}
	answer := struct {
		Accounts []Account `json:"accounts"`
	}{[]Account{}}
	for _, name := range slices.Sorted(maps.Keys(all)) {
		if body.State == "" || all[name].State == body.State {
			answer.Accounts = append(answer.Accounts, all[name])
		}
	}
	return answer, nil
}

// of is the body of the methods that are about one account.
type of struct {
	Account string `json:"account"`
	Name    string `json:"name"`
	Build   string `json:"build"`
}

func (q *ask) of() (o of, err error) {
	err = q.read(&o)
	return o, err
}

// after is the account as it is after a change.
func (q *ask) after(ctx context.Context, name string, err error) (any, error) {
	if err != nil {
		return nil, err
	}
	q.all = nil
	all, err := q.accounts(ctx)
	return all[name], err
}

func showAccount(ctx context.Context, q *ask) (any, error) {
	o, err := q.of()
	return q.after(ctx, o.Account, err)
}

func disableAccount(ctx context.Context, q *ask) (any, error) {
	o, err := q.of()
	if err == nil {
		err = q.fleet.Disable(ctx, o.Account, q.by)
	}
	return q.after(ctx, o.Account, err)
}

func enableAccount(ctx context.Context, q *ask) (any, error) {
	o, err := q.of()
	if err == nil {
		err = q.fleet.Enable(ctx, o.Account, q.by)
	}
	return q.after(ctx, o.Account, err)
}

func renameAccount(ctx context.Context, q *ask) (any, error) {
	o, err := q.of()
	if err != nil {
		return nil, err
	}
	if !folder.AccountName(o.Name) {
		return nil, openapi.BadField("name", "cannot be the name of an account; "+folder.AccountNameWords)
	}
	return q.after(ctx, o.Name, q.fleet.Rename(ctx, o.Account, o.Name, q.by))
}

func forgetAccount(ctx context.Context, q *ask) (any, error) {
	o, err := q.of()
	if err == nil {
		err = q.fleet.Forget(ctx, o.Account, q.by)
	}
	return struct{}{}, err
}
