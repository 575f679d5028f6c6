package bot

import (
	"context"
	"errors"
	"fmt"
	"os"

	"moonwire/folder"
	"moonwire/store"
)

// ErrNoAccount says that nothing is known of an account.
var ErrNoAccount = errors.New("there is no such account")

// Disable lets an account answer as if it were not there, until Enable. Turns that run end.
func (f *Fleet) Disable(ctx context.Context, account string, by store.Actor) error {
	return f.setDisabled(ctx, account, true, by)
}

// Enable ends Disable.
func (f *Fleet) Enable(ctx context.Context, account string, by store.Actor) error {
	return f.setDisabled(ctx, account, false, by)
}

func (f *Fleet) setDisabled(ctx context.Context, account string, disabled bool, by store.Actor) error {
	if err := f.known(ctx, account); err != nil {
		return err
	}
	if _, err := f.o.Store.SetDisabled(ctx, account, disabled, by); err != nil {
		return err
	}
	a := f.accounts.all()[account]
	if a == nil {
		return nil
	}
	now, _, err := f.o.Store.Account(ctx, account)
	if err != nil {
		return err
	}
	a.learn(func(r *row) { r.Account = now })
	f.loader.menus.offer(a)
	return nil
}

// known reports ErrNoAccount for an account that is neither here nor in the store.
func (f *Fleet) known(ctx context.Context, account string) error {
	if f.accounts.all()[account] != nil {
		return nil
	}
	_, known, err := f.o.Store.Account(ctx, account)
	if err == nil && !known {
		err = fmt.Errorf("%w: %q", ErrNoAccount, account)
	}
	return err
}

// Forget removes all that is kept of an account, for good. The error is store.ErrLive unless it is disabled or gone. One
// whose folder is still there stays disabled.
func (f *Fleet) Forget(ctx context.Context, account string, by store.Actor) error {
	if err := f.known(ctx, account); err != nil {
		return err
	}
	if !f.saver.queue.hold(ctx, account) { // nothing is written of it meanwhile
		return ctx.Err()
	}
	defer f.saver.queue.done(account, false)
	a := f.accounts.all()[account]
	if a == nil {
		if err := f.o.Store.AccountGone(ctx, account); err != nil {
			return err
		}
	}
	if err := f.o.Store.ForgetAccount(ctx, account, by); err != nil {
		return err
	}
	if a == nil {
		f.rows.came([]string{account})
		return nil
	}
	now, _, err := f.o.Store.Account(ctx, a.name)
	if err == nil {
		a.learn(func(r *row) { *r = row{Account: now} })
	}
	return err
}

// Rename gives an account another name: its folder, and all that is kept of it. WeChat must be told the new address. The
// error is store.ErrLive unless the account is disabled or gone, store.ErrTaken when the name is another's.
func (f *Fleet) Rename(ctx context.Context, account, name string, by store.Actor) error {
	if err := f.known(ctx, account); err != nil {
		return err
	}
	if !folder.AccountName(name) {
		return fmt.Errorf("%q cannot be the name of an account: %s", name, folder.AccountNameWords)
	}
	if f.accounts.all()[name] != nil {
		return fmt.Errorf("%w: %s", store.ErrTaken, name)
	}
	for _, one := range []string{account, name} { // nobody looks at the folders, and nothing is written, meanwhile
		for _, q := range []*loadQueue{f.loader.queue, f.saver.queue} {
			if !q.hold(ctx, one) {
				return ctx.Err()
			}
			defer q.done(one, false)
		}
	}
	return f.rename(ctx, account, name, by)
}

func (f *Fleet) rename(ctx context.Context, account, name string, by store.Actor) error {
	if a := f.accounts.all()[account]; a != nil && !a.row().disabled() {
		return fmt.Errorf("%w: %s", store.ErrLive, account)
	}
	move := !f.o.Published && f.accounts.all()[account] != nil
	if move {
		if err := f.beginRename(account, name); err != nil {
			return err
		}
		defer f.endRename()
		if err := f.moveFolder(account, name); err != nil {
			return err
		}
	}
	if err := f.o.Store.RenameAccount(ctx, account, name, by); err != nil {
		if move {
			err = errors.Join(err, f.moveFolder(name, account))
		}
		return err
	}
	f.takeName(ctx, account, name, move || f.o.Published)
	return nil
}

// takeName lets the fleet know of an account by its new name, disabled from the first moment. The folder's watcher tells it
// the same later.
func (f *Fleet) takeName(ctx context.Context, account, name string, here bool) {
	f.remove([]string{account})
	f.rows.came([]string{account})
	if !here {
		return
	}
	a := newAccount(name, f.o.Now)
	_ = f.loader.know(ctx, a) // a store that cannot say so now is asked again by the load
	if f.accounts.addAccount(a) {
		f.loader.neighbours([]string{name})
	}
	f.loader.queue.put(name, false)
}

// moveFolder gives the folder of an account another name, unless something has that name.
func (f *Fleet) moveFolder(from, to string) error {
	root, err := os.OpenRoot(f.o.Scripts)
	if err != nil {
		return err
	}
	defer func() { _ = root.Close() }()
	if _, err := root.Lstat(to); err == nil {
		return fmt.Errorf("%w: there is a folder %s", store.ErrTaken, to)
	}
	return root.Rename(from, to)
}
