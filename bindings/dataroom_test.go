package bindings_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"moonwire/bindings"
	"moonwire/engine"
)

// answerOfData runs a script over data files, with room for 96 KiB of what they become.
func answerOfData(t *testing.T, data files, act string) (string, error) {
	t.Helper()
	eng, err := theEngine()
	require.NoError(t, err)
	f := files{"main.lua": "on.text(function() " + act + " end)"}
	for name, body := range data {
		f["data/"+name] = body
	}
	p, err := bindings.Compile(t.Context(), eng, f.snapshot(), unhurried(engine.Limits{Data: 64 << 10}), config())
	require.NoError(t, err)
	out, err := p.Answer(t.Context(), input(text(t, "x")))
	if err != nil {
		return "", err
	}
	return out.Reply.Content, nil
}

func TestDataHasSoMuchRoom(t *testing.T) {
	sheet := func(rows int) string { return "q,a\n" + strings.Repeat("q,a\n", rows) }
	for _, c := range []struct {
		name string
		data files
		act  string
		want string
		err  string
	}{
		{"a sheet that fits", files{"a.csv": sheet(500)}, `return data.csv("a.csv")[500].a`, "a", ""},
		{"one that does not", files{"a.csv": sheet(1100)}, `return data.csv("a.csv")[1].a`, "", "data.csv: data/a.csv: the tables of data/ would take more than 0.1 MiB, one and a half times the limit data"},
		{"two that do not fit together", files{"a.csv": sheet(900), "b.csv": sheet(900)}, `return data.csv("a.csv")[1].a .. data.csv("b.csv")[1].a`, "", "data/b.csv: the tables"},
		{"JSON that fits", files{"a.json": "[" + strings.Repeat("[],", 40) + "1]"}, `return tostring(#data.json("a.json"))`, "41", ""},
		{"JSON that does not", files{"a.json": "[" + strings.Repeat("[],", 60) + "1]"}, `return #data.json("a.json")`, "", "data.json: data/a.json: the tables"},
		{"brackets in texts do not count", files{"a.json": `["` + strings.Repeat(`[{\"`, 1000) + `"]`}, `return "fits" .. #data.json("a.json")`, "fits1", ""},
		{"a refused file takes no room", files{"a.csv": sheet(1100), "b.csv": sheet(900)}, `pcall(data.csv, "a.csv") return data.csv("b.csv")[1].a`, "a", ""},
		{"a broken file takes none", files{"a.csv": sheet(900) + "1,2,3\n", "b.csv": sheet(900)}, `pcall(data.csv, "a.csv") return data.csv("b.csv")[1].a`, "a", ""},
		{"rows without room for them", files{"a.csv": sheet(900)}, `local n = 0 for i = 1, 900 do n = n + #data.csv("a.csv")[i].a end return tostring(n)`, "900", ""},
		{"a search without room for an index", files{"a.csv": sheet(900) + "z,last\n"}, `return data.csv("a.csv"):find("q", "z").a .. tostring(data.csv("a.csv"):find("a", "nosuch"))`, "lastnil", ""},
		{"a walk without room for it", files{"a.csv": sheet(900)}, `for _, row in ipairs(data.csv("a.csv")) do end`, "", "too many rows to walk beside the other files"},
		{"many columns", files{"a.csv": strings.Repeat("c,", 1000) + "d\n"}, `return data.csv("a.csv")`, "", "data/a.csv:1: more than 1000 columns, which is all that a sheet may have"},
		{"a later line of millions of fields", files{"a.csv": "a,\"b,\nb\"\n" + strings.Repeat(",", 30_000) + "\n"}, `return data.csv("a.csv")`, "", "data/a.csv:3: more than 1000 columns, which is all that a sheet may have"},
		{"commas in texts are no columns", files{"a.csv": "a,b\n\"" + strings.Repeat(",", 3_000) + "\",x\n"}, `return data.csv("a.csv")[1].b`, "x", ""},
		{"JSON as deep as it may be", files{"a.json": strings.Repeat("[", 32) + strings.Repeat("]", 32)}, `return "fits" .. #data.json("a.json")`, "fits1", ""},
		{"JSON that is deeper", files{"a.json": "\n" + strings.Repeat("[", 33) + strings.Repeat("]", 33)}, `return data.json("a.json")`, "", "data/a.json:2: is nested deeper than 32 levels"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := answerOfData(t, c.data, c.act)
			if c.err != "" {
				require.ErrorContains(t, err, c.err)
				return
			}
			require.NoError(t, err)
			require.Equal(t, c.want, got)
		})
	}
}

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
