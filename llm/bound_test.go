package llm_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"moonwire/llm"
)

// endless is a model that says one thing for ever; gone is closed once nobody reads it any more.
func endless(t *testing.T, delta string) (c *llm.Client, gone chan struct{}) {
	gone = make(chan struct{})
	return serving(t, func(w http.ResponseWriter, r *http.Request) {
		defer close(gone)
		for r.Context().Err() == nil {
			if _, err := fmt.Fprintf(w, "data: {\"choices\":[{\"delta\":%s}]}\n\n", delta); err != nil {
				return
			}
		}
	}), gone
}

// TestAnEndlessAnswerIsReadToItsBound: a provider that does not keep to max_tokens is not read any further, and what is
// whole counts.
func TestAnEndlessAnswerIsReadToItsBound(t *testing.T) {
	tests := []struct {
		name, delta        string
		maxTokens, maxText int
		most               int // bytes of the answer, 0 = there is none
		want               llm.Kind
	}{
		{name: "sentences", delta: `{"content":"没完没了。"}`, maxTokens: 100, most: 1456},
		{name: "few tokens", delta: `{"content":"好。"}`, maxTokens: 1, most: 268},
		{name: "the answer may have less", delta: `{"content":"没完没了。"}`, maxTokens: 32_000, maxText: 1000, most: 1000},
		{name: "no bound is asked for", delta: `{"content":"没完没了。"}`, most: 256 << 10},
		{name: "a large piece", delta: `{"content":"` + strings.Repeat("没完没了。", 1000) + `"}`, maxTokens: 100, most: 1456},
		{name: "no sentence", delta: `{"content":"啊"}`, maxTokens: 100, want: llm.Garbage},
		{name: "thoughts", delta: `{"reasoning_content":"想了又想。"}`, maxTokens: 100, want: llm.Garbage},
		{name: "thoughts by their other name", delta: `{"reasoning":"想了又想。"}`, maxTokens: 100, want: llm.Garbage},
		{name: "thoughts in tags", delta: `{"content":"<think>想了又想。"}`, maxTokens: 100, want: llm.Garbage},
		{name: "arguments", delta: `{"tool_calls":[{"index":0,"id":"a","function":{"name":"f","arguments":"xxxxxxxxxxxxxxxxxxx"}}]}`, maxTokens: 100, want: llm.Garbage},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c, gone := endless(t, tt.delta)
			r := ask("你好")
			r.MaxTokens, r.MaxText = tt.maxTokens, tt.maxText
			heard := 0
			r.Said = func(piece string, _ bool) { heard += len(piece) }
			a, err := c.Chat(t.Context(), r)
			<-gone
			if tt.want != "" {
				require.Equal(t, tt.want, kindOf(t, err))
				return
			}
			require.NoError(t, err)
			require.True(t, a.Partial)
			require.Equal(t, llm.FinishLength, a.Finish)
			require.NotEmpty(t, a.Unfinished())
			require.True(t, strings.HasSuffix(a.Text, "。"))
			require.LessOrEqual(t, len(a.Text), tt.most)
			require.Greater(t, len(a.Text), tt.most-20)
			require.LessOrEqual(t, heard, tt.most, "nobody is told more")
		})
	}
}

// TestUnfinished: whoever asks can tell an answer that has no end from a whole one.
func TestUnfinished(t *testing.T) {
	for finish, whole := range map[string]bool{"stop": true, "eos": true, "length": false, "content_filter": false, "sensitive": false, "network_error": false, "insufficient_system_resource": false} {
		c := serving(t, func(w http.ResponseWriter, _ *http.Request) {
			fmt.Fprintf(w, "data: {\"choices\":[{\"delta\":{\"content\":\"好。再\"},\"finish_reason\":%q}]}\n\ndata: [DONE]\n\n", finish)
		})
		a, err := c.Chat(t.Context(), ask("你好"))
		require.NoError(t, err)
		require.Equal(t, "好。再", a.Text)
		require.Equal(t, !whole, a.Partial, finish)
		require.Equal(t, whole, a.Unfinished() == "", finish)
	}
}
