package engine_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	lua "github.com/yuin/gopher-lua"

	"moonwire/engine"
)

func TestCompileRegexp(t *testing.T) {
	for _, c := range []struct{ name, pattern, want string }{
		{"Chinese", `^天气\s*(\p{Han}+)$`, ""},
		{"a hundred times", `a{100}`, ""},
		{"too many times", `a{101}`, "the pattern repeats something 101 times; counted repeats go up to 100"},
		{"at least too many times", `(?:x|y{3,200})`, "the pattern repeats something 200 times; counted repeats go up to 100"},
		{"repeats of repeats", `((a{100}){100}){100}`, "invalid repeat count: `{100}`"},
		{"look-behind", `(?<=a)b`, "RE2 has no (?<=…): it cannot look ahead or behind"},
		{"an open bracket", `(a`, "missing closing ): `(a`"},
		{"a long pattern", strings.Repeat("a", 4097), "the pattern has 4.0 KiB; at most 4.0 KiB are allowed"},
		{"a hundred groups", strings.Repeat("(a)", 100), ""},
		{"too many groups", strings.Repeat("(a)", 101), "the pattern has 101 groups; at most 100 are allowed; (?:…) groups without catching"},
		{"any case of Chinese", `(?i)[一-龥a-z]+[^一-龥]`, ""},
		{"any case of everything, again and again", "(?i)[" + strings.Repeat("B-𞥃", 17) + "]", "the sets of the pattern have some 2,128,145 characters, which is too many with (?i); at most 2,097,152 are allowed"},
		{"the same by its number", "(?s-i:x)(?mi)[" + strings.Repeat(`B-\x{1E943}`, 17) + "]", "the sets of the pattern have some 2,128,145 characters, which is too many with (?i); at most 2,097,152 are allowed"},
		{"ranges from a hyphen on", "(?i)[" + strings.Repeat("--𞥃", 40) + "]", "the sets of the pattern have some 2,388,720 characters, which is too many with (?i); at most 2,097,152 are allowed"},
		{"every case by itself", "[" + strings.Repeat("B-𞥃", 400) + "]", ""},
		{"no text", "\xff", "the pattern is no valid UTF-8"},
	} {
		t.Run(c.name, func(t *testing.T) {
			re, err := engine.CompileRegexp(c.pattern)
			if c.want != "" {
				require.EqualError(t, err, c.want)
				return
			}
			require.NoError(t, err)
			require.Equal(t, c.pattern, re.String())
		})
	}
}

func TestRegexpFind(t *testing.T) {
	re, err := engine.CompileRegexp(`^天气\s*(\p{Han}+)(x)?$`)
	require.NoError(t, err)
	require.Equal(t, 2, re.Groups())
	found, err := re.Find(nil, nil, "天气 北京")
	require.NoError(t, err)
	require.Equal(t, []int{0, 13, 7, 13, -1, -1}, found)
	found, err = re.Find(nil, nil, "weather")
	require.NoError(t, err)
	require.Nil(t, found)
	require.Equal(t, "<北京>", string(re.Expand(nil, "<$1>", "天气 北京", []int{0, 13, 7, 13, -1, -1})))
}

// The worst that passes is far from what took nine seconds.
func TestRegexpRefusesBeforeMatching(t *testing.T) {
	heavy, err := engine.CompileRegexp(`(?:\pL?\pN?){100}x`)
	require.NoError(t, err)
	_, err = heavy.Find(nil, nil, strings.Repeat("a", 256<<10))
	require.ErrorIs(t, err, engine.ErrRegexpWork)
	require.Contains(t, err.Error(), "and this text has 256.0 KiB")
	require.NoError(t, heavy.Admit(1000))

	light, err := engine.CompileRegexp(`x+y`)
	require.NoError(t, err)
	require.NoError(t, light.Admit(256<<10))
}

// Each thread of a match has a copy of all groups, so texts have to be shorter.
func TestRegexpChargesGroups(t *testing.T) {
	for _, groups := range []int{0, 7, 8, 96} {
		re, err := engine.CompileRegexp(strings.Repeat("(x)", groups) + "y")
		require.NoError(t, err)
		most := 4 << 20 / (re.Size() * (1 + groups/8))
		require.NoError(t, re.Admit(most))
		require.ErrorIs(t, re.Admit(most+1), engine.ErrRegexpWork)
	}
}

func TestRegexpChargesTheTurn(t *testing.T) {
	match := engine.Native{Name: "match", Fn: func(L *lua.LState) int {
		re, err := engine.CompileRegexp(L.CheckString(1))
		if err != nil {
			L.RaiseError("%s", err.Error())
		}
		L.Push(lua.LBool(re.Match(engine.TurnOf(L), L, L.CheckString(2))))
		return 1
	}}
	l := newLab(t, match)
	require.Equal(t, "true false", l.eval(t, `match("a+b", "xaab"), match("a+b", "x")`))
	require.Contains(t, l.eval(t, `match([[(?:\pL?\pN?){100}x]], ("a"):rep(262144))`), "error: match: too much work for a regular expression")
	_, err := l.run(t, `while true do match([[(?:\pL?\pN?){20}x]], ("a"):rep(5000)) end`)
	var failed *engine.ScriptError
	require.ErrorAs(t, err, &failed)
	require.Contains(t, []string{"instructions", "script_time"}, failed.Limit)
}

// TestRegexpChargesWhatItFinds: a step for each match and each of its groups, and for what a template makes of them.
func TestRegexpChargesWhatItFinds(t *testing.T) {
	compiled := func(L *lua.LState) *engine.Regexp {
		re, err := engine.CompileRegexp(L.CheckString(1))
		require.NoError(t, err)
		return re
	}
	spent := func(L *lua.LState, of func(turn *engine.Turn)) int {
		turn := engine.TurnOf(L)
		before, _, _ := turn.Used()
		of(turn)
		after, _, _ := turn.Used()
		L.Push(lua.LNumber(after - before))
		return 1
	}
	l := newLab(t, engine.Native{Name: "all", Fn: func(L *lua.LState) int {
		return spent(L, func(turn *engine.Turn) {
			held := turn.Hold()
			defer held.Drop()
			compiled(L).FindAll(&held, L, L.CheckString(2), L.CheckInt(3))
		})
	}}, engine.Native{Name: "expand", Fn: func(L *lua.LState) int {
		return spent(L, func(turn *engine.Turn) {
			re := compiled(L)
			match, err := re.Find(turn, nil, L.CheckString(2))
			require.NoError(t, err)
			re.ChargeExpand(turn, L, L.CheckString(3), match)
		})
	}})
	require.Equal(t, "100 300", l.eval(t, `all("x", ("x"):rep(200), 200) - all("x", ("x"):rep(200), 100), all("(x)()", ("x"):rep(200), 200) - all("(x)()", ("x"):rep(200), 100)`))
	require.Equal(t, "1 1 2 2", l.eval(t, `all("x", "", -1), all("x", "yyyy", -1), all("x", "yyyyy", -1), all("x", "x", -1)`))
	require.Equal(t, "1 11", l.eval(t, `expand("x", "x", ""), expand("x", "x", ("y"):rep(80))`))
	require.Equal(t, "1 2", l.eval(t, `expand("x+", ("x"):rep(5000), "$0"), expand("x+", ("x"):rep(5000), ("$$"):rep(4))`))
	_, err := l.run(t, `expand("x+", ("x"):rep(100000), ("$0"):rep(50))`)
	require.ErrorContains(t, err, "over the limit string of 4.0 MiB")
}
