package bindings

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"unicode/utf8"

	"moonwire/wechat"
	"moonwire/wechat/api"
)

// parseDataJSON reads a JSON file of data/ as plain data: integers above 2^53 and the id keys as strings,
// null as nil.
func parseDataJSON(name string, raw []byte) (any, error) {
	raw = bytes.TrimPrefix(raw, []byte("\xef\xbb\xbf"))
	if at, why := (wechat.JSONBounds{Depth: jsonDepth}).Check(raw); why != "" {
		return nil, dataError(name, bytes.Count(raw[:at], []byte("\n"))+1, "%s", why)
	}
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		return nil, dataJSONError(name, raw, d.InputOffset(), err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, dataJSONError(name, raw, d.InputOffset(), errors.New("something follows the value"))
	}
	return plainNumbers("", v), nil
}

func dataJSONError(name string, raw []byte, at int64, err error) error {
	var syntax *json.SyntaxError
	if errors.As(err, &syntax) {
		at = syntax.Offset
	}
	what := err.Error()
	switch {
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		at = int64(len(bytes.TrimRight(raw, " \t\r\n")))
		what = "the file ends too early: a bracket or a quote is not closed"
	case syntax != nil:
		what = "this is no JSON" + strangeJSON(raw, at)
	}
	line := bytes.Count(raw[:min(at, int64(len(raw)))], []byte("\n")) + 1
	return dataError(name, line, "%s", what)
}

// strangeJSON names the character that the parser could not take, the last of the at it had read, and the
// mistake that is likely behind it.
func strangeJSON(raw []byte, at int64) string {
	if at < 1 {
		return ""
	}
	from := at - 1
	for from > 0 && !utf8.RuneStart(raw[from]) {
		from--
	}
	r, _ := utf8.DecodeRune(raw[from:])
	said := ""
	before := bytes.TrimRight(raw[:from], " \t\r\n")
	switch {
	case (r == '}' || r == ']') && bytes.HasSuffix(before, []byte(",")):
		said = "; nothing may follow the last comma: remove it"
	case strings.ContainsRune("“”‘’", r):
		said = "; texts stand in straight double quotes"
	case strings.ContainsRune("，：", r):
		said = "; commas and colons must be English ones"
	case r == '\'':
		said = "; texts stand in double quotes"
	case r == '"' || r == '{' || r == '[':
		said = "; a comma is missing before it"
	case r == '/' || r == '#':
		said = "; JSON has no comments"
	default:
		said = notJSON(string(wordAround(raw, int(from))))
	}
	return " at " + quote(string(r)) + said
}

// wordAround is the rest of a file from the beginning of the word that a place is in.
func wordAround(raw []byte, at int) []byte {
	for at > 0 && (raw[at-1] >= 'a' && raw[at-1] <= 'z' || raw[at-1] >= 'A' && raw[at-1] <= 'Z') {
		at--
	}
	return raw[at:min(at+64, len(raw))]
}

// plainNumbers replaces json.Number by float64, or by string where a float would lose digits; key is the name
// of v.
func plainNumbers(key string, v any) any {
	switch v := v.(type) {
	case json.Number:
		f, err := v.Float64()
		if err != nil || api.LosesDigits(key, v.String()) {
			return v.String()
		}
		return f
	case []any:
		for i := range v {
			v[i] = plainNumbers("", v[i])
		}
	case map[string]any:
		for k := range v {
			v[k] = plainNumbers(k, v[k])
		}
	}
	return v
}
