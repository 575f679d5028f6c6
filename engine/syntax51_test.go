package engine_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"moonwire/engine"
	"moonwire/folder"
	"moonwire/internal/luaprogram"
)

// syntaxCases are texts at the edge of the language.
var syntaxCases = []string{
	"", ";", "a = 1;", "a = 1;;", ";a = 1", "do ; end", "do local a = 1; end", "return;", "return 1;", "return 1;;", "return\nreturn", "do return end return", "return 1 a = 2",
	"f\n(x)", "f(x)\n(y)", "local f = g\n(h or i)()", "a = f\n(x)", "f{}\n(x)", "f\n'x'", "f\n{}", "f:g\n(x)", "a = b\nc = d", "a = b (c or d)()",
	"#!/usr/bin/lua\na = 1", "#!x", "# a", " #!x", "a = 1\n#!x", "#!x\nreturn )",
	"break", "do break end", "while true do break end", "while true do break; end", "while true do break a = 1 end", "for i = 1, 2 do if x then break end end", "repeat break until x",
	"function f() break end", "while true do local function f() break end end", "while true do do break end end", "while true do if x then break else break end end",
	"a", "a.b", "a[1]", "a:b", "a:b()", "a.b()", "(a)", "(a)()", "(a).b = 1", "(a) = 1", "(a.b) = 1", "f() = 1", "f().x = 1", "a, f() = 1", "a, b", "a, b =", "= 1", "1 = a", "'x'", "'x':f()",
	"('x'):f()", "{}.a = 1", "({}).a = 1", "a.1 = 2", "a.if = 2", "a.b.c = 2", "a:b.c = 2", "a:b = 2", "a = b = c", "a == b", "nil = 1", "true = 1", "... = 1",
	"local", "local a", "local a,", "local a, b = 1", "local a.b = 1", "local a[1] = 1", "local (a) = 1", "local function", "local function f", "local function f() end", "local function a.b() end",
	"local function a:b() end", "local 1 = 1", "local if = 1", "local a = ", "local ... = 1", "local a = ...", "function f() return ... end", "function f(...) return ... end", "function f(..., a) end",
	"function f(a, ...) end", "function f(a,) end", "function f(,a) end", "function f(a b) end", "function f(1) end", "function f(a.b) end", "function f(a, a) end", "function () end", "function f end",
	"function f.a.b() end", "function f.a:b() end", "function f:a:b() end", "function f:a.b() end", "function f[1]() end", "function f.() end", "a = function f() end", "a = function() end", "function(a) end",
	"if x then", "if x end", "if then end", "if x then else", "if x then else end", "if x then elseif end", "if x then elseif y then end", "if x then else else end", "if x then else elseif y then end",
	"if x then elseif y then else end", "if x\nthen\ny()", "while x", "while x do", "while do end", "repeat", "repeat until", "repeat a = 1", "repeat local a until a", "for", "for i", "for i = 1", "for i = 1,",
	"for i = 1, 2", "for i = 1, 2 do", "for i = 1 do end", "for i = 1, 2, 3, 4 do end", "for i = 1, 2, 3 do end", "for i in", "for i in x", "for i, j in x do end", "for i, in x do end", "for i, j = 1, 2 do end",
	"for i.a in x do end", "for 1 = 1, 2 do end", "for in x do end", "for (i) in x do end", "for i in x, y, z, w do end", "do", "do end end", "end", "else", "until x", "then", "do do end",
	"a = 1 + ", "a = + 1", "a = 1 + + 1", "a = - - 1", "a = not not x", "a = # # x", "a = 1 .. 2", "a = 1..2", "a = 1 ..2", "a = 1 . .2", "a = 1 ...", "a = x..y", "a = x...y", "a = 2 ^ - 3", "a = 1 == == 2",
	"a = b ~= c", "a = b != c", "a = !b", "a = b && c", "a = b || c", "a = b and", "a = and b", "a = b or or c", "a = ~b", "a = b ~ c", "a = b // c", "a = b & c", "a += 1", "a++", "a = b ? c : d", "a = @b",
	"a = $b", "a = `b`", "a = \\b", "a = b % c", "a = 1 < 2 < 3", "a = ()", "a = (1", "a = 1)", "a = (1, 2)", "f(", "f()", "f(1,)", "f(,1)", "f(1 2)", "f(1, 2", "f)", "f{", "f{}", "f''", "f[[x]]", "f 1", "f nil",
	"f.x''", "f:x''", "f:x{}", "f:x 1", "f:1()", "f''''", "f'' .. x", "f{}{}", "a = f'x'.y", "a = {}", "a = {1}", "a = {1,}", "a = {1;}", "a = {,}", "a = {;}", "a = {1,,2}", "a = {1;2,3}", "a = {1 2}",
	"a = {x = 1}", "a = {x = }", "a = {[x] = 1}", "a = {[x]}", "a = {[x = 1}", "a = {x.y = 1}", "a = {1 = 2}", "a = {'x' = 2}", "a = {x == 1}", "a = {[1] = 2, 3; x = 4}", "a = {", "a = {1", "a = {f()}", "a = {...}",
	"a = {if = 1}", "a = {['if'] = 1}", "a = {function() end}", "a = {x = function() end, }", "a = 'x", "a = 'x\ny'", "a = 'x\\\ny'", "a = \"x'", "a = '\\q'", "a = '\\300'", "a = '\\255'", "a = '\\0'", "a = '\\12x'",
	"a = '\\x41'", "a = '\\u{41}'", "a = '\\z  x'", "a = '\\'", "a = [[x]]", "a = [[x", "a = [=[x]]", "a = [=[x]=]", "a = [=x", "a = [==", "a = [[x]]]", "a = [[\nx]]", "a = [[]]", "a = [=[ ]] ]=]", "-- c", "--[[ c ]] a = 1",
	"--[[ c", "--[==[ c ]] \n ]==] a = 1", "--[ c\na = 1", "--[=[ c", "---[[ c\na = 1 ---]]", "a = 1 -- c", "a = --[[c]] 1", "a = 1 --[[\n]] b = 2", "a = 0x", "a = 0xg", "a = 0x1G", "a = 0x1.8", "a = 1e",
	"a = 1e+", "a = 1e5", "a = 1E-5", "a = 1.e5", "a = .5", "a = 5.", "a = .", "a = 1.2.3", "a = 3x", "a = 3in", "for i = 1,3do end", "a = 08", "a = 00x1", "a = 1_000", "a = 0b1", "a = 0o7", "a = 1f", "a = 1LL", "a = 12e3e4",
	"a = 0xfp", "a = 0x.1", "a = 1..", "a = 0x1e+1", "local a <const> = 1", "a = b:c", "a = b:c.d", "a = b.c:d()", "a = b:c()", "goto_ = 1", "_ = 1", "_a1 = 1", "1a = 1", "a1 = 1", "é = 1", "a = é", "a.é = 1",
	"a = '\x00'", "a\tb = 1", "a\v= 1", "a\f= 1", "return return", "return 1,", "return ,1", "return (1", "return function() end", "return f()()", "return f(), g()", "x = nil nil", "x = 1 y = 2",
	"x = 1 y", "x y = 1", "f() g()", "f() g", "f() (g)()", "(f)() (g)()", "x = f() (g)()", "a.b:c = 1", "a.b['c'].d = 1", "a.b['c'] .d:e() .f = 1", "a()[1] = 2", "a().b, c[1] = 2", "a = function(...) local function f() return ... end end",
	"a = function() return function(...) return ... end end", "local a = function(...) end ...", "not x", "- x", "x = not", "x = -", "x = #", "do local x end x = 1", "until", "in", "or", "nil", "true", "...", "..", "()", "[]", "[1]", "[[x]]",
}

// accepts is what the engine says to a text: "" when it compiles.
func (l *programLab) accepts(text string) string {
	snap := &folder.Snapshot{Account: "lab", Hash: "h", Files: []folder.File{{Name: "main.lua", Data: []byte(text)}}}
	limits := programLimits()
	limits.Instructions = 20_000
	_, err := l.eng.Compile(context.Background(), snap, engine.BuildOptions{Account: "lab", Host: &observed{}, Limits: limits})
	var e *engine.ScriptError
	if errors.As(err, &e) && e.Kind == engine.ErrorSyntax {
		return fmt.Sprintf("%d: %s", e.Line, e.Msg)
	}
	return ""
}

func lineOf(answer string) string {
	line, _, _ := strings.Cut(answer, ":")
	return line
}

// nearWords are the token that Lua 5.1 stumbled on: a name, a sign or the end, since the engine writes texts and
// numbers otherwise.
var nearWords = regexp.MustCompile(`near '([A-Za-z_]\w*|<eof>|\[|[.<>=~;:,(){}\]+*/%^#-]+)'$`)

// lexical are faults of a word by itself: how much of it is shown is the engine's affair.
var lexical = regexp.MustCompile(`malformed number|unfinished|invalid long string|escape sequence`)

// late are faults that the engine finds when it has read the whole text, so that another one may come first.
var late = regexp.MustCompile(`no loop to break|cannot use '\.\.\.'`)

var loneReturn = regexp.MustCompile(`\r([^\n]|$)`)

type syntaxRun struct {
	differ map[string][]string
	ran    int
}

func (s *syntaxRun) compare(text, got, want string) {
	s.ran++
	kind := ""
	switch {
	case strings.Contains(want, "nesting of [[...]] is deprecated"): // taken on purpose
	case loneReturn.MatchString(text): // a line end of its own for Lua, for no editor
	case (got == "") != (want == ""):
		kind = "accepted"
	case want == "":
	case late.MatchString(want) && !late.MatchString(got):
	case lineOf(got) != lineOf(want):
		kind = "lines"
	case nearWords.MatchString(want) && !lexical.MatchString(want) && !late.MatchString(want) && !strings.Contains(got, nearWords.FindString(want)):
		kind = "words"
	}
	if kind != "" {
		s.differ[kind] = append(s.differ[kind], fmt.Sprintf("%q\n got %q\nwant %q", text, got, want))
	}
}

// The engine takes for Lua what lua5.1 takes for Lua, and nothing else; what it refuses, it refuses in the same line and
// near the same token. Its words may be others, and more.
func TestSyntaxAgainstLua51(t *testing.T) {
	real := newRealLua51(t)
	if real == nil {
		t.Skip("lua5.1 is not installed")
	}
	t.Parallel()
	real.loads = true
	l, s := newProgramLab(t), &syntaxRun{differ: map[string][]string{}}
	for _, text := range syntaxCases {
		s.compare(text, l.accepts(text), real.run(text))
	}
	for seed := range uint64(programsToRun() / 4) {
		c := rand.New(rand.NewPCG(*programSeed+seed, 52))
		text := luaprogram.Mutate(shortened(luaprogram.New(c).Text(), c), c)
		s.compare(text, l.accepts(text), real.run(text))
	}
	for _, kind := range []string{"accepted", "lines", "words"} {
		t.Run(kind, func(t *testing.T) {
			all := s.differ[kind]
			for _, d := range all[:min(len(all), shownDifferences)] {
				t.Error(d)
			}
			require.Empty(t, len(all), "of %d texts", s.ran)
		})
	}
}

// shortened is a few lines out of a text.
func shortened(text string, c luaprogram.Choices) string {
	lines := strings.Split(text, "\n")
	from := c.IntN(len(lines))
	return strings.Join(lines[from:min(len(lines), from+1+c.IntN(12))], "\n")
}
