package engine

import (
	"context"
	"errors"
	"fmt"

	lua "github.com/yuin/gopher-lua"
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
		local ok, e = coroutine.resume(coroutine.create(function() return pcall(coroutine.yield) end))
		assert(ok and e == false)`},
	{"the library is locked", `
		assert(not pcall(function() string.format = nil end) and not pcall(rawset, string, "x", 1))
		assert(getmetatable("") == false and getmetatable(string) == false and load == nil and io == nil)`},
}

// selfTest refuses a library that no longer does what the cage needs.
func (e *Engine) selfTest() error {
	if errPrivate != nil {
		return errPrivate
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
	s := &Snapshot{Account: hidden + "selftest", Hash: "selftest", Files: []File{{Name: "main.lua", Data: []byte(source)}}}
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
