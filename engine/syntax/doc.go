// Package syntax reads Lua 5.1: a source file in, a tree out, in which every name knows its variable.
//
//	chunk, err := syntax.Parse(source)   // err is a *syntax.Error: line, Lua 5.1's words, a hint
//	chunk.Main.Body                      // statements; see tree.go, and parts.go for a walk
//	chunk.Assigned["total"]              // the file assigns the global total
//
// The grammar is that of the manual as lua5.1 reads it: one `;` behind a statement and none alone, `break` and
// `return` last in a block, a call's bracket on the line of what is called, goto and :: are no words. Taken
// although lua5.1 refuses it: `[[` inside a long text. A first line that begins with # and a byte order mark are
// skipped. What a file may be made of is bounded while it is read (bounds.go), so that nothing behind the parser
// needs a limit of its own against deep or endless source.
//
// A file that does not parse is read once more to guess what was meant (slip.go; characters outside ASCII and open texts:
// fullwidth.go).
//
// To change what a word looks like, read scan.go, text.go and numeral.go; its texts alone, texts.go; what a statement or an expression is,
// statement.go and expression.go; which variable a name means, scope.go.
//
// Parse keeps no state: any number of goroutines may call it. A tree belongs to whoever parsed it.
package syntax
