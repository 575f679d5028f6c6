package engine_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"moonwire/engine"
)

// globalCases are what scripts do with names of the library, each a body that returns what Lua 5.1 returns.
var globalCases = []struct{ name, body, want string }{
	{"a function", `assert = nil return type(assert)`, "nil"},
	{"a library", `string = nil return type(string) .. ("x"):rep(2)`, "nilxx"},
	{"another name of it", `local keep = tostring tostring = nil return type(tostring) .. keep(1)`, "nil1"},
	{"in a function", `local function f() ipairs = nil end local before = type(ipairs) f() return before .. type(ipairs)`, "functionnil"},
	{"replaced, then taken away", `unpack = 5 local n = unpack unpack = nil return n .. type(unpack)`, "5nil"},
	{"taken away, then given back", `local keep = select select = nil local n = type(select) select = keep return n .. select("#", 1, 2)`, "nil2"},
	{"in a list of targets", `local n n, next, type2 = 1, nil return tostring(next) .. n`, "nil1"},
	{"declared as a function", `function pairs() return "mine" end local mine = pairs() pairs = nil return mine .. tostring(pairs)`, "minenil"},
	{"through _G", `_G.assert = nil return tostring(assert)`, "nil"},
	{"through _G, under a made name", `_G["ass" .. "ert"] = nil return tostring(assert)`, "nil"},
	{"by rawset", `rawset(_G, "math", nil) return tostring(math) .. tostring(_G.math) .. tostring(rawget(_G, "math"))`, "nilnilnil"},
	{"through another name of _G", `local g = _G g.next, g = nil return tostring(next)`, "nil"},
	{"_G itself", `local g = _G _G = nil return tostring(_G) .. tostring(g._G) .. type(g.assert)`, "nilnilfunction"},
	{"_G stands in itself", `return tostring(_G._G == _G and rawget(_G, "_G") == _G)`, "true"},
	{"what was not assigned", `assert = nil return type(ipairs) .. type(table.concat)`, "functionfunction"},
	{"walking _G", `local n, seen = 0, {} for k, v in pairs(_G) do seen[k] = v end
		return tostring(seen.select == select and seen.string == string and seen._G == _G and seen.nosuch == nil)`, "true"},
	{"walking _G after it", `assert = nil for k in pairs(_G) do if k == "assert" then return "there" end end return "gone"`, "gone"},
	{"next", `local seen = false local k = nil repeat k = next(_G, k) seen = seen or k == "tostring" until k == nil return tostring(seen)`, "true"},
	{"while walking", `local g = _G for k in pairs(g) do if k ~= "tostring" then g[k] = nil end end return tostring(tostring and not select)`, "true"},
	{"own globals", `x = 1 x = nil return tostring(x)`, "nil"},
}

// TestNamesOfTheLibraryCanBeTakenAway assigns nil and others, and looks for names of the library, as in any Lua. The turn
// after it has the whole library again.
func TestNamesOfTheLibraryCanBeTakenAway(t *testing.T) {
	w := newWorld(t, nil)
	for _, c := range globalCases {
		t.Run(c.name, func(t *testing.T) {
			b, err := w.compile(map[string]string{"main.lua": "rule(function(...) " + c.body + "\nend)"}, unhurried(engine.Limits{}))
			require.NoError(t, err)
			for range 2 {
				got, err := w.ask(b)
				require.NoError(t, err)
				require.Equal(t, c.want, got)
			}
		})
	}
}

// TestRealLuaTakesNamesAwayLikeThat asks lua5.1, where there is one.
func TestRealLuaTakesNamesAwayLikeThat(t *testing.T) {
	real, err := exec.LookPath("lua5.1")
	if err != nil {
		t.Skip("no lua5.1 here")
	}
	for _, c := range globalCases {
		file := filepath.Join(t.TempDir(), "case.lua")
		require.NoError(t, os.WriteFile(file, []byte("local write = io.write write((function(...) "+c.body+"\nend)())"), 0o600))
		out, err := exec.Command(real, file).CombinedOutput()
		require.NoError(t, err, "%s: %s", c.name, out)
		require.Equal(t, c.want, strings.TrimSpace(string(out)), c.name)
	}
}

// TestANameTakenAwayInOneFileIsGoneInAll has a module take a name away that main.lua uses.
func TestANameTakenAwayInOneFileIsGoneInAll(t *testing.T) {
	w := newWorld(t, nil)
	b, err := w.compile(map[string]string{
		"main.lua":  `local before = type(select) require("lib.m") rule(function() return before .. type(select) .. type(unpack) end)`,
		"lib/m.lua": `select = nil return {}`,
	}, engine.Limits{})
	require.NoError(t, err)
	got, err := w.ask(b)
	require.NoError(t, err)
	require.Equal(t, "functionnilfunction", got)
}
