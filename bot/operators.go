package bot

import (
	"context"

	"moonwire/store"
)

// Disable lets an account answer as if it were not there, until Enable.
func (f *Fleet) Disable(ctx context.Context, account string, by store.Actor) error {
	return f.setDisabled(ctx, account, true, by)
}

// Enable ends Disable.
func (f *Fleet) Enable(ctx context.Context, account string, by store.Actor) error {
	return f.setDisabled(ctx, account, false, by)
}

func (f *Fleet) setDisabled(ctx context.Context, account string, disabled bool, by store.Actor) error {
	_, err := f.o.Store.SetDisabled(ctx, account, disabled, by)
	if err != nil {
		return err
	}
	if a := f.Account(account); a != nil {
		a.disabled.Store(disabled)
	}
	return nil
}

// Rename moves all that is kept of an account to another name. The error is store.ErrLive unless it is disabled or gone.
func (f *Fleet) Rename(ctx context.Context, account, name string, by store.Actor) error {
	return f.o.Store.RenameAccount(ctx, account, name, by)
}

// Forget removes all that is kept of an account. The error is store.ErrLive unless it is disabled or gone.
func (f *Fleet) Forget(ctx context.Context, account string, by store.Actor) error {
	return f.o.Store.ForgetAccount(ctx, account, by)
}
