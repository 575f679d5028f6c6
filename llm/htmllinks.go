package llm

import (
	"regexp"
	"strings"

	"github.com/yuin/goldmark/ast"
)

// Links that a model writes as HTML, <a href="…">words</a>, are shown like those of Markdown.
var (
	anchorTag  = regexp.MustCompile(`(?is)<\s*/?\s*a(?:[\s/](?:"[^"]*"|'[^']*'|[^<>"'])*)?>`)
	anchorHref = regexp.MustCompile(`(?is)[\s/"']href\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))`)
)

func isAnchor(tag string) bool {
	at := anchorTag.FindStringIndex(tag)
	return at != nil && at[0] == 0 && at[1] == len(tag)
}

func closesAnchor(tag string) bool {
	return isAnchor(tag) && strings.HasPrefix(strings.TrimLeft(tag[1:], " \t\r\n"), "/")
}

// hrefOf is the address in a tag.
func hrefOf(tag string) string {
	m := anchorHref.FindStringSubmatch(tag)
	if m == nil {
		return ""
	}
	return m[1] + m[2] + m[3]
}

// htmlLink writes a link that begins at a node, and gives the node that ends it; nil when none begins there, or none ends
// before end. The words of one that has no end are left, and its tag goes.
func (p *plainWriter) htmlLink(n, end ast.Node) ast.Node {
	tag := p.tag(n)
	if !isAnchor(tag) || closesAnchor(tag) {
		return nil
	}
	for last := n.NextSibling(); last != nil && last != end; last = last.NextSibling() {
		if at := p.tag(last); closesAnchor(at) {
			inner := &plainWriter{source: p.source, cell: true}
			inner.nodes(n.NextSibling(), last)
			p.linkTo(inner, hrefOf(tag))
			return last
		} else if isAnchor(at) {
			return nil // the next link begins before this one ends
		}
	}
	return nil
}

// htmlLinks writes a block of HTML, its links as such.
func (p *plainWriter) htmlLinks(block string) {
	for {
		at := anchorTag.FindStringIndex(block)
		if at == nil {
			p.say(block)
			return
		}
		p.say(block[:at[0]])
		tag, rest := block[at[0]:at[1]], block[at[1]:]
		if next := anchorTag.FindStringIndex(rest); !closesAnchor(tag) && next != nil && closesAnchor(rest[next[0]:next[1]]) {
			inner := &plainWriter{source: p.source, cell: true}
			inner.say(unescaped([]byte(rest[:next[0]])))
			p.linkTo(inner, hrefOf(tag))
			rest = rest[next[1]:]
		}
		block = rest
	}
}
