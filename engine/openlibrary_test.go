package engine_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"moonwire/engine"
)

// Modules add to string and table. The message that ran them sees it, in whatever way it asks; no other does.
func TestAddingToALibrary(t *testing.T) {
	for _, tt := range []struct{ name, lua, want string }{
		{"a function", `function string.first(s) return s:sub(1, 1) end rule(function() return string.first("abc") end)`, "a"},
		{"a method of texts", `function string:twice() return self .. self end rule(function() return ("ab"):twice() end)`, "abab"},
		{"under another name", `local s = string s.mine = "m" rule(function() return string.mine .. _G.string.mine end)`, "mm"},
		{"a value", `table.empty = {} rule(function() return tostring(#table.empty) end)`, "0"},
		{"another time", `string.n = 1 string.n = string.n + 1 rule(function() return tostring(string.n) end)`, "2"},
		{"taken away", `string.n = 1 string.n = nil rule(function() return tostring(string.n) end)`, "nil"},
		{"walked over", `string.n = 1 rule(function() local own, all = 0, 0
			for k in pairs(string) do all = all + 1 if k == "n" or k == "gsub" then own = own + 1 end end
			return own .. tostring(all > 10) .. tostring(next(table) ~= nil) end)`, "2truetrue"},
		{"rawget", `string.n = 1 rule(function() return tostring(rawget(string, "n")) .. tostring(rawget(string, "m")) end)`, "1nil"},
		{"by a module", `require "lib.more" rule(function() return ("a,b"):count(",") end)`, "2"},
		{"in a coroutine", `rule(function() coroutine.wrap(function() string.n = "co" end)() return string.n end)`, "co"},
		{"one of the library", `rule(function() return select(2, pcall(function() string.gsub = 1 end)) end)`, "main.lua:1: string.gsub: string is read-only"},
		{"the other library", `string.n = 1 rule(function() return tostring(table.n) end)`, "nil"},
		{"no text", `rule(function() return select(2, pcall(function() string[1] = 1 end)) end)`, "main.lua:1: string: string is read-only"},
		{"package", `package.searchpath = package.searchpath or 7 rule(function() return tostring(package.searchpath) end)`, "7"},
		{"a library that is closed", `rule(function() return select(2, pcall(function() math.n = 1 end)) end)`, "main.lua:1: math.n: math is read-only"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t, nil)
			b, err := w.compile(map[string]string{"main.lua": tt.lua, "lib/more.lua": `function string:count(c) return #self:gsub("[^" .. c .. "]", "") + 1 end`}, engine.Limits{})
			require.NoError(t, err)
			for range 3 {
				got, err := w.ask(b)
				require.NoError(t, err)
				require.Equal(t, tt.want, got)
			}
		})
	}
}

// What a message adds is gone with it, also where the top level does not run again for the next, and after a kill.
func TestWhatIsAddedGoesWithTheMessage(t *testing.T) {
	for name, lua := range map[string]string{
		"answered": `rule(function() local seen = tostring(string.n) string.n = 1 return seen .. tostring(("x").n) end)`,
		"killed":   `rule(function() if string.n then return "seen" end string.n = 1 while true do end end)`,
		"raised":   `rule(function() if string.n then return "seen" end string.n = 1 error("no") end)`,
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, nil)
			b, err := w.compile(map[string]string{"main.lua": lua}, engine.Limits{Instructions: 50_000})
			require.NoError(t, err)
			var first string
			for i := range 4 {
				got, err := w.ask(b)
				require.Equal(t, name == "answered", err == nil)
				if i == 0 {
					first = got
				}
				require.Equal(t, first, got)
				require.NotContains(t, got, "seen")
			}
		})
	}
}

// What is added counts as what the message holds.
func TestWhatIsAddedIsWeighed(t *testing.T) {
	w := newWorld(t, nil)
	b, err := w.compile(map[string]string{"main.lua": `rule(function()
		for i = 1, 100 do string["n" .. i] = ("x"):rep(1e6) .. i end
		return "kept"
	end)`}, engine.Limits{Memory: 8 << 20, Strings: 1 << 30})
	require.NoError(t, err)
	_, err = w.ask(b)
	require.ErrorContains(t, err, "memory")
}

// Modules look at package; there is nothing to set.
func TestPackage(t *testing.T) {
	for _, tt := range []struct{ name, lua, want string }{
		{"paths", `return package.path .. package.cpath .. package.config:sub(1, 1)`, "./?.lua;./?/init.lua/"},
		{"a library", `return tostring(package.loaded.string == string) .. tostring(package.loaded["math"] == math)`, "truetrue"},
		{"the globals", `return tostring(package.loaded._G == _G)`, "true"},
		{"a module", `local m = require "lib.m" return tostring(package.loaded["lib.m"] == m) .. tostring(package.loaded["lib.no"])`, "truenil"},
		{"one of another message", `local seen = package.loaded["lib.m"] require "lib.m" return tostring(seen)`, "nil"},
		{"while it runs", `return require("lib.while").seen`, "nil"},
		{"all", `local n = {} for name, m in pairs(package.loaded) do if m == string or m == table or m == _G then n[#n + 1] = name end end table.sort(n) return table.concat(n, " ")`, "_G string table"},
		{"preload", `return tostring(next(package.preload))`, "nil"},
		{"nothing to set", `return select(2, pcall(function() package.path = "/etc/?.lua" end))`, "main.lua:1: package.path: package is read-only"},
		{"nothing to take out", `return select(2, pcall(function() package.loaded["lib.m"] = nil end))`, "main.lua:1: package.loaded.lib.m: package.loaded is read-only"},
		{"a folder", `return require "lib.folder"`, "init"},
		{"a file before a folder", `return require "lib.both"`, "file"},
		{"a folder by its file", `return require "lib.folder.init"`, "init"},
		{"beside one another in a folder", `return require "vendor"`, "part"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t, nil)
			b, err := w.compile(map[string]string{
				"main.lua": "rule(function() " + tt.lua + " end)", "lib/m.lua": `return {}`, "lib/while.lua": `return { seen = tostring(package.loaded[...]) }`,
				"lib/folder/init.lua": `return "init"`, "lib/both.lua": `return "file"`, "lib/both/init.lua": `return "folder"`,
				"vendor/init.lua": `return require(... .. ".part")`, "vendor/part.lua": `return "part"`,
			}, engine.Limits{})
			require.NoError(t, err)
			for range 2 {
				got, err := w.ask(b)
				require.NoError(t, err)
				require.Equal(t, tt.want, got)
			}
		})
	}
}
