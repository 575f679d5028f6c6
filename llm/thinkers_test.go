package llm_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/require"

	"moonwire/llm"
)

// TestNothingBeforeTheEndOfThoughtsIsHeard, where it is known that only </think> comes: not one piece, and no part at its
// StopAt.
func TestNothingBeforeTheEndOfThoughtsIsHeard(t *testing.T) {
	yes, no := true, false
	said := func(s string) string { return fmt.Sprintf(`{"content":%q}`, s) }
	thought := []string{said("秘密一。"), said("秘密二。</th"), said("ink>"), said("\n好。吧")}
	tests := []struct {
		name, model string
		thinks      *bool
		pieces      []string
		finish      string
		want        string // "" = an error
		leaks       bool
		thought     bool
	}{
		{"the account says so", "m", &yes, thought, "stop", "好。吧", false, false},
		{"its name tells", "deepseek-r1:14b", nil, thought, "stop", "好。吧", false, false},
		{"its name tells, too", "Qwen/QwQ-32B", nil, thought, "stop", "好。吧", false, false},
		{"its name tells as well", "qwen3_235b_thinking_2507", nil, thought, "stop", "好。吧", false, false},
		{"nobody says so", "m", nil, thought, "stop", "好。吧", true, true},
		{"the account says that it does not", "qwq-32b", &no, thought, "stop", "好。吧", true, true},
		{"the opening tag comes all the same", "m", &yes, append([]string{said("<think>秘密")}, thought...), "stop", "好。吧", false, false},
		{"it did not think", "m", &yes, []string{said("好。"), said("吧 <")}, "stop", "好。吧 <", false, false},
		{"it did not come to an end of its thoughts", "m", &yes, thought[:1], "length", "", false, false},
		{"it broke off while it thought", "m", &yes, thought[:1], "", "", false, false},
		{"it broke off behind its thoughts", "m", &yes, thought, "", "好。", false, false},
		{"it thinks in a field of its own", "m", &yes, []string{`{"reasoning_content":"秘密"}`, said("好。")}, "", "好。", false, false},
		{"that field is empty", "m", &yes, append([]string{`{"reasoning_content":"","reasoning":null}`}, thought...), "stop", "好。吧", false, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			e := thinkingAt(t, tt.finish, tt.pieces)
			e.Model, e.Thinks = tt.model, tt.thinks
			c := llm.NewClient(e, llm.Options{})
			heard := ""
			r := ask("你好")
			r.Said = func(piece string, _ bool) { heard += piece }
			a, err := c.Chat(t.Context(), r)
			require.Equal(t, tt.leaks, len(heard) > 0 && heard[:min(len(heard), len("秘密"))] == "秘密", heard)
			if tt.want == "" {
				require.Error(t, err)
				require.Empty(t, heard)
				return
			}
			require.NoError(t, err)
			require.Equal(t, tt.want, a.Text)
			require.Equal(t, tt.thought, a.Thought)
		})
	}
}

// TestAModelThatWasSeenToThinkIsKnown, to all clients that share what they know.
func TestAModelThatWasSeenToThinkIsKnown(t *testing.T) {
	var seen llm.Thinkers
	pieces := []string{`{"content":"秘密。"}`, `{"content":"</think>好。"}`}
	e := thinkingAt(t, "stop", pieces)
	c := llm.NewClient(e, llm.Options{Thinkers: &seen})
	ask := func(c *llm.Client, model string) (heard string, restarted bool) {
		r := ask("你好")
		r.Model = model
		r.Said = func(piece string, restart bool) { heard, restarted = heard+piece, restarted || restart }
		a, err := c.Chat(t.Context(), r)
		require.NoError(t, err)
		require.Equal(t, "好。", a.Text)
		return heard, restarted
	}
	heard, restarted := ask(c, "")
	require.Equal(t, "秘密。好。", heard, "nobody knew")
	require.True(t, restarted)
	heard, restarted = ask(c, "")
	require.Equal(t, "好。", heard)
	require.False(t, restarted)
	heard, _ = ask(llm.NewClient(e, llm.Options{Thinkers: &seen}), "")
	require.Equal(t, "好。", heard)
	heard, _ = ask(c, "another")
	require.Equal(t, "秘密。好。", heard, "of another model nobody knows")
}

// thinkingAt is an endpoint that says pieces, one after the other, and then ends.
func thinkingAt(t *testing.T, finish string, pieces []string) llm.Endpoint {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		for _, p := range pieces {
			fmt.Fprintf(w, "data: {\"choices\":[{\"delta\":%s}]}\n\n", p)
		}
		if finish != "" {
			fmt.Fprintf(w, "data: {\"choices\":[{\"delta\":{},\"finish_reason\":%q}]}\n\n", finish)
		}
	}))
	t.Cleanup(server.Close)
	return llm.Endpoint{Base: server.URL, Model: "m"}
}
