package bot

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
)

// accountYAML is the name of the operator's file in an account's folder.
const accountYAML = "account.yaml"

// accountFile is an account.yaml as it is written.
type accountFile struct {
	AppID          string            `yaml:"app_id"`
	OriginalID     string            `yaml:"original_id"`
	Kind           string            `yaml:"kind"`
	Verified       *bool             `yaml:"verified"`
	Mode           string            `yaml:"mode"`
	Token          string            `yaml:"token"`
	EncodingAESKey string            `yaml:"encoding_aes_key"`
	AppSecret      string            `yaml:"app_secret"`
	TokenAPI       string            `yaml:"token_api"`
	Previous       *previousFile     `yaml:"previous"`
	APIKeys        []string          `yaml:"api_keys"`
	ExposeToken    bool              `yaml:"expose_token"`
	Timezone       string            `yaml:"timezone"`
	Late           string            `yaml:"late"`
	FetchText      string            `yaml:"fetch_text"`
	FetchWord      string            `yaml:"fetch_word"`
	Apology        *string           `yaml:"apology"`
	AllowHTTP      []string          `yaml:"allow_http"`
	Templates      map[string]string `yaml:"templates"`
	Settings       map[string]any    `yaml:"settings"`
	Limits         map[string]any    `yaml:"limits"`
}

type previousFile struct {
	Token          string `yaml:"token"`
	EncodingAESKey string `yaml:"encoding_aes_key"`
}

// accountKeys are the keys at the top of an account.yaml, for "did you mean".
var accountKeys = []string{
	"app_id", "original_id", "kind", "verified", "mode", "token", "encoding_aes_key", "app_secret", "token_api", "previous",
	"api_keys", "expose_token", "timezone", "late", "fetch_text", "fetch_word", "apology", "allow_http",
	"templates", "settings", "limits",
}

// secretPaths are the places where a reference is resolved and a literal is a secret that lies about.
var secretPaths = []string{"token", "encoding_aes_key", "app_secret", "previous.token", "previous.encoding_aes_key", "api_keys[]"}

// ConfigError says what is wrong in an account.yaml. It never holds a secret.
type ConfigError struct {
	Line int // 0 = the file as a whole
	Msg  string
	text string // the line, values of keys that may be secret masked
}

// Error is `account.yaml:7: late: …`.
func (e *ConfigError) Error() string {
	if e.Line == 0 {
		return accountYAML + ": " + e.Msg
	}
	return fmt.Sprintf("%s:%d: %s", accountYAML, e.Line, e.Msg)
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
	file  accountFile
	lines map[string]int // path → line
	text  []string
}

// readDocument parses strictly: no unknown and no repeated key, no anchors, no tags, no reference outside of
// the secret fields.
func readDocument(body []byte) (*document, error) {
	d := &document{lines: map[string]int{}, text: strings.Split(string(body), "\n")}
	tree, err := parser.ParseBytes(body, 0)
	if err != nil {
		return nil, d.yamlError(err)
	}
	if len(tree.Docs) > 1 {
		return nil, d.at(tree.Docs[1].GetToken().Position.Line, "a second document begins here; want one")
	}
	for _, doc := range tree.Docs {
		if err := d.walk("", doc.Body); err != nil {
			return nil, err
		}
	}
	if err := yaml.UnmarshalWithOptions(body, &d.file, yaml.Strict()); err != nil {
		return nil, d.yamlError(err)
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
		for _, v := range n.Values {
			if err := d.walkPair(path, v); err != nil {
				return err
			}
		}
	case *ast.MappingValueNode:
		return d.walkPair(path, n)
	case *ast.SequenceNode:
		for _, v := range n.Values {
			if err := d.walk(path+"[]", v); err != nil {
				return err
			}
		}
	case *ast.AnchorNode, *ast.AliasNode, *ast.TagNode, *ast.MergeKeyNode:
		return d.at(line, "anchors, aliases and tags are not read here; write the value out")
	case *ast.StringNode:
		return d.checkReference(path, line, n.Value)
	case *ast.LiteralNode:
		return d.checkReference(path, line, n.Value.Value)
	}
	return nil
}

func (d *document) walkPair(path string, v *ast.MappingValueNode) error {
	key, line := v.Key.String(), v.Key.GetToken().Position.Line
	if text, ok := v.Key.(*ast.StringNode); ok {
		key = text.Value
	}
	if strings.Contains(key, "${") {
		return d.at(line, "a reference cannot be a key")
	}
	if path != "" {
		key = path + "." + key
	}
	d.lines[key] = line
	return d.walk(key, v.Value)
}

func (d *document) checkReference(path string, line int, value string) error {
	if strings.Contains(value, "${") && !slices.Contains(secretPaths, path) {
		return d.at(line, "%s: references (${…}) are resolved in token, encoding_aes_key, app_secret, previous and api_keys only", path)
	}
	return nil
}

// at is an error about a line.
func (d *document) at(line int, format string, args ...any) *ConfigError {
	e := &ConfigError{Line: line, Msg: fmt.Sprintf(format, args...)}
	if line > 0 && line <= len(d.text) {
		e.text = mask(d.text[line-1])
	}
	return e
}

// about is an error about a path.
func (d *document) about(path, format string, args ...any) *ConfigError {
	return d.at(d.lines[path], path+": "+format, args...)
}

func (d *document) yamlError(err error) error {
	var e yaml.Error
	if !errors.As(err, &e) || e.GetToken() == nil {
		return &ConfigError{Msg: "cannot be read as YAML"}
	}
	line := e.GetToken().Position.Line
	var unknown *yaml.UnknownFieldError
	if errors.As(err, &unknown) {
		key := e.GetToken().Value
		hint := ""
		if like := nearestKey(key); like != "" {
			hint = "; did you mean " + like + "?"
		}
		return d.at(line, "unknown key %s%s", key, hint)
	}
	var mismatch *yaml.TypeError
	if errors.As(err, &mismatch) {
		return d.at(line, "want %s here", kindName(mismatch.DstType.String()))
	}
	return d.at(line, "%s", quiet(e.GetMessage()))
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
	}
	if strings.HasPrefix(goType, "[]") {
		return "a list"
	}
	return "a map (key: value)"
}

// mask shows a line without what stands behind its key: it may be a secret.
func mask(line string) string {
	for _, plain := range []string{"kind", "mode", "token_api", "late", "timezone", "verified", "limits", "app_id", "original_id"} {
		if strings.HasPrefix(line, plain+":") {
			return line
		}
	}
	if key, _, ok := strings.Cut(line, ":"); ok {
		return key + ": …"
	}
	return "…"
}

// nearestKey is the key of an account.yaml that differs least from word, if it is near enough to be meant.
func nearestKey(word string) string {
	best, least := "", len(word)/3+1
	for _, key := range accountKeys {
		if d := editDistance(word, key); d < least {
			best, least = key, d
		}
	}
	return best
}

func editDistance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			diagonal, row[j+1] = row[j+1], min(row[j+1]+1, row[j]+1, diagonal+cost)
		}
	}
	return row[len(b)]
}
