package llm_test

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"moonwire/llm"
)

// said is a model that says those deltas.
func said(t *testing.T, deltas ...string) *llm.Client {
	return serving(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/event-stream")
		for _, delta := range deltas {
			_, _ = fmt.Fprintf(w, "data: {\"choices\":[{\"delta\":%s}]}\n\n", delta)
		}
		_, _ = io.WriteString(w, "data: [DONE]\n\n")
	})
}

// TestCharactersTornApart: a provider cuts where its tokens end, which may be within a character.
func TestCharactersTornApart(t *testing.T) {
	for _, tt := range []struct {
		name   string
		pieces []string // of JSON
		want   string
	}{
		{name: "a pair", pieces: []string{`"茶\ud83c"`, `"\udf75！"`}, want: "茶🍵！"},
		{name: "a pair in capitals", pieces: []string{`"\uD83C"`, `"\uDF75"`}, want: "🍵"},
		{name: "a pair with nothing between", pieces: []string{`"\ud83c"`, `""`, `null`, `"\udf75"`}, want: "🍵"},
		{name: "a pair in parts", pieces: []string{`[{"type":"text","text":"\ud83c"},{"type":"text","text":"\udf75"}]`}, want: "🍵"},
		{name: "parts torn from parts", pieces: []string{`[{"type":"text","text":"\ud83c"}]`, `[{"text":"\udf75"}]`}, want: "🍵"},
		{name: "bytes", pieces: []string{"\"茶\xf0\x9f\"", "\"\x8d\xb5！\""}, want: "茶🍵！"},
		{name: "each byte by itself", pieces: []string{"\"\xe8\"", "\"\x8c\"", "\"\xb6\xf0\"", "\"\x9f\"", "\"\x8d\"", "\"\xb5\""}, want: "茶🍵"},
		{name: "two pairs", pieces: []string{`"\ud83c\udf75\ud83c"`, `"\udf75"`}, want: "🍵🍵"},
		{name: "a written escape", pieces: []string{`"\\ud83c"`, `"\\udf75"`}, want: `\ud83c\udf75`},
		{name: "behind a backslash", pieces: []string{`"\\\ud83c"`, `"\udf75"`}, want: `\🍵`},
		{name: "another follows", pieces: []string{`"a\ud83c"`, `"b"`}, want: "a\ufffdb"},
		{name: "never ended", pieces: []string{`"a\ud83c"`}, want: "a\ufffd"},
		{name: "bytes never ended", pieces: []string{"\"a\xf0\x9f\x8d\""}, want: "a\ufffd"},
		{name: "a second half alone", pieces: []string{`"a\udf75"`, `"b"`}, want: "a\ufffdb"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var deltas []string
			for _, piece := range tt.pieces {
				deltas = append(deltas, `{"content":`+piece+`}`)
			}
			r, heard := ask("你好"), ""
			r.Said = func(piece string, _ bool) { heard += piece }
			a, err := said(t, deltas...).Chat(t.Context(), r)
			require.NoError(t, err)
			require.Equal(t, tt.want, a.Text)
			require.Equal(t, tt.want, heard)
		})
	}
}

// TestCharactersTornApartElsewhere: in the arguments of functions that are asked for at the same time, and in a refusal.
func TestCharactersTornApartElsewhere(t *testing.T) {
	call := func(index int, id, arguments string) string {
		return fmt.Sprintf(`{"tool_calls":[{"index":%d,"id":%q,"function":{"name":"f","arguments":"%s"}}]}`, index, id, arguments)
	}
	a, err := said(t, call(0, "a", `{\"x\":\"\ud83c`), call(1, "b", "\xe8\x8c"), call(0, "", `\udf75\"}`), call(1, "", "\xb6\xf0")).Chat(t.Context(), ask("你好"))
	require.NoError(t, err)
	require.Len(t, a.Calls, 2)
	require.Equal(t, `{"x":"🍵"}`, a.Calls[0].Arguments)
	require.Equal(t, "茶\ufffd", a.Calls[1].Arguments)

	_, err = said(t, `{"refusal":"不行\ud83c"}`, `{"refusal":"\udf75"}`).Chat(t.Context(), ask("你好"))
	require.ErrorContains(t, err, "不行🍵")

	for _, delta := range []string{`{"refusal":{}}`, `{"tool_calls":[{"function":{"name":"f","arguments":{}}}]}`, `{"content":7}`, `{"content":[{"text":7}]}`} {
		_, err = said(t, delta).Chat(t.Context(), ask("你好"))
		require.Equal(t, llm.Garbage, kindOf(t, err), delta)
	}
}

// TestTheKeyInATornAnswerIsTakenOut, also where its pieces end in halves.
func TestTheKeyInATornAnswerIsTakenOut(t *testing.T) {
	a, err := said(t, `{"content":"`+key[:9]+`"}`, `{"content":"`+key[9:]+`\ud83c"}`, `{"content":"\udf75"}`).Chat(t.Context(), ask("你好"))
	require.NoError(t, err)
	require.NotContains(t, a.Text, key[9:])
	require.True(t, strings.HasSuffix(a.Text, "🍵"), a.Text)
}
