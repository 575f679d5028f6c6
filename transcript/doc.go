// Package transcript runs the tests of an account: conversations written down as they look on a phone, in tests/*.chat.
//
//	runner, err := transcript.NewRunner(transcript.Options{})
//	test, err := transcript.Find("scripts", "demo")             // its files
//	results := runner.Run(ctx, test[0])
//	if f := results[0].Failure; f != nil { f.Print(os.Stdout, paint) }
//
// Every test begins anew: a copy of the folder, a store, a stand-in platform and a clock of its own. What a fan does goes
// through the real callback, sealed and signed, and what the bot sends goes to the stand-in's API, both without a network.
// The clock is held: it moves where the transcript says so, and as far as somebody sleeps for it (clock.go, settle.go), so
// that an answer that takes a minute is tested in a moment. Chance is the same every time. Calls of other servers are
// answered as the transcript declares them, and anything else is an error that says which line is missing.
//
// To change … read:
//
//	what a line may say                        words.go (the table), read.go (lines), readact.go (what fans do), readhttp.go
//	what an expected text may be               expected.go
//	what a step does                           steps.go, outside.go (http, fail, slow), restart.go (restart, node, save)
//	when a step is over                        settle.go, clock.go
//	what stands in for the world               world.go, node.go, carry.go, web.go
//	what is told of a failure                  result.go, print.go
//	tests in Lua                               luatests.go; their functions: package bindings, testfunctions.go
//	--update, chat --save, JUnit's XML         update.go, recording.go, junit.go
//	what ran, and what did not                 coverage.go
//	which files are tests                      find.go
//
// It knows no Lua. It writes to its temporary folder only. A Runner may run several tests at the same time.
package transcript
