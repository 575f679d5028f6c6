package engine_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	lua "github.com/yuin/gopher-lua"

	"moonwire/engine"
)

// workloads are script-heavy pieces of work, each the body of a function.
var workloads = []struct{ name, body string }{
	{"building", `
		local s = ""
		for i = 1, 2000 do s = s .. "x" .. i if #s > 2000 then s = s:sub(-500) end end
		local parts = {}
		for i = 1, 2000 do parts[#parts + 1] = ("line %d: %s"):format(i, "value") end
		return #table.concat(parts, "\n") + #s`},
	{"concat", `
		local s = ""
		for i = 1, 4000 do s = s .. "x" if #s > 2000 then s = "" end end
		return #s`},
	{"format", `
		local n = 0
		for i = 1, 3000 do n = n + #(("%d/%s/%5.2f/%x"):format(i, "abc", i / 3, i)) end
		return n`},
	{"sub and byte", `
		local s, n = ("hello moon "):rep(20), 0
		for i = 1, #s do n = n + s:byte(i) + #s:sub(i, i + 3) + #s:upper() end
		return n`},
	{"tables", `
		local t = {}
		for i = 1, 4000 do table.insert(t, i) end
		for i = 1, 2000 do t[#t + 1] = i end
		local sum = 0
		for i, v in ipairs(t) do sum = sum + v end
		for k, v in pairs(t) do sum = sum + v end
		while #t > 3000 do table.remove(t) end
		return sum + #t`},
	{"queue", `
		local t = {}
		for i = 1, 300 do table.insert(t, 1, i) end
		for i = 1, 300 do table.remove(t, 1) end
		return #t`},
	{"sort", `
		local t = {}
		for i = 1, 1000 do t[i] = (i * 7919) % 1009 end
		table.sort(t)
		table.sort(t, function(a, b) return a > b end)
		return t[1]`},
	{"join", `
		local t, n = {}, 0
		for i = 1, 200 do t[i] = "item" .. i end
		for i = 1, 100 do n = n + #table.concat(t, ", ") end
		return n`},
	{"gmatch", `
		local s, n = ("the quick brown fox, jumps over 12 lazy dogs; "):rep(20), 0
		for word in s:gmatch("%a+") do n = n + #word end
		for k, v in ("a=1, b=2, c=3, "):rep(50):gmatch("(%w+)=(%w+)") do n = n + #k end
		return n`},
	{"gsub", `
		local s = ("the quick brown fox, jumps over 12 lazy dogs; "):rep(20)
		local a = s:gsub("%s+", " ")
		local b = s:gsub("(%a+)", "<%1>")
		local c = s:gsub("%a+", { fox = "cat", dogs = "mice" })
		local d = s:gsub("%d+", function(n) return n * 2 end)
		return #a + #b + #c + #d`},
	{"find", `
		local n = 0
		for i = 1, 300 do
			if ("order 66 please"):match("^order%s+(%d+)") then n = n + 1 end
			if ("我想查一下天气 北京"):find("天气%s*(.+)$") then n = n + 1 end
			if ("a@example.com"):match("^[%w.]+@([%w.-]+)$") then n = n + 1 end
			if ("no match here at all"):find("%d%d%d%d") then n = n + 1 end
		end
		return n`},
}

// BenchmarkAgainstStock runs each workload in turn on the engine, its meter on, and on gopher-lua as it
// comes with a context, and reports the median ratio of the times: 1 is as fast, less is faster.
func BenchmarkAgainstStock(b *testing.B) {
	for _, w := range workloads {
		b.Run(w.name, func(b *testing.B) {
			ours, stock := caged(b, w.body), plain(b, w.body)
			require.Equal(b, stock(), ours(), "the same answer")
			var ratios, spent []float64
			for b.Loop() {
				start := time.Now()
				stock()
				mid := time.Now()
				ours()
				end := time.Now()
				ratios = append(ratios, float64(end.Sub(mid))/float64(mid.Sub(start)))
				spent = append(spent, float64(end.Sub(mid)))
			}
			slices.Sort(ratios)
			slices.Sort(spent)
			b.ReportMetric(ratios[len(ratios)/2], "×stock")
			b.ReportMetric(spent[len(spent)/2]/1e3, "µs/ours")
			b.ReportMetric(0, "ns/op")
		})
	}
}

func plain(b *testing.B, body string) func() lua.LValue {
	b.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Hour)
	b.Cleanup(cancel)
	L := lua.NewState()
	b.Cleanup(L.Close)
	L.SetContext(ctx)
	fn, err := L.LoadString(body)
	require.NoError(b, err)
	return func() lua.LValue {
		L.Push(fn)
		L.Call(0, 1)
		v := L.Get(-1)
		L.Pop(1)
		return v
	}
}

func caged(b *testing.B, body string) func() lua.LValue {
	b.Helper()
	l := newLab(b)
	host := &sink{}
	build := l.compile(b, "emit(function()"+body+"\nend)", host)
	ctx := context.Background()
	return func() (v lua.LValue) {
		host.rows = host.rows[:0]
		err := l.eng.Do(ctx, build, engine.TurnOptions{Host: host}, func(t *engine.Turn) (err error) {
			v, err = t.Call(host.rows[0][0])
			return err
		})
		require.NoError(b, err)
		return v
	}
}
