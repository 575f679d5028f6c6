package code

import lua "github.com/yuin/gopher-lua"

// The layout of an instruction: opcode in the top 6 bits, then A (8), C (9), B (9); or A and one operand of 18 bits.
const (
	maxB         = 1<<9 - 1
	maxX         = 1<<18 - 1
	jumpZero     = maxX >> 1 // a jump of 0
	isConstant   = 1 << 8    // in B and C: a constant, not a register
	maxOperandK  = 1<<8 - 1  // the last constant that B and C can name
	fieldsPerSet = 50        // items that one SETLIST stores
)

// Op, A, B and C take an instruction apart.
func Op(inst uint32) int { return int(inst >> 26) }
func A(inst uint32) int  { return int(inst>>18) & 0xff }
func B(inst uint32) int  { return int(inst) & maxB }
func C(inst uint32) int  { return int(inst>>9) & maxB }

func abc(op, a, b, c int) uint32 { return uint32(op)<<26 | uint32(a)<<18 | uint32(c)<<9 | uint32(b) }
func ax(op, a, x int) uint32     { return uint32(op)<<26 | uint32(a)<<18 | uint32(x) }

// jumpBy is a JMP, FORLOOP or FORPREP over so many instructions.
func jumpBy(op, a, by int) uint32 { return ax(op, a, by+jumpZero) }

func flag(b bool) int {
	if b {
		return 1
	}
	return 0
}

// Constant is the value of an operand B or C that is a constant of the function.
func Constant(p *lua.FunctionProto, operand int) (lua.LValue, bool) {
	if operand&isConstant == 0 {
		return nil, false
	}
	return p.Constants[operand&^isConstant], true
}
