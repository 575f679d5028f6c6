package bindings_test

import (
	"context"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"moonwire/bindings"
)

// What the libraries without effect give.
func TestLibraries(t *testing.T) {
	tests := []struct{ name, expr, want string }{
		{"json.encode", `json.encode({b = 1, a = {true, "x\n\"", 1.5}, c = json.null})`, `{"a":[true,"x\n\"",1.5],"b":1,"c":null}`},
		{"json.encode, empty", `json.encode({}) .. json.encode(json.array{}) .. json.encode(json.array())`, `{}[][]`},
		{"json.encode, no HTML escapes", `json.encode("<a&b>")`, `"<a&b>"`},
		{"json.encode of settings", `json.encode(settings)`, `{"city":"上海","hours":["9:00","21:00"],"shop":{"name":"茶铺"}}`},
		{"json.decode", `json.encode(json.decode('{"a": [1, 2.5e1, "\\u8336\\ud83c\\udf75", true, null], "e": {}, "l": []}'))`, `{"a":[1,25,"茶🍵",true,null],"e":{},"l":[]}`},
		{"json.decode, large", `json.decode("[25373744922163388, 9007199254740992]")[1]`, "25373744922163388"},
		{"json.decode, ids", `json.decode('{"msgid": 7, "errcode": 7}').msgid .. type(json.decode('{"msgid": 7}').msgid) .. type(json.decode('{"errcode": 7}').errcode)`, "7stringnumber"},
		{"json.decode, a list emptied", `(function() local l = json.decode("[1]") l[1] = nil return json.encode(l) end)()`, "[]"},
		{"json.null", `tostring(json.decode("null") == json.null)`, "true"},
		{"hash.md5", `hash.md5("abc")`, "900150983cd24fb0d6963f7d28e17f72"},
		{"hash.sha1", `hash.sha1("abc")`, "a9993e364706816aba3e25717850c26c9cd0d89d"},
		{"hash.sha256", `hash.sha256("abc"):sub(1, 8)`, "ba7816bf"},
		{"hash.hmac", `hash.hmac("sha256", "key", "The quick brown fox jumps over the lazy dog"):sub(1, 8)`, "f7bc83f4"},
		{"base64", `base64.encode("茶\255") .. base64.decode("6Iy2") .. base64.decode("6Iy2/w==") .. base64.decode("_w")`, "6Iy2/w==茶茶\xff\xff"},
		{"url", `url.encode("a b&茶") .. url.decode("a%20b+c")`, "a%20b%26%E8%8C%B6a b c"},
		{"url.query", `url.query{q = "茶", page = 2, on = true}`, "on=true&page=2&q=%E8%8C%B6"},
		{"numbers in a URL", `url.query{sum = 0.1 + 0.2, least = -1/0}`, "least=-inf&sum=0.3"},
		{"url.encode charges what it makes", `#url.encode(("a"):rep(4000000)) .. " " .. #base64.encode(("a"):rep(3000000)) .. " " .. #base64.decode(("aaaa"):rep(1000000))`, "4000000 4000000 3000000"},
		{"time.now", `tostring(time.now())`, "1760000000"},
		{"time.format", `time.format(1760000000, "%Y-%m-%d %H:%M:%S %a %%")`, "2025-10-09 16:53:20 Thu %"},
		{"time.format in a zone", `time.format(1760000000, "%H:%M", "UTC")`, "08:53"},
		{"re.match", `re.match("天气 杭州", [[^天气\s*(\p{Han}+)$]])`, "杭州"},
		{"re.match, no groups", `re.match("a12", [[\d+]])`, "12"},
		{"re.match, none", `tostring(re.match("a", [[\d]]))`, "nil"},
		{"re.find", `table.concat({re.find("ab12", [[(\d)\d]])}, ",")`, "3,4,1"},
		{"re.find_all", `table.concat(re.find_all("a1b22c3", [[\d+]]), ",") .. #re.find_all("a1b2", [[\d]], 1)`, "1,22,31"},
		{"re.find_all, groups", `re.find_all("k=v,l=w", [[(\w)=(\w)]])[2][2]`, "w"},
		{"re.gsub, template", `(re.gsub("a1b22", [[(\d+)]], "<$1>"))`, "a<1>b<22>"},
		{"re.gsub, function", `(re.gsub("a1b22", [[\d+]], function(d) return d * 2 end))`, "a2b44"},
		{"re.gsub, table", `(re.gsub("a1b2", [[\d]], {["1"] = "one"}))`, "aoneb2"},
		{"re.gsub, limit", `table.concat({re.gsub("aaa", "a", "b", 2)}, ",")`, "bba,2"},
		{"re.test", `tostring(re.test("abc", "b")) .. tostring(re.test("abc", "x"))`, "truefalse"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			require.Equal(t, tt.want, says(t, `on.text(function(msg) return `+tt.expr+` end)`, "x"))
		})
	}
}

func TestLibrariesRefuse(t *testing.T) {
	tests := []struct{ act, want string }{
		{`json.encode({1, nil, 3})`, "main.lua:1: json.encode: is a list with a hole: [2] is nil"},
		{`json.encode({a = {1, b = 2}})`, "json.encode: a: is a list and has the key b too"},
		{`json.encode({[true] = 1})`, "json.encode: the key [true]; want a string"},
		{`json.encode({f = {print}})`, "json.encode: f[1]: is a function; want plain data"},
		{`local t = {} t.t = t json.encode(t)`, "does one contain itself?"},
		{`json.decode("{\n  \"a\": tru\n}")`, "json.decode: line 2, column 8: want a value"},
		{`json.decode("[1,]")`, "line 1, column 4: want a value; is there a comma too many before?"},
		{`json.decode("[True]")`, "line 1, column 2: want a value; write true in small letters"},
		{`json.decode("[None]")`, "want a value; JSON's word for nothing is null"},
		{`json.decode("[NaN]")`, "want a value; JSON has no NaN: write null, or a text in quotes"},
		{`json.decode("{'a': 1}")`, "want a key in quotes; texts stand in double quotes"},
		{`json.decode("{“a”: 1}")`, "want a key in quotes; write straight quotes"},
		{`json.decode("[1, // one\n2]")`, "want a value; JSON has no comments"},
		{`json.decode("01")`, "line 1, column 1: not a number"},
		{`json.decode(("["):rep(100))`, "nested more than 32 deep"},
		{`json.decode("1 2")`, "something follows the value"},
		{`json.decode('"a')`, "a string does not end"},
		{`json.array{a = 1}`, "json.array: argument 1 (list) has the key a; want a list"},
		{`json.array(settings)`, "argument 1 (list) is read-only"},
		{`hash.hmac("crc", "k", "t")`, `hash.hmac: argument 1 (algorithm) is "crc"; want md5, sha1, sha256`},
		{`base64.decode("!")`, "base64.decode: argument 1 (text) is not base64: byte 1; want"},
		{`base64.decode(" 6Iy!2")`, "base64.decode: argument 1 (text) is not base64: byte 5; want"},
		{`url.decode("%zz")`, "url.decode: argument 1 (text) has a % that two hex digits do not follow"},
		{`url.query{1, 2}`, "url.query: argument 1 (values) is a list"},
		{`url.query{a = {}}`, "url.query: a is a table; want"},
		{`time.format(0, "%Q")`, "time.format: argument 2 (format): has the verb %Q; the verbs are"},
		{`time.format(0, "%H", "Mars/Base")`, `time.format: argument 3 (zone) is "Mars/Base"; want a time zone`},
		{`time.sleep("2 h")`, `time.sleep: argument 1 (duration) is "2 h"; want a duration`},
		{`time.sleep("2h")`, `time.sleep: argument 1 (duration) is "2h"; want at most 50s`},
		{`time.sleep(0/0)`, `time.sleep: argument 1 (duration) is "nan"; want a duration`},
		{`qrcode.create{scene = 1/0}`, "qrcode.create: scene is inf; want a whole number"},
		{`reply.pick{reply.pick{"a"}}`, "reply.pick: answer 1 is a reply.pick itself; want a string or another reply.* value"},
		{`re.match("a", "(")`, "re.match: argument 2 (pattern): missing closing )"},
		{`re.gsub("a", "a", function() return {} end)`, "re.gsub: the replacement is a table"},
		{`re.test(("a"):rep(1000000), "(a{10}){10}")`, "re.test: too much work"},
		{`data.csv("fag.csv")`, "data.csv: there is no file data/fag.csv; did you mean faq.csv?"},
		{`data.csv("faq.csv"):find("frage", "a")`, "csv:find: data/faq.csv has no column frage"},
		{`data.csv("faq.csv").find("question", "a")`, "csv:find: argument 1 (self) is a string; want what data.csv gave"},
		{`data.csv("faq.csv")[1].question = "a"`, "read-only"},
	}
	for _, tt := range tests {
		t.Run(tt.act, func(t *testing.T) {
			require.Contains(t, fails(t, `on.text(function(msg) `+tt.act+` end)`), tt.want)
		})
	}
}

func TestSleepUsesTheGivenSleep(t *testing.T) {
	var slept time.Duration
	in := input(text(t, "x"))
	in.Sleep = func(_ context.Context, d time.Duration) error {
		slept += d
		return nil
	}
	_, err := program(t, `on.text(function() time.sleep("1500ms") time.sleep(2) end)`).Answer(t.Context(), in)
	require.NoError(t, err)
	require.Equal(t, 3500*time.Millisecond, slept)
}

func TestLog(t *testing.T) {
	var live []bindings.Entry
	in := input(text(t, "x"))
	in.Log = func(e bindings.Entry) { live = append(live, e) }
	out, err := program(t, `on.text(function(msg)
  log.info("order", {id = 7, items = {"茶", 2}}, nil, true)
  print(msg.session, settings.shop, json.null, print)
  log.error("bad")
end)`).Answer(t.Context(), in)
	require.NoError(t, err)
	require.Equal(t, live, out.Log)
	require.Equal(t, []bindings.Entry{
		{Level: "info", Text: `order {id = 7, items = {"茶", 2}} nil true`, File: "main.lua", Line: 2},
		{Level: "info", Text: `{} {name = "茶铺"} json.null <function>`, File: "main.lua", Line: 3},
		{Level: "error", Text: "bad", File: "main.lua", Line: 4},
	}, out.Log)
}

func TestLogIsBounded(t *testing.T) {
	out := answer(t, program(t, `on.text(function() for i = 1, 1000 do print(("a"):rep(1000)) end return "ok" end)`), text(t, "x"))
	require.Equal(t, "ok", out.Reply.Content)
	require.LessOrEqual(t, len(out.Log), 66)
	require.Len(t, out.Warnings, 1)
	require.Contains(t, out.Warnings[0], "log")
}

func TestData(t *testing.T) {
	p := load(t, files{
		"data/faq.csv":     "\xef\xbb\xbfquestion,answer\n营业时间,\"9:00,不休\"\n地址,龙井路\n地址,second\n停车\n",
		"data/prices.json": `{"茶": 28, "big": 25373744922163388, "list": [1, null]}`,
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
		"price": "2825373744922163388nil",
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
		{"Chinese commas", "a.csv", "a，b,c\nx,y,z\n", "data/a.csv:1: a Chinese comma (，) stands between the columns"},
		{"a quote inside", "a.csv", "a,b\nx,say \"hi\"\n", `data/a.csv:2: a quote " stands inside of a field; write`},
		{"GBK", "a.csv", "a,b\n1,2\n\xc4\xe3,x\n", `data/a.csv:3: is not UTF-8 (GBK?): save it as UTF-8`},
		{"a spreadsheet", "a.csv", "PK\x03\x04", `data/a.csv: is a spreadsheet`},
		{"UTF-16", "a.json", "\xff\xfe{\x00}\x00", `data/a.json: is UTF-16`},
		{"json, comma", "a.json", "{\"a\": 1,\n}", `data/a.json:2: this is no JSON at "}"; nothing may follow the last comma`},
		{"json, Chinese colon", "a.json", "\xef\xbb\xbf{\"a\"：1}", `this is no JSON at "："; commas and colons must be English ones`},
		{"json, no comma", "a.json", "{\"a\": 1 \"b\": 2}", `this is no JSON at "\""; a comma is missing before it`},
		{"json", "a.json", "{\n\"a\": x}", "data/a.json:2"},
		{"json, True", "a.json", "{\"a\": True}", `this is no JSON at "T"; write true in small letters`},
		{"json, nil", "a.json", "{\"a\": nil}", `; JSON's word for nothing is null`},
		{"json, NaN", "a.json", "[\nNaN]", `data/a.json:2: this is no JSON at "N"; JSON has no NaN: write null`},
		{"json, a key twice", "a.json", "{\"a\": 1,\n\"b\": {\"a\": [{\"a\": 2}], \"c\": 3},\n\"a\": 4}", `data/a.json:3: the key "a" is there twice`},
		{"json, a key twice inside", "a.json", "[{\"a\": \"b\", \"b\": \"a\"},\n{\"c\": {}, \"c\": []}]", `data/a.json:2: the key "c" is there twice`},
		{"json, cut", "a.json", "{", "the file ends too early"},
		{"json, more", "a.json", "{} {}", "something follows the value"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			read := "data." + tt.file[strings.Index(tt.file, ".")+1:]
			_, err := compileFiles(t, files{"main.lua": read + `("` + tt.file + `")`, "data/" + tt.file: tt.data}, config())
			require.ErrorContains(t, err, "main.lua:1: "+read+": ")
			require.ErrorContains(t, err, tt.want)
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
