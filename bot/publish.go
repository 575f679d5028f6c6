package bot

import (
	"context"

	"moonwire/store"
)

// Publish makes what the folders of accounts hold live, where the store and not the folder says what is.
func (f *Fleet) Publish(_ context.Context, _ []string, _ string, _ store.Actor) ([]SaveReport, error) {
	return nil, errNotYet
}
