// Package engine compiles, cages, runs and swaps Lua. It has never heard of WeChat.
//
//	set, err := engine.NewSet(natives, proxies)     // the library all scripts share, read-only
//	eng, err := engine.New(set, engine.Options{})   // tests the cage before anything else may run
//	go eng.Run(ctx)                                 // sweeps idle VMs
//	build, err := eng.Compile(ctx, snapshot, engine.BuildOptions{Account: "demo"}) // snapshot: folder.Read
//	err = eng.Do(ctx, build, engine.TurnOptions{}, func(t *engine.Turn) error {
//		answer, err := t.Call(handler, argument)
//		…
//	})
//
// A Build is one immutable version of an account's folder. A Turn is all that happens for one message:
// a warm VM of the build, a fresh environment, the top level run again in it, then the handlers. Nothing a
// script does can be noticed by the next turn; a VM of which that cannot be proven is thrown away. Where package proof
// shows that no function changes what the top level has made, that serves the next turns of the VM, too (kept.go).
//
// The cage holds gopher-lua v1.1.2 unmodified. The VM asks its context's Done once per instruction: the
// meter behind it counts, looks at the clock and at the heap, and stops a turn for good, pcall or not.
// The language is Lua 5.1: package syntax reads it, package code makes the machine's code, and what could allocate
// without bound inside one instruction (`..`, `t[#t+1] = v`) becomes a checked form there. Every library function is bounded and charges its work and
// its bytes to the turn (Turn.Steps, Turn.Bytes) before it does it. Functions outside this package that
// scripts can call must do the same, and reach the outside through Turn.Effect only.
//
// A turn tells its observer (TurnOptions.Observe) what each effect intended and what came of it. Time and chance are
// values of its options; only budgets run on real time, so that a held clock holds no endless loop.
//
// To change
//   - what a turn is and in which order it goes: engine.go (Do), turn.go, control.go (calls, pcall, suspension), kept.go (turns without a run of the top level)
//   - effects and who is told of them: effect.go, observe.go, argshash.go; what answers them again: journal.go, reworded.go; chance: chance.go
//   - which lines ran, for tests: cover.go
//   - limits: limits.go (the table), meter.go (instructions and time), memory.go, weigh.go and held.go (bytes), slots.go
//     (who may compute), collector.go (how hard Go collects meanwhile)
//   - VMs and what proves them clean: vm.go; what the cage rests on: selftest.go; environments and globals: environment.go, set.go; read-only tables: locked.go; libraries that scripts add to: openlibrary.go; package: package.go
//   - builds: build.go, compile.go, require.go, cache.go; what is warned of in a source: lint.go, lintguard.go, linttable.go
//   - errors as authors see them: report.go, frames.go, words.go, hint.go, hintkind.go, hintendless.go, nearest.go, box.go, locals.go, naming.go, shorten.go
//   - the library of Lua: base.go, lib_*.go, coroutine.go, iterate.go, operators.go, arithmetic.go, number.go; texts being
//     made: text.go, format*.go, strftime.go; cut through characters: tear.go; patterns: matcher.go, patternitem.go, patternset.go, quantifier.go, charclass.go;
//     regular expressions: regexp.go, regexpsize.go
//   - plain data between Go and Lua: plain.go, args.go
//
// It refuses: load and its kin, io, debug, bytecode, writing to anything shared, effects at the top level.
// It does not protect the process from bugs of the VM or of the Go runtime; strangers' scripts belong into
// a process of their own.
//
// Engine, Set and Build may be used by many goroutines. A Turn and every Lua value of it belong
// to one goroutine and are dead after Do returns.
package engine
