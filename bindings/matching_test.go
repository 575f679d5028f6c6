package bindings_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"moonwire/bindings"
	"moonwire/engine"
	"moonwire/wechat"
)

// oneGlob says what a pattern of on.scan means, by going back to the last * where the rest does not fit.
func oneGlob(pattern, s string) bool {
	p, i, star, mark := 0, 0, -1, 0
	for i < len(s) {
		_, size := utf8.DecodeRuneInString(s[i:])
		switch {
		case p < len(pattern) && pattern[p] == '*':
			star, mark = p, i
			p++
		case p < len(pattern) && pattern[p] == '?':
			p, i = p+1, i+size
		case p < len(pattern) && pattern[p] == s[i]:
			p, i = p+1, i+1
		case star >= 0:
			_, step := utf8.DecodeRuneInString(s[mark:])
			mark += step
			p, i = star+1, mark
		default:
			return false
		}
	}
	return strings.Trim(pattern[p:], "*") == ""
}

// lists are the keys of some rules, short and alike, so that many fit.
func lists(r *rand.Rand, letters []string, longest int) [][]string {
	all := make([][]string, 1+r.IntN(12))
	for i := range all {
		for range 1 + r.IntN(4) {
			all[i] = append(all[i], word(r, letters, 1+r.IntN(longest)))
		}
	}
	return all
}

func word(r *rand.Rand, letters []string, n int) string {
	var b strings.Builder
	for range n {
		b.WriteString(letters[r.IntN(len(letters))])
	}
	return b.String()
}

// passing is one rule for each list of keys; all of them go on to the next, so that every one that fits is tried.
func passing(function string, lists [][]string) string {
	var b strings.Builder
	for _, keys := range lists {
		fmt.Fprintf(&b, "on.%s({", function)
		for _, k := range keys {
			fmt.Fprintf(&b, "%s, ", luaText(k))
		}
		b.WriteString("}, function() end)\n")
	}
	return b.String()
}

// luaText writes s byte by byte, whatever it holds.
func luaText(s string) string {
	var b strings.Builder
	for i := range len(s) {
		fmt.Fprintf(&b, `\%03d`, s[i])
	}
	return `"` + b.String() + `"`
}

// lines are those of the rules that were tried.
func lines(out bindings.Outcome) (all []int) {
	for _, tried := range out.Tried {
		var n int
		fmt.Sscanf(tried.Rule, "main.lua:%d ", &n) //nolint:errcheck // 0 then
		all = append(all, n)
	}
	return all
}

// wantLines are the rules with a key that fits, in their order.
func wantLines(lists [][]string, fits func(key string) bool) (all []int) {
	for i, keys := range lists {
		if slices.ContainsFunc(keys, fits) {
			all = append(all, i+1)
		}
	}
	return all
}

// All of on.has at once find what one comparison after the other finds.
func TestHasIsAsOneByOne(t *testing.T) {
	letters := []string{"a", "b", "A", "ａ", "茶", "查", "é", "\xff", " "}
	for seed := range uint64(150) {
		r := rand.New(rand.NewPCG(seed, 1))
		keys := lists(r, letters[:len(letters)-1], 1+r.IntN(6))
		p := program(t, passing("has", keys))
		for range 20 {
			m := *text(t, "x")
			m.Content = word(r, letters, r.IntN(40))
			said := bindings.Fold(m.Content)
			want := wantLines(keys, func(key string) bool { return strings.Contains(said, bindings.Fold(key)) })
			require.Equal(t, want, lines(answer(t, p, &m)), "seed %d: %q in %q", seed, keys, m.Content)
		}
	}
}

func TestScanIsAsOneByOne(t *testing.T) {
	letters := []string{"a", "b", "茶", "é", "*", "?"}
	for seed := range uint64(150) {
		r := rand.New(rand.NewPCG(seed, 2))
		keys := lists(r, letters, 1+r.IntN(8))
		p := program(t, passing("scan", keys))
		for range 20 {
			scene := word(r, letters, r.IntN(1+r.IntN(90)))
			if r.IntN(4) == 0 {
				scene += "\xe8\x8c" + scene // no UTF-8
			}
			m := *event(t, "SCAN", "")
			m.EventKey = scene
			want := wantLines(keys, func(key string) bool { return oneGlob(key, scene) })
			require.Equal(t, want, lines(answer(t, p, &m)), "seed %d: %q over %q", seed, keys, scene)
		}
	}
}

// manyKeys declares n keys of one rule, made of pattern, and one rule for all else.
func manyKeys(function, pattern string, n int) string {
	return fmt.Sprintf("local keys = {} for i = 1, %d do keys[i] = (%q):format(i) end\non.%s(keys, 'x') on.message('y')", n, pattern, function)
}

// manyScenes declares 9,000 patterns that differ and fit the same scenes but for their end.
const manyScenes = `local keys = {} for i = 1, 9000 do
  local k = "*" for b = 0, 13 do k = k .. (math.floor(i / 2^b) % 2 == 0 and "a" or "?") end keys[i] = k .. "b"
end on.scan(keys, "x") on.message("y")`

// What a push is compared with is the turn's own work, little as it is.
func TestComparingIsPaidFor(t *testing.T) {
	long, scan := *text(t, "x"), *event(t, "SCAN", "")
	long.Content, scan.EventKey = strings.Repeat("退款 refund ", 4_400)[:60_000], strings.Repeat("a", 1_000)
	other := *event(t, strings.Repeat("a", 1_000), "")
	tests := []struct {
		name, main    string
		push          *wechat.Message
		short, enough int64 // instructions
	}{
		{"a long text", "\non.has('a', 'x') on.message('y')", &long, 60_000, 90_000},
		{"a long text for exact keys", "\non.text('a', 'x') on.message('y')", &long, 10_000, 20_000},
		{"many keys", manyKeys("has", "退款 refun%d", 18_000), &long, 200_000, 300_000},
		{"many scenes", manyScenes, &scan, 1_850_000, 2_100_000},
		{"long keys", manyKeys("click", strings.Repeat("a", 900)+"%d", 1_000), &scan, 100_000, 300_000},
		{"long texts", manyKeys("text", strings.Repeat("a", 900)+"%d", 1_000), text(t, "x"), 100_000, 300_000},
		{"long names of events", "for i = 1, 1000 do\non.event(('b'):rep(900) .. i, 'x') end on.message('y')", &other, 200_000, 400_000},
		{"many rules", "for i = 1, 4000 do\non.image('x') end on.message('y')", text(t, "x"), 16_500, 30_000},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := loadThen(t, tt.main, tt.short).Answer(t.Context(), input(tt.push))
			require.ErrorContains(t, err, "over the limit instructions")
			require.ErrorContains(t, err, "main.lua:")
			require.Equal(t, "y", answer(t, loadThen(t, tt.main, tt.enough), tt.push).Reply.Content)
		})
	}
}

// What json.decode makes is paid for by the value.
func TestDecodingIsPaidFor(t *testing.T) {
	p := loadThen(t, `local list = "[" .. ("1,"):rep(20000) .. "1]" on.text(function() return tostring(#json.decode(list)) end)`, 60_000)
	_, err := p.Answer(t.Context(), input(text(t, "x")))
	require.ErrorContains(t, err, "main.lua:1: over the limit instructions")
	p.Build().Limits.Instructions = 120_000
	require.Equal(t, "20001", answer(t, p, text(t, "x")).Reply.Content)
}

// A top level may declare as much as it may, in one rule or in many, and no more.
func TestEdgeOfWhatIsDeclared(t *testing.T) {
	const many = "; move the table to data/ and look it up in one rule"
	for _, tt := range []struct{ name, main, over, want string }{
		{"texts of one rule", manyKeys("text", "k%d", 20_000), manyKeys("text", "k%d", 20_001), "on.text: argument 1 (texts) has 20001 texts; want at most 20000"},
		{"keys of several", manyKeys("text", "k%d", 19_999) + " on.has('a', 'x')", manyKeys("text", "k%d", 20_000) + " on.has('a', 'x')", "on.has: more than 5000 rules or 20000 keys" + many},
		{"rules", "for i = 1, 5000 do on.image('x') end", "for i = 1, 5001 do on.image('x') end", "on.image: more than 5000 rules or 20000 keys" + many},
	} {
		t.Run(tt.name, func(t *testing.T) {
			program(t, tt.main)
			_, err := compileFiles(t, files{"main.lua": tt.over}, config())
			require.ErrorContains(t, err, tt.want)
		})
	}
}

// The patterns of all rules together have a limit, and may have all of it.
func TestEdgeOfTheRulesPatterns(t *testing.T) {
	pattern := strings.Repeat("a", 498)
	re, err := engine.CompileRegexp(pattern)
	require.NoError(t, err)
	require.Equal(t, 500, re.Size())
	main := `for i = 1, 200 do on.match("` + pattern + `", "x") end`
	program(t, main)
	_, err = compileFiles(t, files{"main.lua": main + ` on.match("a", "x")`}, config())
	require.ErrorContains(t, err, "main.lua:1: on.match: the patterns of on.match are too large together; move some into one rule")
}

// loadThen compiles a script with limits of its own for the turns.
func loadThen(t *testing.T, main string, instructions int64) *bindings.Program {
	p := program(t, main)
	p.Build().Limits.Instructions = instructions
	return p
}
