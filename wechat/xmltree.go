package wechat

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
)

// xmlNode is an element that is still open. WeChat's own bodies have no blanks around CDATA, but
// hand-written and pretty-printed ones do: as soon as an element has a CDATA section, blank text
// beside it does not belong to the value.
type xmlNode struct {
	name   string
	all    []byte // every text
	tight  []byte // without blank text outside CDATA
	cdata  bool
	fields []Field
}

func (n *xmlNode) field() Field {
	f := Field{Name: n.name, Fields: n.fields}
	switch {
	case n.fields != nil:
	case n.cdata:
		f.Value = Clean(string(n.tight))
	default:
		f.Value = Clean(string(n.all))
	}
	return f
}

// xmlTree builds the tree of a body from encoding/xml's raw tokens. Raw, because names stay as sent
// that way; matching tags is then its own business.
type xmlTree struct {
	src   []byte
	open  []xmlNode
	count int
	root  []Field
	done  bool
}

func readXML(body []byte) ([]Field, error) {
	x := xmlTree{src: cleanXML(body), open: make([]xmlNode, 0, 4)}
	d := xml.NewDecoder(bytes.NewReader(x.src))
	for {
		start := d.InputOffset()
		tok, err := d.RawToken()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, malformed("not well-formed XML: " + xmlReason(err))
		}
		if err := x.add(tok, start); err != nil {
			return nil, err
		}
	}
	if !x.done {
		return nil, malformed("XML ends before </xml>")
	}
	return x.root, nil
}

// xmlReason keeps the line out of encoding/xml's message: a push is one line.
func xmlReason(err error) string {
	if syntax := (*xml.SyntaxError)(nil); errors.As(err, &syntax) {
		return Clean(syntax.Msg)
	}
	return "cannot be read"
}

func (x *xmlTree) add(tok xml.Token, start int64) error {
	switch t := tok.(type) {
	case xml.StartElement:
		return x.start(rawName(t.Name))
	case xml.EndElement:
		return x.end(rawName(t.Name))
	case xml.CharData:
		return x.text(t, begins(x.src[start:], cdataOpen))
	case xml.Directive:
		return malformed("document type declarations are not accepted")
	}
	return nil
}

func rawName(n xml.Name) string {
	if n.Space == "" {
		return n.Local
	}
	return n.Space + ":" + n.Local
}

func (x *xmlTree) start(name string) error {
	x.count++
	switch {
	case x.done:
		return malformed("more than one root element")
	case len(x.open) == 0 && name != "xml":
		return malformed("the root element is not <xml>")
	case len(x.open) >= maxDepth:
		return tooDeep()
	case x.count > maxElements:
		return tooMany()
	case len(name) > maxName:
		return longName()
	}
	x.open = append(x.open, xmlNode{name: name})
	return nil
}

func (x *xmlTree) end(name string) error {
	last := len(x.open) - 1
	if last < 0 || x.open[last].name != name {
		return malformed("an end tag does not match its start tag")
	}
	node := x.open[last]
	x.open = x.open[:last]
	if last == 0 {
		x.root, x.done = node.fields, true
		return nil
	}
	parent := &x.open[last-1]
	parent.fields = append(parent.fields, node.field())
	return nil
}

func (x *xmlTree) text(t []byte, cdata bool) error {
	isBlank := skipBlank(t, 0) == len(t)
	if len(x.open) == 0 {
		if isBlank && !cdata {
			return nil
		}
		return malformed("text outside of <xml>")
	}
	n := &x.open[len(x.open)-1]
	if len(n.all)+len(t) > maxValue {
		return longValue()
	}
	n.cdata = n.cdata || cdata
	n.all = append(n.all, t...)
	if cdata || !isBlank {
		n.tight = append(n.tight, t...)
	}
	return nil
}
