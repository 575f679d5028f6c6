package bindings_test

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// What the libraries without effect give.
func TestLibraries(t *testing.T) {
	tests := []struct{ name, expr, want string }{
		{"json.encode", `json.encode({b = 1, a = {true, "x\n\"", 1.5}, c = json.null})`, `{"a":[true,"x\n\"",1.5],"b":1,"c":null}`},
		{"json.encode, empty", `json.encode({}) .. json.encode(json.array{}) .. json.encode(json.array())`, `{}[][]`},
		{"json.encode, no HTML escapes", `json.encode("<a&b>")`, `"<a&b>"`},
		{"json.encode of settings", `json.encode(settings)`, `{"city":"上海","hours":["9:00","21:00"],"shop":{"name":"茶铺"}}`},
		{"json.encode, a list longer than its array", `(function() local l = {} for i = 1, 262150 do l[i] = 7 end local s = json.encode(l) return #s .. s:sub(-5) end)()`, "524301,7,7]"},
		{"json.encode, control characters", `json.encode("\1\t\31")`, `"\u0001\t\u001f"`},
		{"json.decode", `json.encode(json.decode('{"a": [1, 2.5e1, "\\u8336\\ud83c\\udf75", true, null], "e": {}, "l": []}'))`, `{"a":[1,25,"茶🍵",true,null],"e":{},"l":[]}`},
		{"json.decode, exponents", `json.encode(json.decode("[1e+2,-1E-1,0.5]"))`, "[100,-0.1,0.5]"},
		{"json.decode, large", `json.decode("[25373744922163388, 9007199254740992]")[1]`, "25373744922163388"},
		{"json.decode, ids", `json.decode('{"msgid": 7, "errcode": 7}').msgid .. type(json.decode('{"msgid": 7}').msgid) .. type(json.decode('{"errcode": 7}').errcode)`, "7stringnumber"},
		{"json.decode, a list emptied", `(function() local l = json.decode("[1]") l[1] = nil return json.encode(l) end)()`, "[]"},
		{"json.null", `tostring(json.decode("null") == json.null)`, "true"},
		{"hash.md5", `hash.md5("abc")`, "900150983cd24fb0d6963f7d28e17f72"},
		{"hash.sha1", `hash.sha1("abc")`, "a9993e364706816aba3e25717850c26c9cd0d89d"},
		{"hash.sha256", `hash.sha256("abc"):sub(1, 8)`, "ba7816bf"},
		{"hash.hmac", `hash.hmac("sha256", "key", "The quick brown fox jumps over the lazy dog"):sub(1, 8)`, "f7bc83f4"},
		{"base64", `base64.encode("茶\255") .. base64.decode("6Iy2") .. tostring(base64.decode("6Iy2/w==") == "茶\255") .. tostring(base64.decode("_w") == "\255")`, "6Iy2/w==茶truetrue"},
		{"url", `url.encode("a b&茶") .. url.decode("a%20b+c")`, "a%20b%26%E8%8C%B6a b c"},
		{"url.query", `url.query{q = "茶", page = 2, on = true}`, "on=true&page=2&q=%E8%8C%B6"},
		{"numbers in a URL", `url.query{sum = 0.1 + 0.2, least = -1/0}`, "least=-inf&sum=0.3"},
		{"url.encode charges what it makes", `#url.encode(("a"):rep(4000000)) .. " " .. #base64.encode(("a"):rep(3000000)) .. " " .. #base64.decode(("aaaa"):rep(1000000))`, "4000000 4000000 3000000"},
		{"url.encode charges nothing for what stays as it is", `tostring(#url.encode(("AZaz09-_.~"):rep(400000)))`, "4000000"},
		{"time.now", `tostring(time.now())`, "1760000000"},
		{"time.format", `time.format(1760000000, "%Y-%m-%d %H:%M:%S %a %%")`, "2025-10-09 16:53:20 Thu %"},
		{"time.format with every verb", `time.format(1760000000, "%A %B %F %H %I %M %S %T %Y %Z %a %b %d %j %m %p %w %y %z")`, "Thursday October 2025-10-09 16 04 53 20 16:53:20 2025 CST Thu Oct 09 282 10 PM 4 25 +0800"},
		{"time.format in a zone", `time.format(1760000000, "%H:%M", "UTC")`, "08:53"},
		{"re.match", `re.match("天气 杭州", [[^天气\s*(\p{Han}+)$]])`, "杭州"},
		{"re.match, no groups", `re.match("a12", [[\d+]])`, "12"},
		{"re.match, none", `tostring(re.match("a", [[\d]]))`, "nil"},
		{"re.find", `table.concat({re.find("ab12", [[(\d)\d]])}, ",")`, "3,4,1"},
		{"re.find, no groups", `table.concat({re.find("ab12", "12")}, ",")`, "3,4"},
		{"re.find, none", `tostring(re.find("ab", "12"))`, "nil"},
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
		{`json.decode("")`, "json.decode: line 1, column 1: the text ends too early"},
		{`json.decode('{"a":[1,\n')`, "json.decode: line 2, column 1: the text ends too early"},
		{`json.decode('"a')`, "a string does not end"},
		{`json.decode('"a\\q"')`, `json.decode: line 1, column 3: unknown escape \q`},
		{`json.decode('"\\u12"')`, `json.decode: line 1, column 2: \u wants four hex digits`},
		{`json.decode('"\\ud83c\\u12g4"')`, `json.decode: line 1, column 8: \u wants four hex digits`},
		{`json.decode('"a\31"')`, `json.decode: line 1, column 3: a control character in a string; write \n`},
		{`json.array{1, nil, 3}`, "json.array: argument 1 (list): is a list with a hole: [2] is nil"},
		{`json.array{a = 1}`, "json.array: argument 1 (list) has the key a; want a list"},
		{`json.array(settings)`, "argument 1 (list) is read-only"},
		{`hash.hmac("crc", "k", "t")`, `hash.hmac: argument 1 (algorithm) is "crc"; want md5, sha1, sha256`},
		{`base64.decode("!")`, "base64.decode: argument 1 (text) is not base64: byte 1; want"},
		{`base64.decode(" 6Iy!2")`, "base64.decode: argument 1 (text) is not base64: byte 5; want"},
		{`url.decode("%zz")`, "url.decode: argument 1 (text) has a % that two hex digits do not follow"},
		{`url.encode(("茶"):rep(470000))`, "over the limit string of 4.0 MiB"},
		{`url.query{a = ("茶"):rep(470000)}`, "over the limit string of 4.0 MiB"},
		{`url.query{1, 2}`, "url.query: argument 1 (values) is a list"},
		{`url.query{a = {}}`, "url.query: a is a table; want"},
		{`time.format(0, "%Q")`, "time.format: argument 2 (format): has the verb %Q; the verbs are"},
		{`time.format(0, "%H", "Mars/Base")`, `time.format: argument 3 (zone) is "Mars/Base"; want a time zone`},
		{`time.sleep("2 h")`, `time.sleep: argument 1 (duration) is "2 h"; want a duration`},
		{`time.sleep("2h")`, `time.sleep: argument 1 (duration) is "2h"; want at most 50s`},
		{`time.sleep(-1)`, `time.sleep: argument 1 (duration) is "-1"; want a duration`},
		{`store.set("k", 1, {ttl = 1e12})`, "store.set: options: ttl is"},
		{`time.sleep(0/0)`, `time.sleep: argument 1 (duration) is "nan"; want a duration`},
		{`qrcode.create{scene = 1/0}`, "qrcode.create: scene is inf; want a whole number"},
		{`reply.pick{reply.pick{"a"}}`, "reply.pick: answer 1 is a reply.pick itself; want a string or another reply.* value"},
		{`re.match("a", "(")`, "re.match: argument 2 (pattern): missing closing )"},
		{`re.gsub("a", "a", function() return {} end)`, "re.gsub: the replacement is a table"},
		{`re.find_all("a", "a", -1)`, "re.find_all: argument 3 (limit) is -1; want a count from 0"},
		{`re.gsub("a", "a", "b", 2^30 + 1)`, "re.gsub: argument 4 (limit) is 1073741825; want a count from 0"},
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
