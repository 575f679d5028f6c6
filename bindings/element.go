package bindings

import (
	"math"
	"strconv"
	"strings"

	"moonwire/wechat"
)

// naming says under which names the elements of a push are shown, and whether known numbers become numbers.
type naming struct {
	name    func(string) string
	numbers bool
}

var (
	snakeNames = naming{name: wechat.SnakeCase, numbers: true}
	rawNames   = naming{name: func(s string) string { return s }}
)

// gather is the element of that name inside a container as plain data: a list when it is repeated or always a
// list, nil when there is none or a number is empty.
func (n naming) gather(container string, fields []wechat.Field, name string) any {
	sent := n.sentAs(fields, name)
	always := wechat.ListField(container, sent)
	var found []*wechat.Field
	for i := range fields {
		f := &fields[i]
		if f.Name != sent {
			continue
		}
		always = always || f.Listed || f.Bare
		if !f.Bare {
			found = append(found, f)
		}
	}
	switch {
	case sent == "":
		return nil
	case !always && len(found) == 1:
		return n.value(found[0])
	case len(found) == 0 && holds(sent):
		return n.empty(sent) // an empty JSON list in place of the element that holds the list
	case len(found) == 1 && nothing(found[0]):
		return []any{}
	}
	list := make([]any, 0, len(found))
	for _, f := range found {
		if v := n.value(f); v != nil {
			list = append(list, v)
		}
	}
	return list
}

// sentAs is the name under which WeChat sent an element: two names can come out the same (CreateTime and
// create_time, MsgId and MsgID). Those of the envelope go before others, the first sent before a later one.
func (n naming) sentAs(fields []wechat.Field, name string) string {
	sent := ""
	for i := range fields {
		f := &fields[i]
		if n.name(f.Name) != name {
			continue
		}
		if wechat.EnvelopeField(f.Name) {
			return f.Name
		}
		if sent == "" {
			sent = f.Name
		}
	}
	return sent
}

// children is the content of an element as plain data.
func (n naming) children(container string, fields []wechat.Field) map[string]any {
	m := make(map[string]any, len(fields))
	for i := range fields {
		name := n.name(fields[i].Name)
		if _, done := m[name]; !done {
			m[name] = n.gather(container, fields, name)
		}
	}
	return m
}

func (n naming) value(f *wechat.Field) any {
	switch {
	case len(f.Fields) > 0:
		return n.children(f.Name, f.Fields)
	case f.Value == "" && holds(f.Name):
		return n.empty(f.Name)
	case n.numbers && wechat.NumberField(n.name(f.Name)):
		v, err := strconv.ParseFloat(strings.TrimSpace(f.Value), 64)
		if err != nil || math.IsNaN(v) || math.IsInf(v, 0) {
			return nil
		}
		return v
	}
	return f.Value
}

func holds(name string) bool {
	_, holds := wechat.EmptyElement(name)
	return holds
}

// empty is an element that holds elements and came without any.
func (n naming) empty(name string) map[string]any {
	lists, _ := wechat.EmptyElement(name)
	m := make(map[string]any, len(lists))
	for _, list := range lists {
		m[n.name(list)] = []any{}
	}
	return m
}

// nothing reports whether an element that is always a list stands for a list without entries.
func nothing(f *wechat.Field) bool { return !f.Listed && f.Value == "" && len(f.Fields) == 0 }
