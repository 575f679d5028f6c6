// Package bot decides what happens to ONE message (once, in order, in time) and keeps the fleet of
// accounts.
//
//	fleet := bot.NewFleet(bot.Options{Scripts: "./scripts", Dev: true, Engine: eng, Store: st})
//	go fleet.Run(ctx)
//	fleet.Receive("demo", query, body, responder) // from the callback's handler; blocks
//
// Once: a push is known by its key for ten minutes; a repeat joins the turn that is running or gets the
// answer that was given, also of another process that shares the store (claim.go, borrow.go). In order: a fan has one turn at a time. In time: each attempt of the platform has
// a window of 4.5 s; what happens to a turn that is slower is the account's late policy.
//
// A folder under Scripts is an account; a save swaps one immutable release (account.yaml, callback, client,
// program) for the next, and a broken save changes nothing but a report.
//
// The package refuses to run an account in serve mode whose account.yaml is unsafe (no mode, literal
// secrets, no token), and runs the others. It keeps no message text longer than the turn, save in the store
// and in the recent replies. Fleet and Account are safe for concurrent use.
package bot
