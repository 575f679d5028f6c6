package bindings_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestEdgesOfTheDataQuota fills the quota to the byte: 96 KiB, for files of 64 KiB together.
func TestEdgesOfTheDataQuota(t *testing.T) {
	sheet := func(rows int) string { return "q,a\n" + strings.Repeat("q,a\n", rows) }
	list := func(ones int) string { return "[" + strings.Repeat("[],", 7) + strings.Repeat("1,", ones) + "1]" }
	for _, tt := range []struct {
		name   string
		data   files
		act    string
		want   string
		beyond bool
	}{
		{"rows of two columns", files{"a.csv": sheet(1024)}, `return data.csv("a.csv")[1024].a`, "a", false},
		{"a row more", files{"a.csv": sheet(1025)}, `return data.csv("a.csv")[1].a`, "", true},
		{"rows of two files", files{"a.csv": sheet(1000), "b.csv": sheet(24)}, `return data.csv("a.csv")[1].a .. data.csv("b.csv")[24].a`, "aa", false},
		{"a row more in the second", files{"a.csv": sheet(1000), "b.csv": sheet(25)}, `return data.csv("a.csv")[1].a .. data.csv("b.csv")[25].a`, "", true},
		{"JSON", files{"a.json": list(1304)}, `return tostring(#data.json("a.json"))`, "1312", false},
		{"a comma more", files{"a.json": list(1305)}, `return tostring(#data.json("a.json"))`, "", true},
		{"JSON of names", files{"a.json": `{"a":` + list(1303) + "}"}, `return tostring(#data.json("a.json").a)`, "", true},
		{"a walk", files{"a.csv": sheet(75)}, `local n = 0 for _ in ipairs(data.csv("a.csv")) do n = n + 1 end return tostring(n)`, "75", false},
		{"a walk over one more", files{"a.csv": sheet(76)}, `for _ in ipairs(data.csv("a.csv")) do end`, "", true},
		{
			"as many rows are kept as half of the quota holds",
			files{"a.csv": sheet(100)},
			`local s, kept = data.csv("a.csv"), 0 for i = 1, 100 do if s[i] == s[i] then kept = kept + 1 end end return tostring(kept)`, "32", false,
		},
		{
			"a broken JSON file gives back what it took",
			files{"a.json": list(1303) + "x", "b.json": list(1304)},
			`pcall(data.json, "a.json") return tostring(#data.json("b.json"))`, "1312", false,
		},
		{
			"so does a broken sheet",
			files{"a.csv": sheet(1000) + "1,2,3\n", "b.csv": sheet(1024)},
			`pcall(data.csv, "a.csv") return data.csv("b.csv")[1024].a`, "a", false,
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := answerOfData(t, tt.data, tt.act)
			if tt.beyond {
				require.ErrorContains(t, err, "data/")
				return
			}
			require.NoError(t, err)
			require.Equal(t, tt.want, got)
		})
	}
}

// TestWhereASheetIsAtFault: the line is that of the record, or of the quote that is to blame.
func TestWhereASheetIsAtFault(t *testing.T) {
	for _, tt := range []struct{ name, data, want string }{
		{"too many fields behind a long one", "a,b\n\"1\n1\",2,3\n", "data/a.csv:2: 3 fields, and the first line names 2; a field with a comma needs quotes"},
		{"too many fields after long ones", "a,b\n\"x\ny\",z\n1,2,3\n", "data/a.csv:4: 3 fields"},
		{"a quote that opens, closes and opens", "a,b\n\"x\",\"y\nz\n", `data/a.csv:2: a quote " is opened here, and line 3 is still inside of it`},
		{"a quote in the last line", "a,b\nx,y\n\"z", `data/a.csv:3: a field that begins with a quote " does not end with one`},
		{"a quote too many in one line", "a,b\n\"x\"y,z\n", `data/a.csv:2: a field that begins with a quote " does not end with one, or has one inside; a quote inside is written twice`},
		{"a quote of a record of two lines", "a,b\n\"x\n\"y,z\n", `data/a.csv:2: a quote " is opened here, and line 3 is still inside of it`},
		{"two columns and a semicolon", "a;b,c\nx;y\n", ""},
		{"a thousand columns", strings.TrimSuffix(strings.Repeat("c,", 1000), ",") + "\n", `data/a.csv:1: column 2 has the name "c"; want a name of its own`},
		{"a column without a name", "a,,b\n", `data/a.csv:1: column 2 has the name ""; want a name of its own`},
		{"blanks around a name", " a , a\n", `data/a.csv:1: column 2 has the name "a"`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := compileFiles(t, files{"main.lua": `data.csv("a.csv")`, "data/a.csv": tt.data}, config())
			if tt.want == "" {
				require.NoError(t, err)
				return
			}
			require.ErrorContains(t, err, tt.want)
		})
	}
}

// TestWhatASheetGives of shorter rows, of places that are none, and of names that are no columns.
func TestWhatASheetGives(t *testing.T) {
	for _, tt := range []struct{ act, want string }{
		{`#s`, "3"},
		{`s[1].a .. s[1].b .. s[1].c`, "123"},
		{`"<" .. s[2].b .. s[2].c .. ">"`, "<>"},
		{`tostring(s[0]) .. tostring(s[4]) .. tostring(s[-1]) .. tostring(s[1.5]) .. tostring(s.x) .. tostring(s[2^53])`, "nilnilnilnilnilnil"},
		{`tostring(s[1].d) .. tostring(s[1][1]) .. tostring(s[1][""])`, "nilnilnil"},
		{`tostring(s[1] == s[1]) .. tostring(s[1] == s[2])`, "truefalse"},
		{`s:find("a", "7").b .. tostring(s:find("a", "8")) .. s:find("c", "").a`, "8nil4"},
		{`s:find("b", "8").a .. s:find("b", "2").a`, "71"},
		{`(function() local n = 0 for k, v in pairs(s[1]) do n = n + v end return n end)()`, "6"},
		{`(function() local l = {} for i, row in ipairs(s) do l[i] = row.a end return table.concat(l, ",") .. tostring(s[1] == s[1]) end)()`, "1,4,7true"},
		{`json.encode(s)`, `[{"a":"1","b":"2","c":"3"},{"a":"4","b":"","c":""},{"a":"7","b":"8","c":"9"}]`},
	} {
		t.Run(tt.act, func(t *testing.T) {
			p := load(t, files{"main.lua": `local s = data.csv("a.csv") on.text(function() return ` + tt.act + ` .. "" end)`, "data/a.csv": "a,b,c\n1,2,3\n4\n7,8,9\n"})
			require.Equal(t, tt.want, answer(t, p, text(t, "x")).Reply.Content)
		})
	}
}

// TestEdgeOfAWalk: so many rows may be walked.
func TestEdgeOfAWalk(t *testing.T) {
	p := load(t, files{
		"data/a.csv": "a\n" + strings.Repeat("1\n", 20_000), "data/b.csv": "a\n" + strings.Repeat("1\n", 20_001),
		"main.lua": `on.text(function(msg) local n = 0 for _ in ipairs(data.csv(msg.content)) do n = n + 1 end return tostring(n) end)`,
	})
	require.Equal(t, "20000", answer(t, p, text(t, "a.csv")).Reply.Content)
	_, err := p.Answer(t.Context(), input(text(t, "b.csv")))
	require.ErrorContains(t, err, "data/b.csv has 20001 rows, and one can walk 20000")
}

// TestEdgeOfTheRowsOfASheet: so many may a list have.
func TestEdgeOfTheRowsOfASheet(t *testing.T) {
	for rows, want := range map[int]string{262_143: "", 262_144: "data.csv: data/a.csv: more than 262143 rows"} {
		p := load(t, files{"data/a.csv": "a\n" + strings.Repeat("1\n", rows), "main.lua": `on.text(function() return data.csv("a.csv")[262143].a end)`})
		out, err := p.Answer(t.Context(), input(text(t, "x")))
		if want != "" {
			require.ErrorContains(t, err, want)
			continue
		}
		require.NoError(t, err)
		require.Equal(t, "1", out.Reply.Content)
	}
}

// TestWhereJSONIsAtFault at the first and last character too.
func TestWhereJSONIsAtFault(t *testing.T) {
	for _, tt := range []struct{ data, want string }{
		{"", "data/a.json:1: the file ends too early: a bracket or a quote is not closed"},
		{"\n\n", "data/a.json:1: the file ends too early"},
		{"{\n\"a\": [1,\n2\n\n", "data/a.json:3: the file ends too early"},
		{"x", `data/a.json:1: this is no JSON at "x"`},
		{"nil", `data/a.json:1: this is no JSON at "i"; JSON's word for nothing is null`},
		{"True", `data/a.json:1: this is no JSON at "T"; write true in small letters`},
		{"[nope]", `data/a.json:1: this is no JSON at "o"`},
		{"[1,\n2\n,\n]", `data/a.json:4: this is no JSON at "]"; nothing may follow the last comma: remove it`},
		{"{\"a\":1,\t\r\n }", `data/a.json:2: this is no JSON at "}"; nothing may follow the last comma`},
		{"[1}", `this is no JSON at "}"`},
		{"[1 2]", `data/a.json:1: this is no JSON at "2"`},
		{"[1 [2]]", `this is no JSON at "["; a comma is missing before it`},
		{"[1 {}]", `this is no JSON at "{"; a comma is missing before it`},
		{"[\n“a”]", `data/a.json:2: this is no JSON at "“"; texts stand in straight double quotes`},
		{"[‘a’]", `this is no JSON at "‘"; texts stand in straight double quotes`},
		{"[1，2]", `this is no JSON at "，"; commas and colons must be English ones`},
		{"[1 # one\n]", `this is no JSON at "#"; JSON has no comments`},
		{"[1]\n\n[2]", "data/a.json:3: something follows the value"},
		{"[1]]", "data/a.json:1: "},
	} {
		t.Run(tt.data, func(t *testing.T) {
			_, err := compileFiles(t, files{"main.lua": `data.json("a.json")`, "data/a.json": tt.data}, config())
			require.ErrorContains(t, err, tt.want)
			require.True(t, strings.HasPrefix(err.Error(), "data/a.json:"), "%s", err)
		})
	}
}
