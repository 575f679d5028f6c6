// Package code makes the virtual machine's code of a syntax tree. gopher-lua is the machine; its own compiler is
// not used, for it computes plain Lua wrong (docs/decisions/0009).
//
//	proto, err := code.Generate("main.lua", chunk, library, nil)
//	proto, err := code.Generate("main.lua", chunk, library, notes) // and says which code belongs to what
//
// A function's values stand in registers: first its variables in the order of declaration, then what an
// expression needs for a while, like a stack. `to` computes an expression into a register and writes there last;
// `push` puts it on top; `operand` answers where it is already, if it is a variable or a constant. The manual leaves
// some orders of evaluation open; here they are those of lua5.1, and a test with many thousand programs compares.
//
// To change what a statement does, read statement.go, loop.go and assign.go; an expression: expression.go, logic.go
// (and, or, not, comparisons), call.go, table.go; how variables are found: variable.go; registers and instructions:
// function.go and instruction.go.
//
// What the machine asks for: CALL and VARARG forget what lies above their results, so both stand on top of the
// registers in use and never write into a variable; TFORLOOP, TEST, TESTSET and comparisons are followed by JMP; the
// *KS instructions and SELF want a text as key; an empty SETLIST count means "to the top". What the cage asks for:
// `..`, `t[#t+1] = v` and bounds of loops that may be texts are calls of bounded functions, there are no tail calls,
// and names of the library that nothing replaces are constants.
//
// Generate may run on many goroutines; a tree is used by one at a time. The code is immutable and may be shared.
package code
