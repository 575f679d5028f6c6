package engine_test

import (
	"context"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	lua "github.com/yuin/gopher-lua"

	"moonwire/engine"
)

// TestCleanSheet lets one message try to leave something behind, in every way the language has, and asks
// whether the next one, in the same build and most likely the same VM, can notice it. Each look must give
// the same before and after the try.
func TestCleanSheet(t *testing.T) {
	w := newWorld(t, nil)
	for _, c := range []struct{ name, try, look, top string }{
		{"global", `x = 1 _G.y = 2 rawset(_G, "z", 3)`, `return tostring(x) .. tostring(y) .. tostring(z)`, ""},
		{"global function in place of the library's", `tostring = function() return "mine" end`, `return type(1) .. tostring(1)`, ""},
		{"upvalue of the main chunk", `counter = counter + 1 up() up()`, `return counter .. "/" .. up()`, ""},
		{"local table of the main chunk", `list[#list+1] = 1 table.insert(list, 2) list.x = 3`, `return #list .. tostring(list.x)`, ""},
		{"library by assignment", `string.x = 1`, `return tostring(string.x)`, ""},
		{"library function by assignment", `string.format = function() return "mine" end`, `return string.format("%d", 1) .. ("%d"):format(2)`, ""},
		{"library through _G", `_G.string = {format = function() return "mine" end}`, `return _G.string.format("%d", 1)`, ""},
		{"library by rawset", `rawset(string, "x", 1)`, `return tostring(string.x)`, ""},
		{"library by table.insert", `table.insert(string, 1)`, `return #string .. tostring(string[1])`, ""},
		{"library by append", `string[#string+1] = 1`, `return #string .. tostring(string[1])`, ""},
		{"library by table.remove and sort", `pcall(table.sort, string) table.remove(string)`, `return #string`, ""},
		{"library by its metatable", `setmetatable(string, {__index = function() return 1 end})`, `return tostring(string.x)`, ""},
		{"library by what getmetatable gives", `local m = getmetatable(string) m.__index = {x = 1}`, `return tostring(string.x)`, ""},
		{"library table beneath, through pairs", `for k, v in pairs(string) do if type(v) == "table" then v.x = 1 end end string.x = 2`, `return tostring(string.x)`, ""},
		{"string metatable", `getmetatable("").__index.x = function() return 1 end`, `return tostring(("a").x)`, ""},
		{"string metatable by setmetatable", `setmetatable("", {__index = {x = 1}})`, `return tostring(("a").x)`, ""},
		{"environment's metatable", `setmetatable(_G, {__index = function() return 1 end})`, `return tostring(nosuch)`, ""},
		{"what getmetatable gives for _G", `getmetatable(_G).__index.x = 1`, `return tostring(x)`, ""},
		{"module table", `require("lib.m").x = 1`, `return tostring(require("lib.m").x)`, ""},
		{"module local", `require("lib.m").bump() require("lib.m").bump()`, `return require("lib.m").bump()`, ""},
		{"module global", `require("lib.m") fromModule = 7`, `return tostring(fromModule)`, ""},
		{"suspended coroutine", `co = coroutine.create(function() for i = 1, 10 do coroutine.yield(i) end end) coroutine.resume(co) counter = 5`, `return tostring(co) .. counter`, ""},
		{"suspended coroutine of the main chunk", `gen() gen()`, `return gen()`, `gen = coroutine.wrap(function() for i = 1, 100 do coroutine.yield(i) end end)`},
		{"error value", `pcall(error, shared) shared.x = 1 error(shared)`, `return tostring(shared.x)`, ""},
		{"error in a metamethod", `setmetatable(shared, {__index = function() error("x") end}) return shared.y`, `return tostring(shared.y)`, ""},
		{"random seed", `math.randomseed(42) math.random()`, `return math.random(1000000)`, ""},
		{"names of tables", `tostring({}) tostring(shared) tostring(print)`, `return tostring(shared)`, ""},
		{"stack left deep", `local function f() return 1 + f() end f()`, `return counter`, ""},
		{"registry left large", `local t = {} for i = 1, 7000 do t[i] = i end return select("#", unpack(t))`, `return counter`, ""},
		{"budget spent", `while true do end`, `return counter`, ""},
		{"yield through a metamethod", `coroutine.wrap(function() return setmetatable({}, {__index = function() coroutine.yield() end}).x end)()`, `return counter`, ""},
		{"pcall and what it closes", `pcall(function() counter = 9 error("x") end)`, `return counter`, ""},
		{"metatable of a function or number", `setmetatable(print, {}) setmetatable(1, {})`, `return tostring((1).x)`, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			b, err := w.compile(map[string]string{
				"main.lua": `
				counter = 0
				local n = 0
				list, shared = {}, {}
				function up() n = n + 1 return n end
				` + c.top + `
				local function try() ` + c.try + ` end
				local function look() ` + c.look + ` end
				rule(function(kind) if kind == "try" then return try() end return look() end)`,
				"lib/m.lua": `local n = 0 local M = {} function M.bump() n = n + 1 return n end return M`,
			}, engine.Limits{Instructions: 1_000_000})
			require.NoError(t, err)
			look := func() string {
				v, err := w.ask(b, lua.LString("look"))
				if err != nil {
					return err.Error()
				}
				return v
			}
			before := look()
			for range 3 {
				_, _ = w.ask(b, lua.LString("try"))
			}
			require.Equal(t, before, look())
		})
	}
}

// TestSharedLibrary has many goroutines use every function of the one library at once; -race watches.
func TestSharedLibrary(t *testing.T) {
	set, err := engine.NewSet(natives(), nil)
	require.NoError(t, err)
	e, err := engine.New(set, engine.Options{Slots: 8})
	require.NoError(t, err)
	w := &world{t, e}
	b, err := w.compile(map[string]string{
		"main.lua": `
		local m = require "lib.m"
		rule(function(name)
			local library, fn = name:match("^(%w+)%.(%w+)$")
			local f = library and _G[library][fn] or _G[name]
			if type(f) ~= "function" then return "" end
			local args = {{}, {"abc"}, {"abc", "b"}, {"abc", "%w", "x"}, {1}, {1, 2}, {{3, 1, 2}}, {function() return 1 end}, {{}, {}}, {{1, 2}, ","}, {"%5.1f", 2}}
			for _, a in ipairs(args) do pcall(f, unpack(a)) end
			for k in pairs(string) do local _ = k end
			pcall(rawset, string, "x", 1)
			pcall(function() string.x = 1 end)
			return m.name .. name .. #string .. (name):upper()
		end)`,
		"lib/m.lua": `return {name = "m"}`,
	}, engine.Limits{})
	require.NoError(t, err)
	own := map[string]bool{}
	for _, n := range natives() {
		own[n.Name] = true
	}
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			for _, name := range set.Names() {
				if own[name] {
					continue
				}
				_, err := w.ask(b, lua.LString(name))
				if err != nil {
					t.Errorf("%s: %v", name, err)
				}
			}
		})
	}
	group.Wait()
}

func TestVMIsReused(t *testing.T) {
	w := newWorld(t, nil)
	b := w.build(`rule(function(kind) if kind == "bad" then coroutine.resume(coroutine.create(coroutine.yield)) end end)`)
	machine := func(kind string) *lua.LState {
		var L *lua.LState
		k := &kept{}
		require.NoError(t, w.engine.Do(context.Background(), b, engine.TurnOptions{Host: k}, func(turn *engine.Turn) error {
			L = turn.L()
			_, err := turn.Call(k.rules[0], lua.LString(kind))
			return err
		}))
		return L
	}
	first := machine("good")
	require.Same(t, first, machine("bad"))
	require.NotSame(t, first, machine("good"), "a coroutine was left suspended")
}

// Of the VMs of a build, those go that nobody has needed for a while.
func TestIdleVMsAreGivenUp(t *testing.T) {
	set, err := engine.NewSet(natives(), nil)
	require.NoError(t, err)
	e, err := engine.New(set, engine.Options{Limits: unhurried(engine.Limits{}), Slots: 3})
	require.NoError(t, err)
	b := (&world{t, e}).build("")
	var known []*lua.LState
	var together func(n int) []int // which VMs serve so many turns at once, the first one's first
	together = func(n int) (all []int) {
		if n > 0 {
			require.NoError(t, e.Do(context.Background(), b, engine.TurnOptions{Host: &kept{}}, func(turn *engine.Turn) error {
				if !slices.Contains(known, turn.L()) {
					known = append(known, turn.L())
				}
				all = append([]int{slices.Index(known, turn.L())}, together(n-1)...)
				return nil
			}))
		}
		return all
	}
	together(3)
	served := slices.Clone(known)
	numbers := together(3)
	engine.SweepIdle(e)
	require.Equal(t, numbers, together(3), "they were needed a moment ago")
	require.Len(t, known, len(served))
	engine.Leap(e, 2*time.Minute)
	require.Equal(t, numbers[:2], together(2))
	engine.SweepIdle(e)
	require.Equal(t, append(numbers[:2:2], len(served)), together(3), "the third is new")
	engine.Leap(e, 2*time.Minute)
	engine.SweepIdle(e)
	require.Equal(t, []int{len(served) + 1}, together(1))
}
