package engine

import (
	"strings"

	lua "github.com/yuin/gopher-lua"
)

// detailOf finds the names of a running function; nil when there are none.
func (t *Turn) detailOf(p *lua.FunctionProto) *detail {
	if p == nil {
		return nil
	}
	m := t.build.modules.file(p.SourceName)
	if m == nil || m.chunk == nil {
		return nil
	}
	return m.chunk.details()[p]
}

// nameIn says how the script calls what is in a register just before an instruction: "local 'x'",
// "global 'f'", "field 'item'", "method 'ask'", "upvalue 'n'"; "" for what has no name.
func (d *detail) nameIn(reg, pc int) string {
	if d == nil || pc >= len(d.code) {
		return ""
	}
	if name := d.localAt(reg, pc); name != "" {
		return "local '" + name + "'"
	}
	at := lastWrite(d.code[:pc], reg)
	if at < 0 {
		return ""
	}
	inst := d.code[at]
	switch opcode(inst) {
	case lua.OP_GETGLOBAL:
		if s, ok := d.values[operandX(inst)].(lua.LString); ok {
			return "global '" + string(s) + "'"
		}
	case lua.OP_MOVE:
		if operandB(inst) < operandA(inst) {
			return d.nameIn(operandB(inst), at)
		}
	case lua.OP_GETTABLE, lua.OP_GETTABLEKS:
		if key := d.key(operandC(inst), at); key != "" {
			return "field '" + key + "'"
		}
		return "field '?'" // as Lua 5.1 calls one whose key was computed
	case lua.OP_SELF:
		return "method '" + d.key(operandC(inst), at) + "'"
	case lua.OP_GETUPVAL:
		name := at2(d.upvalues, operandB(inst))
		if library, ok := strings.CutPrefix(name, hidden); ok {
			return "global '" + library + "'"
		}
		return "upvalue '" + name + "'"
	}
	return ""
}

// operandName names a register or constant operand.
func (d *detail) operandName(rk, pc int) string {
	if rk&isConstant != 0 {
		return ""
	}
	return d.nameIn(rk, pc)
}

const isConstant = 1 << 8

// key is the text of a constant key, "" if it is computed.
func (d *detail) key(rk, pc int) string {
	if rk&isConstant != 0 {
		return constant(d.values, rk)
	}
	if d.localAt(rk, pc) != "" {
		return "" // what a variable holds depends on the way that was taken
	}
	if at := lastWrite(d.code[:pc], rk); at >= 0 && opcode(d.code[at]) == lua.OP_LOADK {
		s, _ := d.values[operandX(d.code[at])].(lua.LString)
		return string(s)
	}
	return ""
}

// lastWrite is the last instruction that changes a register, -1 if none does.
func lastWrite(code []uint32, reg int) int {
	for pc := len(code) - 1; pc >= 0; pc-- {
		if writes(code[pc], reg) {
			return pc
		}
	}
	return -1
}

func writes(inst uint32, reg int) bool {
	a := operandA(inst)
	switch opcode(inst) {
	case lua.OP_CALL, lua.OP_TAILCALL, lua.OP_VARARG:
		return reg >= a
	case lua.OP_TFORLOOP:
		return reg >= a+2
	case lua.OP_SELF:
		return reg == a || reg == a+1
	case lua.OP_LOADNIL:
		return reg >= a && reg <= operandB(inst)
	case lua.OP_FORLOOP, lua.OP_FORPREP:
		return reg >= a && reg <= a+3
	case lua.OP_SETGLOBAL, lua.OP_SETUPVAL, lua.OP_SETTABLE, lua.OP_SETTABLEKS, lua.OP_JMP, lua.OP_EQ, lua.OP_LT,
		lua.OP_LE, lua.OP_TEST, lua.OP_RETURN, lua.OP_SETLIST, lua.OP_CLOSE, lua.OP_NOP:
		return false
	}
	return reg == a
}

// argumentName names the n-th argument of the running native, in the words of its caller.
func (t *Turn) argumentName(L *lua.LState, n int) string {
	f, ok := frameAt(L, 1)
	if !ok || f.fn.IsG || opcode(f.fn.Proto.Code[f.pc]) != lua.OP_CALL {
		return ""
	}
	a := operandA(f.fn.Proto.Code[f.pc])
	d := t.detailOf(f.fn.Proto)
	if d == nil {
		return ""
	}
	// An argument is a copy; where the copy came from has the name.
	if at := lastWrite(d.code[:f.pc], a+n); at >= 0 && opcode(d.code[at]) == lua.OP_MOVE {
		return d.nameIn(operandB(d.code[at]), at)
	}
	return d.nameIn(a+n, f.pc)
}

// constant returns the text of an instruction's constant operand, "" if it is a register or no text.
func constant(values []lua.LValue, rk int) string {
	if rk&isConstant == 0 || rk&^isConstant >= len(values) {
		return ""
	}
	s, _ := values[rk&^isConstant].(lua.LString)
	return string(s)
}

// bareName is the last part of a native's name: "rep" of "string.rep".
func bareName(name string) string { return name[strings.LastIndexByte(name, '.')+1:] }
