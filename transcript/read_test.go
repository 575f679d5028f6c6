package transcript_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"moonwire/transcript"
)

// TestReadErrors name the line and say what is allowed.
func TestReadErrors(t *testing.T) {
	tests := []struct{ name, chat, want string }{
		{"no line of ours", "amy: hi\nhello\n", "a.chat:2: \"hello\" is nothing that a transcript says; a line is one of: amy: TEXT"},
		{"a word of ours, misspelt", "clcok +2h\n", "did you mean clock?"},
		{"the bot, misspelt", "bob: hi\nbto: hi\n", "a.chat:2: bto: did you mean bot?"},
		{"the bot, with a letter too much", "amy: hi\nbott: hi\n", "did you mean bot?"},
		{"indented without a text", "  x\n", "a.chat:1: an indented line goes on with the text above it"},
		{"a fan without a name", ": hi\n", "a.chat:1: \": hi\" is nothing"},
		{"a fan of two words", "my friend: hi\n", "cannot be the name of a fan"},
		{"a fan who says nothing", "amy:\n", "amy says nothing"},
		{"a misspelt act", "amy: [clik KEY]\n", `a.chat:1: [clik] is nothing that a fan does; did you mean [click]? A text that begins so is written \[clik`},
		{"an act that lacks something", "amy: [click]\n", "click wants: click KEY"},
		{"a place that is none", "amy: [location here there]\n", "want latitude"},
		{"a quotation mark", "amy: [voice \"x]\n", "a quotation mark is not closed"},
		{"an answer to nobody", "bot: hi\n", "nobody has said anything yet"},
		{"an answer to a stranger", "amy: hi\nbot(ami): x\n", `a.chat:2: no fan "ami" has said anything yet; did you mean amy?`},
		{"an answer without a text", "amy: hi\nbot:\n", "what shall the bot say?"},
		{"an open bracket", "amy: hi\nbot(push: x\n", "is not closed"},
		{"an expression that is none", "amy: hi\nbot: /(/\n", "no regular expression (RE2): missing closing )"},
		{"an expression that is too long", "amy: hi\nbot: /" + strings.Repeat("a", 1001) + "/\n", "at most 1000 are allowed"},
		{"a part of nothing", "amy: hi\nbot: ~\n", "behind ~ stands a part"},
		{"a time that is none", "clock tomorrow\n", "want a day and a time such as 2026-03-02 09:00, or +2h"},
		{"a move that is none", "clock +2 hours\n", "want a time such as +90s, +2h, +3d"},
		{"a move that is too far", "clock +367d\n", "at most 366d"},
		{"slow for nothing", "slow\n", "want a time up to 1m"},
		{"slow for too long", "slow 2m\n", "want a time up to 1m"},
		{"a call without an answer", "http GET https://a.example.com\n", "want the call and its answer"},
		{"a method that is none", "http FETCH https://a.example.com -> 200\n", "want GET, POST, PUT, PATCH or DELETE"},
		{"an address that is none", "http GET orders:/x -> 200\n", "is no address"},
		{"a status that is none", "http GET https://a.example.com -> fine\n", "want a status and a body"},
		{"a failure without a code", "fail message/template/send\n", "want a path of WeChat's API and what goes wrong"},
		{"a failure how often", "fail message/template/send 40001 often\n", "once, twice, 3 times"},
		{"a path that is none", "api: message template\namy: hi\n", "is no path of WeChat's API"},
		{"an unknown line between", "-- stop --\n", "want -- restart --"},
		{"too many programs", "-- node 9 --\n", "want a number from 1 to 4"},
		{"a save without an end", "-- save main.lua <<\nreturn\n", "a.chat:1: what begins with << ends with a line that is >>"},
		{"a save outside", "-- save ../x.lua <<\n>>\n", "want the path of a file in the account's folder"},
		{"a save of a test", "-- save tests/x.chat <<\n>>\n", "tests are no part of a build"},
		{"an error of nothing", "error:\n", "which error?"},
		{"no text", "amy: \xff\n", "a.chat: the file is no UTF-8 text"},
		{"too large", strings.Repeat("#", 256<<10+1), "a transcript has at most 262144"},
		{"too many lines", strings.Repeat("#\n", 10_001), "a transcript has at most 10000"},
		{"too many fans", manyFans(), "at most 100 fans"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := transcript.Read("a.chat", []byte(tt.chat))
			require.ErrorContains(t, err, tt.want)
		})
	}
}

func manyFans() string {
	var b strings.Builder
	for i := range 101 {
		b.WriteString("f" + strings.Repeat("x", i/10) + string(rune('0'+i%10)) + ": hi\n")
	}
	return b.String()
}

func TestEveryUsageCanBeRead(t *testing.T) {
	for _, usage := range transcript.Usages() {
		text := "amy: hi\nbob: hi\n" + usage + "\n"
		if strings.HasSuffix(usage, "<<") {
			text += "return\n>>\n"
		}
		_, err := transcript.Read("a.chat", []byte(strings.ReplaceAll(text, "EXPRESSION", "x+")))
		require.NoError(t, err, usage)
	}
}

func FuzzRead(f *testing.F) {
	for _, usage := range transcript.Usages() {
		f.Add("amy: hi\n" + usage + "\n")
	}
	f.Add("amy: [voice v1 \"x\"] # c\n\n     \nbot: \\{…}{…}\n  x")
	f.Fuzz(func(t *testing.T, text string) {
		_, err := transcript.Read("a.chat", []byte(text))
		if err != nil {
			require.IsType(t, &transcript.ReadError{}, err)
		}
	})
}
