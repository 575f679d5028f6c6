package llm_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"moonwire/llm"
)

// everyLetter writes every letter as an escape of JSON.
func everyLetter(s string) (all string) {
	for _, r := range s {
		all += fmt.Sprintf(`\u%04x`, r)
	}
	return all
}

// chunk is one event of a stream.
func chunk(delta string) string { return `data: {"choices":[{"delta":` + delta + "}]}\n\n" }

func quote(s string) string {
	b, _ := json.Marshal(s)
	return string(b)
}

// A model that repeats the key, or a gateway that does, is not heard saying it: in no piece, in no answer, in no call.
func TestTheKeyIsTakenOutOfWhatAModelSays(t *testing.T) {
	b64 := base64.StdEncoding.EncodeToString([]byte("Bearer " + key))
	for _, tt := range []struct{ name, says string }{
		{"as it is", key},
		{"in large letters", strings.ToUpper(key)},
		{"in Markdown", strings.ReplaceAll(key, "-", `\-`)},
		{"in JSON, in its text", everyLetter(key)},
		{"in HTML", strings.ReplaceAll(key, "-", "&#45;")},
		{"in percent signs", strings.ReplaceAll(key, "-", "%2D")},
		{"in base64", b64},
	} {
		for _, size := range []int{1, 3, 1 << 10} {
			t.Run(fmt.Sprintf("%s, %d bytes a piece", tt.name, size), func(t *testing.T) {
				said := "密钥是 " + tt.says + " 。请收好。"
				c := serving(t, func(w http.ResponseWriter, r *http.Request) {
					w.Header().Set("Content-Type", "text/event-stream")
					rest := []rune(said)
					for len(rest) > 0 {
						n := min(size, len(rest))
						fmt.Fprint(w, chunk(`{"content":`+quote(string(rest[:n]))+`}`))
						rest = rest[n:]
					}
					fmt.Fprint(w, `data: {"model":"m of `+key+`","choices":[{"delta":{},"finish_reason":"stop `+key+`"}]}`+"\n\ndata: [DONE]\n\n")
				})
				heard := ""
				r := ask("你好")
				r.Said = func(piece string, restart bool) { heard += piece }
				a, err := c.Chat(t.Context(), r)
				require.NoError(t, err)
				require.Equal(t, a.Text, heard)
				require.Contains(t, a.Text, "[redacted]")
				require.True(t, strings.HasPrefix(a.Text, "密钥是 ") && strings.HasSuffix(a.Text, " 。请收好。"), a.Text)
				for i := range len(key) - 6 {
					require.NotContains(t, strings.ToLower(a.Text+a.Model+a.Finish), key[i:i+6])
				}
				require.NotContains(t, a.Text, b64[12:30])
				require.Equal(t, "m of [redacted]", a.Model)
				require.Equal(t, "stop [redacted]", a.Finish)
			})
		}
	}
}

func TestTheKeyIsTakenOutOfCallsOfFunctions(t *testing.T) {
	arguments := `{"a":"` + key + `","b":"` + everyLetter(key) + `","` + everyLetter(key) + `":1}`
	call := `{"id":` + quote("id "+key) + `,"function":{"name":` + quote("f"+key) + `,"arguments":` + quote(arguments) + `}}`
	for _, tt := range []struct{ name, contentType, body string }{
		{"at once", "application/json", `{"choices":[{"message":{"tool_calls":[` + call + `]},"finish_reason":"tool_calls"}]}`},
		{
			"in pieces", "text/event-stream",
			chunk(`{"tool_calls":[{"index":0,"id":`+quote("id "+key)+`,"function":{"name":`+quote("f"+key)+`,"arguments":`+quote(arguments[:20])+`}}]}`) +
				chunk(`{"tool_calls":[{"index":0,"function":{"arguments":`+quote(arguments[20:])+`}}]}`) + "data: [DONE]\n\n",
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := serving(t, func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("Content-Type", tt.contentType)
				fmt.Fprint(w, tt.body)
			})
			a, err := c.Chat(t.Context(), ask("你好"))
			require.NoError(t, err)
			require.Equal(t, []llm.ToolCall{{ID: "id [redacted]", Name: "f[redacted]", Arguments: `{"a":"[redacted]","b":"[redacted]","[redacted]":1}`}}, a.Calls)
		})
	}
}

// A refusal is cut only once the key is out of it: a part of it would not be known.
func TestTheKeyIsTakenOutOfLongRefusals(t *testing.T) {
	c := serving(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprint(w, `{"choices":[{"message":{"refusal":`+quote(strings.Repeat("x", 285)+" "+key)+`},"finish_reason":"stop"}]}`)
	})
	_, err := c.Chat(t.Context(), ask("你好"))
	require.Equal(t, llm.Refused, kindOf(t, err))
	require.NotContains(t, err.Error(), key[:6])
}
