package engine

import (
	"context"
	"errors"
	"fmt"

	lua "github.com/yuin/gopher-lua"

	"moonwire/engine/code"
	"moonwire/folder"
)

// selfTests are what the cage rests on in a library that promises none of it. Each is a script that raises
// an error when something is not as it was.
var selfTests = []struct{ name, source string }{
	{"errors leave the variables of closures alone", `
		local n = 0
		local function add() n = n + 1 end
		add() pcall(error, "x") add() pcall(function() local y return y.z end) add()
		assert(n == 3)`},
	{"tail calls use up the stack", `
		local function f(n) return f(n + 1) end
		assert(not pcall(f, 1))`},
	{"names of variables are found", `
		local ok, e = pcall(function() local tea return tea.name end)
		assert(e:find("local 'tea' (a nil value)", 1, true), e)`},
	{"assignments are made at once", `
		local a, b, t = 1, 2, { x = 3 }
		a, b, t.x = b, t.x, a
		assert(a == 2 and b == 3 and t.x == 1)`},
	{"and, or and not keep nothing of what a variable held", `
		local vip, banned = "old", true
		vip = not banned and "vip"
		assert(vip == false and (nil or vip) == false and (1 and nil or 2) == 2)`},
	{"loops go over what they are given", `
		local n = 0
		for _, v in next, { 5, 6 } do if false then n = 99 end n = n + v end
		for i = "1", 3 do n = n + i end
		assert(n == 17)`},
	{"functions take any number of values", `
		local function f(a, ...) a = tostring(a) .. tostring((...)) return a, ... end
		local t = { f(1, 2, 3), f(1), n = 4 }
		assert(t[1] == "12" and t[2] == "1nil" and #t == 2)`},
	{"blocks give up their variables", `
		local kept = {}
		for i = 1, 3 do local j = i * 2 kept[i] = function() j = j + i return j end if i == 2 then break end end
		assert(kept[1]() == 3 and kept[1]() == 4 and kept[2]() == 6 and kept[3] == nil)`},
	{"long lists are whole", `
		local function two() return "a", "b" end
		local t = { 1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31,32,33,34,35,36,37,38,39,40,41,42,43,44,45,46,47,48,49,50, two() }
		assert(#t == 52 and t[50] == 50 and t[52] == "b")`},
	{"a function is not yet its own variable", `
		local say = function(s) return "<" .. s .. ">" end
		local say = function(s) return say(s) .. "!" end
		assert(say("x") == "<x>!")`},
	{"texts are numbers as Lua reads them", `
		assert("010" + 0 == 10 and -"2" == -2 and "0x10" * 1 == 16 and not pcall(function() return "1_0" + 0 end))`},
	{"lists are bounded", `
		local t = {}
		t[262144] = 1
		assert(#t == 0)
		for i = 1, 100 do t[#t+1] = i end
		assert(#t == 100)`},
	{"coroutines resume and refuse", `
		local co = coroutine.create(function(a) local b = coroutine.yield(a + 1) return b * 2 end)
		local _, x = coroutine.resume(co, 1)
		local _, y = coroutine.resume(co, 21)
		assert(x == 2 and y == 42 and coroutine.status(co) == "dead")
		local fewer = coroutine.wrap(function() local a, b = coroutine.yield() return a, b, "end" end)
		fewer()
		assert(select("#", fewer(1)) == 3)
		local ok, e = coroutine.resume(coroutine.create(function() return pcall(coroutine.yield) end))
		assert(ok and e == false)`},
	{"the library is locked", `
		assert(not pcall(function() string.format = nil end) and not pcall(rawset, string, "x", 1))
		assert(getmetatable("") == false and getmetatable(string) == false and load == nil and io == nil)`},
}

// selfTest refuses a library that no longer does what the cage needs.
func (e *Engine) selfTest() error {
	if err := errors.Join(errPrivate, code.Usable()); err != nil {
		return err
	}
	if coroutineBody == nil {
		return errors.New("the parser cannot read a small function")
	}
	if lua.MaxArrayIndex != maxItems+1 {
		return fmt.Errorf("lua.MaxArrayIndex is %d", lua.MaxArrayIndex)
	}
	for _, test := range selfTests {
		if err := e.trial(test.source, func(*Turn) error { return nil }); err != nil {
			return fmt.Errorf("%s: %w", test.name, err)
		}
	}
	if err := e.testCount(); err != nil {
		return err
	}
	return e.testStop()
}

// trial runs a source as the main file of a build.
func (e *Engine) trial(source string, then func(*Turn) error) error {
	s := &folder.Snapshot{Account: hidden + "selftest", Hash: "selftest", Files: []folder.File{{Name: "main.lua", Data: []byte(source)}}}
	b := &Build{
		Account: s.Account, snapshot: s, Limits: DefaultLimits(), share: &share{},
	}
	b.Limits.Instructions = 20_000
	if err := e.compileFiles(b); err != nil {
		return err
	}
	return e.Do(context.Background(), b, TurnOptions{}, then)
}

// testCount proves that Done is asked once per instruction: a loop of 1,000 additions is 2,000 of them.
func (e *Engine) testCount() error {
	return e.trial("local n = 0\nfor i = 1, 1000 do n = n + i end", func(t *Turn) error {
		if n := t.vm.meter.n; n < 2_000 || n > 2_100 {
			return fmt.Errorf("a loop of 2,000 instructions was counted as %d", n)
		}
		return nil
	})
}

// testStop proves that a stopped turn stays stopped, whatever the script tries.
func (e *Engine) testStop() error {
	err := e.trial(`
		local function spin() while true do end end
		while true do
			pcall(spin)
			xpcall(spin, spin)
			coroutine.resume(coroutine.create(spin))
		end`, func(*Turn) error { return nil })
	var stopped *ScriptError
	if !errors.As(err, &stopped) || stopped.Limit != "instructions" {
		return fmt.Errorf("an endless loop was not stopped: %w", err)
	}
	return nil
}
