package main_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// arrows says which rooms of the house a room may use. A room that is missing here does not exist.
var arrows = map[string][]string{
	".":                         {"cli"},
	"cli":                       {"account", "bindings", "bot", "chat", "check", "console", "engine", "folder", "internal/pause", "llm", "llm/standin", "outside", "scripts", "server", "server/admin", "server/api", "store", "transcript", "wechat", "wechat/api", "wechat/sim", "words"},
	"bot":                       {"account", "bindings", "engine", "folder", "llm", "outside", "store", "wechat", "wechat/api", "words"},
	"account":                   {"engine", "folder", "internal/mask", "llm", "outside", "wechat"},
	"folder":                    {},
	"llm":                       {"internal/mask"},
	"llm/standin":               {"internal/pause"},
	"bindings":                  {"engine", "engine/syntax", "folder", "internal/mask", "internal/pause", "llm", "outside", "wechat", "wechat/api", "words"},
	"wechat/sim":                {"wechat", "wechat/api"},
	"check":                     {"bindings", "engine", "engine/syntax", "folder", "outside", "words"},
	"chat":                      {"account", "wechat/sim"},
	"transcript":                {"account", "bindings", "bot", "chat", "engine", "folder", "llm", "llm/standin", "outside", "server", "store", "wechat/sim"},
	"server":                    {"bot", "console", "server/admin", "server/api", "server/openapi", "server/wire", "store", "wechat"},
	"server/admin":              {"bot", "engine", "folder", "server/openapi", "store"},
	"server/api":                {"account", "bot", "server/openapi", "store", "wechat", "wechat/api"},
	"server/openapi":            {"wechat"},
	"server/wire":               {},
	"engine":                    {"folder", "engine/code", "engine/proof", "engine/syntax", "words"},
	"engine/code":               {"engine/syntax"},
	"engine/proof":              {"engine/syntax"},
	"engine/syntax":             {"words"},
	"outside":                   {"internal/mask", "internal/pause"},
	"store":                     {"internal/pause"},
	"words":                     {},
	"wechat":                    {},
	"wechat/api":                {"internal/pause", "wechat"},
	"console":                   {},
	"scripts":                   {},
	"internal/bench":            {"store", "wechat"},
	"internal/bench/silenceper": {},
	"internal/luaprogram":       {},
	"internal/mask":             {},
	"internal/mutants":          {},
	"internal/neighbours":       {},
	"internal/pause":            {},
}

// guests says which rooms may use a dependency that only some should know.
var guests = map[string][]string{
	"github.com/yuin/gopher-lua":   {"engine", "engine/code", "bindings"},
	"github.com/fsnotify/fsnotify": {"folder"},
	"github.com/yuin/goldmark":     {"llm"},
	"github.com/robfig/cron":       {"bindings"},
	"github.com/goccy/go-yaml":     {"account", "cli"},
	"github.com/gorilla/mux":       {"server", "wechat/sim", "internal/bench"},
	"modernc.org/sqlite":           {"store"},
	"github.com/jackc/pgx":         {"store"},
	"database/sql":                 {"store"},
}

// hands are the calls that reach outside the program by themselves; only main and cli have them.
var hands = []string{"os.Getenv", "os.LookupEnv", "os.Args", "os.Exit", "os.Environ"}

type source struct {
	room, path string
	test       bool
	file       *ast.File
	set        *token.FileSet
	lines      int
}

func (s source) at(p token.Pos) string {
	return fmt.Sprintf("%s:%d", s.path, s.set.Position(p).Line)
}

func sources(t *testing.T) []source {
	t.Helper()
	var all []source
	err := filepath.WalkDir(".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			if base := d.Name(); base == "node_modules" || base == "testdata" || base != "." && strings.HasPrefix(base, ".") {
				return filepath.SkipDir
			}
			return nil
		}
		if !strings.HasSuffix(name, ".go") {
			return nil
		}
		body, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		set := token.NewFileSet()
		file, err := parser.ParseFile(set, name, body, parser.ParseComments)
		if err != nil {
			return err
		}
		all = append(all, source{
			room: path.Dir(filepath.ToSlash(name)), path: name, test: strings.HasSuffix(name, "_test.go"),
			file: file, set: set, lines: strings.Count(string(body), "\n"),
		})
		return nil
	})
	require.NoError(t, err)
	require.NotEmpty(t, all)
	return all
}

func TestArrows(t *testing.T) {
	for _, s := range sources(t) {
		allowed, known := arrows[s.room]
		require.True(t, known, "%s: %s is not a room of the house", s.path, s.room)
		for _, imp := range s.file.Imports {
			name, err := strconv.Unquote(imp.Path.Value)
			require.NoError(t, err)
			if room, ours := strings.CutPrefix(name, "moonwire/"); ours && !s.test && room != s.room {
				require.Contains(t, allowed, room, "%s: %s must not know %s", s.path, s.room, room)
			}
			for guest, rooms := range guests {
				if name == guest || strings.HasPrefix(name, guest+"/") {
					if !s.test {
						require.Contains(t, rooms, s.room, "%s: %s is not for this room", s.path, name)
					}
				}
			}
		}
	}
}

func TestHouseRules(t *testing.T) {
	for _, s := range sources(t) {
		if s.test {
			continue
		}
		t.Run(s.path, func(t *testing.T) {
			checkHands(t, s)
			checkFunctions(t, s)
			checkPackageVariables(t, s)
			if !isTable(s.file) {
				require.LessOrEqual(t, s.lines, 400, "a file stops at 400 lines")
			}
		})
	}
}

func TestEveryRoomHasADoor(t *testing.T) {
	doors := map[string]bool{}
	for _, s := range sources(t) {
		if !s.test {
			doors[s.room] = doors[s.room] || s.file.Doc != nil
		}
	}
	for room, documented := range doors {
		require.True(t, documented, "%s has no package comment", room)
	}
}

// isTable reports whether a file says of itself that it is a table of data.
func isTable(f *ast.File) bool {
	for _, c := range f.Comments {
		if strings.Contains(c.Text(), "A table of data.") {
			return true
		}
	}
	return false
}

func checkHands(t *testing.T, s source) {
	t.Helper()
	if s.room == "." || s.room == "cli" || s.room == "internal/bench" || s.room == "internal/mutants" {
		return
	}
	ast.Inspect(s.file, func(n ast.Node) bool {
		if sel, ok := n.(*ast.SelectorExpr); ok {
			if pkg, ok := sel.X.(*ast.Ident); ok {
				require.NotContains(t, hands, pkg.Name+"."+sel.Sel.Name, "%s", s.at(n.Pos()))
			}
		}
		return true
	})
}

func checkFunctions(t *testing.T, s source) {
	t.Helper()
	for _, decl := range s.file.Decls {
		fn, ok := decl.(*ast.FuncDecl)
		if !ok || fn.Body == nil {
			continue
		}
		require.False(t, fn.Recv == nil && fn.Name.Name == "init", "%s: no init()", s.at(fn.Pos()))
		if isTable(s.file) {
			continue
		}
		length := s.set.Position(fn.End()).Line - s.set.Position(fn.Pos()).Line + 1
		require.LessOrEqual(t, length, 60, "%s: %s stops at 60 lines", s.at(fn.Pos()), fn.Name.Name)
	}
}

// checkPackageVariables fails for a package variable that anything assigns to: variables of a package
// are constants that Go has no word for. The one exception stands in the engine and is marked there.
func checkPackageVariables(t *testing.T, s source) {
	t.Helper()
	imports := map[string]bool{}
	for _, imp := range s.file.Imports {
		name, _ := strconv.Unquote(imp.Path.Value)
		imports[path.Base(name)] = true
		if imp.Name != nil {
			imports[imp.Name.Name] = true
		}
	}
	ast.Inspect(s.file, func(n ast.Node) bool {
		assign, ok := n.(*ast.AssignStmt)
		if !ok || assign.Tok == token.DEFINE {
			return true
		}
		for _, left := range assign.Lhs {
			switch v := left.(type) {
			case *ast.Ident:
				require.False(t, v.Name != "_" && isPackageVariable(s.file, v), "%s: assigns the package variable %s", s.at(v.Pos()), v.Name)
			case *ast.SelectorExpr:
				x, ok := v.X.(*ast.Ident)
				foreign := ok && x.Obj == nil && imports[x.Name]
				marked := s.room == "engine" && v.Sel.Name == "MaxArrayIndex"
				require.False(t, foreign && !marked, "%s: assigns another package's variable", s.at(v.Pos()))
			}
		}
		return true
	})
}

// isPackageVariable takes an unresolved name for one that another file of the package declares.
func isPackageVariable(f *ast.File, id *ast.Ident) bool {
	if id.Obj == nil {
		return true
	}
	for _, decl := range f.Decls {
		if gen, ok := decl.(*ast.GenDecl); ok && gen.Tok == token.VAR {
			for _, spec := range gen.Specs {
				if id.Obj.Decl == spec {
					return true
				}
			}
		}
	}
	return false
}
