package engine_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	lua "github.com/yuin/gopher-lua"

	"moonwire/engine"
)

// TestPricesOfTheLibrary holds each function that goes over something against its price: how many instructions, and how
// many bytes of strings, eight hundred more of it cost. A price is a decision: whoever changes one changes this list.
func TestPricesOfTheLibrary(t *testing.T) {
	l := newLab(t, engine.Native{Name: "used", Fn: func(L *lua.LState) int {
		n, _, bytes := engine.TurnOf(L).Used()
		L.Push(lua.LNumber(n))
		L.Push(lua.LNumber(bytes))
		return 2
	}})
	for _, tt := range []struct {
		call         string // of the list t, the texts x, the texts w of 128, the names h, the names d that were cleared, the text s
		steps, bytes int
	}{
		{`table.sort(w)`, 25279, 0},
		{`#t`, 0, 0},
		{`table.concat(t)`, 874, 2400},
		{`table.concat(x, "--")`, 950, 4800},
		{`table.concat(t, "", n)`, 0, 0},
		{`table.getn(t)`, 0, 0},
		{`table.insert(t, 0)`, 0, 0},
		{`table.insert(t, 1, 0)`, 50, 0},
		{`table.remove(t)`, 0, 0},
		{`table.remove(t, 1)`, 50, 0},
		{`table.maxn(t)`, 800, 0},
		{`table.maxn(h)`, 800, 0},
		{`table.sort(t)`, 8300, 0},
		{`table.sort(x)`, 8812, 0},
		{`unpack(t)`, 800, 0},
		{`unpack(t, n)`, 0, 0},
		{`select(-1, unpack(t))`, 800, 0},
		{`next(t, n)`, 0, 0},
		{`next(d)`, 9000 / 8, 0},
		{`rawset({}, n, 1)`, 50, 0},
		{`rawget(t, n)`, 0, 0},
		{`(function() for _ in pairs(t) do end end)()`, 800, 0},
		{`(function() for _ in ipairs(t) do end end)()`, 800, 0},
		{`s:len()`, 0, 0},
		{`s:byte(1, -1)`, 800, 0},
		{`s:sub(2)`, 14, 899},
		{`s:sub(n)`, 0, 0},
		{`s:lower()`, 13, 0},
		{`s:upper()`, 13, 800},
		{`s:reverse()`, 13, 800},
		{`("ab"):rep(n)`, 25, 1600},
		{`string.char(s:byte(1, n))`, 813, 860},
		{`s:find("b", 1, true)`, 13, 0},
		{`s:find("b")`, 13, 0},
		{`s:find("%d")`, 100, 0},
		{`s:find("[bc]")`, 100, 0},
		{`s:find("a*b")`, 501800, 0},
		{`s:find("a-b")`, 402000, 0},
		{`s:find("[ab]*c")`, 501800, 0},
		{`s:find("(a)(a)b")`, 5600, 0},
		{`s:find("^a*$")`, 200, 0},
		{`s:find("%bab")`, 50800, 0},
		{`s:match("a*")`, 200, 0},
		{`s:match("(a*)")`, 200, 0},
		{`s:match("()a*()")`, 200, 0},
		{`s:gsub("a", "b")`, 813, 860},
		{`s:gsub("a", "%0%0")`, 826, 1720},
		{`s:gsub("a", { a = "b" })`, 813, 860},
		{`s:gsub("a", string.upper)`, 1613, 1660},
		{`s:gsub("a*", "b")`, 200, 0},
		{`(function() for _ in s:gmatch("a") do end end)()`, 1600, 0},
		{`string.format(s)`, 63, 800},
		{`string.format("%s", s)`, 13, 800},
		{`string.format("%q", s)`, 113, 858},
		{`string.format("%.9s", s)`, 0, 0},
		{`tonumber(s)`, 100, 0},
		{`tonumber(s, 16)`, 100, 0},
		{`tostring(s)`, 0, 0},
		{`os.date(s, 0)`, 213, 860},
		{`s .. s`, 25, 1600},
		{`s .. 1`, 13, 800},
		{`s == s .. ""`, 13, 800},
		{`s < s .. "b"`, 13, 800},
		{`math.max(unpack(t))`, 800, 0},
		{`math.min(unpack(t))`, 800, 0},
		{`assert(s)`, 0, 0},
		{`pcall(error, s)`, 0, 0},
		{`string.dump`, 0, 0},
	} {
		t.Run(tt.call, func(t *testing.T) {
			long := "0"
			if strings.Contains(tt.call, "(w)") {
				long = "n"
			}
			rows, err := l.run(t, `
				local function cost(n)
					local t, x, w, h, d, s = {}, {}, {}, {}, {}, ("a"):rep(n)
					for i = 1, n do t[i] = i x[i] = "x" .. i h["k" .. i] = i end
					for i = 1, `+long+` do w[i] = ("w"):rep(128) .. i end
					for i = 1, 10 * n do d["k" .. i] = 1 end
					for i = 1, 10 * n do d["k" .. i] = nil end
					local before, made = used()
					local _ = `+tt.call+`
					local after, all = used()
					return after - before, all - made
				end
				local s1, b1 = cost(100)
				local s2, b2 = cost(900)
				emit(s2 - s1, b2 - b1)`)
			require.NoError(t, err)
			require.Equal(t, []lua.LValue{lua.LNumber(tt.steps), lua.LNumber(tt.bytes)}, rows[0])
		})
	}
}

// TestPricesBeyondOneLook: what is paid for in pieces costs no more and no less than its whole.
func TestPricesBeyondOneLook(t *testing.T) {
	l := newLab(t, engine.Native{Name: "used", Fn: func(L *lua.LState) int {
		n, _, _ := engine.TurnOf(L).Used()
		L.Push(lua.LNumber(n))
		return 1
	}})
	for _, tt := range []struct {
		call  string
		steps int // of 8,000 items or bytes more
	}{
		{`table.concat(t)`, 9000},
		{`table.insert(t, 1, 0)`, 500},
		{`table.remove(t, 1)`, 500},
		{`table.maxn(t)`, 8000},
		{`s:find("b")`, 125},
		{`s:find("%d")`, 1000},
		{`s:find("[bc]")`, 1000},
		{`s:find("^a*$")`, 2000},
		{`s:find("^%bab")`, 1000},
		{`s:gsub("a", "b")`, 8210},
		{`(function() for _ in s:gmatch("a") do end end)()`, 16000},
		{`string.format("%q", s)`, 1210},
		{`os.date(s, 0)`, 2210},
		{`tonumber(s)`, 1000},
	} {
		t.Run(tt.call, func(t *testing.T) {
			rows, err := l.run(t, `
				local function cost(n)
					local t, s = {}, ("a"):rep(n)
					for i = 1, n do t[i] = i end
					local before = used()
					local _ = `+tt.call+`
					return used() - before
				end
				emit(cost(9000) - cost(1000))`)
			require.NoError(t, err)
			require.Equal(t, lua.LNumber(tt.steps), rows[0][0])
		})
	}
}

// TestPricesOfKeysThatAreGone: from so many on, going over a table pays for those that were cleared.
func TestPricesOfKeysThatAreGone(t *testing.T) {
	l := newLab(t, engine.Native{Name: "used", Fn: func(L *lua.LState) int {
		n, _, _ := engine.TurnOf(L).Used()
		L.Push(lua.LNumber(n))
		return 1
	}})
	rows, err := l.run(t, `
		local function cost(n)
			local t = {}
			for i = 1, n do t["k" .. i] = true end
			for i = 1, n do t["k" .. i] = nil end
			local before = used()
			next(t)
			return used() - before
		end
		local few = cost(1)
		emit(cost(1023) - few, cost(1024) - few, cost(2048) - few)`)
	require.NoError(t, err)
	require.Equal(t, []lua.LValue{lua.LNumber(0), lua.LNumber(128), lua.LNumber(256)}, rows[0])
}

// TestPricesOfOne are those of calls that cost the same whatever they are given.
func TestPricesOfOne(t *testing.T) {
	l := newLab(t, engine.Native{Name: "made", Fn: func(L *lua.LState) int {
		_, _, bytes := engine.TurnOf(L).Used()
		L.Push(lua.LNumber(bytes))
		return 1
	}})
	for _, tt := range []struct{ call, want string }{
		{`("a"):rep(4000):sub(2):sub(1, 3000)`, "7999"},
		{`("a"):rep(4000):sub(2):sub(1, 2990)`, "10989"},
		{`("a"):rep(1400):sub(2):sub(1, 1025)`, "3824"},
		{`("a"):rep(1300):sub(2):sub(1, 1025)`, "2599"},
		{`("a"):rep(1300):sub(2):sub(1, 1024)`, "3623"},
		{`1 .. ""`, "24"},
		{`1 .. 2`, "48"},
		{`"ab" .. 0.5 .. "c"`, "27"},
		{`tostring({})`, "72"},
	} {
		require.Equal(t, tt.want, l.eval(t, `(function() local before = made() local _ = `+tt.call+` return made() - before end)()`), tt.call)
	}
}
