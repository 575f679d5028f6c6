package luaprogram

import "strings"

// Kind says what a node stands for, which is what Minimise may do with it.
type Kind uint8

// Kinds of nodes.
const (
	Words Kind = iota // as they stand
	Expr              // a value: a simpler one may take its place
	Stat              // a statement: it may go, or make room for the blocks in it
	Block             // statements, each on its own line
	List              // items with commas between: each may go
	Opt               // a part that may go, an else
	Piece             // parts in a row
)

// Node is a piece of a program.
type Node struct {
	Kind  Kind
	Text  string // of words; of a statement: the semicolon behind it
	Parts []*Node
	Atom  bool // an expression that needs no parentheses anywhere
	Keep  bool // a statement without which the program may not end; a list without holes
}

// join makes a node of texts and nodes.
func join(kind Kind, parts ...any) *Node {
	n := &Node{Kind: kind}
	for _, p := range parts {
		switch p := p.(type) {
		case string:
			n.Parts = append(n.Parts, &Node{Kind: Words, Text: p})
		case *Node:
			n.Parts = append(n.Parts, p)
		}
	}
	return n
}

func expr(parts ...any) *Node { return join(Expr, parts...) }

// atom is an expression that stands for itself among operators: a name, a call, a literal.
func atom(parts ...any) *Node {
	n := join(Expr, parts...)
	n.Atom = true
	return n
}

func stat(parts ...any) *Node { return join(Stat, parts...) }

func keep(n *Node) *Node {
	n.Keep = true
	return n
}

func list(items ...*Node) *Node       { return &Node{Kind: List, Parts: items} }
func block(statements ...*Node) *Node { return &Node{Kind: Block, Parts: statements} }

// names is a list of names.
func names(all ...string) *Node {
	n := &Node{Kind: List}
	for _, name := range all {
		n.Parts = append(n.Parts, atom(name))
	}
	return n
}

// operand puts what is no atom into parentheses.
func operand(n *Node) *Node {
	if n.Atom {
		return n
	}
	return atom("(", n, ")")
}

// text writes the tree down, a statement a line.
func (n *Node) text() string {
	w := &writer{}
	w.block(n)
	return strings.TrimPrefix(w.String(), "\n")
}

type writer struct {
	strings.Builder
	depth int
}

func (w *writer) node(n *Node) {
	switch n.Kind {
	case Words:
		if strings.HasPrefix(n.Text, "[") && strings.HasSuffix(w.String(), "[") {
			w.WriteByte(' ') // two of them begin a long text
		}
		w.WriteString(n.Text)
	case Block:
		w.depth++
		w.block(n)
		w.depth--
		w.line()
	case List:
		for i, p := range n.Parts {
			if i > 0 {
				w.WriteString(", ")
			}
			w.node(p)
		}
	default:
		for _, p := range n.Parts {
			w.node(p)
		}
	}
}

func (w *writer) line() {
	w.WriteByte('\n')
	w.WriteString(strings.Repeat("  ", max(0, w.depth-1)))
}

// block writes statements. One that begins with a parenthesis would be taken for a call of what stands before it.
func (w *writer) block(n *Node) {
	if w.depth == 0 {
		w.depth = 1
		defer func() { w.depth = 0 }()
	}
	for i, st := range n.Parts {
		w.line()
		w.node(st)
		if st.Text == ";" || i+1 < len(n.Parts) && strings.HasPrefix(first(n.Parts[i+1]), "(") {
			w.WriteByte(';')
		}
	}
}

// first is the first text of a node.
func first(n *Node) string {
	if n.Kind == Words {
		return n.Text
	}
	for _, p := range n.Parts {
		if s := first(p); s != "" {
			return s
		}
	}
	return ""
}

func (n *Node) clone() *Node {
	c := *n
	c.Parts = make([]*Node, len(n.Parts))
	for i, p := range n.Parts {
		c.Parts[i] = p.clone()
	}
	return &c
}

// size is how many nodes there are.
func (n *Node) size() int {
	sum := 1
	for _, p := range n.Parts {
		sum += p.size()
	}
	return sum
}
