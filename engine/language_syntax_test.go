package engine_test

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"moonwire/engine"
)

// texts are sources that lua5.1 takes or refuses, with our words for the refusal, "" for none. Both refuse on
// the same line.
var texts = []struct{ name, source, want string }{
	// ; and the ends of statements
	{"empty file", "", ""},
	{"blank file", " \n\t\r\n\f\v ", ""},
	{"only a comment", "-- nothing", ""},
	{"semicolon behind a statement", "local a = 1; local b = 2;", ""},
	{"semicolon alone", ";", "main.lua:1: unexpected symbol near ';'"},
	{"two semicolons", "local a = 1;;", "main.lua:1: unexpected symbol near ';'"},
	{"semicolon at the head of a block", "do\n; local a = 1 end", "main.lua:2: unexpected symbol near ';'"},
	{"semicolon behind then", "if x then ; end", "main.lua:1: unexpected symbol near ';'"},
	{"semicolon behind end", "do end; do end;", ""},
	{"semicolon behind return", "return;", ""},
	{"semicolon behind return and values", "return 1, 2;", ""},
	{"semicolon behind break", "while true do break; end", ""},
	{"semicolon behind function", "local function f() end; function g() end;", ""},
	{"statements without a sign between", "local a = 1 local b = a b = 2 tostring(b) return b", ""},

	// calls and brackets
	{"call on a new line", "local f = tostring\nf\n(1)", "main.lua:3: ambiguous syntax (function call x new statement) near '('"},
	{"bracket on a new line behind a value", "local a = tostring\n(tostring)(1)", "main.lua:2: ambiguous syntax (function call x new statement) near '('"},
	{"bracket on a new line behind a call", "tostring(1)\n(tostring)(2)", "main.lua:2: ambiguous syntax (function call x new statement) near '('"},
	{"bracket on a new line behind ;", "tostring(1);\n(tostring)(2)", ""},
	{"text on a new line as argument", "local f = tostring\nf\n'x'", ""},
	{"table on a new line as argument", "local f = tostring\nf\n{}", ""},
	{"method on a new line", "local s = 'x'\ns\n:\nupper()", ""},
	{"method with the bracket on a new line", "local s = 'x'\ns:upper\n()", "main.lua:3: ambiguous syntax (function call x new statement) near '('"},
	{"call in brackets as a statement", "(tostring)(1)", ""},
	{"call wholly in brackets as a statement", "(f())", "main.lua:1: syntax error near '<eof>'"},
	{"name in brackets as a statement", "(f)", "main.lua:1: syntax error near '<eof>'"},
	{"assignment to a name in brackets", "(a) = 1", "main.lua:1: syntax error near '='"},
	{"assignment to a call in brackets", "(f()).x = 1", ""},
	{"assignment to a call", "f() = 1", "main.lua:1: unexpected symbol near '='"},
	{"assignment to a call among others", "a, f() = 1, 2", "main.lua:1: syntax error near '='"},
	{"assignment to a method call", "a:b() = 1", "main.lua:1: unexpected symbol near '='"},
	{"assignment to a text's field", "('x').y = 1", ""},
	{"assignment to a text", "'x' = 1", "main.lua:1: unexpected symbol near ''x''"},
	{"assignment to a number", "1 = 1", "main.lua:1: unexpected symbol near '1'"},
	{"assignment to ...", "... = 1", "main.lua:1: unexpected symbol near '...'"},
	{"assignment to nil", "nil = 1", "main.lua:1: unexpected symbol near 'nil'"},
	{"name alone", "x", "main.lua:1: '=' expected near '<eof>'"},
	{"field alone", "x.y", "main.lua:1: '=' expected near '<eof>'"},
	{"value alone", "1", "main.lua:1: unexpected symbol near '1'"},
	{"text alone", "'x'", "main.lua:1: unexpected symbol near ''x''"},
	{"text called", "('x')()", ""},
	{"text called without brackets around", "'x'()", "main.lua:1: unexpected symbol near ''x''"},
	{"method of a text in brackets", "('x'):upper()", ""},
	{"method without a call", "a:b", "main.lua:1: function arguments expected near '<eof>'"},
	{"method as a value", "local x = a:b", "main.lua:1: function arguments expected near '<eof>'"},
	{"method of a number as index", "local x = a:1()", "main.lua:1: <name> expected near '1'"},
	{"field that is a word of the language", "a.end = 1", "main.lua:1: <name> expected near 'end'"},
	{"field that is a number", "local x = a.1", "main.lua:1: unexpected symbol near '.1'"},
	{"empty index", "local x = a[]", "main.lua:1: unexpected symbol near ']'"},
	{"empty brackets", "local x = ()", "main.lua:1: unexpected symbol near ')'"},
	{"two values in brackets", "local x = (1, 2)", "main.lua:1: ')' expected near ','"},
	{"comma behind the last argument", "f(1,)", "main.lua:1: unexpected symbol near ')'"},
	{"comma before the first argument", "f(,1)", "main.lua:1: unexpected symbol near ','"},
	{"two arguments without a comma", "f(1 2)", "main.lua:1: ')' expected near '2'"},
	{"bracket never closed", "f(1,\n2", "main.lua:2: ')' expected (to close '(' at line 1) near '<eof>'"},
	{"bracket closed twice", "f(1))", "main.lua:1: unexpected symbol near ')'"},
	{"chain of calls", "f()()().x[1]:m{}'s'[[l]]()", ""},

	// break and return
	{"break in while", "while true do break end", ""},
	{"break in repeat", "repeat break until true", ""},
	{"break in if in for", "for i = 1, 2 do if i then break end end", ""},
	{"break not last", "while true do break local x end", "main.lua:1: 'end' expected near 'local'"},
	{"break not last, in do", "while true do do break end local x end", ""},
	{"break outside", "break", "main.lua:1: no loop to break near '<eof>'"},
	{"break outside, the next word later", "break\n\nlocal x", "main.lua:3: no loop to break near 'local'"},
	{"break outside, in if", "if true then break end", "main.lua:1: no loop to break near 'end'"},
	{"break in a function in a loop", "while true do local f = function() break end end", "main.lua:1: no loop to break near 'end'"},
	{"return not last", "return 1 local x", "main.lua:1: '<eof>' expected near 'local'"},
	{"return not last in a function", "local function f() return\nlocal x end", "main.lua:2: unexpected symbol near 'local'"},
	{"return of a statement", "return if", "main.lua:1: unexpected symbol near 'if'"},
	{"return with a comma at the end", "return 1,", "main.lua:1: unexpected symbol near '<eof>'"},
	{"return in do in the middle", "do return 1 end local x", ""},

	// blocks
	{"end too many", "do end end", "main.lua:1: '<eof>' expected near 'end'"},
	{"end too few", "do", "main.lua:1: 'end' expected near '<eof>'"},
	{"end too few, later", "do\ndo\nend\n", "main.lua:4: 'end' expected (to close 'do' at line 1) near '<eof>'"},
	{"until without repeat", "until true", "main.lua:1: '<eof>' expected near 'until'"},
	{"repeat without until", "repeat\nend", "main.lua:2: 'until' expected (to close 'repeat' at line 1) near 'end'"},
	{"else twice", "if a then else else end", "main.lua:1: 'end' expected near 'else'"},
	{"elseif behind else", "if a then else elseif b then end", "main.lua:1: 'end' expected near 'elseif'"},
	{"else if with one end", "if a then\nelse if b then\nend", "main.lua:3: 'end' expected (to close 'if' at line 1) near '<eof>'"},
	{"if without then", "if a return end", "main.lua:1: 'then' expected near 'return'"},
	{"if with =", "if a = 1 then end", "main.lua:1: 'then' expected near '='"},
	{"while without do", "while a break end", "main.lua:1: 'do' expected near 'break'"},
	{"for with one bound", "for i = 1 do end", "main.lua:1: ',' expected near 'do'"},
	{"for with four bounds", "for i = 1, 2, 3, 4 do end", "main.lua:1: 'do' expected near ','"},
	{"for with two names and =", "for i, j = 1, 2 do end", "main.lua:1: 'in' expected near '='"},
	{"for with a field", "for a.b = 1, 2 do end", "main.lua:1: '=' or 'in' expected near '.'"},
	{"for without a value", "for i in do end", "main.lua:1: unexpected symbol near 'do'"},
	{"for without a name", "for = 1, 2 do end", "main.lua:1: <name> expected near '='"},
	{"for with a comma at the end of names", "for a, in b do end", "main.lua:1: <name> expected near 'in'"},

	// local and function
	{"local without a name", "local", "main.lua:1: <name> expected near '<eof>'"},
	{"local of a field", "local a.b = 1", "main.lua:1: unexpected symbol near '.'"},
	{"local with a comma at the end", "local a, = 1", "main.lua:1: <name> expected near '='"},
	{"local with a bracket", "local (a) = 1", "main.lua:1: <name> expected near '('"},
	{"local of a word", "local nil = 1", "main.lua:1: <name> expected near 'nil'"},
	{"local with +=", "local a += 1", "main.lua:1: unexpected symbol near '+'"},
	{"local with an attribute", "local a <const> = 1", "main.lua:1: unexpected symbol near '<'"},
	{"local function with a field", "local function a.b() end", "main.lua:1: '(' expected near '.'"},
	{"local function without a name", "local function() end", "main.lua:1: <name> expected near '('"},
	{"function without a name", "function() end", "main.lua:1: <name> expected near '('"},
	{"function with a bracketed field", "function a[1]() end", "main.lua:1: '(' expected near '['"},
	{"function with two colons", "function a:b:c() end", "main.lua:1: '(' expected near ':'"},
	{"function with a field behind the method", "function a:b.c() end", "main.lua:1: '(' expected near '.'"},
	{"parameters with a comma at the end", "local function f(a,) end", "main.lua:1: <name> or '...' expected near ')'"},
	{"parameters behind ...", "local function f(..., a) end", "main.lua:1: ')' expected near ','"},
	{"parameter that is a number", "local function f(1) end", "main.lua:1: <name> or '...' expected near '1'"},
	{"parameter with a default", "local function f(a = 1) end", "main.lua:1: ')' expected near '='"},
	{"parameter twice", "local function f(a, a) return a end", ""},
	{"... outside a vararg function", "local function f() return ... end", "main.lua:1: cannot use '...' outside a vararg function near '...'"},
	{"... in a function in a vararg function", "local function f(...) return function() return ... end end", "main.lua:1: cannot use '...' outside a vararg function near '...'"},
	{"... in the main chunk", "return ...", ""},
	{"function as a statement", "function (a) end", "main.lua:1: <name> expected near '('"},
	{"function called at once", "(function() end)()", ""},
	{"function called at once without brackets", "function() end()", "main.lua:1: <name> expected near '('"},

	// expressions
	{"no value behind =", "local x =", "main.lua:1: unexpected symbol near '<eof>'"},
	{"no value behind an operator", "local x = 1 +", "main.lua:1: unexpected symbol near '<eof>'"},
	{"two operators", "local x = 1 + * 2", "main.lua:1: unexpected symbol near '*'"},
	{"two minus with a blank", "local x = 1 - - 1", ""},
	{"two minus are a comment", "local x = 1 --1\n", ""},
	{"not equal of C", "local x = a != b", "main.lua:1: unexpected symbol near '!'"},
	{"~ alone", "local x = ~a", "main.lua:1: unexpected symbol near '~'"},
	{"whole division", "local x = 7 // 2", "main.lua:1: unexpected symbol near '/'"},
	{"bits", "local x = 1 & 2", "main.lua:1: unexpected symbol near '&'"},
	{"shift", "local x = 1 << 2", "main.lua:1: unexpected symbol near '<'"},
	{"comparison of three", "local x = 1 < 2 < 3", ""},
	{"== as a statement", "a == 1", "main.lua:1: '=' expected near '=='"},
	{"assignment as a value", "local x = (a = 1)", "main.lua:1: ')' expected near '='"},
	{"ternary of C", "local x = a ? b : c", "main.lua:1: unexpected symbol near '?'"},
	{"at sign, dollar, backslash", "local x = @a", "main.lua:1: unexpected symbol near '@'"},
	{"dollar", "local x = $a", "main.lua:1: unexpected symbol near '$'"},
	{"backslash", "local x = \\a", "main.lua:1: unexpected symbol near '\\'"},
	{"backtick", "local x = `a`", "main.lua:1: unexpected symbol near '`'"},
	{"two dots behind a number", "local x = 1 ..2", ""},

	// constructors
	{"constructor never closed", "local t = {1,\n2", "main.lua:2: '}' expected (to close '{' at line 1) near '<eof>'"},
	{"constructor without a comma", "local t = {1 2}", "main.lua:1: '}' expected near '2'"},
	{"constructor with two commas", "local t = {1,,2}", "main.lua:1: unexpected symbol near ','"},
	{"constructor with a comma first", "local t = {,}", "main.lua:1: unexpected symbol near ','"},
	{"constructor with a comma last", "local t = {1,}", ""},
	{"constructor with ; and ,", "local t = {1; 2, 3;}", ""},
	{"constructor with a field of :", "local t = {a: 1}", "main.lua:1: <name> expected near '1'"},
	{"constructor with a text as a name", "local t = {'a' = 1}", "main.lua:1: '}' expected near '='"},
	{"constructor with an empty key", "local t = {[] = 1}", "main.lua:1: unexpected symbol near ']'"},
	{"constructor with a key and no value", "local t = {[1]}", "main.lua:1: '=' expected near '}'"},
	{"constructor with a word as a name", "local t = {end = 1}", "main.lua:1: unexpected symbol near 'end'"},
	{"constructor with a function", "local t = {function f() end}", "main.lua:1: '(' expected near 'f'"},

	// other versions
	{"goto as a name", "local goto = 1 goto = goto + 1 return goto", ""},
	{"goto as a field and a label's name", "local t = { goto = 1, continue = 2 } return t.goto, t.continue", ""},
	{"goto as a statement", "goto done", "main.lua:1: '=' expected near 'done'"},
	{"goto called", "local function goto() end goto()", ""},
	{"label", "::done::", "main.lua:1: unexpected symbol near ':'"},
	{"continue as a statement", "for i = 1, 2 do continue end", "main.lua:1: '=' expected near 'end'"},
	{"switch as a name", "local switch, case, import, class, self = 1 return self", ""},

	// the first line
	{"shebang", "#!/usr/bin/env lua\nreturn 1", ""},
	{"shebang alone", "#!/usr/bin/env lua", ""},
	{"hash and anything", "# what is this\nreturn 1", ""},
	{"an error behind a shebang", "#!/usr/bin/env lua\nlocal x =\nend", "main.lua:3: unexpected symbol near 'end'"},
	{"shebang on the second line", "\n#!/usr/bin/env lua", "main.lua:2: unexpected symbol near '#'"},
	{"shebang behind a blank", " #!/usr/bin/env lua", "main.lua:1: unexpected symbol near '#'"},
}

// luaLine is the line in a message of lua5.1.
var luaLine = regexp.MustCompile(`^main\.lua:(\d+): `)

func TestSyntax(t *testing.T) {
	w := newWorld(t, nil)
	for _, c := range append(texts, lexis...) {
		t.Run(c.name, func(t *testing.T) {
			_, err := w.compile(map[string]string{"main.lua": c.source}, engine.Limits{})
			var e *engine.ScriptError
			if errors.As(err, &e) && e.Kind == engine.ErrorSyntax { // else it was taken, and run
				require.Equal(t, c.want, e.Error())
				return
			}
			require.Empty(t, c.want, "taken")
		})
	}
}

// Both take and refuse the same, on the same line.
func TestSyntaxTextsAgainstLua51(t *testing.T) {
	exe, err := exec.LookPath("lua5.1")
	if err != nil {
		t.Skip("lua5.1 is not installed; TestSyntax compared the engine with what it said")
	}
	dir := t.TempDir()
	all := append(texts, lexis...)
	for i, c := range all {
		require.NoError(t, os.MkdirAll(filepath.Join(dir, strconv.Itoa(i)), 0o755))
		require.NoError(t, os.WriteFile(filepath.Join(dir, strconv.Itoa(i), "main.lua"), []byte(c.source), 0o644))
	}
	cmd := exec.Command(exe, "-e", fmt.Sprintf(`for i = 0, %d do
		local ok, e = loadfile(i .. "/main.lua")
		io.write(ok and "" or e:gsub("^%%d+/", ""):gsub("[%%c]", " "), "\n")
	end`, len(all)-1))
	cmd.Dir = dir
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, "%s", out)
	for i, said := range strings.Split(strings.TrimSuffix(string(out), "\n"), "\n") {
		require.Equal(t, luaLine.FindString(said), luaLine.FindString(all[i].want), "%s: lua5.1 says %q", all[i].name, said)
	}
}
