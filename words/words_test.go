package words_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"moonwire/words"
)

// codes are the constants of codes.go.
func codes(t *testing.T) (all []string) {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "codes.go", nil, 0)
	require.NoError(t, err)
	ast.Inspect(file, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok {
			return true
		}
		code, err := strconv.Unquote(spec.Values[0].(*ast.BasicLit).Value)
		require.NoError(t, err)
		all = append(all, code)
		return true
	})
	require.NotEmpty(t, all)
	return all
}

// TestEveryCodeHasAnEntry in the catalogue, and each entry one code.
func TestEveryCodeHasAnEntry(t *testing.T) {
	var have []string
	for _, e := range words.Catalogue() {
		have = append(have, string(e.Code))
		require.Regexp(t, `^[a-z]+(-[a-z]+)*$`, string(e.Code))
	}
	require.ElementsMatch(t, codes(t), have)
}

var place = regexp.MustCompile(`\{[a-z]+\}`)

// TestEveryEntrySpeaksBothLanguages: no sentence is missing in one of them, and both have the same places for values.
func TestEveryEntrySpeaksBothLanguages(t *testing.T) {
	han := regexp.MustCompile(`\p{Han}`)
	for _, e := range words.Catalogue() {
		t.Run(string(e.Code), func(t *testing.T) {
			for name, text := range map[string]words.Text{"title": e.Title, "cause": e.Cause, "cure": e.Cure, "about": e.About} {
				require.Equal(t, text.EN == "", text.ZH == "", name)
				require.ElementsMatch(t, unique(place.FindAllString(text.EN, -1)), unique(place.FindAllString(text.ZH, -1)), name)
				require.NotRegexp(t, han, strings.NewReplacer("一", "", "二", "").Replace(text.EN), "%s: an English sentence", name)
			}
			require.NotEmpty(t, e.Title.EN)
			require.NotEmpty(t, e.About.EN)
			require.Regexp(t, han, e.About.ZH)
			require.NotRegexp(t, `\p{Han}[,;:?!]`, e.Cure.ZH+e.Cause.ZH+e.About.ZH, "punctuation is full-width behind a Chinese character")
			require.Equal(t, e.Wrong == "", e.Right == "")
		})
	}
}

func unique(all []string) (once []string) {
	seen := map[string]bool{}
	for _, s := range all {
		if !seen[s] {
			once = append(once, s)
		}
		seen[s] = true
	}
	return once
}

func TestSay(t *testing.T) {
	m := words.Say(words.UnknownName, "name", "repy").Cured(words.DidYouMean("reply"))
	require.Equal(t, words.UnknownName, m.Code)
	require.Equal(t, "nothing is called repy: it is nil here", m.Cause.In(words.English))
	require.Equal(t, "没有叫 repy 的东西：这里是 nil", m.Cause.In(words.Chinese))
	require.Equal(t, "did you mean reply?", m.Cure.In(words.English))
	require.Equal(t, "是不是想写 reply？", m.Cure.In(words.Chinese))
	require.Equal(t, m, m.Cured(words.DidYouMean("")), "no guess, the cure stays")
	require.Equal(t, "only English", words.Text{EN: "only English"}.In(words.Chinese))
	require.Equal(t, "a value that looks like a place: {name} {why}", words.Say(words.BadData, "why", "a value that looks like a place: {name} {why}").Cause.EN)
}

func TestLanguage(t *testing.T) {
	for _, tt := range []struct {
		name string
		env  map[string]string
		want words.Language
	}{
		{"nothing is set", nil, words.English},
		{"LANG", map[string]string{"LANG": "zh_CN.UTF-8"}, words.Chinese},
		{"another spelling", map[string]string{"LANG": "zh-Hans"}, words.Chinese},
		{"LC_ALL before LANG", map[string]string{"LANG": "zh_CN.UTF-8", "LC_ALL": "C"}, words.English},
		{"LC_MESSAGES before LANG", map[string]string{"LANG": "en_US.UTF-8", "LC_MESSAGES": "zh_TW"}, words.Chinese},
		{"one that is empty says nothing", map[string]string{"LC_ALL": "", "LANG": "zh_CN"}, words.Chinese},
		{"a language that Moonwire does not speak", map[string]string{"LC_ALL": "fr_FR.UTF-8", "LANG": "zh_CN"}, words.English},
	} {
		t.Run(tt.name, func(t *testing.T) {
			require.Equal(t, tt.want, words.OfEnvironment(func(name string) (string, bool) { v, set := tt.env[name]; return v, set }))
		})
	}
	for _, none := range []string{"", "fr", "chinese", "z"} {
		_, ok := words.ParseLanguage(none)
		require.False(t, ok, none)
	}
}
