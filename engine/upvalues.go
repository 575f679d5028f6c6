package engine

import (
	"fmt"
	"strings"

	lua "github.com/yuin/gopher-lua"
)

// maxUpvalues is how many variables of the functions around it a function can use: the VM counts them in a byte.
const maxUpvalues = 255

// crowded finds a function that uses too many variables of those around it, hidden ones included; nil if there
// is none.
func crowded(p *lua.FunctionProto) *lua.FunctionProto {
	if len(p.DbgUpvalues) > maxUpvalues {
		return p
	}
	for _, inner := range p.FunctionPrototypes {
		if found := crowded(inner); found != nil {
			return found
		}
	}
	return nil
}

// tooManyUpvalues words what crowded found in the author's terms, who knows of no hidden names.
func tooManyUpvalues(p *lua.FunctionProto) error {
	own := 0
	for _, name := range p.DbgUpvalues {
		if !strings.HasPrefix(name, hidden) {
			own++
		}
	}
	return &lua.CompileError{Line: p.LineDefined, Message: fmt.Sprintf(
		"a function uses %d outer variables (locals of the functions around it); at most %d are allowed; put them into a table",
		own, maxUpvalues-len(p.DbgUpvalues)+own)}
}
