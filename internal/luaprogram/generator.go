package luaprogram

import "math/rand/v2"

// Program is a Lua program and how it is to be compared.
type Program struct {
	Class string // what it aims at
	// AnyLine says that its statements are spread over lines: where in a statement an error stands is left open.
	AnyLine bool

	tree   *Node
	layout uint64 // chooses the layout; 0: a statement a line
}

// Text is the program as Lua reads it.
func (p *Program) Text() string {
	if p.layout != 0 {
		return Layout(p.tree.text(), rand.New(rand.NewPCG(p.layout, 1)))
	}
	return p.tree.text()
}

// kind is what a variable or an expression holds for sure.
type kind uint8

const (
	anything kind = iota
	whole         // a small whole number
	number        // any number
	text
	truth
	items  // a list of two small whole numbers or more, without holes
	record // a table with n (whole), s (text), v (anything)
	sparse // a table from small whole numbers to small whole numbers
	routine
)

// signature is what a function takes and gives.
type signature struct {
	takes  []kind
	vararg bool
	gives  []kind
	cost   int // statements that a call runs, about
}

type variable struct {
	name  string
	kind  kind
	sig   *signature
	fixed bool // not to be assigned
	frame *frame
}

// frame is the function that is being written.
type frame struct {
	outer  *frame
	vararg bool
	gives  []kind // nil: anything
	loops  int    // around the statement being written
	times  int    // how often they run it
	cost   int
	locals int
}

type generator struct {
	Choices
	left  int // how many statements may still be written
	scope []*variable
	frame *frame
	count int // of names
	body  *Node
}

const (
	maxLocals = 120
	maxCost   = 4_000
)

// New makes a program out of choices.
func New(c Choices) *Program {
	all := classes()
	i := c.IntN(2 * len(all)) // one half is of everything
	if i >= len(all) {
		i = 0
	}
	return ofClass(c, all[i])
}

// OfClass makes a program of one class; ok is false when there is none of this name.
func OfClass(c Choices, name string) (p *Program, ok bool) {
	for _, cl := range classes() {
		if cl.name == name {
			return ofClass(c, cl), true
		}
	}
	return nil, false
}

// Classes are the names of all classes.
func Classes() []string {
	var all []string
	for _, cl := range classes() {
		all = append(all, cl.name)
	}
	return all
}

func ofClass(c Choices, cl class) *Program {
	g := &generator{Choices: c, left: 12 + c.IntN(25), frame: &frame{vararg: true, times: 1}, body: block()}
	g.prelude()
	for n := 2 + c.IntN(5); n > 0; n-- {
		g.around(cl.write)
	}
	g.observeAll()
	p := &Program{Class: cl.name, tree: g.body}
	if cl.layout || g.one(12) {
		p.AnyLine, p.layout = true, 1+uint64(c.IntN(1<<16))
	}
	return p
}

func (g *generator) one(in int) bool { return g.IntN(in) == 0 }

func (g *generator) pick(all ...string) string { return all[g.IntN(len(all))] }

// add writes a statement.
func (g *generator) add(parts ...any) *Node {
	st := stat(parts...)
	if g.one(12) {
		st.Text = ";"
	}
	g.body.Parts = append(g.body.Parts, st)
	g.frame.cost += g.frame.times
	g.left--
	return st
}

// inside writes statements into a block of their own, with what they declare.
func (g *generator) inside(write func()) *Node {
	outer, depth := g.body, len(g.scope)
	g.body = block()
	locals := g.frame.locals
	write()
	b := g.body
	g.body, g.scope, g.frame.locals = outer, g.scope[:depth], locals
	return b
}

// loop is a block that runs several times.
func (g *generator) loop(times int, write func()) *Node {
	before := g.frame.times
	g.frame.times *= times
	g.frame.loops++
	b := g.inside(write)
	g.frame.times = before
	g.frame.loops--
	return b
}

// function writes the block of a function and says what a call of it costs.
func (g *generator) function(f *frame, write func()) (*Node, int) {
	f.outer, f.times = g.frame, 1
	g.frame = f
	b := g.inside(write)
	g.frame = f.outer
	return b, f.cost
}

// fresh is a name that no variable has.
func (g *generator) fresh() string {
	g.count++
	letter := string(rune('a' + (g.count-1)%26))
	if g.count <= 26 {
		return letter
	}
	return letter + string(rune('0'+(g.count/26)%10)) + letter[:min(1, g.count/260)]
}

func (g *generator) declare(name string, k kind) *variable {
	v := &variable{name: name, kind: k, frame: g.frame}
	g.scope = append(g.scope, v)
	g.frame.locals++
	return v
}

// visible are the variables of a kind that no other hides, the innermost first.
func (g *generator) visible(want func(*variable) bool) []*variable {
	var found []*variable
	seen := map[string]bool{}
	for i := len(g.scope) - 1; i >= 0; i-- {
		v := g.scope[i]
		if !seen[v.name] && want(v) {
			found = append(found, v)
		}
		seen[v.name] = true
	}
	return found
}

func (g *generator) ofKind(k kind) *variable {
	return g.choose(g.visible(func(v *variable) bool { return v.kind == k }))
}

func (g *generator) assignable(k kind) *variable {
	return g.choose(g.visible(func(v *variable) bool { return v.kind == k && !v.fixed }))
}

func (g *generator) choose(all []*variable) *variable {
	if len(all) == 0 {
		return nil
	}
	if g.one(2) {
		return all[g.IntN(min(3, len(all)))]
	}
	return all[g.IntN(len(all))]
}

// named is a name for a new variable: a new one, or one that hides another.
func (g *generator) named() string {
	if g.one(8) {
		if v := g.choose(g.visible(func(v *variable) bool { return !v.fixed && v.frame != nil })); v != nil {
			return v.name
		}
	}
	return g.fresh()
}

// prelude declares globals and a few locals to work with.
func (g *generator) prelude() {
	g.add("G, H, I = ", list(g.literal(whole), g.literal(text), g.literal(anything)))
	g.scope = append(g.scope, &variable{name: "G", kind: whole}, &variable{name: "H", kind: text}, &variable{name: "I", kind: anything})
	for _, k := range []kind{whole, anything, text, items, record, sparse, truth, number} {
		for n := 1 + g.IntN(2); n > 0 && !g.one(5); n-- {
			value := g.literal(k)
			g.add("local ", g.declare(g.fresh(), k).name, " = ", value)
		}
	}
}

// observeAll notes every variable that can be seen at the end.
func (g *generator) observeAll() {
	all := g.visible(func(v *variable) bool { return true })
	for len(all) > 0 {
		n := min(8, len(all))
		args := list()
		for _, v := range all[:n] {
			args.Parts = append(args.Parts, atom(v.name))
		}
		g.add("observe(", args, ")")
		all = all[n:]
	}
}
