package wechat_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"moonwire/wechat"
)

func TestJSONPush(t *testing.T) {
	m, err := wechat.ParseMessage([]byte(" \n" + `{"ToUserName":"gh_0a1b2c3d4e5f","FromUserName":"oTESTfan0000000000000000001","CreateTime":1760000000,` +
		`"MsgType":"text","Content":"a\u0002b\n\ud83d\ude00","MsgId":25373744922163388,"Idx":null,"Big":true}` + "\n"))
	require.NoError(t, err)
	require.Equal(t, amy, m.FromUserName)
	require.Equal(t, int64(1760000000), m.CreateTime)
	require.Equal(t, "ab\n😀", m.Content)
	require.Equal(t, "25373744922163388", m.MsgID, "digits beyond 2^53 are kept")
	require.Equal(t, "", m.Value("Idx"))
	require.Equal(t, "true", m.Value("Big"))
}

func TestJSONTimeAsText(t *testing.T) {
	m, err := wechat.ParseMessage([]byte(`{"ToUserName":"a","FromUserName":"b","CreateTime":"1760000000","MsgType":"text","MsgId":"7"}`))
	require.NoError(t, err)
	require.Equal(t, int64(1760000000), m.CreateTime)
	require.Equal(t, "7", m.MsgID)
}

func TestJSONListsBecomeRepeatedFields(t *testing.T) {
	const head = `{"ToUserName":"a","FromUserName":"b","MsgType":"event","Event":"subscribe_msg_popup_event",`
	one := []wechat.Field{{Name: "TemplateId", Value: "A"}}
	two := []wechat.Field{{Name: "TemplateId", Value: "B"}}
	tests := []struct {
		name, list string
		want       []wechat.Field
	}{
		{"one object", `{"TemplateId":"A"}`, []wechat.Field{{Name: "List", Fields: one}}},
		{"a list", `[{"TemplateId":"A"},{"TemplateId":"B"}]`, []wechat.Field{{Name: "List", Fields: one, Listed: true}, {Name: "List", Fields: two, Listed: true}}},
		{"a list of one", `[{"TemplateId":"A"}]`, []wechat.Field{{Name: "List", Fields: one, Listed: true}}},
		{"an empty list", `[]`, []wechat.Field{{Name: "List", Bare: true}}},
		{"a list of lists", `[["1",2],[3]]`, []wechat.Field{{Name: "List", Value: "1", Listed: true}, {Name: "List", Value: "2", Listed: true}, {Name: "List", Value: "3", Listed: true}}},
		{"an empty object", `{}`, []wechat.Field{{Name: "List"}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			m, err := wechat.ParseMessage([]byte(head + `"List":` + tt.list + "}"))
			require.NoError(t, err)
			require.Len(t, m.Tree(), 4+len(tt.want))
			require.ElementsMatch(t, tt.want, m.Tree()[4:])
		})
	}
}

// TestJSONPushThatIsRefused for what it has too much of, or for its end.
func TestJSONPushThatIsRefused(t *testing.T) {
	const head = `{"ToUserName":"a","FromUserName":"b","MsgType":"text","X":`
	for _, tc := range []struct{ name, rest, want string }{
		{"values", "[" + strings.Repeat("1,", wechat.MaxElements) + "1]", "more than 1000 elements"},
		{"empty lists", "[" + strings.Repeat("[],", wechat.MaxElements) + "[]]", "more than 1000 elements"},
		{"an empty list at the end", "[" + strings.Repeat("[],", wechat.MaxElements-4) + "[]]", "more than 1000 elements"},
		{"levels", strings.Repeat("[", 20) + strings.Repeat("]", 20), "nested deeper than 16 levels"},
		{"no value in a list", "[1,", "not well-formed JSON"},
		{"no value", "", "not well-formed JSON"},
		{"a long value", `"` + strings.Repeat("v", wechat.MaxValue+1) + `"`, "a value has more than 262144 bytes"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			_, err := wechat.ParseMessage([]byte(head + tc.rest + "}"))
			require.ErrorContains(t, err, tc.want)
			requireCause(t, err, wechat.CauseMalformed)
		})
	}
}
