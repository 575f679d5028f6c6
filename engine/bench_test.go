package engine_test

import (
	"context"
	"runtime"
	"strings"
	"testing"

	lua "github.com/yuin/gopher-lua"

	"github.com/stretchr/testify/require"

	"moonwire/engine"
)

// tenRules has the shape of a small shop: the library functions under other names.
const tenRules = `
local shop = "Moon Tea"
local function price(n) return ("%.2f"):format(n) end
on.text("hi", function(msg) return "hello from " .. shop end)
on.text({"menu", "list"}, function(msg)
  local lines = { "Today:" }
  for i, tea in ipairs({ "a", "b", "c" }) do lines[#lines + 1] = i .. ". " .. tea end
  return table.concat(lines, "\n")
end)
on.text("^weather (.+)$", function(msg, city) return city .. " is fine" end)
on.text(function(msg) return "welcome " .. price(3) end)
on.text("desk-*", function(msg) return "desk " .. msg:sub(6) end)
on.text("TODAY", function(msg) return string.format("today %s", msg) end)
on.text("SALE", function(msg) return "sale" end)
on.text(function(msg) return msg end)
on.text(function(msg) return nil end)
on.text(function(msg) return "you said " .. msg end)
`

func BenchmarkTurn(b *testing.B) {
	w := newWorld(b, nil)
	build := w.build(tenRules)
	ctx := context.Background()
	b.ReportAllocs()
	k := &kept{}
	for b.Loop() {
		k.rules = k.rules[:0]
		err := w.engine.Do(ctx, build, engine.TurnOptions{Host: k}, func(t *engine.Turn) error {
			v, err := t.Call(k.rules[9], lua.LString("good morning"))
			if v.String() != "you said good morning" {
				b.Fatal(v)
			}
			return err
		})
		require.NoError(b, err)
	}
}

// BenchmarkNewVM is what a turn costs more when no VM is warm.
func BenchmarkNewVM(b *testing.B) {
	w := newWorld(b, nil)
	b.ReportAllocs()
	for b.Loop() {
		engine.NewVM(w.engine)
	}
}

// BenchmarkHeap reports the bytes that one more idle account of ten rules holds.
func BenchmarkHeap(b *testing.B) {
	w := newWorld(b, nil)
	const n = 200
	builds := make([]*engine.Build, 0, n)
	before := heap()
	for i := range n {
		files := map[string]string{"main.lua": tenRules + "-- " + strings.Repeat("x", i)}
		build, err := w.compile(files, engine.Limits{})
		require.NoError(b, err)
		builds = append(builds, build)
	}
	warm := heap()
	engine.Sweep(w.engine)
	idle := heap()
	b.ReportMetric(float64(warm-before)/n/1024, "KiB/warm")
	b.ReportMetric(float64(idle-before)/n/1024, "KiB/idle")
	runtime.KeepAlive(builds)
}

func heap() uint64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.GC()
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// BenchmarkNew is what the self-test adds to the start of the program.
func BenchmarkNew(b *testing.B) {
	for b.Loop() {
		set, err := engine.NewSet(natives(), nil)
		require.NoError(b, err)
		_, err = engine.New(set, engine.Options{})
		require.NoError(b, err)
	}
}
