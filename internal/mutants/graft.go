package main

import (
	"cmp"
	"fmt"
	"go/ast"
	"slices"
	"strings"
)

// switchVariable is the environment variable that holds the number of the fault to run with; 0 = none.
const switchVariable = "MOONWIRE_MUTANT"

// switchFile is the file that a package gets to read it.
func switchFile(name string) string {
	return "package " + name + `

import (
	"os"
	"strconv"
)

var mutant__, _ = strconv.Atoi(os.Getenv("` + switchVariable + `"))
`
}

// grafted is a file with faults: their functions stand below it, numbered, each in a copy.
type grafted struct {
	text  string
	lines map[int]int // line of a copy → its number
}

// graft lays faults over a file. The original function enters the copy whose number the environment says; what
// the file had stays on its lines.
func graft(s *source, faults map[int]*mutant) grafted {
	var copies strings.Builder
	g := grafted{lines: map[int]int{}}
	entries := map[*ast.FuncDecl]string{}
	line := 1 + strings.Count(string(s.text), "\n") + 1
	for _, n := range sortedKeys(faults) {
		m := faults[n]
		signature, call := copySignature(s, m.in, fmt.Sprintf("mutant%d__%s", n, m.in.Name.Name))
		from, to := s.offset(m.in.Body.Pos()), s.offset(m.in.Body.End())
		text := signature + " " + string(s.text[from:m.from]) + m.text + string(s.text[m.to:to]) + "\n"
		for range strings.Count(text, "\n") {
			g.lines[line] = n
			line++
		}
		copies.WriteString(text)
		if m.in.Type.Results != nil {
			entries[m.in] += fmt.Sprintf(" if mutant__ == %d { return %s };", n, call)
		} else {
			entries[m.in] += fmt.Sprintf(" if mutant__ == %d { %s; return };", n, call)
		}
	}
	g.text = enter(s, entries) + "\n" + copies.String()
	return g
}

// enter puts the ways into the copies at the head of each function, and names what has no name.
func enter(s *source, entries map[*ast.FuncDecl]string) string {
	functions := make([]*ast.FuncDecl, 0, len(entries))
	for f := range entries {
		functions = append(functions, f)
	}
	slices.SortFunc(functions, func(a, b *ast.FuncDecl) int { return cmp.Compare(a.Pos(), b.Pos()) })
	var out strings.Builder
	at := 0
	for _, f := range functions {
		signature, _ := copySignature(s, f, f.Name.Name)
		start, body := s.offset(f.Type.Pos()), s.offset(f.Body.Lbrace)
		lost := strings.Count(string(s.text[start:body]), "\n") - strings.Count(signature, "\n")
		out.Write(s.text[at:start])
		out.WriteString(signature + " {" + entries[f] + strings.Repeat("\n", lost))
		at = body + 1
	}
	out.Write(s.text[at:])
	return out.String()
}

// copySignature writes a function's head with another name, every parameter named, and a call of it from within
// the function itself.
func copySignature(s *source, f *ast.FuncDecl, name string) (signature, call string) {
	signature, call = "func ", name
	if f.Recv != nil {
		list, args := parameters(s, f.Recv, "receiver")
		signature += "(" + list + ") "
		call = args + "." + name
	}
	signature += name
	if f.Type.TypeParams != nil {
		signature += s.of(f.Type.TypeParams)
		var names []string
		for _, field := range f.Type.TypeParams.List {
			for _, id := range field.Names {
				names = append(names, id.Name)
			}
		}
		call += "[" + strings.Join(names, ", ") + "]"
	}
	list, args := parameters(s, f.Type.Params, "parameter")
	signature += "(" + list + ")"
	if f.Type.Results != nil {
		signature += " " + s.of(f.Type.Results)
	}
	return signature, call + "(" + args + ")"
}

func parameters(s *source, fields *ast.FieldList, word string) (list, args string) {
	var named, passed []string
	for _, field := range fields.List {
		kind := s.of(field.Type)
		for i := range max(1, len(field.Names)) {
			name := fmt.Sprintf("%s%d__", word, len(named))
			if len(field.Names) > 0 && field.Names[i].Name != "_" {
				name = field.Names[i].Name
			}
			named = append(named, name+" "+kind)
			if strings.HasPrefix(kind, "...") {
				name += "..."
			}
			passed = append(passed, name)
		}
	}
	return strings.Join(named, ", "), strings.Join(passed, ", ")
}

func sortedKeys[V any](m map[int]V) []int {
	keys := make([]int, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
