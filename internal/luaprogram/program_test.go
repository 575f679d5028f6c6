package luaprogram_test

import (
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"moonwire/internal/luaprogram"
)

func program(seed uint64) *luaprogram.Program { return luaprogram.New(rand.New(rand.NewPCG(seed, 51))) }

func TestSameChoicesSameProgram(t *testing.T) {
	for seed := range uint64(200) {
		require.Equal(t, program(seed).Text(), program(seed).Text())
	}
	require.NotEqual(t, program(1).Text(), program(2).Text())
}

func TestEveryClassIsMade(t *testing.T) {
	made := map[string]int{}
	for seed := range uint64(2_000) {
		made[program(seed).Class]++
	}
	for _, name := range luaprogram.Classes() {
		require.Greater(t, made[name], 15, name)
		p, ok := luaprogram.OfClass(rand.New(rand.NewPCG(1, 1)), name)
		require.True(t, ok)
		require.Equal(t, name, p.Class)
	}
	_, ok := luaprogram.OfClass(rand.New(rand.NewPCG(1, 1)), "no such")
	require.False(t, ok)
}

// What the language has must occur, or nothing is said about it.
func TestEverythingOccurs(t *testing.T) {
	var all strings.Builder
	for seed := range uint64(3_000) {
		all.WriteString(program(seed).Text() + "\n")
	}
	text := all.String()
	for _, form := range []string{
		`\bdo\b`, `\bwhile\b`, `\brepeat\b`, `\belseif\b`, `\belse\b`, `\bfor \w+ =`, `\bfor \w+, \w+ in`, `\blocal function\b`, `function \w+\.\w+`, `function \w+:\w+`,
		`function \w+\.\w+\.\w+\.\w+`, `\breturn \.\.\.`, `\breturn\n`, `\bbreak\b`, `do break end`, `= \.\.\.`, `\{\.\.\., `, `\(\.\.\.\)`, `\.\.\., `, `select\(`, `: ?\w+\(`,
		`\w+"`, `\w+\{`, `\[\[`, `\[==\[`, `\\\d`, `0x`, `0X`, `\de[+-]?\d`, `;`, `not not`, ` \^ `, ` % `, ` / `, ` \.\. `, `#\w`, `-"`, `__index`, `__newindex`, `__call`,
		`__concat`, `__eq`, `__lt`, `__le`, `__unm`, `__mod`, `__pow`, `__tostring`, `__metatable`, `xpcall`, `error\(.*, 2\)`, `coroutine\.wrap`, `coroutine\.create`,
		`coroutine\.status`, `(\w), (\w) = \w, \w\n`, `\w\[\w\], \w = `, `next, \w+, nil`, `"1", "3"`, `(7, ){49}`, `(7, ){99}`, `nil = |false and`, `table\.insert`, `--\[\[`, `-- c\n`,
	} {
		require.Regexp(t, regexp.MustCompile(form), text)
	}
	require.NotRegexp(t, regexp.MustCompile(`math\.random|os\.|io\.|loadstring|setfenv|\bgoto\b|debug\.`), text)
}

// Choices that have run out end the program, too.
func TestBytesEnd(t *testing.T) {
	seen := map[string]bool{}
	for n := range 300 {
		data := make([]byte, n)
		for i := range data {
			data[i] = byte(i*7 + n)
		}
		text := luaprogram.New(luaprogram.NewBytes(data)).Text()
		require.Less(t, len(text), 100_000)
		seen[text] = true
	}
	require.Greater(t, len(seen), 100)
}

func TestTokensAndLayoutKeepWords(t *testing.T) {
	words := func(text string) (all []string) {
		for _, token := range luaprogram.Tokens(text) {
			all = append(all, token.Text)
		}
		if len(all) > 0 && all[len(all)-1] == "" { // what stands behind the last
			all = all[:len(all)-1]
		}
		return all
	}
	require.Equal(t, []string{"a", ".", "b", "=", "0x1F", "..", `"q\"x"`, "..", "[==[l]]]==]", "...", "~=", "1e-5", "-", "3"}, words("a.b = 0x1F ..\"q\\\"x\" --c\n.. [==[l]]]==] ... ~= 1e-5-3"))
	for seed := range uint64(200) {
		text := program(seed).Text()
		require.Equal(t, text, luaprogram.Join(luaprogram.Tokens(text)))
		odd := luaprogram.Layout(text, rand.New(rand.NewPCG(seed, 2)))
		require.Equal(t, words(text), words(odd))
		require.NotEqual(t, text, odd)
	}
}

func TestMutateChangesLittle(t *testing.T) {
	changed := 0
	for seed := range uint64(300) {
		text := program(seed).Text()
		mutant := luaprogram.Mutate(text, rand.New(rand.NewPCG(seed, 2)))
		require.Equal(t, mutant, luaprogram.Mutate(text, rand.New(rand.NewPCG(seed, 2))))
		if mutant != text {
			changed++
		}
	}
	require.Greater(t, changed, 270)
}

// A difference that hangs on one statement is brought down to it and what it needs.
func TestMinimise(t *testing.T) {
	for _, c := range []struct {
		name, class, pattern string
		lines                int
	}{
		{"a swap", "several", `(?m)^ *(\w), \w = \w, \w$`, 1},
		{"a resume", "coroutines", `coroutine\.resume\(\w`, 3},
		{"a statement in a loop", "loop heads", `for [^\n]* do\n  observe\(`, 3},
		{"a value among many", "constructors", `pcall\(type`, 2},
	} {
		t.Run(c.name, func(t *testing.T) {
			pattern, found := regexp.MustCompile(c.pattern), 0
			for seed := range uint64(60) {
				p, _ := luaprogram.OfClass(rand.New(rand.NewPCG(seed, 1)), c.class)
				before := p.Text()
				if !pattern.MatchString(before) {
					continue
				}
				found++
				small := luaprogram.Minimise(p, pattern.MatchString)
				require.Regexp(t, pattern, small.Text())
				require.LessOrEqual(t, strings.Count(small.Text(), "\n")+1, c.lines, "%s", small.Text())
				require.Equal(t, before, p.Text(), "the program itself stays")
			}
			require.Positive(t, found)
		})
	}
}

// What bounds a loop stays as long as the loop, so that no smaller program runs for ever.
func TestMinimiseKeepsWhatEndsLoops(t *testing.T) {
	for seed := range uint64(60) {
		p, _ := luaprogram.OfClass(rand.New(rand.NewPCG(seed, 1)), "loop heads")
		if !strings.Contains(p.Text(), "while true do") {
			continue
		}
		small := luaprogram.Minimise(p, func(text string) bool { return strings.Contains(text, "while true do") })
		require.Contains(t, small.Text(), "break")
	}
}
