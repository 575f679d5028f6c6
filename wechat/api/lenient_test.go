package api_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"moonwire/wechat"
	"moonwire/wechat/api"
)

type loose struct {
	Text  string            `json:"text"`
	Count int64             `json:"count"`
	Share float64           `json:"share"`
	On    bool              `json:"on"`
	Tags  []int64           `json:"tags"`
	Names []string          `json:"names"`
	Subs  []looseSub        `json:"subs"`
	One   looseSub          `json:"one"`
	Far   *looseSub         `json:"far"`
	Map   map[string]string `json:"map"`
	Any   any               `json:"any"`
}

type looseSub struct {
	ID string `json:"id"`
}

func TestDecodeBearsWhatThePlatformVaries(t *testing.T) {
	tests := []struct {
		name, json string
		want       loose
	}{
		{"as documented", `{"text":"a","count":7,"share":0.5,"on":true,"tags":[1],"subs":[{"id":"x"}]}`, loose{Text: "a", Count: 7, Share: 0.5, On: true, Tags: []int64{1}, Subs: []looseSub{{"x"}}}},
		{"numbers as strings", `{"count":"7","share":"0.5","on":"1","tags":["1","2"]}`, loose{Count: 7, Share: 0.5, On: true, Tags: []int64{1, 2}}},
		{"strings as numbers", `{"text":7250021412600020992,"subs":[{"id":9007199254740993}]}`, loose{Text: "7250021412600020992", Subs: []looseSub{{"9007199254740993"}}}},
		{"large number in decimals", `{"count":1.76e9}`, loose{Count: 1760000000}},
		{"empty strings", `{"count":"","share":"","on":"","tags":"","subs":"","one":"","map":""}`, loose{}},
		{"nulls", `{"text":null,"count":null,"tags":null,"one":null,"far":null,"map":null}`, loose{}},
		{"zero is off", `{"on":0}`, loose{}},
		{"object for a list", `{"subs":{"id":"x"}}`, loose{Subs: []looseSub{{"x"}}}},
		{"list inside an object", `{"subs":{"list":[{"id":"x"},{"id":"y"}]}}`, loose{Subs: []looseSub{{"x"}, {"y"}}}},
		{"item inside an object", `{"subs":{"item":[{"id":"x"}]}}`, loose{Subs: []looseSub{{"x"}}}},
		{"empty object for a list", `{"subs":{},"names":{}}`, loose{}},
		{"scalar for a list", `{"names":"a"}`, loose{Names: []string{"a"}}},
		{"list for an object", `{"one":[{"id":"x"}],"map":[]}`, loose{One: looseSub{"x"}}},
		{"empty list for an object", `{"one":[]}`, loose{}},
		{"pointer", `{"far":{"id":"x"}}`, loose{Far: &looseSub{"x"}}},
		{"map", `{"map":{"a":1}}`, loose{Map: map[string]string{"a": "1"}}},
		{"any", `{"any":{"msgid":1,"n":1,"big":9007199254740993}}`, loose{Any: map[string]any{"msgid": "1", "n": 1.0, "big": "9007199254740993"}}},
		{"control characters", "{\"text\":\"a\x01b\"}", loose{Text: "a b"}},
		{"byte order mark", "\ufeff{\"text\":\"a\"}", loose{Text: "a"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var got loose
			require.NoError(t, api.Answer{Body: []byte(tt.json)}.Decode(&got))
			require.Equal(t, tt.want, got)
		})
	}
}

func TestDecodeNamesTheFieldThatIsNoNumber(t *testing.T) {
	var got struct {
		Subs []struct {
			Count int64 `json:"count"`
		} `json:"subs"`
	}
	err := api.Answer{Body: []byte(`{"subs":[{"count":1},{"count":"many"}]}`)}.Decode(&got)
	require.EqualError(t, err, `subs[1].count: "many" is not a number`)
	require.Error(t, api.Answer{Body: []byte(`{} {}`)}.Decode(&got))
	require.Error(t, api.Answer{Body: []byte(`{`)}.Decode(&got))
}

func TestValueKeepsIDsExact(t *testing.T) {
	value, err := api.Answer{Body: []byte(`{"msg_id":5,"menuid":"6","a":[9007199254740992,9007199254740993,-1.5,1e400,-9007199254740993,18446744073709551615],"s":"x","n":null}`)}.Value()
	require.NoError(t, err)
	require.Equal(t, map[string]any{
		"msg_id": "5", "menuid": "6", "a": []any{9007199254740992.0, "9007199254740993", -1.5, "1e400", "-9007199254740993", "18446744073709551615"}, "s": "x", "n": nil,
	}, value)
}

func TestEncodeJSON(t *testing.T) {
	tests := []struct {
		name string
		in   any
		want string
	}{
		{"html", "<a href=\"x?a=1&b=2\">", `"<a href=\"x?a=1&b=2\">"`},
		{"Chinese and emoji", "茶😀", `"茶😀"`},
		{"separators", "a\u2028b\u2029c", "\"a\u2028b\u2029c\""},
		{"backslash before u", `\u2028 \\u2028`, `"\\u2028 \\\\u2028"`},
		{"white space", "a\tb\nc\rd", `"a\tb\nc\rd"`},
		{"control characters", "a\x00\x01\x1fb\x7f", "\"ab\x7f\""},
		{"not UTF-8", "a\xffb", "\"a\uFFFDb\""},
		{"raw with escapes", json.RawMessage(`{"a":"\u8336\ud83d\ude00\u0022\u000a\u0009"}`), `{"a":"茶😀\"\n\t"}`},
		{"raw lone surrogate", json.RawMessage(`"\ud83dx"`), "\"\uFFFDx\""},
		{"keys", map[string]int{"<\u2028": 1}, "{\"<\u2028\":1}"},
		{"numbers", []any{1760000000.0, json.Number("7250021412600020992")}, `[1760000000,7250021412600020992]`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := api.EncodeJSON(tt.in)
			require.NoError(t, err)
			require.Equal(t, tt.want, string(got))
			require.True(t, json.Valid(got))
		})
	}
	_, err := api.EncodeJSON(json.RawMessage(`{`))
	require.Error(t, err)
	_, err = api.EncodeJSON(func() {})
	require.Error(t, err)
}

func TestEncodeJSONTooLarge(t *testing.T) {
	long := strings.Repeat("\x01", 1<<18) // six bytes each before they are dropped
	var field *wechat.FieldError
	for _, v := range []any{
		[]string{long, long, long},
		map[string]any{"list": []map[string]string{{"id": long + long, long: ""}}},
		&api.TemplateMessage{ToUser: long, TemplateID: long, MiniProgram: &api.MiniProgram{AppID: long}},
		json.RawMessage(`"` + strings.Repeat("x", 4<<20) + `"`),
	} {
		_, err := api.EncodeJSON(v)
		require.ErrorAs(t, err, &field, "%T", v)
		require.Equal(t, "body: is too large; want at most 4194304 bytes of JSON", field.Error())
	}
	_, err := api.EncodeJSON([]string{long, long})
	require.NoError(t, err)
}

func FuzzEncodeJSON(f *testing.F) {
	for _, s := range []string{"", "\u2028", `\u2028`, "\xff\x00\"", `\\u`, "茶"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got, err := api.EncodeJSON(map[string]string{s: s})
		require.NoError(t, err)
		require.True(t, json.Valid(got))
		raw, err := api.EncodeJSON(json.RawMessage(got))
		require.NoError(t, err)
		require.Equal(t, string(got), string(raw))
	})
}

func FuzzDecode(f *testing.F) {
	for _, s := range []string{`{"text":1}`, `{"subs":{"list":[]}}`, `[]`, "\ufeff{}", `{"one":[[{}]]}`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		var got loose
		_ = api.Answer{Body: body}.Decode(&got)
		_, _ = api.ParseMenu(body)
		_, _ = api.ParseOutgoing(body)
		value, err := api.Answer{Body: body}.Value()
		if err == nil {
			_, err = api.EncodeJSON(value)
			require.NoError(t, err)
		}
	})
}
