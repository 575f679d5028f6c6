package bindings

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	lua "github.com/yuin/gopher-lua"

	"moonwire/wechat/api"
)

// jsonDepth is how deep JSON from outside may be nested.
const jsonDepth = 32

// About what a table costs in bytes, and what its first field adds.
const (
	jsonListCost   = 150
	jsonFieldsCost = 650
)

// idRule says whether numbers that a Lua number would spoil are read as strings.
type idRule bool

const (
	plainIDs  idRule = false // our own JSON: numbers stay what they were
	stringIDs idRule = true
)

// jsonReader turns JSON into Lua values.
type jsonReader struct {
	args  arguments
	s     string
	i     int
	depth int
	nodes int
	made  int // about how many bytes of tables, which no variable holds yet
	ids   idRule
}

// decodeJSON reads one JSON value. It charges the turn for its work.
func (a arguments) decodeJSON(s string, ids idRule) (lua.LValue, error) {
	a.turn.Bytes(a.L, len(s))
	r := &jsonReader{args: a, s: s, ids: ids}
	v, err := r.value("")
	if err != nil {
		return nil, err
	}
	if r.space(); r.i < len(s) {
		return nil, r.error("something follows the value")
	}
	return v, nil
}

func (r *jsonReader) error(what string) error {
	before := r.s[:min(r.i, len(r.s))]
	line := strings.Count(before, "\n") + 1
	column := utf8.RuneCountInString(before[strings.LastIndexByte(before, '\n')+1:]) + 1
	return fmt.Errorf("line %d, column %d: %s", line, column, what)
}

func (r *jsonReader) space() {
	for r.i < len(r.s) && strings.IndexByte(" \t\r\n", r.s[r.i]) >= 0 {
		r.i++
	}
}

// value reads the value of the given key.
func (r *jsonReader) value(key string) (lua.LValue, error) {
	r.nodes++
	r.made += jsonValueCost
	if r.nodes%250 == 0 {
		r.args.turn.Steps(r.args.L, 1000)
		r.args.turn.NeedMemory(r.args.L, r.made)
	}
	r.space()
	if r.i >= len(r.s) {
		return nil, r.error("the text ends too early")
	}
	switch b := r.s[r.i]; {
	case b == '{':
		return r.nested(r.object)
	case b == '[':
		return r.nested(r.list)
	case b == '"':
		s, err := r.text()
		return lua.LString(s), err
	case b == '-' || '0' <= b && b <= '9':
		return r.number(key)
	}
	return r.word()
}

func (r *jsonReader) word() (lua.LValue, error) {
	rest := r.s[r.i:]
	switch {
	case strings.HasPrefix(rest, "true"):
		r.i += len("true")
		return lua.LTrue, nil
	case strings.HasPrefix(rest, "false"):
		r.i += len("false")
		return lua.LFalse, nil
	case strings.HasPrefix(rest, "null"):
		r.i += len("null")
		return jsonNull, nil
	}
	return nil, r.error("want a value" + notJSON(rest))
}

// notJSON is the cure for what other languages write in place of a value; "" for anything else.
func notJSON(rest string) string {
	word := rest[:len(rest)-len(strings.TrimLeft(rest, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"))]
	switch strings.ToLower(word) {
	case "true", "false", "null":
		return "; write " + strings.ToLower(word) + " in small letters"
	case "none", "nil", "undefined":
		return "; JSON's word for nothing is null"
	case "nan", "infinity", "inf":
		return "; JSON has no " + word + ": write null, or a text in quotes"
	}
	for _, slip := range []struct{ signs, cure string }{
		{"]}", "; is there a comma too many before?"},
		{"'", `; texts stand in double quotes "`},
		{"/#", "; JSON has no comments"},
		{curlyQuotes, `; write straight quotes "`},
		{",", "; is there a comma too many?"},
	} {
		for _, sign := range slip.signs {
			if strings.HasPrefix(rest, string(sign)) {
				return slip.cure
			}
		}
	}
	return ""
}

// curlyQuotes are what word processors and Chinese keyboards make of quotes.
const curlyQuotes = "“”‘’＂「」"

func (r *jsonReader) nested(read func() (lua.LValue, error)) (lua.LValue, error) {
	if r.depth == jsonDepth {
		return nil, r.error(fmt.Sprintf("nested more than %d deep", jsonDepth))
	}
	r.depth++
	defer func() { r.depth-- }()
	r.i++ // the bracket
	return read()
}

func (r *jsonReader) list() (lua.LValue, error) {
	var items []lua.LValue
	for {
		if r.space(); len(items) == 0 && r.accept(']') {
			break
		}
		v, err := r.value("")
		if err != nil {
			return nil, err
		}
		if items = append(items, v); len(items) >= lua.MaxArrayIndex {
			return nil, r.error("the list is too long")
		}
		if r.space(); r.accept(']') {
			break
		}
		if !r.accept(',') {
			return nil, r.error("want , or ]")
		}
	}
	r.made += jsonListCost
	tb := r.args.L.CreateTable(len(items), 0)
	for _, v := range items {
		tb.Append(v)
	}
	markList(tb)
	return tb, nil
}

func (r *jsonReader) object() (lua.LValue, error) {
	r.made += jsonListCost
	if r.space(); r.accept('}') {
		return r.args.L.CreateTable(0, 0), nil
	}
	r.made += jsonFieldsCost
	tb := r.args.L.CreateTable(0, 4)
	for {
		r.space()
		if r.i >= len(r.s) || r.s[r.i] != '"' {
			return nil, r.error("want a key in quotes" + notJSON(r.s[min(r.i, len(r.s)):]))
		}
		key, err := r.text()
		if err != nil {
			return nil, err
		}
		if r.space(); !r.accept(':') {
			return nil, r.error("want :")
		}
		v, err := r.value(key)
		if err != nil {
			return nil, err
		}
		tb.RawSetString(key, v)
		if r.space(); r.accept('}') {
			return tb, nil
		}
		if !r.accept(',') {
			return nil, r.error("want , or }")
		}
	}
}

func (r *jsonReader) accept(b byte) bool {
	if r.i < len(r.s) && r.s[r.i] == b {
		r.i++
		return true
	}
	return false
}

func (r *jsonReader) number(key string) (lua.LValue, error) {
	start := r.i
	for r.i < len(r.s) && strings.IndexByte("+-.0123456789eE", r.s[r.i]) >= 0 {
		r.i++
	}
	text := r.s[start:r.i]
	f, err := strconv.ParseFloat(text, 64)
	if err != nil || !isJSONNumber(text) {
		r.i = start
		return nil, r.error("not a number: " + quote(text))
	}
	if r.ids == stringIDs && api.LosesDigits(key, text) {
		return lua.LString(strings.Clone(text)), nil
	}
	return lua.LNumber(f), nil
}

// isJSONNumber refuses what strconv reads and JSON does not know: 01, 1., +1.
func isJSONNumber(s string) bool {
	s = strings.TrimPrefix(s, "-")
	digits := len(s) - len(strings.TrimLeft(s, "0123456789"))
	if digits == 0 || digits > 1 && s[0] == '0' {
		return false
	}
	rest := s[digits:]
	return !strings.HasPrefix(rest, ".") || len(rest) > 1 && '0' <= rest[1] && rest[1] <= '9'
}

// text reads a string. What comes from outside is given without the account's secrets.
func (r *jsonReader) text() (string, error) {
	s, err := r.plainText()
	if err == nil && r.ids == stringIDs {
		s = r.args.masked(s)
	}
	return s, err
}

func (r *jsonReader) plainText() (string, error) {
	r.i++ // the quote
	start := r.i
	for r.i < len(r.s) && r.s[r.i] != '"' && r.s[r.i] != '\\' && r.s[r.i] >= 0x20 {
		r.i++
	}
	if r.i < len(r.s) && r.s[r.i] == '"' {
		r.i++
		return strings.Clone(r.s[start : r.i-1]), nil
	}
	buf := []byte(r.s[start:r.i])
	for r.i < len(r.s) {
		b := r.s[r.i]
		switch {
		case b == '"':
			r.i++
			return string(buf), nil
		case b == '\\':
			var err error
			if buf, err = r.escape(buf); err != nil {
				return "", err
			}
		case b < 0x20:
			return "", r.error("a control character in a string; write \\n")
		default:
			buf = append(buf, b)
			r.i++
		}
	}
	return "", r.error("a string does not end")
}

func (r *jsonReader) escape(buf []byte) ([]byte, error) {
	if r.i+1 >= len(r.s) {
		return nil, r.error("a string does not end")
	}
	b := r.s[r.i+1]
	if at := strings.IndexByte(`"\/bfnrt`, b); at >= 0 {
		r.i += 2
		return append(buf, "\"\\/\b\f\n\r\t"[at]), nil
	}
	if b != 'u' {
		return nil, r.error("unknown escape \\" + string(rune(b)))
	}
	code, err := r.unit()
	if err != nil {
		return nil, err
	}
	if utf16.IsSurrogate(code) && strings.HasPrefix(r.s[r.i:], `\u`) {
		mark := r.i
		low, err := r.unit()
		if err != nil {
			return nil, err
		}
		if both := utf16.DecodeRune(code, low); both != utf8.RuneError {
			return utf8.AppendRune(buf, both), nil
		}
		r.i = mark
	}
	return utf8.AppendRune(buf, code), nil
}

// unit reads one \uXXXX.
func (r *jsonReader) unit() (rune, error) {
	if r.i+6 > len(r.s) {
		return 0, r.error("\\u wants four hex digits")
	}
	n, err := strconv.ParseUint(r.s[r.i+2:r.i+6], 16, 32)
	if err != nil {
		return 0, r.error("\\u wants four hex digits")
	}
	r.i += 6
	return rune(n), nil
}
