package engine

import (
	"slices"
	"unsafe"

	lua "github.com/yuin/gopher-lua"
)

// The layout of an instruction: opcode in the top 6 bits, then A (8), C (9), B (9).
func opcode(inst uint32) int   { return int(inst >> 26) }
func operandA(inst uint32) int { return int(inst>>18) & 0xff }
func operandB(inst uint32) int { return int(inst & 0x1ff) }
func operandC(inst uint32) int { return int(inst>>9) & 0x1ff }
func operandX(inst uint32) int { return int(inst & 0x3ffff) }

func withOpcode(inst uint32, op int) uint32 { return inst&(1<<26-1) | uint32(op)<<26 }

func encodeABC(op, a, b, c int) uint32 {
	return uint32(op)<<26 | uint32(a)<<18 | uint32(c)<<9 | uint32(b)
}

// finish makes compiled code fit to be kept and run: tail calls become calls, so that an endless one
// overflows the stack at once and leaves a readable trace; empty tables start small; and every slice loses
// the compiler's spare capacity, a hundred times what a small function needs. The names of variables go
// too: detail finds them again when there is an error to word.
func finish(p *lua.FunctionProto) {
	for pc, inst := range p.Code {
		switch opcode(inst) {
		case lua.OP_TAILCALL:
			p.Code[pc] = withOpcode(inst, lua.OP_CALL)
		case lua.OP_NEWTABLE:
			// Without hints the first item of a table allocates 32 places, a first field 32 more.
			if operandB(inst) == 0 && operandC(inst) == 0 {
				p.Code[pc] = encodeABC(lua.OP_NEWTABLE, operandA(inst), 4, 1)
			}
		}
	}
	p.Code = slices.Clip(slices.Clone(p.Code))
	p.Constants = slices.Clip(slices.Clone(p.Constants))
	p.DbgSourcePositions = slices.Clip(slices.Clone(p.DbgSourcePositions))
	p.FunctionPrototypes = slices.Clip(slices.Clone(p.FunctionPrototypes))
	p.DbgLocals, p.DbgCalls, p.DbgUpvalues = nil, nil, nil
	if errPrivate == nil {
		strings := (*[]string)(unsafe.Add(unsafe.Pointer(p), private.strings))
		*strings = slices.Clip(slices.Clone(*strings))
	}
	for _, inner := range p.FunctionPrototypes {
		finish(inner)
	}
}
