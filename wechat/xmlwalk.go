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

// xmlWalk builds the tree of a body from encoding/xml's raw tokens. Raw, because names stay as sent
// that way; matching tags is then its own business.
type xmlWalk struct {
	src   []byte
	open  []xmlNode
	count int
	root  []Field
	done  bool
}

func walkXML(body []byte) ([]Field, error) {
	w := xmlWalk{src: veil(body), open: make([]xmlNode, 0, 4)}
	d := xml.NewDecoder(bytes.NewReader(w.src))
	for {
		start := d.InputOffset()
		tok, err := d.RawToken()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, malformed("not well-formed XML: " + xmlReason(err))
		}
		if err := w.take(tok, start); err != nil {
			return nil, err
		}
	}
	if !w.done {
		return nil, malformed("XML ends before </xml>")
	}
	return w.root, nil
}

// xmlReason keeps the line out of encoding/xml's message: a push is one line.
func xmlReason(err error) string {
	if syntax := (*xml.SyntaxError)(nil); errors.As(err, &syntax) {
		return Clean(syntax.Msg)
	}
	return "cannot be read"
}

func (w *xmlWalk) take(tok xml.Token, start int64) error {
	switch t := tok.(type) {
	case xml.StartElement:
		return w.start(rawName(t.Name))
	case xml.EndElement:
		return w.end(rawName(t.Name))
	case xml.CharData:
		return w.text(t, begins(w.src[start:], cdataOpen))
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

func (w *xmlWalk) start(name string) error {
	w.count++
	switch {
	case w.done:
		return malformed("more than one root element")
	case len(w.open) == 0 && name != "xml":
		return malformed("the root element is not <xml>")
	case len(w.open) >= maxDepth:
		return tooDeep()
	case w.count > maxElements:
		return tooMany()
	case len(name) > maxName:
		return longName()
	}
	w.open = append(w.open, xmlNode{name: name})
	return nil
}

func (w *xmlWalk) end(name string) error {
	last := len(w.open) - 1
	if last < 0 || w.open[last].name != name {
		return malformed("an end tag does not match its start tag")
	}
	node := w.open[last]
	w.open = w.open[:last]
	if last == 0 {
		w.root, w.done = node.fields, true
		return nil
	}
	parent := &w.open[last-1]
	parent.fields = append(parent.fields, node.field())
	return nil
}

func (w *xmlWalk) text(t []byte, cdata bool) error {
	isBlank := skipBlank(t, 0) == len(t)
	if len(w.open) == 0 {
		if isBlank && !cdata {
			return nil
		}
		return malformed("text outside of <xml>")
	}
	n := &w.open[len(w.open)-1]
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
