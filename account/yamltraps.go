package account

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/token"
)

// Values without quotes that YAML reads otherwise than people expect, or one edition of YAML otherwise than the next.
var (
	leadingZero = regexp.MustCompile(`^[-+]?0[0-9_]+$`)
	switchWord  = regexp.MustCompile(`^(?i:yes|no|on|off|y|n)$`)
	powerOfTen  = regexp.MustCompile(`^[-+]?[0-9]+(\.[0-9]*)?[eE][-+]?[0-9]+$`)
)

// textKeys are the keys whose values are texts, where a number would be rewritten in silence.
var textKeys = []string{
	"app_id", "original_id", "kind", "subject", "mode", "token", "encoding_aes_key", "app_secret", "token_api", "previous.token",
	"previous.encoding_aes_key", "api_keys[]", "api_keys[].key", "api_keys[].name", "api_keys[].allow[]", "hooks.*.secret", "hooks.*.header", "hooks.*.algorithm", "hooks.*.id", "timezone", "late", "fetch_text", "fetch_word", "fetch_word[]", "fetch_gone", "busy_text", "apology",
	"llm.base", "llm.model", "llm.models[]", "llm.key",
}

// checkPlain refuses a value without quotes that nobody can be sure of, and warns of one that scripts see otherwise
// than it is written. Values of keys that may be secret are not quoted.
func (d *document) checkPlain(path string, n ast.Node) error {
	t := n.GetToken()
	if err := d.checkTyped(path, t); err != nil {
		return err
	}
	if t.Type == token.SingleQuoteType || t.Type == token.DoubleQuoteType {
		return nil
	}
	raw, line := t.Value, t.Position.Line
	top, _, _ := strings.Cut(path, ".")
	isText := slices.Contains(textKeys, general(path)) || top == "templates" || top == "http"
	shown := "value"
	if !slices.Contains(secretPaths, general(path)) {
		shown = raw
	}
	number := n.Type() == ast.IntegerType || n.Type() == ast.FloatType
	switch {
	case leadingZero.MatchString(raw):
		return d.at(line, "%s: %s begins with a zero, and readers disagree what it is: put it in quotes (\"%s\") for a text, or write the number without the zero", path, shown, shown)
	case n.Type() == ast.InfinityType || n.Type() == ast.NanType:
		return d.at(line, "%s: %s is no number that can be used; in quotes it is a text", path, shown)
	case number && isText && asRead(n) != raw:
		return d.at(line, "%s: %s is read as a number and written anew; want \"%s\" in quotes", path, shown, shown)
	case !strings.HasPrefix(path, "settings"):
	case number && n.Type() == ast.FloatType && asRead(n) != raw:
		d.doubt(line, path+": scripts see the number "+asRead(n)+"; write \""+raw+"\" in quotes if it is a text")
	case n.Type() == ast.StringType && switchWord.MatchString(raw):
		d.doubt(line, path+": scripts see the text \""+raw+"\", which counts as true; write true or false, or \""+raw+"\" in quotes if it is a text")
	case n.Type() == ast.StringType && powerOfTen.MatchString(raw):
		d.doubt(line, path+": scripts see the text \""+raw+"\"; write the number out, or \""+raw+"\" in quotes")
	}
	return nil
}

// typedKeys are the keys whose values have no quotes, and no blanks at an end, of their own.
var typedKeys = append([]string{
	"app_id", "original_id", "kind", "subject", "mode", "token_api", "timezone", "late", "allow_http[]", "api_keys[].name", "api_keys[].allow[]",
	"hooks.*.header", "hooks.*.algorithm", "hooks.*.id",
	"llm.base", "llm.model", "llm.models[]",
}, secretPaths...)

// checkTyped refuses what a word processor, or a Chinese keyboard, makes of a value: it looks right and is not.
func (d *document) checkTyped(path string, t *token.Token) error {
	if top, _, _ := strings.Cut(path, "."); !slices.Contains(typedKeys, general(path)) && top != "templates" && top != "http" {
		return nil
	}
	line := t.Position.Line
	switch {
	case strings.ContainsAny(t.Value, curlyQuotes):
		return d.at(line, "%s: the quotes are curly or Chinese ones (“ ”): write straight ones (\"), or none", path)
	case strings.ContainsFunc(t.Value, oddBlank):
		return d.at(line, "%s: there is a blank in it that is none of the space bar in English (a full-width, non-breaking or invisible one): delete it", path)
	}
	return nil
}

const curlyQuotes = "“”‘’「」＂＇"

// oddBlank reports a blank that looks like a space, or like nothing, and is neither.
func oddBlank(r rune) bool {
	return r > unicode.MaxASCII && unicode.IsSpace(r) || r >= '\u200b' && r <= '\u200d' || r == '\u2060' || r == '\ufeff'
}

func (d *document) doubt(line int, msg string) {
	d.doubts = append(d.doubts, Warning{Line: line, Msg: msg})
}

// asRead is a number as it is once it was read.
func asRead(n ast.Node) string {
	switch n := n.(type) {
	case *ast.FloatNode:
		return strconv.FormatFloat(n.Value, 'f', -1, 64)
	case *ast.IntegerNode:
		switch v := n.Value.(type) {
		case int64:
			return strconv.FormatInt(v, 10)
		case uint64:
			return strconv.FormatUint(v, 10)
		}
	}
	return ""
}
