package bindings_test

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
)

// Our reader of JSON takes what encoding/json takes and refuses what it refuses, and what was read is
// written back with the same meaning.
func FuzzStoredJSON(f *testing.F) {
	for _, s := range []string{
		`{"a":[1,2.5e3,-0,"\u8336\ud83c\udf75\n",true,false,null],"b":{},"c":[]}`, `[1,]`, `{"a":1,}`, `01`, `1.`, `-`, `"\x"`, `"`,
		` [ ] `, `{"a" 1}`, `nul`, `1e999`, `"\ud800"`, `[[[[]]]]`, "\"\x01\"", `1 2`, `""`, `{"a":{"a":1},"a":2}`, "\"\xff\"",
	} {
		f.Add(s)
	}
	p := program(f, `on.text(function()
  local ok, v = pcall(store.get, "k")
  if not ok then return "refused" end
  return json.encode({v = v})
end)`)
	m := text(f, "x")
	f.Fuzz(func(t *testing.T, s string) {
		if len(s) > 1000 || !utf8.ValidString(s) || strings.Count(s, "[")+strings.Count(s, "{") > 28 {
			return
		}
		in := input(m)
		in.Memory.(*memory).values["k"] = s
		out, err := p.Answer(t.Context(), in)
		require.NoError(t, err)
		var want any
		if json.Unmarshal([]byte(s), &want) != nil {
			require.Equal(t, "refused", out.Reply.Content)
			return
		}
		var got struct{ V any }
		require.NoError(t, json.Unmarshal([]byte(out.Reply.Content), &got), out.Reply.Content)
		require.Equal(t, want, got.V)
	})
}
