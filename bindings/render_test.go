package bindings_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestWhatALogLineShows of values that are large, deep or odd.
func TestWhatALogLineShows(t *testing.T) {
	fifty := strings.Repeat("1, ", 49) + "1"
	for _, tt := range []struct{ name, values, want string }{
		{"four tables deep", `{{{{}}}}`, "{{{{}}}}"},
		{"five tables deep", `{{{{{}}}}}`, "{{{{{…}}}}}"},
		{"deep by names", `{a = {b = {c = {d = {e = 1}}}}}`, "{a = {b = {c = {d = {…}}}}}"},
		{"fifty items", `(function() local l = {} for i = 1, 50 do l[i] = 1 end return l end)()`, "{" + fifty + "}"},
		{"fifty-one items", `(function() local l = {} for i = 1, 51 do l[i] = 1 end return l end)()`, "{" + fifty + ", …}"},
		{"fifty items and a name", `(function() local l = {} for i = 1, 50 do l[i] = 1 end l.a = 1 return l end)()`, "{" + fifty + ", …}"},
		{"forty-nine items and a name", `(function() local l = {} for i = 1, 49 do l[i] = 1 end l.a = 2 return l end)()`, "{" + strings.Repeat("1, ", 49) + "a = 2}"},
		{"names in order", `{b = 1, a = 2, [true] = 3, [0.5] = 5}`, "{[0.5] = 5, [true] = 3, a = 2, b = 1}"},
		{"a list and names", `{1, 2, a = 3}`, "{1, 2, a = 3}"},
		{"a list with a hole", `{1, nil, 3}`, "{1, nil, 3}"},
		{"places outside of the list", `{1, [0] = "z", [-1] = "y"}`, `{1, [-1] = "y", [0] = "z"}`},
		{"texts", `"a\nb", {"a\nb", "\"", ("x"):rep(41)}`, "a\nb {\"a\\nb\", \"\\\"\", \"" + strings.Repeat("x", 40) + "…\"}"},
		{"a text of forty characters", `{("茶"):rep(40)}`, `{"` + strings.Repeat("茶", 40) + `"}`},
		{"numbers", `1, 0.1, 1e15, 2^53, -0.5, 1/0, {1e100}`, "1 0.1 1000000000000000 9007199254740992 -0.5 inf {1e+100}"},
		{"what is no data", `print, {print}, coroutine.create(print), reply.none(), button("a", {key = "A"}), json.null, {json.null}`, "<function> {<function>} <coroutine> <reply> <button> json.null {json.null}"},
		{"nothing", ``, ""},
		{"nils", `nil, nil`, "nil nil"},
		{"tables that are read-only", `settings.hours, settings.shop`, `{"9:00", "21:00"} {name = "茶铺"}`},
		{"text as long as a line", `("a"):rep(4096)`, strings.Repeat("a", 4096)},
		{"text longer than a line", `("a"):rep(4097)`, strings.Repeat("a", 4096) + "…"},
		{"texts longer than a line", `("a"):rep(4090), "bbbbb", "c"`, strings.Repeat("a", 4090) + " bbbbb…"},
		{"texts as long as a line", `("a"):rep(4090), "bbbbb"`, strings.Repeat("a", 4090) + " bbbbb"},
		{"bytes that begin no character", `("\128"):rep(5000)`, strings.Repeat("\x80", 4096) + "…"},
		{"a character at the border", `("a"):rep(4095) .. "茶"`, strings.Repeat("a", 4095) + "…"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			out := answer(t, program(t, "on.text(function() log.info("+tt.values+") end)"), text(t, "x"))
			require.Len(t, out.Log, 1)
			require.Equal(t, tt.want, out.Log[0].Text)
		})
	}
}

// Of very many names those first met are shown; which, is nobody's business, but no more than fifty are.
func TestALogLineOfVeryManyNames(t *testing.T) {
	out := answer(t, program(t, `on.text(function() local t = {} for i = 1, 3000 do t["k" .. i] = 1 end log.info(t) end)`), text(t, "x"))
	require.Equal(t, 50, strings.Count(out.Log[0].Text, "k"))
	require.True(t, strings.HasSuffix(out.Log[0].Text, " = 1, …}"), out.Log[0].Text)
}

// TestALogLineOfAWideTable ends at its longest, in whatever table that is.
func TestALogLineOfAWideTable(t *testing.T) {
	out := answer(t, program(t, `on.text(function() local long = ("茶"):rep(40) local t = {} for i = 1, 45 do t[i] = long end log.info(t, "after") end)`), text(t, "x"))
	require.True(t, strings.HasSuffix(out.Log[0].Text, "…"))
	require.LessOrEqual(t, len(out.Log[0].Text), 4096+len("…"))
	require.NotContains(t, out.Log[0].Text, "after")
}
