package engine_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	lua "github.com/yuin/gopher-lua"

	"moonwire/engine"
	"moonwire/folder"
)

// testdata/language holds what plain Lua computes, a file for each class of fault that compilers have: a case is a
// paragraph that begins with its name as a comment and calls show once; NAME.want has a line for each, as lua5.1
// says it (recorded with -update). A paragraph of comments alone is prose; 1...50 stands for the numbers 1 to 50 and
// v1...v50 for so many names.
//
// Where the engine is otherwise on purpose there are no cases: whole numbers print in full up to 2^53; `% math.huge`
// and % of fractions; the sign of zero and of nan; no load, io, debug and setfenv; a call depth of 200; tail calls
// leave their frames; the order of pairs; # of a list with holes; the words for yields across pcall and metamethods;
// assert with a table; __len of a table, a callable table as a metamethod, a __tostring that gives no text; inf and a
// zero byte in numerals, a minus before a numeral of another base; the name of a library function that pcall calls
// itself, the line of a statement that goes on over several.
const language = "testdata/language"

// languageCase is a piece of Lua that calls show once.
type languageCase struct {
	name   string
	source string // on the lines that it has in its file
}

// languageFiles are the names of the classes, without .lua.
func languageFiles(t *testing.T) []string {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(language, "*.lua"))
	require.NoError(t, err)
	require.NotEmpty(t, paths)
	for i, path := range paths {
		paths[i] = strings.TrimSuffix(filepath.Base(path), ".lua")
	}
	return paths
}

func languageCases(t *testing.T, file string) (cases []languageCase) {
	t.Helper()
	body, err := os.ReadFile(filepath.Join(language, file+".lua"))
	require.NoError(t, err)
	line, seen := 1, map[string]bool{}
	for _, paragraph := range strings.Split(string(body), "\n\n") {
		paragraph = strings.TrimRight(paragraph, "\n")
		if name, isCase := nameOfCase(t, file, paragraph); isCase {
			require.False(t, seen[name], "%s has two cases %q", file, name)
			seen[name] = true
			cases = append(cases, languageCase{name, strings.Repeat("\n", line-1) + spelledOut(paragraph)})
		}
		line += strings.Count(paragraph, "\n") + 2
	}
	return cases
}

func nameOfCase(t *testing.T, file, paragraph string) (name string, isCase bool) {
	t.Helper()
	title, code, _ := strings.Cut(paragraph, "\n")
	if strings.HasPrefix(title, "--") && !strings.Contains("\n"+code, "\nshow(") && !strings.Contains(code, " show(") {
		require.NotRegexp(t, `(?m)^[^-]`, code, "%s: a case that shows nothing", file)
		return "", false
	}
	name, ok := strings.CutPrefix(title, "-- ")
	require.True(t, ok, "%s: a case without a name: %s", file, title)
	return name, true
}

var span = regexp.MustCompile(`\b([a-z]?)(\d+)\.\.\.([a-z]?)(\d+)\b`)

// spelledOut writes the numbers of 1...50 and the names of v1...v50.
func spelledOut(source string) string {
	return span.ReplaceAllStringFunc(source, func(s string) string {
		bounds := span.FindStringSubmatch(s)
		first, _ := strconv.Atoi(bounds[2])
		last, _ := strconv.Atoi(bounds[4])
		list := make([]string, 0, last-first+1)
		for n := first; n <= last; n++ {
			list = append(list, bounds[1]+strconv.Itoa(n))
		}
		return strings.Join(list, ",")
	})
}

// wanted is the record of a file: a line for each case.
func wanted(t *testing.T, file string, cases []languageCase) []string {
	t.Helper()
	body, err := os.ReadFile(filepath.Join(language, file+".want"))
	require.NoError(t, err)
	lines := strings.Split(strings.TrimSuffix(string(body), "\n"), "\n")
	require.Len(t, lines, len(cases), "%s.want is of another %s.lua: record it with -update", file, file)
	for i, c := range cases {
		answer, ok := strings.CutPrefix(lines[i], c.name+": ")
		require.True(t, ok, "%s.want, line %d is not about %q: record it with -update", file, i+1, c.name)
		lines[i] = answer
	}
	return lines
}

// driver runs the cases in lua5.1, each in globals of its own.
const driver = `
arg = nil
emit = function(line) io.write("shown ", line, "\n") end
dofile("lib/show.lua")
local n = 1
while true do
  local file = io.open(n .. ".lua", "rb")
  if not file then break end
  local case, refused = loadstring(file:read("*a"), "@main.lua")
  file:close()
  local ok, raised = false, refused
  if case then ok, raised = pcall(setfenv(case, setmetatable({}, { __index = _G }))) end
  if not ok then emit("refused " .. tostring(raised)) end
  io.write("end of case\n")
  n = n + 1
end
`

// lua51Says runs cases in the real thing.
func lua51Says(t *testing.T, exe string, cases []languageCase) []string {
	t.Helper()
	dir := t.TempDir()
	show, err := os.ReadFile(filepath.Join(language, "lib", "show.lua"))
	require.NoError(t, err)
	require.NoError(t, os.Mkdir(filepath.Join(dir, "lib"), 0o755))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "lib", "show.lua"), show, 0o644))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "driver.lua"), []byte(driver), 0o644))
	for i, c := range cases {
		require.NoError(t, os.WriteFile(filepath.Join(dir, fmt.Sprintf("%d.lua", i+1)), []byte(c.source), 0o644))
	}
	cmd := exec.Command(exe, "driver.lua")
	cmd.Dir = dir
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, "%s", out)
	answers := strings.Split(strings.TrimSuffix(string(out), "end of case\n"), "end of case\n")
	require.Len(t, answers, len(cases))
	for i, c := range cases {
		answer, ok := strings.CutPrefix(answers[i], "shown ")
		require.True(t, ok && strings.Count(answer, "\n") == 1, "%s: shown is %q", c.name, answers[i])
		answers[i] = strings.TrimSuffix(answer, "\n")
	}
	return answers
}

// engineSays runs one case in a build of its own.
func engineSays(t *testing.T, l *lab, c languageCase) string {
	t.Helper()
	show, err := os.ReadFile(filepath.Join(language, "lib", "show.lua"))
	require.NoError(t, err)
	host := &sink{}
	snap := &folder.Snapshot{Account: "lab", Hash: "h", Files: []folder.File{
		{Name: "lib/show.lua", Data: show}, {Name: "main.lua", Data: []byte(`require "lib.show"` + c.source)},
	}}
	_, err = l.eng.Compile(context.Background(), snap, engine.BuildOptions{
		Account: "lab", Host: host, Limits: engine.Limits{ScriptTime: 10 * time.Second},
	})
	var shown []string
	for _, row := range host.rows {
		shown = append(shown, string(row[0].(lua.LString)))
	}
	if err != nil {
		shown = append(shown, "refused "+err.Error())
	}
	return strings.Join(shown, "\n")
}

// record asks lua5.1 for the wanted lines of a file.
func record(t *testing.T, file string, cases []languageCase) {
	t.Helper()
	exe, err := exec.LookPath("lua5.1")
	require.NoError(t, err)
	var want strings.Builder
	for i, answer := range lua51Says(t, exe, cases) {
		want.WriteString(cases[i].name + ": " + answer + "\n")
	}
	require.NoError(t, os.WriteFile(filepath.Join(language, file+".want"), []byte(want.String()), 0o644))
}

// The engine computes what lua5.1 computes.
func TestLanguage(t *testing.T) {
	l := newLab(t)
	for _, file := range languageFiles(t) {
		t.Run(file, func(t *testing.T) {
			cases := languageCases(t, file)
			if *update {
				record(t, file, cases)
			}
			want := wanted(t, file, cases)
			for i, c := range cases {
				t.Run(c.name, func(t *testing.T) {
					if got := engineSays(t, l, c); got != want[i] {
						t.Errorf("%s.lua\n got %s\nwant %s\n%s", file, got, want[i], strings.TrimLeft(c.source, "\n"))
					}
				})
			}
		})
	}
}

// The record is what lua5.1 says.
func TestLanguageAgainstLua51(t *testing.T) {
	exe, err := exec.LookPath("lua5.1")
	if err != nil {
		t.Skip("lua5.1 is not installed; TestLanguage compared the engine with what was recorded from it")
	}
	for _, file := range languageFiles(t) {
		t.Run(file, func(t *testing.T) {
			cases := languageCases(t, file)
			want := wanted(t, file, cases)
			for i, answer := range lua51Says(t, exe, cases) {
				require.Equal(t, answer, want[i], "%s.want: %s: record it with -update", file, cases[i].name)
			}
		})
	}
}
