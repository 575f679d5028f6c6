package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"time"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"

	"moonwire/account"
	"moonwire/engine"
)

// configName is the operator's file where nobody says otherwise.
const configName = "moonwire.yaml"

// configKeys are the keys of a moonwire.yaml at any depth, for "did you mean".
var configKeys = []string{
	"scripts", "addr", "listener", "admin_addr", "admin_hosts", "data", "api_base", "mp_base", "open_base", "max_skew", "drain", "secrets", "env_prefix", "dir", "private_http",
	"ceilings", "retention", "messages", "reload", "mode", "poll", "log", "level", "format", "log_messages", "lang",
}

// configTimes are the keys of a moonwire.yaml whose values are times.
var configTimes = []string{"max_skew", "drain", "retention.messages", "reload.poll"}

// readConfig reads a moonwire.yaml over the defaults. What the file leaves out, or leaves empty, keeps its
// default.
func readConfig(path string, asked bool) (Config, error) {
	c := defaultConfig()
	files := account.FileReader{Limit: account.MaxYAMLFile}
	body, err := files.Read(path)
	switch {
	case errors.Is(err, fs.ErrNotExist) && !asked:
		return c, nil
	case err != nil:
		return c, fmt.Errorf("%s: %s", path, systemWords(err))
	}
	body = account.WithoutBOM(body)
	tree, line, why := account.ParseYAML(body, configKeys)
	if why != "" {
		return c, configError(path, line, why)
	}
	if !anySettings(tree) {
		return c, nil // decoding a document without any would empty c
	}
	if line, msg := checkTimes(tree); msg != "" {
		return c, configError(path, line, msg)
	}
	if err := yaml.UnmarshalWithOptions(body, &c, yaml.Strict(), yaml.CustomUnmarshaler(timeOf)); err != nil {
		line, msg := account.YAMLWords(body, err, configKeys)
		return c, configError(path, line, msg)
	}
	for _, doc := range tree.Docs {
		c.noteLines(path, "", doc.Body)
	}
	return c, nil
}

// noteLines notes where the settings of a file stand. A key without a value keeps its default.
func (c *Config) noteLines(file, above string, n ast.Node) {
	switch n := n.(type) {
	case *ast.MappingNode:
		for _, v := range n.Values {
			c.noteLines(file, above, v)
		}
	case *ast.MappingValueNode:
		if n.Value.Type() == ast.NullType {
			return
		}
		at := n.Key.GetToken()
		key := above + at.Value
		c.from[key] = fmt.Sprintf("%s:%d: %s", file, at.Position.Line, key)
		c.noteLines(file, key+".", n.Value)
	}
}

func configError(path string, line int, msg string) error {
	if line == 0 {
		return fmt.Errorf("%s: %s", path, msg)
	}
	return fmt.Errorf("%s:%d: %s", path, line, msg)
}

// anySettings reports whether a file holds more than comments.
func anySettings(tree *ast.File) bool {
	for _, doc := range tree.Docs {
		switch doc.Body.(type) {
		case nil, *ast.NullNode, *ast.CommentGroupNode:
		default:
			return true
		}
	}
	return false
}

// checkTimes finds the first time that is none.
func checkTimes(tree *ast.File) (line int, msg string) {
	for _, key := range configTimes {
		path, err := yaml.PathString("$." + key)
		if err != nil {
			continue
		}
		node, err := path.FilterFile(tree)
		if err != nil || node == nil || node.Type() == ast.NullType {
			continue
		}
		var d time.Duration
		if err := timeOf(&d, []byte(node.String())); err != nil {
			return node.GetToken().Position.Line, key + ": want a time such as 15s or 10m, with its unit"
		}
	}
	return 0, ""
}

// timeOf reads a time as it stands in the file.
func timeOf(d *time.Duration, text []byte) (err error) {
	*d, err = time.ParseDuration(strings.Trim(strings.TrimSpace(string(text)), `"'`))
	return err
}

// operatorCeilings are the limits that the operator allows: those of moonwire.yaml, for what it leaves out the
// defaults.
func operatorCeilings(c Config) (engine.Limits, error) {
	ceilings := engine.DefaultLimits()
	for name, value := range c.Ceilings {
		if err := ceilings.Set(name, value, engine.Boundless()); err != nil {
			return ceilings, fmt.Errorf("%s: %w", strings.TrimSuffix(c.from["ceilings."+name], "."+name), err)
		}
	}
	return ceilings, nil
}

// authorConfig is what dev and check heed of a moonwire.yaml: the operator's ceilings where one is there, wide ones where
// none is, as on an author's own machine; and private_http.
func authorConfig(path string, asked bool) (Config, engine.Limits, error) {
	c, err := readConfig(path, asked)
	if err != nil {
		return c, engine.Limits{}, err
	}
	if err := c.checkOpened(); err != nil {
		return c, engine.Limits{}, err
	}
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		return c, engine.WideLimits(), nil
	}
	ceilings, err := operatorCeilings(c)
	return c, ceilings, err
}

// secretReader reads the files that account.yaml names as secrets: the same for every command.
func secretReader() func(path string) ([]byte, error) {
	files := &account.FileReader{Limit: account.MaxSecretFile}
	return files.Read
}

// systemWords are the words for a file or folder that cannot be used.
func systemWords(err error) string {
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "there is no such file or folder"
	case errors.Is(err, fs.ErrPermission):
		return "permission denied"
	}
	var path *fs.PathError
	var link *os.LinkError
	switch {
	case errors.As(err, &path):
		return path.Err.Error()
	case errors.As(err, &link):
		return link.Err.Error()
	}
	return err.Error()
}
