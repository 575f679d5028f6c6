// Package luaprogram writes random Lua 5.1 programs, so that an engine can be held against the real Lua: whatever
// they print, both must print the same.
//
//	p := luaprogram.New(rand.New(rand.NewPCG(7, 1)))
//	fmt.Println(p.Class, p.Text())
//
// A program is made of choices only: the same choices give the same program. It ends, calls nothing but the
// library functions of Lua that are the same everywhere and the two of its host, and leaves alone what the manual
// leaves open or Moonwire does otherwise on purpose: the order of pairs, the length of lists with holes, addresses,
// whole numbers of more than 14 digits as text, the sign of zero, deep recursion, chance, time.
//
// The host gives a program observe(...), which notes values, and small(x), which is x when tostring writes x
// the same everywhere and 0 otherwise.
//
// Minimise cuts a program down while a difference stays. Layout writes a text over odd lines, Tokens and Mutate
// are for the syntax: texts that may or may not be Lua.
//
// To change what is written: statement.go and expression.go hold the general language, class_*.go what aims at one
// kind of fault each, tree.go how it becomes text. Everything here is pure; a Program is not to be changed while
// another goroutine reads it.
package luaprogram
