package llm_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"moonwire/llm"
	"moonwire/llm/standin"
)

func TestChat(t *testing.T) {
	weather := []llm.Tool{{Name: "weather", Doc: "天气", Parameters: llm.Parameters{{Name: "city", Type: "string"}, {Name: "days", Type: "integer", Optional: true}}}}
	tests := []struct {
		name, text string
		tools      []llm.Tool
		kind       llm.Kind
		want       string
		calls      []llm.ToolCall
		finish     string
		asked      int
	}{
		{name: "a stream", text: "#han=40", want: standin.Han(40), finish: "stop", asked: 1},
		{name: "at once", text: "#han=40 #whole", want: standin.Han(40), finish: "stop", asked: 1},
		{name: "a long one", text: "#han=12000", want: strings.TrimSpace(standin.Han(12000)), finish: "stop", asked: 1},
		{name: "reasoning in its own field", text: "#han=40 #think", want: standin.Han(40), finish: "stop", asked: 1},
		{name: "reasoning in tags", text: "#han=40 #thinktag", want: standin.Han(40), finish: "stop", asked: 1},
		{name: "reasoning in tags at once", text: "#han=40 #thinktag #whole", want: standin.Han(40), finish: "stop", asked: 1},
		{name: "a tool, in pieces", text: "#tool=weather", tools: weather, calls: []llm.ToolCall{{"call_1", "weather", `{"city":"北京"}`}}, finish: "tool_calls", asked: 1},
		{name: "a tool at once", text: `#whole #tool=weather:{"city":"上海","days":2}`, tools: weather, calls: []llm.ToolCall{{"call_1", "weather", `{"city":"上海","days":2}`}}, finish: "tool_calls", asked: 1},
		{name: "broken off", text: "#han=200 #cut", want: "〔1〕清明前采的芽叶最嫩，香气也最清。", finish: "cut", asked: 1},
		{name: "broken off before a sentence", text: "#han=10 #cut", kind: llm.Down, asked: 1},
		{name: "garbage", text: "#garbage", kind: llm.Garbage, asked: 1},
		{name: "401", text: "#status=401", kind: llm.Unauthorized, asked: 1},
		{name: "403", text: "#status=403", kind: llm.Unauthorized, asked: 1},
		{name: "402", text: "#status=402", kind: llm.Quota, asked: 1},
		{name: "429", text: "#status=429", kind: llm.Rate, asked: 3},
		{name: "429 for want of money", text: "#quota", kind: llm.Quota, asked: 1},
		{name: "400", text: "#status=400", kind: llm.Refused, asked: 1},
		{name: "500", text: "#status=500", kind: llm.Down, asked: 3},
		{name: "500 once", text: "#han=40 #fails=1 #status=500", want: standin.Han(40), finish: "stop", asked: 2},
		{name: "429 twice", text: "#han=40 #fails=2 #status=429", want: standin.Han(40), finish: "stop", asked: 3},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			b := newBench(t, llm.Options{After: (&timers{}).after}, nil)
			r := ask(tt.text)
			r.Tools = tt.tools
			var heard strings.Builder
			r.Said = func(piece string, restart bool) {
				if restart {
					heard.Reset()
				}
				heard.WriteString(piece)
			}
			a, err := b.Chat(t.Context(), r)
			require.Len(t, b.model.Asked(), tt.asked)
			require.NotContains(t, heard.String(), "想法")
			if tt.kind != "" {
				require.Equal(t, tt.kind, kindOf(t, err))
				return
			}
			require.NoError(t, err)
			if tt.finish == llm.FinishCut {
				require.True(t, a.Partial)
				require.True(t, strings.HasPrefix(a.Text, tt.want), a.Text)
				require.True(t, strings.HasSuffix(a.Text, "。"), a.Text)
				return
			}
			require.Equal(t, tt.want, a.Text)
			require.Equal(t, tt.want, strings.TrimSpace(heard.String()))
			require.Equal(t, tt.calls, a.Calls)
			require.Equal(t, tt.finish, a.Finish)
			require.False(t, a.Partial)
			require.Equal(t, standin.ModelName, a.Model)
			require.True(t, a.Usage.Known)
			require.Positive(t, a.Usage.Prompt)
		})
	}
}

func TestAnswerStopsInTimeAtASentence(t *testing.T) {
	tests := []struct {
		name, words string
		heard       string // the time is over once the caller has heard this
		waits       int    // or once the model waits for so many times
		want        string
		kind        llm.Kind
	}{
		{name: "some sentences came", words: "#han=300 #over=1s", heard: "〔3〕", want: "〔1〕清明前采的芽叶最嫩，香气也最清。〔2〕水烧开以后放一放再冲，茶汤就不会苦。"},
		{name: "no sentence came", words: "#han=300 #over=1s", heard: "清", kind: llm.Timeout},
		{name: "nothing came", words: "#delay=1s", waits: 1, kind: llm.Timeout},
		{name: "only thoughts came", words: "#han=300 #over=1s #think", waits: 5, kind: llm.Timeout},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			now := time.Now()
			ts := &timers{}
			slept := 0
			b := newBench(t, llm.Options{Now: func() time.Time { return now }, After: ts.after}, func(ctx context.Context, d time.Duration) error {
				if d == 0 || tt.waits == 0 {
					return nil
				}
				if slept++; slept < tt.waits {
					return nil
				}
				ts.passLast()
				<-ctx.Done()
				return ctx.Err()
			})
			r := ask(tt.words)
			r.StopAt = now.Add(time.Hour)
			heard := ""
			r.Said = func(piece string, _ bool) {
				if heard += piece; tt.heard != "" && strings.Contains(heard, tt.heard) {
					ts.passLast()
				}
			}
			a, err := b.Chat(t.Context(), r)
			require.NotContains(t, heard, "想法")
			if tt.kind != "" {
				require.Equal(t, tt.kind, kindOf(t, err))
				return
			}
			require.NoError(t, err)
			require.True(t, a.Partial)
			require.Equal(t, llm.FinishStopAt, a.Finish)
			require.False(t, a.Usage.Known)
			require.True(t, strings.HasPrefix(a.Text, tt.want), a.Text)
			require.True(t, strings.HasSuffix(a.Text, "。"), a.Text)
		})
	}
}

func TestWhoGivesUpGetsHisReason(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	b := newBench(t, llm.Options{}, func(sleeping context.Context, _ time.Duration) error {
		cancel()
		<-sleeping.Done()
		return sleeping.Err()
	})
	_, err := b.Chat(ctx, ask("#delay=1s"))
	require.ErrorIs(t, err, context.Canceled)
}

func TestDialectsAreLearnt(t *testing.T) {
	var bodies []string
	c := serving(t, func(w http.ResponseWriter, r *http.Request) {
		b, _ := io.ReadAll(r.Body)
		bodies = append(bodies, string(b))
		for _, strange := range []string{"stream_options", `"max_tokens"`} {
			if strings.Contains(string(b), strange) {
				w.WriteHeader(http.StatusBadRequest)
				fmt.Fprintf(w, `{"error": {"message": "unsupported %s; use max_completion_tokens"}}`, strings.Trim(strange, `"`))
				return
			}
		}
		fmt.Fprint(w, "data: {\"choices\":[{\"delta\":{\"content\":\"好\"}}]}\n\ndata: [DONE]\n\n")
	})
	r := ask("你好")
	r.MaxTokens = 9
	for range 2 {
		a, err := c.Chat(t.Context(), r)
		require.NoError(t, err)
		require.Equal(t, "好", a.Text)
	}
	require.Len(t, bodies, 4, "twice refused, and remembered")
	require.Contains(t, bodies[3], `"max_completion_tokens":9`)
}

// TestWire reads what endpoints send that keep more or less to the protocol.
func TestWire(t *testing.T) {
	said := func(s string) string { return `data: {"choices":[{"delta":{"content":"` + s + `"}}]}` + "\n\n" }
	end := `data: {"choices":[{"delta":{},"finish_reason":"stop"}]}` + "\n\n"
	tests := []struct {
		name, kind, body string
		want             string
		wrong            llm.Kind
	}{
		{name: "plain", body: said("你好") + end + "data: [DONE]\n\n", want: "你好"},
		{name: "carriage returns, no blanks, comments", body: ": ping\r\n\r\n" + strings.ReplaceAll(strings.ReplaceAll(said("你好")+end, "\n", "\r\n"), "data: ", "data:"), want: "你好"},
		{name: "no [DONE]", body: said("你好") + end, want: "你好"},
		{name: "no finish", body: said("你好") + "data: [DONE]\n\n", want: "你好"},
		{name: "neither, and no sentence", body: said("你好"), wrong: llm.Down},
		{name: "neither, after a sentence", body: said("你好。再"), want: "你好。"},
		{name: "an event over two lines", body: "event: x\nid: 1\ndata: {\"choices\":\ndata: [{\"delta\":{\"content\":\"你好\"}}]}\n\ndata: [DONE]\n\n", want: "你好"},
		{name: "the last event without its end", body: said("你好") + "data: [DONE]", want: "", wrong: llm.Down},
		{name: "a list of parts", body: `data: {"choices":[{"delta":{"content":[{"type":"text","text":"你"},{"type":"image"},{"type":"text","text":"好"}]}}]}` + "\n\n" + end, want: "你好"},
		{name: "a number for a text", body: `data: {"choices":[{"delta":{"content":7}}]}` + "\n\n" + end, wrong: llm.Garbage},
		{name: "another choice", body: `data: {"choices":[{"index":1,"delta":{"content":"坏"}}]}` + "\n\n" + said("你好") + end, want: "你好"},
		{name: "an error amidst", body: `data: {"error":{"message":"overloaded"}}` + "\n\n", wrong: llm.Down},
		{name: "an error amidst, of money", body: `data: {"error":{"message":"x","code":"insufficient_quota"}}` + "\n\n", wrong: llm.Quota},
		{name: "nothing", body: "", wrong: llm.Down},
		{name: "empty", body: end, wrong: llm.Garbage},
		{name: "kept back", body: `data: {"choices":[{"delta":{},"finish_reason":"content_filter"}]}` + "\n\n", wrong: llm.Refused},
		{name: "all tokens thought away", body: `data: {"choices":[{"delta":{"reasoning_content":"x"},"finish_reason":"length"}]}` + "\n\n", wrong: llm.Refused},
		{name: "refused by the model", body: `data: {"choices":[{"delta":{"refusal":"no"},"finish_reason":"stop"}]}` + "\n\n", wrong: llm.Refused},
		{name: "a line without end", body: "data: " + strings.Repeat("x", 300<<10), wrong: llm.Garbage},
		{name: "more text than fits", body: strings.Repeat(said(strings.Repeat("好", 1000)), 90), wrong: llm.Garbage},
		{name: "comments without end", body: strings.Repeat(": x\n", 9<<18), wrong: llm.Garbage},
		{name: "a page", body: "<html>\n\n</html>\n", wrong: llm.Down},
		{name: "calls in no order", body: `data: {"choices":[{"delta":{"tool_calls":[{"index":3,"function":{"name":"f"}}]}}]}` + "\n\n", wrong: llm.Garbage},
		{name: "a call without a name", body: `data: {"choices":[{"delta":{"tool_calls":[{"index":0,"function":{"arguments":"{}"}}]}}]}` + "\n\n" + end, wrong: llm.Garbage},
		{name: "at once, no choices", kind: "application/json", body: `{"object":"x"}`, wrong: llm.Garbage},
		{name: "at once, no JSON", kind: "application/json", body: `{"obj`, wrong: llm.Garbage},
		{name: "at once, an error with 200", kind: "application/json; charset=utf-8", body: `{"error":{"message":"余额不足"}}`, wrong: llm.Quota},
		{name: "at once, too long", kind: "application/json", body: strings.Repeat(" ", 9<<20), wrong: llm.Garbage},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := serving(t, func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Type", "text/event-stream")
				if tt.kind != "" {
					w.Header().Set("Content-Type", tt.kind)
				}
				_, _ = io.WriteString(w, tt.body)
			})
			a, err := c.Chat(t.Context(), ask("你好"))
			if tt.wrong != "" {
				require.Equal(t, tt.wrong, kindOf(t, err))
				return
			}
			require.NoError(t, err)
			require.Equal(t, tt.want, a.Text)
		})
	}
}

// TestNothingShowsTheKey: providers write it into their complaints, whole or in part.
func TestNothingShowsTheKey(t *testing.T) {
	for _, says := range []string{
		`{"error": {"message": "Incorrect API key provided: ` + key + `."}}`,
		`{"error": "bad ` + key + `"}`,
		`{"message": "` + key + `"}`,
		`{"error": {"message": "Incorrect API key provided: sk-v***************6789. See https://example.com"}}`,
	} {
		for _, status := range []int{200, 400, 401, 429, 500} {
			c := serving(t, func(w http.ResponseWriter, r *http.Request) {
				require.Equal(t, "Bearer "+key, r.Header.Get("Authorization"))
				w.Header().Set("Content-Type", "application/json")
				w.WriteHeader(status)
				_, _ = io.WriteString(w, says)
			})
			_, err := c.Chat(t.Context(), ask("你好"))
			require.Error(t, err)
			for _, shown := range []string{err.Error(), fmt.Sprintf("%+v", err), fmt.Sprintf("%#v", err)} {
				require.NotContains(t, shown, key)
				require.NotContains(t, shown, "6789")
			}
		}
	}
	e := llm.Endpoint{Base: "https://api.example.com", Key: key}
	require.NotContains(t, fmt.Sprintf("%v %+v %#v %s %q", e, e, e, e.Key, e.Key), key)
}

func TestNoRedirectIsFollowed(t *testing.T) {
	asked := 0
	thief := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { asked++ }))
	t.Cleanup(thief.Close)
	server := httptest.NewServer(http.RedirectHandler(thief.URL, http.StatusTemporaryRedirect))
	t.Cleanup(server.Close)
	c := llm.NewClient(llm.Endpoint{Base: server.URL, Key: key}, llm.Options{})
	_, err := c.Chat(t.Context(), ask("你好"))
	require.Equal(t, llm.Garbage, kindOf(t, err))
	require.Zero(t, asked)
}

func TestCheckBase(t *testing.T) {
	tests := []struct {
		name, base string
		want       string
	}{
		{"good", "https://api.example.com/v1", ""},
		{"of this machine", "http://127.0.0.1:11434/v1/", ""},
		{"empty", "", "want an address"},
		{"no scheme", "api.example.com/v1", "want an address"},
		{"another scheme", "ftp://api.example.com", "want an address"},
		{"a password", "https://me:secret@api.example.com", "belongs to key"},
		{"a query", "https://api.example.com/v1?key=1", "has a query"},
		{"the whole path", "https://api.example.com/v1/chat/completions", "stands before it"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			err := llm.CheckBase(tt.base)
			if tt.want == "" {
				require.NoError(t, err)
				return
			}
			require.ErrorContains(t, err, tt.want)
			require.NotContains(t, err.Error(), "secret")
		})
	}
}
