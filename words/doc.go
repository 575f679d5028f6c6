// Package words is what people are told about their scripts, in the two languages that Moonwire speaks: one catalogue of
// findings, each with a code that never changes, its cause, its cure and an example.
//
//	m := words.Say(words.UnknownName, "name", "repy").Cured(words.DidYouMean("reply"))
//	m.Cause.In(words.Chinese) // 没有叫 repy 的东西
//	lang := words.Choose(flag, getenv)
//
// Who finds something names a code and the values of its places ({name}); the sentences stand here and nowhere else. To
// add a finding, add its code to codes.go and its entry to the file of its area: check.go (what is seen in a text that
// runs), beside.go (in what it names), syntax.go (what does not compile) or run.go (what fails while it runs).
//
// The package prints nothing, knows no room and keeps no state: all of it is safe for concurrent use.
package words
