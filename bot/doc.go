// Package bot decides what happens to one message (once, in order, in time) and keeps the fleet of accounts.
//
//	fleet := bot.NewFleet(bot.Options{Scripts: "./scripts", Dev: true, Engine: eng, Store: st})
//	go fleet.Run(ctx)
//	fleet.Receive("demo", query, body, responder) // from the callback's handler; blocks
//
// Once: a push is known by its key for ten minutes; a repeat joins the turn that is running or gets the answer that was
// given, also by another process that shares the store. In order: a fan has one turn at a time. In time: each attempt of
// the platform has a window of 4.5 s; what happens to a turn that is slower is the account's late policy.
//
// A message goes downward through these files, and only run.go, to which the answer returns, is come back to:
//
//	receive.go    checks and opens the push; which account, which release
//	pushes.go     begin: is it new, a repeat, or too much? All that is decided about a push, under one lock
//	run.go        claims, waits, runs the script; then settles the answer and commits
//	deliver.go    gives the answer to who waits, or leaves or sends it
//	record.go     remembers and reports the turn
//
// What is done is a work (work.go), which one goroutine owns. How its push comes and its answer goes is a delivery
// (delivery.go), which the push book owns. They meet where a push begins (pushes.go) and where it ends (ending.go). Work
// that nobody pushed, a job or a signal, has no delivery: Fleet.Work (dowork.go).
//
// To change … read:
//
//	what a repeat gets                         recentreplies.go, packedreply.go, attempt.go
//	whose turn it is                           fanqueue.go, capacity.go (of the account)
//	early answers, the end of waiting          deadlines.go, untaken.go
//	answers that come late                     send.go (push), fetch.go and lateanswers.go (fetch), deliver.go; their files: replyfile.go
//	language models: budgets, the rest of an   model.go, coming.go, speak.go
//	answer, texts that come meanwhile          turnaway.go, order.go
//	texts longer than one message              compose.go, parts.go, sendrest.go, sendone.go, fetch.go
//	several processes                          claim.go, otherprocess.go, tell.go, others.go
//	what becomes of work that is not done      giveup.go
//	how a save becomes what serves             loader.go (which, when), look.go, load.go, compile.go, content.go, swap.go, release.go
//	what serves when a folder is broken        content.go (the live build, the last good one), storedmedia.go
//	what is kept of saves and folders          saver.go
//	going back, publishing                     rollback.go, publish.go, builds.go
//	how a turn went, once more                 tracing.go (of which it is kept), traceof.go, replay.go
//	what operators and others decide           operators.go, rename.go, row.go, state.go
//	loading a folder when asked                loadnow.go
//	calls of other systems                     hook.go
//	jobs: which account is looked at, by whom  jobs.go, lookforjobs.go
//	one job, and what becomes of it            dojob.go, jobcommit.go, jobend.go (retries, the next time, a death in the middle)
//	jobs as operators see them                 operatejobs.go
//	conversations: who goes on, with which     talk.go, oldbuilds.go; by themselves: due.go, stir.go; what is said without a
//	build                                      reply: speakout.go; at a save: tryflows.go; what operators do: flows.go
//	menus                                      menus.go
//	what scripts find                          memory.go, records.go, scriptsends.go, uploads.go
//	accounts that come, go, are paused         accounts.go, account.go, pause.go, start.go
//	waiting by the clock                       timer.go, and Options.Ticks for the watchdog in start.go
//
// The package refuses to run an account in serve mode whose account.yaml is unsafe (no mode, literal secrets, no token),
// and runs the others. It keeps no message text longer than the turn, save in the store and in the recent replies. Fleet
// and Account are safe for concurrent use.
package bot
