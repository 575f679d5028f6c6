// Package check says what is wrong with a script before a fan finds out: what does not compile or load,
// names and events that nobody has, modules that are not there, and what Lua allows but a turn forgets.
//
//	findings, err := check.Folder(ctx, eng, set, root, "shop", check.Options{})
//
// It runs the top level once, with effects refused, and no handler. Safe for concurrent use.
package check
