package bot_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"moonwire/bot"
)

// An answer that nobody took waits for WeChat to ask again; after the third attempt WeChat does not, and the answer goes
// another way at once.
func TestAnAnswerThatTheThirdAttemptDidNotTake(t *testing.T) {
	for _, tt := range []struct {
		name     string
		attempts int
		want     int // messages sent before any time has passed
	}{{"the first", 1, 0}, {"the second", 2, 0}, {"the third", 3, 1}} {
		t.Run(tt.name, func(t *testing.T) {
			h := slowHouse(t, "kind: service\nlate: join")
			p := h.text("amy", "1", "slow")
			var all []*delivery
			for n := range tt.attempts {
				all = append(all, h.deliver(p))
				h.underWay("amy", n+1)
			}
			h.api.await(t, "amy", 1)
			for _, d := range all {
				d.hangUp()
			}
			for _, d := range all[1:] {
				h.wait("it has hung up", d.returned)
			}
			h.api.let("amy")
			h.wait("the turn", all[0].returned)
			if tt.want == 0 {
				require.Empty(t, h.api.messages())
				h.pass(window + window)
			}
			require.Equal(t, bot.AnsweredAsync, h.report(0).Outcome)
			require.Equal(t, []message{{"amy", "text", "slow #1"}}, h.api.messages())
		})
	}
}
