package engine

import (
	"fmt"

	"github.com/yuin/gopher-lua/ast"
)

// The compiler looks for every text, number and name of a function among all that it has seen there before, and
// cannot be interrupted: eight thousand different ones take it a quarter of a second. It looks for each variable among
// all locals around it, too.
const (
	maxLookups      = 64_000_000 // of one file
	maxBuildLookups = 200_000_000
	// maxListed is how many items of a list in braces the machine code can number.
	maxListed = 25_550
)

// constantPool is the texts, numbers and names of one function.
type constantPool struct {
	seen     map[string]bool
	made     int // by the compiler, out of numbers: 2 * 3, -1
	mentions int
}

func (c *constantPool) note(kind, text string) {
	c.mentions++
	if c.seen == nil {
		c.seen = map[string]bool{}
	}
	c.seen[kind+text] = true
}

func (c *constantPool) lookups() int { return c.mentions * (len(c.seen) + c.made) }

// constant notes what an expression adds to the constants of the function around it.
func (m *measurer) constant(e ast.Expr) {
	c := &m.constants
	switch e := e.(type) {
	case *ast.StringExpr:
		c.note("", e.Value)
	case *ast.IdentExpr:
		c.note("", e.Value)
		m.lookups += m.scope.weight()
	case *ast.NumberExpr:
		c.note("=", e.Value)
	case *ast.FuncCallExpr:
		if e.Method != "" {
			c.note("", e.Method)
		}
	case *ast.ArithmeticOpExpr:
		if computed(e.Lhs) && computed(e.Rhs) {
			c.mentions++
			c.made++
		}
	case *ast.UnaryMinusOpExpr:
		if computed(e.Expr) {
			c.mentions++
			c.made++
		}
	}
}

// computed reports whether the compiler may know the value of an expression.
func computed(e ast.Expr) bool {
	switch e.(type) {
	case *ast.NumberExpr, *ast.ArithmeticOpExpr, *ast.UnaryMinusOpExpr:
		return true
	}
	return false
}

// endConstants sums up the constants of a function that ends.
func (m *measurer) endConstants(line int) {
	own := m.constants.lookups()
	if m.lookups += own; m.lookups <= maxLookups || m.err != nil {
		return
	}
	m.err = &ScriptError{
		Kind: ErrorSyntax, File: m.file, Line: line,
		Msg:  "too many names inside so many blocks and local variables",
		Hint: "split the file into several",
	}
	if own > maxLookups/2 {
		m.err.Msg = fmt.Sprintf("too many texts, numbers and names in one function: %s different ones in %s places",
			groupDigits(int64(len(m.constants.seen)+m.constants.made)), groupDigits(int64(m.constants.mentions)))
		m.err.Hint = "move the table to data/"
	}
}

// listed bounds a list in braces. The VM would lose what is beyond without a word.
func (m *measurer) listed(e *ast.TableExpr) {
	items := 0
	for _, f := range e.Fields {
		if f.Key == nil {
			items++
		}
	}
	if items > maxListed && m.err == nil {
		m.err = &ScriptError{
			Kind: ErrorSyntax, File: m.file, Line: e.Line(),
			Msg:  fmt.Sprintf("a list of %s items in braces; at most %s are allowed", groupDigits(int64(items)), groupDigits(maxListed)),
			Hint: "move the list to data/",
		}
	}
}
