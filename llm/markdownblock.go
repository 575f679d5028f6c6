package llm

import (
	"strconv"
	"strings"

	"github.com/yuin/goldmark/ast"
	east "github.com/yuin/goldmark/extension/ast"
)

// blockContext is where in the text a block stands.
type blockContext struct {
	indent string // of its lines
	tight  bool   // no blank line between it and the next
	depth  int
}

// deepest is how deep lists and quotes may stand in one another; below that they are one line after the other.
const deepest = 8

func (c blockContext) deeper(by string) blockContext {
	if c.depth++; c.depth <= deepest {
		c.indent += by
	}
	return c
}

// children writes blocks, one below the other.
func (p *plainWriter) children(parent ast.Node, c blockContext) {
	for n := parent.FirstChild(); n != nil; n = n.NextSibling() {
		if n.PreviousSibling() != nil {
			p.apart(n, c)
		}
		p.block(n, c)
	}
}

// apart leaves room between a block and the one before it.
func (p *plainWriter) apart(n ast.Node, c blockContext) {
	p.say("\n")
	_, heading := n.PreviousSibling().(*ast.Heading)
	if !c.tight && !heading {
		p.say("\n")
	}
	p.say(c.indent)
}

func (p *plainWriter) block(n ast.Node, c blockContext) {
	switch n := n.(type) {
	case *ast.Heading:
		p.heading(n)
	case *ast.List:
		p.list(n, c)
	case *ast.Blockquote:
		p.say("| ")
		p.children(n, c.deeper("| "))
	case *ast.FencedCodeBlock, *ast.CodeBlock, *ast.HTMLBlock:
		p.lines(n, c)
	case *ast.ThematicBreak:
		p.say("——————")
	case *east.Table:
		p.table(n, c)
	case *ast.Paragraph, *ast.TextBlock:
		p.paragraph(n, c)
	default:
		p.children(n, c)
	}
}

// paragraph writes text; its further lines are indented like the first.
func (p *plainWriter) paragraph(n ast.Node, c blockContext) {
	if c.indent == "" {
		p.inline(n)
		return
	}
	inner := &plainWriter{source: p.source, cell: p.cell}
	inner.inline(n)
	p.take(inner, func(s string) string { return strings.ReplaceAll(s, "\n", "\n"+c.indent) })
}

func (p *plainWriter) heading(n *ast.Heading) {
	inner := &plainWriter{source: p.source, cell: true}
	inner.inline(n)
	bracketed := false
	for _, piece := range inner.pieces() {
		bracketed = bracketed || piece.link || strings.ContainsAny(piece.text, "【】")
	}
	if !bracketed {
		p.say("【")
	}
	p.take(inner, func(s string) string { return s })
	if !bracketed {
		p.say("】")
	}
}

func (p *plainWriter) list(n *ast.List, c blockContext) {
	number := n.Start
	for item := n.FirstChild(); item != nil; item = item.NextSibling() {
		if item.PreviousSibling() != nil {
			p.say("\n" + c.indent)
		}
		mark := "• "
		if n.IsOrdered() {
			mark = strconv.Itoa(number) + ". "
			number++
		}
		p.say(mark)
		inner := c.deeper("  ")
		inner.tight = true
		p.children(item, inner)
	}
}

// lines writes a block as it stands.
func (p *plainWriter) lines(n ast.Node, c blockContext) {
	lines := n.Lines()
	var b strings.Builder
	for i := range lines.Len() {
		at := lines.At(i)
		if i > 0 {
			b.WriteString(c.indent)
		}
		b.Write(at.Value(p.source))
	}
	if html, ok := n.(*ast.HTMLBlock); ok && html.HasClosure() {
		b.Write(html.ClosureLine.Value(p.source))
	}
	body := strings.TrimRight(b.String(), "\n")
	if n.Kind() == ast.KindHTMLBlock && isBreak(strings.TrimSpace(body)) {
		return
	}
	if n.Kind() == ast.KindHTMLBlock {
		p.htmlLinks(body)
		return
	}
	p.say(body)
}

// table writes each row on a line.
func (p *plainWriter) table(n *east.Table, c blockContext) {
	p.cell = true
	for row := n.FirstChild(); row != nil; row = row.NextSibling() {
		if row.PreviousSibling() != nil {
			p.say("\n" + c.indent)
		}
		for cell := row.FirstChild(); cell != nil; cell = cell.NextSibling() {
			if cell.PreviousSibling() != nil {
				p.say(" | ")
			}
			p.inline(cell)
		}
	}
	p.cell = false
}
