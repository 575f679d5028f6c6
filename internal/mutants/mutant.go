package main

import (
	"bytes"
	"go/ast"
	"go/token"
	"math/rand/v2"
	"strconv"
	"strings"
)

// mutant is one fault.
type mutant struct {
	s *source
	edit
	in            *ast.FuncDecl // nil: outside of any function
	line, column  int
	before, after string // the line, without and with the fault
}

// gone stands for a line of which nothing is left.
const gone = "(gone)"

// longestShown is how many bytes of a line are shown.
const longestShown = 160

// all returns every fault that can be put into a package, in the order of its files.
func (p *pkg) all() []*mutant {
	var every []*mutant
	for _, s := range p.files {
		for _, decl := range s.tree.Decls {
			in, isFunc := decl.(*ast.FuncDecl)
			if isFunc && in.Body == nil || s.isTable() && !isFunc {
				continue
			}
			if gen, ok := decl.(*ast.GenDecl); ok && (gen.Tok == token.TYPE || gen.Tok == token.IMPORT) {
				continue
			}
			for _, e := range edits(s, decl) {
				if s.isTable() && isDatum(e.text) {
					continue
				}
				if isFunc && e.from < s.offset(in.Body.Pos()) {
					continue // a number in its head is part of a type
				}
				every = append(every, newMutant(s, e, in))
			}
		}
	}
	return every
}

// isDatum reports whether what a fault puts in is a number, or true or false: in a table that is data.
func isDatum(text string) bool {
	_, err := strconv.Atoi(text)
	return err == nil || text == "true" || text == "false"
}

func newMutant(s *source, e edit, in *ast.FuncDecl) *mutant {
	m := &mutant{s: s, edit: e, in: in}
	start := bytes.LastIndexByte(s.text[:e.from], '\n') + 1
	end := e.to
	if n := bytes.IndexByte(s.text[e.to:], '\n'); n >= 0 {
		end += n
	}
	m.line, m.column = 1+bytes.Count(s.text[:e.from], []byte("\n")), 1+e.from-start
	m.before = oneLine(string(s.text[start:end]))
	m.after = oneLine(string(s.text[start:e.from]) + e.text + string(s.text[e.to:end]))
	if m.after == "" {
		m.after = gone
	}
	return m
}

// oneLine brings a piece of code on one line, with single spaces.
func oneLine(code string) string {
	code = strings.Join(strings.Fields(code), " ")
	if len(code) > longestShown {
		return strings.ToValidUTF8(code[:longestShown], "") + "…"
	}
	return code
}

// shuffled orders faults at random, the same for the same seed.
func shuffled(all []*mutant, seed uint64) []*mutant {
	all = append([]*mutant(nil), all...)
	rand.New(rand.NewPCG(seed, 0)).Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	return all
}
