package llm

import (
	"strings"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	east "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// Plain writes Markdown for a chat window that shows texts, line breaks and links, and nothing else: headings, lists and
// tables become lines, emphasis goes, and of links only those to http and https stay, as <a href="…">. No other tag of
// that kind is left in what it gives, whatever the text says: nobody but the script makes another tap-able command.
//
// What it makes of a part that ends with a sentence is, as a rule, how what it makes of the whole begins.
func Plain(markdown string) string {
	markdown = strings.ToValidUTF8(markdown, "")
	if tangled(markdown) {
		return strings.TrimSpace(withoutAnchors(markdown))
	}
	source := []byte(markdown)
	p := &plainWriter{source: source}
	p.children(newMarkdown().Parser().Parse(text.NewReader(source)), blockContext{})
	return p.String()
}

// What no answer has that anybody wants to read; a parser of Markdown would take seconds for it. Such a text is shown as
// it is.
const (
	maxMarkdown = 64 << 10
	maxBrackets = 1_000
	maxQuotes   = 300 // in a row
)

func tangled(s string) bool {
	return len(s) > maxMarkdown || strings.Count(s, "[") > maxBrackets || strings.Contains(strings.ReplaceAll(s, " ", ""), strings.Repeat(">", maxQuotes))
}

func newMarkdown() goldmark.Markdown {
	return goldmark.New(goldmark.WithExtensions(extension.Table, extension.Strikethrough))
}

// plainWriter gathers what is shown.
type plainWriter struct {
	source []byte
	made   []shownPiece
	run    strings.Builder // of text, since the last link
	cell   bool            // inside of a table's cell: everything is on one line
}

// shownPiece is a run of text, or a link, which is written as it is.
type shownPiece struct {
	text string
	link bool
}

func (p *plainWriter) say(s string) { p.run.WriteString(s) }

// written adds a link as it is written.
func (p *plainWriter) written(link string) {
	p.pieces()
	p.made = append(p.made, shownPiece{link, true})
}

// pieces is all that was gathered.
func (p *plainWriter) pieces() []shownPiece {
	if p.run.Len() > 0 {
		p.made = append(p.made, shownPiece{text: p.run.String()})
		p.run.Reset()
	}
	return p.made
}

// take adds what another has gathered; change may alter its texts.
func (p *plainWriter) take(inner *plainWriter, change func(string) string) {
	for _, piece := range inner.pieces() {
		if piece.link {
			p.written(piece.text)
		} else {
			p.say(change(piece.text))
		}
	}
}

func (p *plainWriter) newline() {
	if p.cell {
		p.say(" ")
		return
	}
	p.say("\n")
}

// String is what is shown, without blanks at its ends and in lines that have nothing else.
func (p *plainWriter) String() string {
	var b strings.Builder
	for _, piece := range p.pieces() {
		if piece.link {
			b.WriteString(piece.text)
		} else {
			b.WriteString(withoutAnchors(piece.text))
		}
	}
	return strings.TrimSpace(b.String())
}

// inline writes what stands inside of a block.
func (p *plainWriter) inline(parent ast.Node) {
	p.nodes(parent.FirstChild(), nil)
}

// nodes writes what stands from one node up to another, which is not written.
func (p *plainWriter) nodes(n, end ast.Node) {
	for ; n != nil && n != end; n = n.NextSibling() {
		if over := p.htmlLink(n, end); over != nil {
			n = over
			continue
		}
		switch n := n.(type) {
		case *ast.Text:
			p.say(unescaped(n.Segment.Value(p.source)))
			if n.SoftLineBreak() || n.HardLineBreak() {
				p.newline()
			}
		case *ast.String:
			p.say(string(n.Value))
		case *ast.CodeSpan:
			p.literal(n)
		case *ast.AutoLink:
			p.say(string(n.URL(p.source)))
		case *ast.RawHTML:
			p.rawHTML(n)
		case *ast.Link:
			p.link(n, string(n.Destination))
		case *ast.Image:
			p.link(n, string(n.Destination))
		case *ast.Emphasis:
			p.emphasis(n)
		case *east.Strikethrough:
			p.inline(n)
		default:
			p.inline(n)
		}
	}
}

// emphasis goes, but for 2*3*4.
func (p *plainWriter) emphasis(n *ast.Emphasis) {
	first, ok := n.FirstChild().(*ast.Text)
	if !ok || n.Level > 1 || first.Segment.Start < 2 || !isDigit(p.source[first.Segment.Start-2]) {
		p.inline(n)
		return
	}
	mark := string(p.source[first.Segment.Start-1 : first.Segment.Start])
	p.say(mark)
	p.inline(n)
	p.say(mark)
}

func isDigit(b byte) bool { return b >= '0' && b <= '9' }

// literal writes a code span: nothing in it means anything.
func (p *plainWriter) literal(parent ast.Node) {
	for n := parent.FirstChild(); n != nil; n = n.NextSibling() {
		if t, ok := n.(*ast.Text); ok {
			p.say(string(t.Segment.Value(p.source)))
			if t.SoftLineBreak() {
				p.say(" ")
			}
		}
	}
}

// rawHTML keeps what looks like a tag, since List<String> does too; a line break is one.
func (p *plainWriter) rawHTML(n *ast.RawHTML) {
	switch tag := p.tag(n); {
	case isBreak(tag):
		p.newline()
	case !isAnchor(tag):
		p.say(tag)
	}
}

// tag is a tag as it is written; "" of a node that is none.
func (p *plainWriter) tag(n ast.Node) string {
	raw, ok := n.(*ast.RawHTML)
	if !ok {
		return ""
	}
	var b strings.Builder
	for i := range raw.Segments.Len() {
		at := raw.Segments.At(i)
		b.Write(at.Value(p.source))
	}
	return b.String()
}

func isBreak(tag string) bool {
	switch strings.ToLower(strings.ReplaceAll(tag, " ", "")) {
	case "<br>", "<br/>":
		return true
	}
	return false
}

// unescaped is text with its backslashes and entities resolved.
func unescaped(b []byte) string {
	return string(util.ResolveEntityNames(util.ResolveNumericReferences(util.UnescapePunctuations(b))))
}
