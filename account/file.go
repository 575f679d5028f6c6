package account

import (
	"fmt"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
)

// FileName is the name of the operator's file in an account's folder.
const FileName = "account.yaml"

// accountFile is an account.yaml as it is written.
type file struct {
	AppID          string              `yaml:"app_id"`
	OriginalID     string              `yaml:"original_id"`
	Kind           string              `yaml:"kind"`
	Subject        string              `yaml:"subject"`
	Verified       *bool               `yaml:"verified"`
	Mode           string              `yaml:"mode"`
	Token          string              `yaml:"token"`
	EncodingAESKey string              `yaml:"encoding_aes_key"`
	AppSecret      string              `yaml:"app_secret"`
	TokenAPI       string              `yaml:"token_api"`
	Previous       *previousFile       `yaml:"previous"`
	APIKeys        []apiKeyFile        `yaml:"api_keys"`
	Hooks          map[string]hookFile `yaml:"hooks"`
	ExposeToken    bool                `yaml:"expose_token"`
	Timezone       string              `yaml:"timezone"`
	Late           string              `yaml:"late"`
	FetchText      string              `yaml:"fetch_text"`
	FetchWord      wordList            `yaml:"fetch_word"`
	FetchGone      *string             `yaml:"fetch_gone"`
	BusyText       *string             `yaml:"busy_text"`
	Apology        *string             `yaml:"apology"`
	AllowHTTP      []string            `yaml:"allow_http"`
	LLM            *llmFile            `yaml:"llm"`
	HTTP           services            `yaml:"http"`
	Templates      map[string]string   `yaml:"templates"`
	Settings       map[string]any      `yaml:"settings"`
	Limits         map[string]any      `yaml:"limits"`
}

type previousFile struct {
	Token          string `yaml:"token"`
	EncodingAESKey string `yaml:"encoding_aes_key"`
}

// accountKeys are the keys at the top of an account.yaml, for "did you mean".
var accountKeys = []string{
	"app_id", "original_id", "kind", "subject", "verified", "mode", "token", "encoding_aes_key", "app_secret", "token_api", "previous",
	"api_keys", "hooks", "expose_token", "timezone", "late", "fetch_text", "fetch_word", "fetch_gone", "busy_text", "apology", "allow_http", "http",
	"llm", "templates", "settings", "limits",
}

// innerKeys are those of the maps that have names of their own, for the same.
var innerKeys = []string{"key", "name", "allow", "secret", "header", "algorithm", "id", "base", "headers", "timeout"}

// secretPaths are the places where a reference is resolved and a literal is a secret that lies about.
var secretPaths = []string{"token", "encoding_aes_key", "app_secret", "previous.token", "previous.encoding_aes_key", "api_keys[]", "api_keys[].key", "hooks.*.secret", "http.*.headers.*", "llm.key"}

// ConfigError says what is wrong in an account.yaml. It never holds a secret.
type ConfigError struct {
	Line int // 0 = the file as a whole
	Msg  string
	text string // the line, values of keys that may be secret masked

	Outside bool // the trouble is a file that the line names

	each []*ConfigError // where there are several; Msg has all of them
}

// together makes one error of several, in the line of the first.
func together(all []*ConfigError) *ConfigError {
	if len(all) == 1 {
		return all[0]
	}
	one := *all[0]
	one.each = all
	for _, e := range all[1:] {
		at := ""
		if e.Line > 0 && e.Line != one.Line {
			at = fmt.Sprintf("line %d: ", e.Line)
		}
		one.Msg += "; " + at + e.Msg
		one.Outside = one.Outside || e.Outside
	}
	return &one
}

// Each is every single fault that the error speaks of.
func (e *ConfigError) Each() []*ConfigError {
	if e.each == nil {
		return []*ConfigError{e}
	}
	return e.each
}

// Without leaves out faults that were told elsewhere; nil when none is left.
func (e *ConfigError) Without(told func(*ConfigError) bool) *ConfigError {
	rest := slices.DeleteFunc(slices.Clone(e.Each()), told)
	if len(rest) == 0 {
		return nil
	}
	return together(rest)
}

// Error is `account.yaml:7: late: …`.
func (e *ConfigError) Error() string {
	if e.Line == 0 {
		return FileName + ": " + e.Msg
	}
	return fmt.Sprintf("%s:%d: %s", FileName, e.Line, e.Msg)
}

// Excerpt shows the line the error is about, or "".
func (e *ConfigError) Excerpt() string {
	if e.text == "" {
		return ""
	}
	return fmt.Sprintf("  ▸ %d │ %s", e.Line, e.text)
}

// document is a parsed account.yaml that still knows its lines.
type document struct {
	body  []byte
	file  file
	lines map[string]int // path → line
	text  []string

	doubts []Warning // what is read otherwise than people expect
}

// readDocument parses strictly: no unknown and no repeated key, no anchors, no tags, no reference outside of
// the secret fields.
func readDocument(body []byte) (*document, error) {
	body = WithoutBOM(body)
	tree, line, why := ParseYAML(body, accountKeys)
	d := &document{body: body, lines: map[string]int{}, text: strings.Split(string(body), "\n")}
	if why != "" {
		return nil, d.at(line, "%s", why)
	}
	if len(tree.Docs) > 1 {
		return nil, d.at(tree.Docs[1].GetToken().Position.Line, "a second document begins here; want one")
	}
	for _, doc := range tree.Docs {
		if err := d.walk("", doc.Body); err != nil {
			return nil, err
		}
		if doc.Body == nil {
			continue
		}
		if err := yaml.NodeToValue(doc.Body, &d.file, yaml.Strict()); err != nil {
			return nil, d.yamlError(err)
		}
	}
	return d, nil
}

// walk notes the line of every path and refuses what an account.yaml does not need.
func (d *document) walk(path string, n ast.Node) error {
	if n == nil {
		return nil
	}
	line := n.GetToken().Position.Line
	if _, known := d.lines[path]; !known {
		d.lines[path] = line
	}
	switch n := n.(type) {
	case *ast.MappingNode:
		first := make(map[string]int, len(n.Values))
		for _, v := range n.Values {
			key, line := keyOf(v)
			if before, twice := first[key]; twice {
				return d.at(line, "%s is there twice, first in line %d", speakable(below(path, key)), before)
			}
			first[key] = line
			if err := d.walkPair(path, v); err != nil {
				return err
			}
		}
	case *ast.MappingValueNode:
		return d.walkPair(path, n)
	case *ast.SequenceNode:
		for i, v := range n.Values {
			d.lines[item(path, i)] = v.GetToken().Position.Line
			if err := d.walk(path+"[]", v); err != nil {
				return err
			}
		}
	case *ast.AnchorNode, *ast.AliasNode, *ast.TagNode, *ast.MergeKeyNode:
		return d.at(line, "anchors, aliases and tags are not read here; write the value out")
	case *ast.StringNode:
		if err := d.checkPlain(path, n); err != nil {
			return err
		}
		return d.checkReference(path, line, n.Value)
	case *ast.IntegerNode, *ast.FloatNode, *ast.InfinityNode, *ast.NanNode:
		return d.checkPlain(path, n)
	case *ast.LiteralNode:
		return d.checkReference(path, line, n.Value.Value)
	}
	return nil
}

func (d *document) walkPair(path string, v *ast.MappingValueNode) error {
	key, line := keyOf(v)
	if strings.Contains(key, "${") {
		return d.at(line, "a reference cannot be a key")
	}
	d.lines[below(path, key)] = line
	return d.walk(below(path, key), v.Value)
}

func keyOf(v *ast.MappingValueNode) (key string, line int) {
	key, line = v.Key.String(), v.Key.GetToken().Position.Line
	if text, ok := v.Key.(*ast.StringNode); ok {
		key = text.Value
	}
	return key, line
}

func below(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}

// item is the path of one entry of a list; people count from 1.
func item(path string, i int) string { return fmt.Sprintf("%s[%d]", path, i+1) }

// speakable is the name of a key, unless it may be a secret that slipped to where a key belongs.
func speakable(path string) string {
	top, _, _ := strings.Cut(path, ".")
	switch {
	case slices.Contains(accountKeys, path), slices.Contains(secretPaths, general(path)), top == "settings", top == "limits", top == "templates", top == "http",
		top == "llm" && slices.Contains(llmKeys, path[strings.LastIndexByte(path, '.')+1:]):
		return path
	}
	return "a key"
}

func (d *document) checkReference(path string, line int, value string) error {
	if !strings.Contains(value, "${") || slices.Contains(secretPaths, general(path)) {
		return nil
	}
	top, _, _ := strings.Cut(strings.TrimSuffix(path, "[]"), ".")
	switch top {
	case "api_keys":
		if _, ok, err := parseReference(value); !ok || err != nil {
			value = "${env:NAME}" // it may hold more than a reference
		}
		return d.at(line, `api_keys is a list: [ "%s" ]`, value)
	case "previous":
		return d.at(line, "previous has names with values below it: token: ${…} and encoding_aes_key: ${…}")
	case "llm":
		return d.at(line, "%s: of llm only key may be a reference (${…})", path)
	case "token", "encoding_aes_key", "app_secret":
		return d.at(line, "%s is one value and no list or map: %s: ${env:NAME}", top, top)
	}
	return d.at(line, "%s: references (${…}) are resolved in token, encoding_aes_key, app_secret, previous, api_keys, hooks, the headers of http and the key of llm only", path)
}

// at is an error about a line.
func (d *document) at(line int, format string, args ...any) *ConfigError {
	e := &ConfigError{Line: line, Msg: brief(fmt.Sprintf(format, args...))}
	if line > 0 && line <= len(d.text) {
		e.text = brief(keyOnly(d.text[line-1]))
	}
	return e
}

// about is an error about a path.
func (d *document) about(path, format string, args ...any) *ConfigError {
	return d.at(d.lines[path], path+": "+format, args...)
}

func (d *document) yamlError(err error) error {
	line, msg := YAMLWords(d.body, err, slices.Concat(innerKeys, llmKeys, accountKeys))
	return d.at(line, "%s", msg)
}

// keyOnly shows a line without what stands behind its key: it may be a secret.
func keyOnly(line string) string {
	for _, plain := range []string{"kind", "mode", "token_api", "late", "timezone", "subject", "verified", "limits", "app_id", "original_id"} {
		if strings.HasPrefix(line, plain+":") {
			return line
		}
	}
	if key, _, ok := strings.Cut(line, ":"); ok {
		return key + ": …"
	}
	return "…"
}
