package bot

import (
	"context"
	"errors"

	"moonwire/store"
)

var errNotYet = errors.New("this program cannot do that yet")

// Rollback makes an older build of an account live: the one of that id, or for "" the last good one before the live one.
func (f *Fleet) Rollback(_ context.Context, _, _ string, _ store.Actor) (store.Build, error) {
	return store.Build{}, errNotYet
}
