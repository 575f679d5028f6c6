package bindings_test

import (
	"fmt"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"moonwire/bindings"
	"moonwire/engine"
)

func TestData(t *testing.T) {
	p := load(t, files{
		"data/faq.csv":     "\xef\xbb\xbfquestion,answer\n营业时间,\"9:00,不休\"\n地址,龙井路\n地址,second\n停车\n",
		"data/prices.json": `{"茶": 28, "big": 9007199254740993, "list": [1, null]}`,
		"main.lua": `
local faq = data.csv("faq.csv")
local prices = data.json("prices.json")
on.text("all", function()
  local t = {}
  for i, row in ipairs(faq) do t[i] = row.question .. "=" .. row.answer end
  return table.concat(t, ";") .. #faq
end)
on.text("price", function() return prices["茶"] .. prices.big .. tostring(prices.none) end)
on.text(function(msg)
  local row = faq:find("question", msg.content)
  return row and row.answer
end)
on.fallback("none")`,
	})
	for said, want := range map[string]string{
		"all": "营业时间=9:00,不休;地址=龙井路;地址=second;停车=4", "营业时间": "9:00,不休", "地址": "龙井路", "停车了": "none",
		"price": "289007199254740993nil",
	} {
		require.Equal(t, want, answer(t, p, text(t, said)).Reply.Content, said)
	}
	require.Nil(t, answer(t, p, text(t, "停车")).Reply) // an empty answer
}

func TestDataThatDoesNotParse(t *testing.T) {
	tests := []struct{ name, file, data, want string }{
		{"a quote", "a.csv", "a,b\n\"c,d\n", "data/a.csv:2"},
		{"too many fields", "a.csv", "a,b\n1,2,3\n", `data/a.csv:2: 3 fields, and the first line names 2`},
		{"the same column", "a.csv", "a,a\n", `data/a.csv:1: column 2 has the name "a"`},
		{"nothing", "a.csv", "", "data/a.csv:1: the file is empty"},
		{"a quote that is not closed", "a.csv", "a,b\n\"x,y\nz,w\n", `data/a.csv:2: a quote " is opened here, and line 3 is still inside of it`},
		{"a quote that another ends", "a.csv", "a,b\n\"x,y\nz,\"w\n", `data/a.csv:2: a quote " is opened here, and line 3 is still inside of it`},
		{"the second quote is not closed", "a.csv", "a,b\n\"x\ny\",\"z\nw\n", `data/a.csv:3: a quote " is opened here`},
		{"semicolons", "a.csv", "a;b\nx;y\n", `data/a.csv:1: a semicolon stands between the columns; want commas: in Excel save as "CSV UTF-8`},
		{"tabs", "a.csv", "a\tb\nx\ty\n", "data/a.csv:1: a tab stands between the columns"},
		{"Chinese commas", "a.csv", "a，b，c\nx，y，z\n", "data/a.csv:1: a Chinese comma (，) stands between the columns"},
		{"a quote inside", "a.csv", "a,b\nx,say \"hi\"\n", `data/a.csv:2: a quote " stands inside of a field; write`},
		{"GBK", "a.csv", "a,b\n1,2\n\xc4\xe3,x\n", `data/a.csv:3: is not UTF-8 (GBK?): save it as UTF-8`},
		{"a spreadsheet", "a.csv", "PK\x03\x04", `data/a.csv: is a spreadsheet`},
		{"UTF-16", "a.json", "\xff\xfe{\x00}\x00", `data/a.json: is UTF-16`},
		{"json, comma", "a.json", "{\"a\": 1,\n}", `data/a.json:2: this is no JSON at "}"; nothing may follow the last comma`},
		{"json, Chinese colon", "a.json", "\xef\xbb\xbf{\"a\"：1}", `this is no JSON at "："; commas and colons must be English ones`},
		{"json, no comma", "a.json", "{\"a\": 1 \"b\": 2}", `this is no JSON at "\""; a comma is missing before it`},
		{"json", "a.json", "{\n\"a\": x}", "data/a.json:2"},
		{"json, True", "a.json", "{\"a\": True}", `this is no JSON at "T"; write true in small letters`},
		{"json, a large letter inside", "a.json", "{\"a\": falSe}", `this is no JSON at "S"; write false in small letters`},
		{"json, single quotes", "a.json", "{'a': 1}", `this is no JSON at "'"; texts stand in double quotes`},
		{"json, a curly quote", "a.json", "{“a”: 1}", `this is no JSON at "“"; texts stand in straight double quotes`},
		{"json, a comment", "a.json", "{\n// one\n}", `data/a.json:2: this is no JSON at "/"; JSON has no comments`},
		{"json, nil", "a.json", "{\"a\": nil}", `; JSON's word for nothing is null`},
		{"json, NaN", "a.json", "[\nNaN]", `data/a.json:2: this is no JSON at "N"; JSON has no NaN: write null`},
		{"json, cut", "a.json", "{", "the file ends too early"},
		{"json, more", "a.json", "{} {}", "something follows the value"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			read := "data." + tt.file[strings.Index(tt.file, ".")+1:]
			_, err := compileFiles(t, files{"main.lua": read + `("` + tt.file + `")`, "data/" + tt.file: tt.data}, config())
			require.ErrorContains(t, err, tt.want)
			var e *engine.ScriptError
			require.ErrorAs(t, err, &e)
			if strings.Contains(e.Msg, "data/"+tt.file+": ") {
				require.Equal(t, "main.lua", e.File, "no line of the file is at fault")
				return
			}
			require.Equal(t, "data/"+tt.file, e.File, "the file at fault, and not the script that reads it")
			require.Equal(t, engine.Frame{File: "main.lua", Line: 1, Func: "main chunk"}, e.Frames[0])
			if e.Line > 1 {
				require.Contains(t, e.Box(engine.BoxInfo{}), fmt.Sprintf("▸ %2d │", e.Line), "the box shows the line of that file")
			}
		})
	}
}

func TestLargeSheetsAreForFinding(t *testing.T) {
	rows := "n,word\n"
	for i := range 20_001 {
		rows += strconv.Itoa(i) + ",w" + strconv.Itoa(i) + "\n"
	}
	p := load(t, files{"data/a.csv": rows, "main.lua": `
local sheet = data.csv("a.csv")
on.text("find", function() return sheet:find("word", "w20000").n .. sheet[7].word .. tostring(sheet[20002]) end)
on.text("walk", function() for _ in ipairs(sheet) do end end)`})
	require.Equal(t, "20000w6nil", answer(t, p, text(t, "find")).Reply.Content)
	_, err := p.Answer(t.Context(), input(text(t, "walk")))
	require.ErrorContains(t, err, "data/a.csv has 20001 rows, and one can walk 20000; use find")
}

// answerOfData runs a script over data files, with a quota of 96 KiB for what they become.
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

func TestDataHasAQuota(t *testing.T) {
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
		{"found as on.text compares", files{"a.csv": "q,n\nＶＩＰ 卡,1\nvip 卡,2\n茶,3\n"}, `local s = data.csv("a.csv") return s:find("q", " vip 卡").n .. s:find("q", "ｖｉｐ 卡 ").n .. s:find("q", "茶").n .. tostring(s:find("q", "vip"))`, "113nil", ""},
		{"found exactly", files{"a.csv": "q,n\nＶＩＰ 卡,1\nvip 卡,2\n"}, `local s = data.csv("a.csv") return s:find("q", "vip 卡", {exact = true}).n .. tostring(s:find("q", "VIP 卡", {exact = true})) .. s:find("q", "vip 卡", {exact = false}).n`, "2nil1", ""},
		{"another option", files{"a.csv": "q\n"}, `return data.csv("a.csv"):find("q", "a", {exakt = true})`, "", "csv:find: options: has no field exakt; did you mean exact?"},
		{"folded without room for an index", files{"a.csv": sheet(900) + "Ｚ,last\n"}, `return data.csv("a.csv"):find("q", "z").a .. tostring(data.csv("a.csv"):find("q", "Z", {exact = true}))`, "lastnil", ""},
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
