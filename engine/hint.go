package engine

import (
	"slices"
	"strings"

	lua "github.com/yuin/gopher-lua"
)

// gone are functions of Lua that scripts do not have, and what to use in their place.
var gone = map[string]string{
	"dofile": "use require", "loadfile": "use require", "load": "use require, or a table of functions",
	"loadstring": "use require, or a table of functions", "module": "return a table from the file and require it",
	"setfenv": "", "getfenv": "", "newproxy": "", "collectgarbage": "memory is given up after every message",
	"io": "use store for what lasts and data/ for tables", "debug": "", "package": "use require",
	"os": "there are os.time, os.date and os.clock",
}

// hint guesses what the author meant, from the instruction that failed.
func (t *Turn) hint(L *lua.LState, f frame, d *detail, value lua.LValue) string {
	msg, _ := value.(lua.LString)
	text := string(msg)
	switch {
	case strings.HasSuffix(text, "stack overflow"):
		return "does a function call itself without an end?"
	case !strings.Contains(text, "attempt to call ") && !strings.Contains(text, "attempt to index global"):
		return ""
	}
	inst := d.code[f.pc]
	switch opcode(inst) {
	case lua.OP_TFORLOOP:
		return "write `in pairs(t)` or `in ipairs(t)`"
	case lua.OP_CALL, lua.OP_TAILCALL:
		return t.meantFunction(d, operandA(inst), f.pc)
	case lua.OP_GETTABLE, lua.OP_GETTABLEKS, lua.OP_SELF:
		return t.meantGlobal(d.nameIn(operandB(inst), f.pc))
	}
	return ""
}

// meantFunction looks for the name that a call of nil was probably meant to have.
func (t *Turn) meantFunction(d *detail, reg, pc int) string {
	at := lastWrite(d.code[:pc], reg)
	if at < 0 {
		return ""
	}
	inst := d.code[at]
	switch opcode(inst) {
	case lua.OP_GETGLOBAL:
		return t.meantGlobal(d.nameIn(reg, pc))
	case lua.OP_GETTABLE, lua.OP_GETTABLEKS, lua.OP_SELF:
		library, ok := strings.CutPrefix(d.nameIn(operandB(inst), at), "global '")
		if !ok && opcode(inst) == lua.OP_SELF {
			library = "string'"
		}
		library = strings.TrimSuffix(library, "'")
		return t.meantMember(library, d.key(operandC(inst), at))
	}
	return ""
}

func (t *Turn) meantMember(library, key string) string {
	if library == "" {
		return ""
	}
	var members []string
	for _, name := range t.engine.set.names {
		if lib, member, ok := strings.Cut(name, "."); ok && lib == library {
			members = append(members, member)
		}
	}
	if near := Nearest(key, members); near != "" {
		return "did you mean " + library + "." + near + "?"
	}
	if why := gone[library]; why != "" && len(members) > 0 {
		return why
	}
	return ""
}

// meantGlobal guesses at a global by its name in a message: "global 'prnt'".
func (t *Turn) meantGlobal(named string) string {
	name, ok := strings.CutPrefix(named, "global '")
	if !ok {
		return ""
	}
	name = strings.TrimSuffix(name, "'")
	if why, isGone := gone[name]; isGone {
		if why == "" {
			return "scripts do not have " + name
		}
		return "scripts do not have " + name + ": " + why
	}
	if name == "msg" {
		return "msg is what a handler is given: on.text(function(msg) … end)"
	}
	names := t.globalNames()
	if near := Nearest(name, names); near != "" {
		return "did you mean " + near + "?"
	}
	for _, full := range t.engine.set.names {
		if _, member, ok := strings.Cut(full, "."); ok && member == name {
			return "did you mean " + full + "?"
		}
	}
	return ""
}

// globalNames are the globals of the library and those that the script has assigned so far.
func (t *Turn) globalNames() []string {
	var names []string
	for _, tb := range []*lua.LTable{t.engine.set.globals, t.env} {
		tb.ForEach(func(k, _ lua.LValue) {
			if s, ok := k.(lua.LString); ok {
				names = append(names, string(s))
			}
		})
	}
	slices.Sort(names) // the same guess every time
	return names
}
