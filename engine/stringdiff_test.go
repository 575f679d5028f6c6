package engine_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	lua "github.com/yuin/gopher-lua"

	"moonwire/engine"
)

var update = flag.Bool("update", false, "record what lua5.1 answers in testdata")

// makers make the cases that are compared with the real Lua 5.1, by function.
var makers = map[string]func(gen) luaCase{
	"find": gen.find, "gmatch": gen.gmatch, "gsub": gen.gsub, "format": gen.format, "simple": gen.simple,
}

const recorded = "testdata/lua51.json"

// show is how lua5.1 prints the values of one answer, in a line of its own.
const show = `
function answer(...)
  local words = {}
  for i = 1, select("#", ...) do
    local v = select(i, ...)
    if type(v) == "number" then words[i] = ("n%.17g"):format(v)
    elseif type(v) == "string" then words[i] = "s" .. v:gsub(".", function(c) return ("%02x"):format(c:byte()) end)
    else words[i] = type(v) end
  end
  io.write(table.concat(words, " "), "\n")
end
`

func shown(row []lua.LValue) string {
	var words []string
	for _, v := range row {
		switch v := v.(type) {
		case lua.LNumber:
			words = append(words, "n"+strconv.FormatFloat(float64(v), 'g', 17, 64))
		case lua.LString:
			words = append(words, fmt.Sprintf("s%x", string(v)))
		default:
			words = append(words, v.Type().String())
		}
	}
	return strings.Join(words, " ")
}

// askLua51 fills in what the real thing answers.
func askLua51(t *testing.T, exe string, cases []luaCase) {
	t.Helper()
	var script strings.Builder
	script.WriteString(luaHarness + show)
	for i, c := range cases {
		if i%100 == 0 { // a function may have so many constants only
			script.WriteString(strings.Repeat("end)();", min(1, i)) + "(function()\n")
		}
		fmt.Fprintf(&script, "T(%s)\n", strings.Join(append([]string{quote(c.Fn)}, c.Args...), ", "))
	}
	script.WriteString("end)()")
	where := filepath.Join(t.TempDir(), "cases.lua")
	require.NoError(t, os.WriteFile(where, []byte(script.String()), 0o644))
	out, err := exec.Command(exe, where).CombinedOutput()
	require.NoError(t, err, "%s", out[:min(len(out), 2000)])
	lines := strings.Split(strings.TrimSuffix(string(out), "\n"), "\n")
	require.Len(t, lines, len(cases))
	for i := range cases {
		cases[i].Want = lines[i]
	}
}

// compare runs the cases in the engine, some hundred a turn.
func compare(t *testing.T, cases []luaCase) {
	t.Helper()
	l := newLab(t, engine.Native{Name: "answer", Fn: func(L *lua.LState) int {
		s := engine.TurnOf(L).Host.(*sink)
		row := make([]lua.LValue, L.GetTop())
		for i := range row {
			row[i] = L.Get(i + 1)
		}
		s.rows = append(s.rows, row)
		return 0
	}})
	differ := 0
	for len(cases) > 0 {
		n := min(200, len(cases))
		var script strings.Builder
		script.WriteString(luaHarness)
		for _, c := range cases[:n] {
			fmt.Fprintf(&script, "T(%s)\n", strings.Join(append([]string{quote(c.Fn)}, c.Args...), ", "))
		}
		rows, err := l.run(t, script.String())
		require.NoError(t, err)
		require.Len(t, rows, n)
		for i, c := range cases[:n] {
			if got := shown(rows[i]); got != c.Want && differ < 20 {
				differ++
				t.Errorf("%s\n got %s\nwant %s", c, readable(got), readable(c.Want))
			}
		}
		cases = cases[n:]
	}
}

// readable turns the hex of an answer back into text.
func readable(answer string) string {
	words := strings.Split(answer, " ")
	for i, w := range words {
		var raw []byte
		if _, err := fmt.Sscanf(w, "s%x", &raw); err == nil {
			words[i] = strconv.Quote(string(raw))
		}
	}
	return strings.Join(words, " ")
}

func makeCases(seed uint64, make func(gen) luaCase, n int) []luaCase {
	g := gen{rand.New(rand.NewPCG(seed, 1))}
	cases := []luaCase{}
	for range n {
		cases = append(cases, make(g))
	}
	return cases
}

// Answers recorded from lua5.1 hold where there is none.
func TestStringsAsRecorded(t *testing.T) {
	if *update {
		exe, err := exec.LookPath("lua5.1")
		require.NoError(t, err)
		var out bytes.Buffer
		for _, name := range []string{"find", "gmatch", "gsub", "format", "simple"} {
			cases := makeCases(7, makers[name], 150)
			askLua51(t, exe, cases)
			for _, c := range cases {
				line, err := json.Marshal(c)
				require.NoError(t, err)
				out.Write(append(line, '\n'))
			}
		}
		require.NoError(t, os.MkdirAll("testdata", 0o755))
		require.NoError(t, os.WriteFile(recorded, out.Bytes(), 0o644))
	}
	body, err := os.ReadFile(recorded)
	require.NoError(t, err)
	var cases []luaCase
	for _, line := range strings.Split(strings.TrimSpace(string(body)), "\n") {
		var c luaCase
		require.NoError(t, json.Unmarshal([]byte(line), &c))
		cases = append(cases, c)
	}
	require.Len(t, cases, 750)
	compare(t, cases)
}

// liveMakers make as many cases of find as of match, and some that are about references and frontiers only.
func liveMakers() map[string]func(gen) luaCase {
	only := func(fn string) func(gen) luaCase {
		return func(g gen) luaCase {
			for {
				if c := g.find(); c.Fn == fn {
					return c
				}
			}
		}
	}
	all := map[string]func(gen) luaCase{"find": only("find"), "match": only("match"), "references": gen.references, "long sets": gen.longSets}
	for _, name := range []string{"gmatch", "gsub", "format", "simple"} {
		all[name] = makers[name]
	}
	return all
}

// Ten thousand random calls of each kind answer as the real Lua 5.1 does, errors included.
func TestStringsAgainstLua51(t *testing.T) {
	exe, err := exec.LookPath("lua5.1")
	if err != nil {
		t.Skip("lua5.1 is not installed; TestStringsAsRecorded ran what was recorded from it")
	}
	for name, make := range liveMakers() {
		t.Run(name, func(t *testing.T) {
			cases := makeCases(11, make, 10_000)
			askLua51(t, exe, cases)
			compare(t, cases)
		})
	}
}
