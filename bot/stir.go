package bot

import (
	"context"

	"moonwire/store"
)

// stir lets it be looked at once which conversations are due.
func (f *Fleet) stir() {
	select {
	case f.stirred <- struct{}{}:
	default:
	}
}

// hasten lets a conversation go on at once whose turn was cut short.
func (f *Fleet) hasten(c store.Claim) {
	if err := f.o.Store.HastenConversation(context.WithoutCancel(f.life), c.Account, c.OpenID); err != nil {
		f.o.Log.Error("a conversation that was cut short goes on later", "account", c.Account, "error", err)
		return
	}
	f.stir()
}
