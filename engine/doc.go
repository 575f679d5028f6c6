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
// script does can be noticed by the next turn; a VM of which that cannot be proven is thrown away.
//
// The cage holds gopher-lua v1.1.2 unmodified. The VM asks its context's Done once per instruction: the
// meter behind it counts, looks at the clock and at the heap, and stops a turn for good, pcall or not.
// The language is Lua 5.1: package syntax reads it, package code makes the machine's code, and what could allocate
// without bound inside one instruction (`..`, `t[#t+1] = v`) becomes a checked form there. Every library function is bounded and charges its work and
// its bytes to the turn (Turn.Steps, Turn.Bytes) before it does it. Functions outside this package that
// scripts can call must do the same, and reach the outside through Turn.Effect only.
//
// It refuses: load and its kin, io, debug, bytecode, writing to anything shared, effects at the top level.
// It does not protect the process from bugs of the VM or of the Go runtime; strangers' scripts belong into
// a process of their own.
//
// Engine, Set and Build may be used by many goroutines. A Turn and every Lua value of it belong
// to one goroutine and are dead after Do returns.
package engine
