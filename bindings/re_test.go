package bindings_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"moonwire/bindings"
)

// What multiplies is refused before it is made.
func TestRegularExpressionsThatMultiply(t *testing.T) {
	for _, c := range []struct{ name, act, want string }{
		{"repeats in repeats", `re.test("x", "(a{30}){30}")`, ""},
		{"repeats in repeats, many", `re.test("x", ("(a{30}){30}"):rep(12))`, "re.test: argument 2 (pattern): the pattern is too large: its repeats make some "},
		{"a template", `re.gsub(("a"):rep(1000), "a+", ("$0"):rep(5000))`, "over the limit string of 4.0 MiB"},
		{"a template with signs of money", `assert(re.gsub("a", "a", ("$$"):rep(1000)) == ("$"):rep(1000))`, ""},
		{"more matches than a list holds", `re.find_all(("a"):rep(300000), "")`, "re.find_all: more than 262,143 matches; give a limit or a shorter text"},
		{"as many as are asked for", `assert(#re.find_all(("a"):rep(300000), "", 5) == 5)`, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := program(t, fmt.Sprintf("on.text(function() %s return 'fine' end)", c.act))
			out, err := p.Answer(t.Context(), input(text(t, "x")))
			if c.want != "" {
				require.ErrorContains(t, err, c.want)
				return
			}
			require.NoError(t, err)
			require.Equal(t, "fine", out.Reply.Content)
		})
	}
}

// TestOfMadeUpPatternsFewAreKept: neither many small ones nor some large ones fill the memory of the process.
func TestOfMadeUpPatternsFewAreKept(t *testing.T) {
	for _, c := range []struct {
		name, pattern string
		n, size       int
	}{
		{"small", `"a" .. i`, 200, 20_000},
		{"large", `"(a{30}){30}" .. i`, 30, 20_000},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := program(t, `on.text(function() for i = 1, 300 do re.test("x", `+c.pattern+`) end return "fine" end)`)
			require.Equal(t, "fine", answer(t, p, text(t, "x")).Reply.Content)
			n, size := bindings.KeptPatterns(p)
			require.Positive(t, n)
			require.LessOrEqual(t, n, c.n)
			require.LessOrEqual(t, size, c.size)
		})
	}
}
