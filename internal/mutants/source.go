package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// pkg is a package whose code gets faults.
type pkg struct {
	path  string // moonwire/wechat
	name  string
	dir   string
	files []*source
}

// source is one file of it.
type source struct {
	path string // on this machine
	show string // below the module's folder, with slashes
	text []byte
	set  *token.FileSet
	tree *ast.File
}

func (s *source) offset(p token.Pos) int { return s.set.Position(p).Offset }

func (s *source) of(n ast.Node) string { return string(s.text[s.offset(n.Pos()):s.offset(n.End())]) }

// isTable reports whether a file says of itself that it is a table of data, where a fault is a typing error.
func (s *source) isTable() bool { return bytes.Contains(s.text, []byte("A table of data.")) }

// listed is what `go list` says of a package.
type listed struct {
	ImportPath, Name, Dir string
	GoFiles               []string
	Module                struct{ Dir string }
}

func list(ctx context.Context, pattern string) (listed, error) {
	var l listed
	out, err := command(ctx, "go", "list", "-json=ImportPath,Name,Dir,GoFiles,Module", pattern)
	if err != nil {
		return l, err
	}
	return l, json.Unmarshal(out, &l) // of several packages, this is an error
}

func load(ctx context.Context, pattern string) (*pkg, error) {
	l, err := list(ctx, pattern)
	if err != nil {
		return nil, err
	}
	p := &pkg{path: l.ImportPath, name: l.Name, dir: l.Dir}
	for _, name := range l.GoFiles {
		s := &source{path: filepath.Join(l.Dir, name), set: token.NewFileSet()}
		if s.text, err = os.ReadFile(s.path); err != nil {
			return nil, err
		}
		if s.tree, err = parser.ParseFile(s.set, s.path, s.text, parser.SkipObjectResolution); err != nil {
			return nil, err
		}
		below, err := filepath.Rel(l.Module.Dir, s.path)
		if err != nil {
			return nil, err
		}
		s.show = filepath.ToSlash(below)
		p.files = append(p.files, s)
	}
	return p, nil
}

// command runs a program and returns what it prints; the error holds what it says about a failure.
func command(ctx context.Context, name string, args ...string) ([]byte, error) {
	out, err := exec.CommandContext(ctx, name, args...).Output()
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		return out, fmt.Errorf("%s %s: %w: %s", name, strings.Join(args, " "), err, exit.Stderr)
	}
	return out, err
}
