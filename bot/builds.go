package bot

import (
	"context"

	"moonwire/store"
)

// Builds lists the kept builds of an account, newest first; what was saved until now is among them.
func (f *Fleet) Builds(ctx context.Context, account string) ([]store.Build, error) {
	if err := f.known(ctx, account); err != nil {
		return nil, err
	}
	if err := f.saver.settle(ctx, account); ctx.Err() != nil {
		return nil, err // any other trouble is the store's, and said
	}
	return f.o.Store.Builds(ctx, account)
}

// BuildFiles returns the files of the build whose id that is or begins so, by name. The error is store.ErrNoBuild when there
// is none.
func (f *Fleet) BuildFiles(ctx context.Context, account, id string) ([]store.File, error) {
	builds, err := f.o.Store.Builds(ctx, account)
	if err != nil {
		return nil, err
	}
	b, err := namedBuild(builds, id)
	if err != nil {
		return nil, err
	}
	_, files, err := f.o.Store.Build(ctx, account, b.ID)
	return files, err
}
