package syntax

// Parse reads a source file. The error is an *Error. The tree holds no part of source.
func Parse(source []byte) (*Chunk, error) {
	chunk, err := newParser(source).parse()
	if err == nil {
		return chunk, nil
	}
	if err.Hint == "" {
		err = explain(source)
	}
	return nil, err
}

func newParser(source []byte) *parser {
	p := &parser{scanner: newScanner(source), scope: scope{visible: map[string]*Local{}}}
	p.Assigned = map[string]bool{}
	return p
}

func (p *parser) parse() (chunk *Chunk, err *Error) {
	defer func() {
		if r := recover(); r != nil {
			e, ours := r.(*Error)
			if !ours {
				panic(r)
			}
			chunk, err = nil, e
		}
	}()
	p.fn = &Func{Dots: true}
	p.advance()
	p.fn.Body = p.block()
	if p.tok.kind != tokEOF {
		p.expected("<eof>")
	}
	return &Chunk{p.fn, p.Facts}, nil
}

// parser reads by recursive descent, with one token of foresight and one more where a field may be named.
type parser struct {
	scanner
	scope
	Facts
	tok    token
	next   token // if peeked
	peeked bool
	last   int // line of the token before tok
	fn     *Func
	loops  int // of fn around the place
	depth  int
	slips  *slips // while a file is read again that does not parse
}

func (p *parser) advance() {
	p.last = p.tok.line
	if p.slips != nil {
		p.slips.before = p.tok
	}
	if p.peeked {
		p.tok, p.peeked = p.next, false
		return
	}
	p.tok = p.scan()
}

// nextIs looks one token further.
func (p *parser) nextIs(kind int) bool {
	if !p.peeked {
		p.next, p.peeked = p.scan(), true
	}
	return p.next.kind == kind
}

func (p *parser) fail(msg string) {
	panic(&Error{Line: p.tok.line, Msg: msg + " near '" + p.near() + "'"})
}

// near shows the token at fault as it is written.
func (p *parser) near() string {
	if p.tok.kind == tokEOF {
		return "<eof>"
	}
	return shown(p.src[p.tok.from:p.tok.to])
}

func (p *parser) expected(what string) { p.fail("'" + what + "' expected") }

func (p *parser) accept(kind int) bool {
	if p.tok.kind != kind {
		return false
	}
	p.advance()
	return true
}

func (p *parser) want(kind int, text string) {
	if !p.accept(kind) {
		p.expected(text)
	}
}

// match wants the end of what began on a line.
func (p *parser) match(kind int, text, opener string, line int) {
	if p.slips != nil && kind == tokEnd && p.tok.kind == tokEnd {
		p.slips.closed(opener, line, p.tok.line)
	}
	if p.accept(kind) {
		return
	}
	if line == p.tok.line {
		p.expected(text)
	}
	panic(&Error{Line: p.tok.line, open: openBlock{opener, line}, Msg: "'" + text + "' expected (to close '" + opener + "' at line " +
		itoa(line) + ") near '" + p.near() + "'"})
}

func (p *parser) wantName() string {
	if p.tok.kind != tokName {
		p.fail("<name> expected")
	}
	name := p.tok.text
	p.advance()
	return name
}

// ends reports whether a block ends here.
func (p *parser) ends() bool {
	switch p.tok.kind {
	case tokEOF, tokEnd, tokElse, tokElseif, tokUntil:
		return true
	}
	return false
}

// block reads statements in a scope of their own.
func (p *parser) block() *Block {
	before := len(p.active)
	b := p.open()
	p.forget(before)
	return b
}

// open reads statements and leaves their scope open.
func (p *parser) open() *Block {
	p.enter()
	b := &Block{}
	for last := false; !last && !p.ends(); {
		if p.slips != nil {
			p.slips.begins = p.tok.from
		}
		last = p.tok.kind == tokReturn || p.tok.kind == tokBreak
		p.count()
		b.Stmts = append(b.Stmts, p.statement())
		p.accept(';')
	}
	p.depth--
	b.End = p.tok.line
	return b
}

// body reads a block and the end that closes it.
func (p *parser) body(opener string, line int) *Block {
	b := p.block()
	p.match(tokEnd, "end", opener, line)
	return b
}

// loop reads the body of a loop, with the variables that the loop declares.
func (p *parser) loop(opener string, line int, vars ...*Local) *Block {
	before := len(p.active)
	p.declare(vars...)
	p.loops++
	b := p.body(opener, line)
	p.loops--
	p.forget(before)
	return b
}
