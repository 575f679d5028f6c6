package bindings_test

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestJSONThatIsRead(t *testing.T) {
	for _, tt := range []struct{ name, json, expr, want string }{
		{"every escape", `"a\"b\\c\/d\be\ff\ng\rh\ti"`, `v`, "a\"b\\c/d\be\ff\ng\rh\ti"},
		{"a character by its number", `"\u0041\u8336z"`, `v`, "A茶z"},
		{"one of two numbers", `"<\ud83c\udf75>"`, `v`, "<🍵>"},
		{"half of one", `"\ud83cx"`, `v`, "\uFFFDx"},
		{"half of one before another", `"\ud83c\u0041"`, `v`, "\uFFFDA"},
		{"the other half", `"\udf75"`, `v`, "\uFFFD"},
		{"words", `[true, false, null]`, `tostring(v[1]) .. tostring(v[2]) .. tostring(v[3] == json.null)`, "truefalsetrue"},
		{"an empty list and object", "[ [ ] , { } ]", `json.encode(v)`, "[[],{}]"},
		{"blanks everywhere", " { \"a\" : [ 1 ,\t2 ] ,\r\n \"b\" : -0.5e-1 } ", `json.encode(v)`, `{"a":[1,2],"b":-0.05}`},
		{"a name twice", `{"a": 1, "a": 2}`, `v.a`, "2"},
		{"2^53", "9007199254740992", `type(v)`, "number"},
		{"above 2^53", "9007199254740993", `type(v) .. v`, "string9007199254740993"},
		{"below -2^53", "-9007199254740993", `type(v) .. v`, "string-9007199254740993"},
		{"large, with a fraction", "90071992547409930.0", `type(v)`, "number"},
		{"large, as a power", "1e20", `type(v)`, "number"},
		{"nought", "[0, -0, 0.0, 0e5]", `v[1] + v[2] + v[3] + v[4]`, "0"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			require.Equal(t, tt.want, says(t, "on.text(function(msg) local v = json.decode(msg.content) return tostring("+tt.expr+") end)", tt.json))
		})
	}
}

func TestJSONThatIsRefused(t *testing.T) {
	for _, tt := range []struct{ json, want string }{
		{`[1 2]`, "line 1, column 4: want , or ]"},
		{`[1`, "line 1, column 3: want , or ]"},
		{`{"a" 1}`, "line 1, column 6: want :"},
		{`{"a": 1 "b": 2}`, "line 1, column 9: want , or }"},
		{`{"a": 1`, "line 1, column 8: want , or }"},
		{`{"a": 1,}`, "line 1, column 9: want a key in quotes; is there a comma too many before?"},
		{`{a: 1}`, "line 1, column 2: want a key in quotes"},
		{`{`, "line 1, column 2: want a key in quotes"},
		{`{"a": x}`, "line 1, column 7: want a value"},
		{`["茶", x]`, "line 1, column 7: want a value"},
		{"[1,\n\n  x]", "line 3, column 3: want a value"},
		{`[,1]`, "line 1, column 2: want a value; is there a comma too many?"},
		{`[1.]`, `line 1, column 2: not a number: "1."`},
		{`[.5]`, `line 1, column 2: want a value`},
		{`[-]`, `line 1, column 2: not a number: "-"`},
		{`[+1]`, `line 1, column 2: want a value`},
		{`[00]`, `line 1, column 2: not a number: "00"`},
		{`[1e]`, `line 1, column 2: not a number: "1e"`},
		{`[1e999]`, `line 1, column 2: not a number: "1e999"`},
		{`["a]`, "line 1, column 5: a string does not end"},
		{`["a\`, "line 1, column 4: a string does not end"},
		{`["a\n`, "line 1, column 6: a string does not end"},
		{`["\u004`, `line 1, column 3: \u wants four hex digits`},
		{`["\u00g1"]`, `line 1, column 3: \u wants four hex digits`},
		{`["\ud83c\u`, `line 1, column 9: \u wants four hex digits`},
		{"[\"\\n\x01\"]", `line 1, column 5: a control character in a string; write \n`},
		{`{"a\x": 1}`, `line 1, column 4: unknown escape \x`},
		{`[nil]`, "want a value; JSON's word for nothing is null"},
		{`[undefined]`, "want a value; JSON's word for nothing is null"},
		{`[Infinity]`, "want a value; JSON has no Infinity: write null, or a text in quotes"},
		{`[inf]`, "want a value; JSON has no inf: write null, or a text in quotes"},
		{`[FALSE]`, "want a value; write false in small letters"},
		{`[Null]`, "want a value; write null in small letters"},
		{`[#]`, "want a value; JSON has no comments"},
		{`[「a」]`, `want a value; write straight quotes "`},
		{`true false`, "line 1, column 6: something follows the value"},
	} {
		t.Run(tt.json, func(t *testing.T) {
			cfg := config()
			cfg.Settings = map[string]any{"v": tt.json}
			p, err := compileFiles(t, files{"main.lua": "on.text(function(msg) json.decode(settings.v) end)"}, cfg)
			require.NoError(t, err)
			_, err = p.Answer(t.Context(), input(text(t, "x")))
			require.ErrorContains(t, err, "main.lua:1: json.decode: ")
			require.ErrorContains(t, err, tt.want)
		})
	}
}

func TestJSONThatIsWritten(t *testing.T) {
	for _, tt := range []struct{ value, want string }{
		{`2^53`, "9007199254740992"},
		{`2^62`, "4611686018427387904"},
		{`2^63`, "9.223372036854776e+18"},
		{`-2^62`, "-4611686018427387904"},
		{`1e300`, "1e+300"},
		{`0.1`, "0.1"},
		{`-7`, "-7"},
		{`nil`, "null"},
		{`"\0\8\12\13\127"`, `"\u0000\u0008\u000c\r` + "\x7f\""},
		{`"\\ \" / 茶"`, `"\\ \" / 茶"`},
		{`{a = {b = {}, a = json.array{}}, ["x y"] = false}`, `{"a":{"a":[],"b":{}},"x y":false}`},
		{`{{1}, {2, {3}}}`, "[[1],[2,[3]]]"},
	} {
		t.Run(tt.value, func(t *testing.T) {
			require.Equal(t, tt.want, says(t, "on.text(function() return json.encode("+tt.value+") end)", "x"))
		})
	}
	for _, tt := range []struct{ value, want string }{
		{`{[1.5] = 1}`, "json.encode: the key [1.5] is neither a string nor a place in a list"},
		{`{[0] = 1}`, "json.encode: the key [0] is neither a string nor a place in a list"},
		{`{[-1] = 1, a = 1}`, "json.encode: the key [-1] is neither a string nor a place in a list"},
		{`{[print] = 1}`, "json.encode: the key [a function]; want a string or a place in a list"},
		{`{["\255"] = 1}`, "json.encode: a key is not UTF-8 text; text.sub cuts between characters, base64.encode makes a text of any bytes"},
		{`{a = {{b = "\255"}}}`, "json.encode: a[1].b: is not UTF-8 text"},
		{`{1/0}`, "json.encode: [1]: is not a finite number, which JSON has no word for"},
		{`{-1/0}`, "json.encode: [1]: is not a finite number, which JSON has no word for"},
		{`{a = coroutine.create(print)}`, "json.encode: a: is a coroutine; want plain data (nil, boolean, number, string, or a table of these)"},
		{`{1, nil, nil, 4}`, "json.encode: is a list with a hole: [2] is nil and [4] is not"},
	} {
		t.Run(tt.value, func(t *testing.T) {
			require.Contains(t, fails(t, "on.text(function() json.encode("+tt.value+") end)"), tt.want)
		})
	}
}
