package account

import (
	"bytes"
	"fmt"
	"unicode/utf8"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/lexer"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"

	"moonwire/folder"
)

// What a YAML file may have. The library's time and memory grow with the square of depth, blank lines and keys:
// without bounds, 40 KB take seconds and gigabytes.
const (
	yamlLines  = 5_000
	yamlDepth  = 32
	yamlValues = 5_000 // keys and items of lists
	yamlKey    = 256   // bytes; every value below a key carries its name
)

// ParseYAML reads a file that a person wrote, within bounds that are held before the library may work on it. why
// is "" when tree can be used; else it says in plain words what is wrong in line (0 = the file as a whole), and
// quotes no value, which may be a secret. keys are those the file may have.
func ParseYAML(body []byte, keys []string) (tree *ast.File, line int, why string) {
	if line, why := boundText(body); why != "" {
		return nil, line, why
	}
	tokens := lexer.Tokenize(string(body))
	if line, why := boundTokens(tokens); why != "" {
		return nil, line, why
	}
	tree, err := parser.Parse(tokens, 0, parser.AllowDuplicateMapKey()) // whoever walks the tree words it better
	if err != nil {
		line, why := YAMLWords(body, err, keys)
		return nil, line, why
	}
	return tree, 0, ""
}

// boundText holds the bytes of a file against what the library's scanner can take.
func boundText(body []byte) (line int, why string) {
	if line, why := folder.NotUTF8(body); why != "" {
		return line, why
	}
	if len(body) > MaxYAMLFile {
		return 0, fmt.Sprintf("has more than %d KiB, which is all that is read here", MaxYAMLFile>>10)
	}
	breaks := bytes.Count(body, []byte{'\n'}) + bytes.Count(body, []byte{'\r'}) - bytes.Count(body, []byte("\r\n"))
	if breaks > yamlLines {
		return yamlLines + 1, fmt.Sprintf("is one line too many; at most %d are allowed, and long tables belong into data/", yamlLines)
	}
	return boundBrackets(body)
}

// yamlOpen is how many brackets may be open, those in texts among them, before the scanner is asked which they are.
const yamlOpen = 8_000

func tooDeepYAML() string { return fmt.Sprintf("is nested deeper than %d levels", yamlDepth) }

// boundBrackets refuses what the scanner would only find after much work.
func boundBrackets(body []byte) (line int, why string) {
	open := 0
	for i, c := range body {
		switch c {
		case '[', '{':
			open++
		case ']', '}':
			open = max(open-1, 0)
		}
		if open > yamlOpen {
			return 1 + bytes.Count(body[:i], []byte{'\n'}), tooDeepYAML()
		}
	}
	return 0, ""
}

// yamlShape counts what a file is made of while its tokens go by.
type yamlShape struct {
	flow    int   // brackets that are open
	columns []int // of the keys and dashes that are open, each further to the right than the one before
	values  int
}

// boundTokens finds the first place where a file is more than the library's parser can take.
func boundTokens(tokens token.Tokens) (line int, why string) {
	var s yamlShape
	for _, t := range tokens {
		if why := s.add(t); why != "" {
			return t.Position.Line, why
		}
	}
	return 0, ""
}

func (s *yamlShape) add(t *token.Token) (why string) {
	switch t.Type {
	case token.AnchorType, token.AliasType, token.TagType, token.MergeKeyType:
		return "anchors, aliases and tags are not read here; write the value out"
	case token.SequenceStartType, token.MappingStartType:
		s.flow++
		s.values++
	case token.SequenceEndType, token.MappingEndType:
		s.flow = max(0, s.flow-1)
	case token.CollectEntryType:
		s.values++
	case token.SequenceEntryType:
		s.open(t.Position.Column)
	case token.MappingKeyType:
		return "keys that begin with ? are not read here; write key: value"
	case token.MappingValueType:
		if t.Prev == nil {
			return ""
		}
		if why := boundKey(t.Prev); why != "" {
			return why
		}
		s.open(t.Prev.Position.Column)
	}
	switch {
	case s.flow+len(s.columns) > yamlDepth:
		return tooDeepYAML()
	case s.values > yamlValues:
		return fmt.Sprintf("has more than %d keys and items up to here; long tables belong into data/", yamlValues)
	}
	return ""
}

func boundKey(key *token.Token) (why string) {
	switch {
	case key.Type == token.SequenceEndType || key.Type == token.MappingEndType:
		return "a list or a map cannot be a key"
	case len(key.Value) > yamlKey:
		return fmt.Sprintf("a key has %d bytes; at most %d are allowed", len(key.Value), yamlKey)
	}
	return ""
}

// open notes a key or a dash: whatever stands further to the right has ended, unless brackets hold it.
func (s *yamlShape) open(column int) {
	s.values++
	if s.flow > 0 {
		return
	}
	for len(s.columns) > 0 && s.columns[len(s.columns)-1] > column {
		s.columns = s.columns[:len(s.columns)-1]
	}
	if len(s.columns) == 0 || s.columns[len(s.columns)-1] < column {
		s.columns = append(s.columns, column)
	}
}

// brief keeps what a file says short enough for a line of a log.
func brief(s string) string {
	const most = 300
	if len(s) <= most {
		return s
	}
	cut := most
	for cut > 0 && !utf8.RuneStart(s[cut]) {
		cut--
	}
	return s[:cut] + "…"
}
