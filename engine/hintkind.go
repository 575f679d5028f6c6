package engine

import (
	"strings"

	"moonwire/engine/syntax"
	"moonwire/words"
)

// kindHints are what to do with a value of a kind that an operator does not take.
var kindHints = []struct {
	what, kind string
	hint       words.Message
}{
	{"attempt to compare ", "number with string", makesNumber},
	{"attempt to compare ", "string with number", makesNumber},
	{"attempt to concatenate ", "a boolean value", words.Say(words.NoText, "way", "tostring(value)")},
	{"attempt to concatenate ", "a table value", words.Message{Code: words.NoText, Cure: words.Text{
		EN: `table.concat(list, ", ") makes a text of a list`, ZH: `用 table.concat(list, ", ") 把列表变成文本`,
	}}},
	{"attempt to get length of ", "a function value", words.Say(words.IteratorGiven)},
	{"bad argument #1 to 'ipairs'", "got function", words.Say(words.IteratorGiven)},
	{"bad argument #1 to 'pairs'", "got function", words.Say(words.IteratorGiven)},
	{"attempt to index ", "a function value", words.Say(words.IteratorGiven)},
}

var makesNumber = words.Message{Code: words.NotANumber, Cure: words.Text{
	EN: "tonumber(text) makes a number of a text", ZH: "tonumber(文本) 把文本变成数字",
}}

// hintOfKind knows what to do with a value of the wrong kind, and with none.
func hintOfKind(text string, node any) words.Message {
	arithmetic := strings.Contains(text, "attempt to perform arithmetic on ")
	joined := strings.Contains(text, "attempt to concatenate ")
	switch isNil := strings.Contains(text, "a nil value"); {
	case arithmetic && isNil:
		return orValue(words.NilArithmetic, text, node)
	case joined && isNil:
		return orValue(words.NilJoined, text, node)
	case arithmetic && strings.Contains(text, "a string value"):
		return hintOfTextInSum(node)
	}
	for _, h := range kindHints {
		if strings.Contains(text, h.what) && strings.Contains(text, h.kind) {
			return h.hint
		}
	}
	return words.Message{}
}

// hintOfTextInSum tells who wants to join texts with + from who takes a text for a number.
func hintOfTextInSum(node any) words.Message {
	if sum, ok := node.(*syntax.Binary); ok && sum.Op == syntax.Add {
		for _, e := range []syntax.Expr{sum.Left, sum.Right} {
			if s, ok := e.(*syntax.String); ok {
				if _, number := syntax.ParseNumber(strings.TrimSpace(s.Value)); !number {
					return words.Say(words.PlusOnText)
				}
			}
		}
	}
	return words.Say(words.NotANumber)
}

// orValue spells the operand that is nil, as far as a name leads to it.
func orValue(code words.Code, text string, node any) words.Message {
	var operands []syntax.Expr
	switch e := node.(type) {
	case *syntax.Binary:
		operands = []syntax.Expr{e.Left, e.Right}
	case *syntax.Unary:
		operands = []syntax.Expr{e.X}
	case *syntax.Concat:
		operands = e.List
	}
	for _, e := range operands {
		name, root := dotted(e)
		if root == nil {
			continue
		}
		if last := name[strings.LastIndexByte(name, '.')+1:]; strings.Contains(text, "'"+last+"'") {
			return words.Say(code, "field", name)
		}
	}
	return words.Message{}
}
