package account

import (
	"bytes"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/token"

	"moonwire/engine"
)

// WithoutBOM drops the mark that some editors put before the first letter of a file.
func WithoutBOM(body []byte) []byte { return bytes.TrimPrefix(body, []byte("\ufeff")) }

// YAMLWords says in plain words what the YAML library has against a file: the line (0 = the file as a whole)
// and a sentence that quotes no value, which may be a secret. keys are those the file may have.
func YAMLWords(body []byte, err error, keys []string) (line int, msg string) {
	text := strings.Split(string(body), "\n")
	var e yaml.Error
	if !errors.As(err, &e) || e.GetToken() == nil {
		return 0, "cannot be read as YAML"
	}
	line = e.GetToken().Position.Line
	var unknown *yaml.UnknownFieldError
	if errors.As(err, &unknown) {
		key, hint := e.GetToken().Value, ""
		switch {
		case strings.ContainsFunc(key, oddBlank):
			return line, strangeBlank
		case strings.ContainsAny(key, curlyQuotes):
			return line, "unknown key " + key + ": the quotes are curly or Chinese ones; a key needs none"
		}
		if like := engine.Nearest(key, keys); like != "" {
			hint = "; did you mean " + like + "?"
		}
		return line, "unknown key " + key + hint
	}
	if at, msg := mistyped(text, line, keys); msg != "" {
		return at, msg
	}
	var kind *yaml.UnexpectedNodeTypeError
	var mismatch *yaml.TypeError
	switch {
	case errors.As(err, &kind):
		return line, wanted(text, line, kind.Expected, keys)
	case errors.As(err, &mismatch):
		return line, keyBefore(e.GetToken(), keys) + "want " + kindName(mismatch.DstType.String()) + " here"
	}
	return line, quiet(e.GetMessage())
}

var (
	glued    = regexp.MustCompile(`^[ -]*([A-Za-z_]+):([^\s/])`)
	complete = regexp.MustCompile(`^ *[^\s#-][^:]*: +[^\s|>&#\[{"'][^\[{"']*$`)
	pair     = regexp.MustCompile(`^ *([A-Za-z_]+) *:( |$)`)
)

// mistyped looks near a line for what people get wrong most often: tabs, the colon, the depth of a line.
func mistyped(text []string, line int, keys []string) (at int, msg string) {
	for _, n := range []int{line, line + 1, line - 1} {
		if n < 1 || n > len(text) {
			continue
		}
		l := text[n-1]
		before, _, wide := strings.Cut(l, "：")
		found := glued.FindStringSubmatch(l)
		switch {
		case strings.HasPrefix(strings.TrimLeft(l, " "), "\t"):
			return n, fmt.Sprintf("line %d begins with a tab: use spaces", n)
		case wide && slices.Contains(keys, strings.TrimSpace(before)):
			return n, "the colon is a Chinese one (：): write an English one and a space"
		case found != nil && strings.IndexFunc(found[2], oddBlank) == 0, strings.IndexFunc(strings.TrimLeft(l, " "), oddBlank) == 0:
			return n, strangeBlank
		case found != nil && n == line, found != nil && slices.Contains(keys, found[1]):
			return n, "a space is missing after the colon"
		}
	}
	return misplaced(text, line)
}

const strangeBlank = "a blank at the beginning or after the colon is a full-width, non-breaking or invisible one: write an ordinary space (English keyboard)"

// misplaced finds the line that begins too far to the right or between two depths.
func misplaced(text []string, line int) (at int, msg string) {
	depths, before := []int{}, ""
	for i, l := range text {
		bare := strings.TrimLeft(l, " ")
		if strings.TrimSpace(bare) == "" || bare[0] == '#' {
			continue
		}
		depth := len(l) - len(bare)
		for len(depths) > 0 && depths[len(depths)-1] > depth {
			depths = depths[:len(depths)-1]
		}
		near := i+1 >= line && i <= line && pair.MatchString(l)
		switch {
		case near && i+1 > 1 && (len(depths) == 0 || depths[len(depths)-1] < depth) && !deeper(before, depth):
			return i + 1, "begins too far to the left or right: it must begin exactly below the key it belongs beside"
		case len(depths) == 0 || depths[len(depths)-1] < depth:
			depths = append(depths, depth)
		}
		before = l
	}
	return 0, ""
}

// deeper reports whether a line may be followed by one that begins at a greater depth.
func deeper(before string, depth int) bool {
	own := len(before) - len(strings.TrimLeft(before, " "))
	return depth > own && !complete.MatchString(before)
}

// keyBefore is the key that a value belongs to, with a colon behind it; "" where the file may have no such key.
func keyBefore(value *token.Token, keys []string) string {
	colon := value.Prev
	if colon == nil || colon.Type != token.MappingValueType || colon.Prev == nil || !slices.Contains(keys, colon.Prev.Value) {
		return ""
	}
	return colon.Prev.Value + ": "
}

// wanted says which form a value must have.
func wanted(text []string, line int, want ast.NodeType, keys []string) string {
	key := ""
	if line <= len(text) {
		if found := pair.FindStringSubmatch(text[line-1]); found != nil && slices.Contains(keys, found[1]) {
			key = found[1]
		}
	}
	switch {
	case want == ast.SequenceType && key != "":
		return key + ": want a list, as in " + key + `: ["…"]`
	case want == ast.SequenceType:
		return `want a list here, as in ["…"]`
	case key != "":
		return key + ": want names with values below it, each as name: value"
	}
	return "want name: value here"
}

// quiet keeps what the YAML library says, save what it quotes of the file: it may be a secret.
func quiet(msg string) string {
	if i := strings.IndexAny(msg, "\"'`"); i > 0 {
		msg = strings.TrimRight(msg[:i], " :")
	}
	return msg
}

func kindName(goType string) string {
	switch strings.TrimLeft(goType, "*") {
	case "bool":
		return "true or false"
	case "string":
		return "a text"
	case "time.Duration":
		return "a time such as 15s or 10m"
	}
	if strings.HasPrefix(goType, "[]") {
		return "a list"
	}
	return "a map (key: value)"
}
