package engine_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	lua "github.com/yuin/gopher-lua"

	"moonwire/engine"
)

// BenchmarkCompile compiles and dry-runs small and large files, each time another.
func BenchmarkCompile(b *testing.B) {
	large := "local M = {}\n"
	for i := range 81 {
		large += fmt.Sprintf("function M.f%d(a, b)\n  local t = { a, b, name = 'n%d' }\n  if a and b > %d then t[#t + 1] = a .. ': ' .. tostring(b) end\n  for i, v in ipairs(t) do t[i] = v end\n  return t\nend\n", i, i, i)
	}
	for name, source := range map[string]string{"ten rules": tenRules, "81 functions": large} {
		b.Run(name, func(b *testing.B) {
			w := newWorld(b, nil)
			b.ReportAllocs()
			n := 0
			for b.Loop() {
				n++
				_, err := w.compile(map[string]string{"main.lua": fmt.Sprintf("%s-- %d", source, n)}, engine.Limits{})
				require.NoError(b, err)
			}
		})
	}
}

// work is what scripts spend their time with, one kind each.
var work = []struct{ name, body string }{
	{"sieve", `local n, p = 0, {} for i = 2, 2000 do p[i] = true end
		for i = 2, 2000 do if p[i] then n = n + 1 for j = i * i, 2000, i do p[j] = false end end end return n`},
	{"fib", `local function fib(n) if n < 2 then return n end return fib(n - 1) + fib(n - 2) end return fib(15)`},
	{"pairs", `local t, n = {}, 0 for i = 1, 200 do t["k" .. i] = i end for r = 1, 20 do for k, v in pairs(t) do n = n + v end end return n`},
	{"ipairs", `local t, n = {}, 0 for i = 1, 200 do t[i] = i end for r = 1, 20 do for i, v in ipairs(t) do n = n + v end end return n`},
	{"texts", `local t = {} for i = 1, 500 do t[#t + 1] = "line " .. i .. " of " .. 500 end return #table.concat(t, "\n")`},
	{"logic", `local n, last = 0 for i = 1, 2000 do local x = i % 3 == 0 and i or last and last + 1 or 0 last = not (x > 900) and x n = n + (last or 1) end return n`},
	{"closures", `local n = 0 for i = 1, 500 do local function add(x) n = n + x + i end add(1) add(2) end return n`},
	{"methods", `local C = {} C.__index = C function C:add(x) self.n = self.n + x return self end
		local o = setmetatable({ n = 0 }, C) for i = 1, 1000 do o:add(i):add(1) end return o.n`},
	{"assignments", `local a, b, t = 0, 1, {} for i = 1, 2000 do a, b = b, (a + b) % 1000 t.x, t.y = a, b end return a + t.x + t.y`},
	{"tables", `local n = 0 for i = 1, 500 do local p = { i, i + 1, name = "p", at = { x = i, y = 1 } } n = n + #p + p.at.x end return n`},
	{"bounds", `local n = 0 for i = 1, 500 do local from, to = i, i + 2 for j = from, to do n = n + j end end return n`},
	{"varargs", `local function sum(...) local n = 0 for i = 1, select("#", ...) do n = n + (select(i, ...)) end return n end
		local n = 0 for i = 1, 300 do n = n + sum(i, 2, 3) end return n`},
	{"coroutines", `local n = 0 for r = 1, 20 do for v in coroutine.wrap(function() for i = 1, 20 do coroutine.yield(i) end end) do n = n + v end end return n`},
	{"caught errors", `local n = 0 for i = 1, 50 do local ok, e = pcall(function() local o return o.x end) n = n + #e end return n`},
}

// BenchmarkRun runs each kind of work in a turn of its own.
func BenchmarkRun(b *testing.B) {
	for _, c := range work {
		b.Run(c.name, func(b *testing.B) {
			w := newWorld(b, nil)
			build := w.build("rule(function()\n" + c.body + "\nend)")
			b.ReportAllocs()
			for b.Loop() {
				k := &kept{}
				require.NoError(b, w.engine.Do(b.Context(), build, engine.TurnOptions{Host: k}, func(t *engine.Turn) error {
					v, err := t.Call(k.rules[0])
					if err == nil && v.Type() != lua.LTNumber {
						b.Fatal(strings.TrimSpace(v.String()))
					}
					return err
				}))
			}
		})
	}
}
