package llm_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestThoughtsNeverComeOut cuts each answer in three at every place.
func TestThoughtsNeverComeOut(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"before the answer", "<think>秘密</think>\n\n好", "好"},
		{"in the middle", "好<think>秘密</think>吧", "好吧"},
		{"twice", "<think>秘密</think>好<THINK>秘密</THINK>吧", "好吧"},
		{"only the end of them", "秘密 a<b</think>好", "好"},
		{"other names", "<thinking>秘密</thinking>好<reasoning>秘密</reasoning>", "好"},
		{"not closed", "好<think>秘密", "好"},
		{"what only looks like them", "a<b <thin>好</thin> <", "a<b <thin>好</thin> <"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var pieces []string
			c := serving(t, func(w http.ResponseWriter, _ *http.Request) {
				for _, p := range pieces {
					b, _ := json.Marshal(p)
					fmt.Fprintf(w, "data: {\"choices\":[{\"delta\":{\"content\":%s}}]}\n\n", b)
				}
				fmt.Fprint(w, "data: [DONE]\n\n")
			})
			letters := []rune(tt.text)
			for i := range letters {
				for j := i; j < len(letters); j++ {
					pieces = []string{string(letters[:i]), string(letters[i:j]), string(letters[j:])}
					a, err := c.Chat(t.Context(), ask("你好"))
					require.NoError(t, err)
					require.Equal(t, tt.want, a.Text, "%q", pieces)
				}
			}
		})
	}
}
