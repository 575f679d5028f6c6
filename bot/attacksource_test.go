package bot_test

import (
	"fmt"
	"strings"
)

// largeSources are accounts whose files are large in one way or another.
func largeSources() []attack {
	only := func(main string) func() files { return func() files { return files{"main.lua": main} } }
	return []attack{
		{name: "sources-many-constants", make: constantsInFiles, atLoad: true},
		{name: "source-long-list", make: only("local t = {" + strings.Repeat("7,", 38_500) + "} on.text('x', 'y')"), atLoad: true},
		{name: "error-in-many-locals", make: manyLocals("f({})")},
		{name: "errors-in-many-locals", make: manyLocals("pcall(f, {})")},
		{name: "error-through-large-files", make: framesOfFiles},
		{name: "errors-in-files-of-functions", make: errorsInFiles, expect: "value"},
	}
}

// constantsInFiles is seven modules of twenty thousand different numbers each.
func constantsInFiles() files {
	files := files{"main.lua": "on.text('x', 'y')"}
	for i := range 7 {
		files[fmt.Sprintf("lib/m%d.lua", i)] = fmt.Sprintf("-- %d\nlocal t = {%s}", i, numbersBelow(21_000))
	}
	return files
}

func numbersBelow(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "%d,", i)
		if i%100 == 99 {
			b.WriteByte('\n')
		}
	}
	return b.String()
}

// manyLocals fails a thousand times in a function of fifty thousand local variables.
func manyLocals(call string) func() files {
	return func() files {
		loop := "for a" + strings.Repeat(",a", 179) + " in x do end\n"
		return files{"main.lua": "on.text(function()\nlocal n, x = 0, nil\nlocal function f(y)\nif n > 0 then\n" + strings.Repeat(loop, 310) +
			"end\nreturn y.x.z end\nfor i = 1, 1000 do " + call + " end\nreturn 'done' end)"}
	}
}

// framesOfFiles fails through eight modules that the compiler takes long for, as long as it may.
func framesOfFiles() files {
	files := files{"main.lua": "on.text(function() return require('lib.m0')() end)"}
	for i := range 8 {
		last := fmt.Sprintf("return function() local r = require('lib.m%d')() return r end", i+1)
		if i == 7 {
			last = "return function() local q = nil local r = q.x return r end"
		}
		files[fmt.Sprintf("lib/m%d.lua", i)] = fmt.Sprintf("-- %d\nlocal function big() return {%s} end\n%s", i, numbersBelow(4_900), last)
	}
	return files
}

// errorsInFiles is five modules of nine hundred functions that fail at the top.
func errorsInFiles() files {
	files := files{"main.lua": "on.text(function() for i = 0, 4 do pcall(require, 'lib.m' .. i) end return 'done' end)"}
	for i := range 5 {
		files[fmt.Sprintf("lib/m%d.lua", i)] = fmt.Sprintf("local q = nil\nq.x = %d\nreturn {%s}", i, strings.Repeat("function(a)return a end,", 950))
	}
	return files
}
