package luaprogram

import "slices"

// maxTries is how many smaller programs Minimise tries at most.
const maxTries = 1_500

// Minimise cuts a program down as long as the smaller one still differs. Whatever is asked of differs may be no
// Lua at all: then it should answer false.
func Minimise(p *Program, differs func(text string) bool) *Program {
	m := &minimiser{p: &Program{Class: p.Class, AnyLine: p.AnyLine, tree: p.tree.clone(), layout: p.layout}, differs: differs}
	if layout := p.layout; layout != 0 {
		if m.p.layout = 0; !m.try() {
			m.p.layout = layout
		}
	}
	for before := 0; m.tries < maxTries && m.p.tree.size() != before; {
		before = m.p.tree.size()
		m.statements(m.p.tree)
		m.parts(m.p.tree)
		m.values(m.p.tree)
	}
	return m.p
}

type minimiser struct {
	p       *Program
	differs func(text string) bool
	tries   int
}

// try says whether the program still differs.
func (m *minimiser) try() bool {
	if m.tries >= maxTries {
		return false
	}
	m.tries++
	return m.differs(m.p.Text())
}

// swap puts other parts into a node if the program differs with them too.
func (m *minimiser) swap(n *Node, parts []*Node) bool {
	before := n.Parts
	n.Parts = parts
	if m.try() {
		return true
	}
	n.Parts = before
	return false
}

// statements takes out as many statements at once as can go, of every block, and puts blocks in the place of the
// statements around them.
func (m *minimiser) statements(n *Node) {
	if n.Kind == Block {
		for step := len(n.Parts); step > 0; step /= 2 {
			for i := 0; i+step <= len(n.Parts); {
				if kept(n.Parts[i:i+step]) || !m.swap(n, cut(n.Parts, i, step)) {
					i += step
				}
			}
		}
		for i := 0; i < len(n.Parts); i++ {
			m.unwrap(n, i)
		}
	}
	for _, part := range n.Parts {
		m.statements(part)
	}
}

// unwrap puts the statements of a block in a statement into its place.
func (m *minimiser) unwrap(n *Node, i int) {
	for _, b := range blocksIn(n.Parts[i], nil) {
		parts := append(append([]*Node{}, n.Parts[:i]...), b.Parts...)
		if m.swap(n, append(parts, n.Parts[i+1:]...)) {
			return
		}
	}
}

func blocksIn(n *Node, found []*Node) []*Node {
	for _, p := range n.Parts {
		if p.Kind == Block {
			found = append(found, p)
		}
		found = blocksIn(p, found)
	}
	return found
}

// kept reports whether one of the statements must stay as long as what is around it.
func kept(statements []*Node) bool {
	return slices.ContainsFunc(statements, func(n *Node) bool { return n.Keep })
}

func cut(parts []*Node, i, n int) []*Node {
	return append(append([]*Node{}, parts[:i]...), parts[i+n:]...)
}

// parts takes out what may be left out, items of lists, and semicolons.
func (m *minimiser) parts(n *Node) {
	for i := 0; i < len(n.Parts); {
		if p := n.Parts[i]; (n.Kind == List || p.Kind == Opt) && m.swap(n, cut(n.Parts, i, 1)) {
			continue
		}
		i++
	}
	if n.Kind == Stat && n.Text != "" {
		before := n.Text
		if n.Text = ""; !m.try() {
			n.Text = before
		}
	}
	for _, p := range n.Parts {
		m.parts(p)
	}
}

// values puts simpler values in the place of expressions: a literal, or a value out of them.
func (m *minimiser) values(n *Node) {
	for i := range n.Parts {
		if n.Parts[i].Kind == Expr {
			m.simplify(n, i, n.Kind == List && n.Keep)
		}
		m.values(n.Parts[i])
	}
}

// simplify puts a simpler value into n.Parts[i]; a number where it must not be nil.
func (m *minimiser) simplify(n *Node, i int, number bool) {
	old := n.Parts[i]
	text := old.text()
	literals := []string{"nil", "1", "true", "{}", `"x"`}
	if number {
		literals = literals[1:2]
	}
	for _, simple := range literals {
		if text == simple {
			return
		}
		if len(old.Parts) == 1 && old.Parts[0].Kind == Words && len(simple) >= len(text) {
			break
		}
		n.Parts[i] = atom(simple)
		if m.try() {
			return
		}
	}
	n.Parts[i] = old
	for again := !number; again; {
		again = false
		for _, inner := range expressionsIn(n.Parts[i], nil) {
			before := n.Parts[i]
			if n.Parts[i] = inner; m.try() {
				again = true
				break
			}
			n.Parts[i] = before
		}
	}
}

// expressionsIn are the expressions nearest below a node.
func expressionsIn(n *Node, found []*Node) []*Node {
	for _, p := range n.Parts {
		if p.Kind == Expr {
			found = append(found, p)
			continue
		}
		if p.Kind != Block {
			found = expressionsIn(p, found)
		}
	}
	return found
}
