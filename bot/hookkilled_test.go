package bot_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"moonwire/bot"
)

const killedHooks = `
on.hook("paid", function() store.incr("calls") time.sleep("8s") return "done" end)
on.hook("idle", function() time.sleep("8s") return "done" end)
on.hook("count", function() return tostring(store.get("calls")) end)
`

// A call whose process was killed after it had acted is settled: its sender gets the same final answer for as long as any
// other, the record names the hook, and nothing is done twice. One that had changed nothing is run anew.
func TestACallOfAHookThatIsKilled(t *testing.T) {
	for _, tt := range []struct {
		name, hook string
		away       time.Duration
		want       error
		records    int
	}{
		{"it had acted", "paid", time.Second, bot.ErrHookInterrupted, 1},
		{"it had acted, long ago", "paid", time.Hour, bot.ErrHookInterrupted, 0},
		{"it had changed nothing", "idle", time.Second, nil, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			yaml := unhurried + "\nkind: service\nhooks: { paid: {}, idle: {}, count: {} }"
			h := newHouse(t, map[string]files{"demo": {"main.lua": killedHooks, "account.yaml": yaml}})
			over := make(chan struct{})
			go func() {
				defer close(over)
				_, _ = h.fleet.Hook(t.Context(), "demo", bot.HookCall{Hook: tt.hook, ID: "T1", Raw: []byte("{}")})
			}()
			h.api.await(t, "sleep", 1)
			h.kill()
			<-over
			h.turns = nil // a process that is killed tells nothing
			h.clock.Add(tt.away)
			h.open()
			for range 3 {
				answered := make(chan error, 1)
				go func() {
					_, err := h.hook(tt.hook, "T1", "{}")
					answered <- err
				}()
				if tt.want == nil {
					h.api.letAll()
					require.NoError(t, <-answered)
					return
				}
				require.ErrorIs(t, <-answered, tt.want)
			}
			got, err := h.hook("count", "", "")
			require.NoError(t, err)
			require.Equal(t, "1", string(got.Body))
			n := 0
			h.mu.Lock()
			defer h.mu.Unlock()
			for _, r := range h.turns {
				if r.Outcome == bot.Interrupted {
					n++
					require.Equal(t, bot.Hook, r.MsgType)
					require.Equal(t, "paid", r.EventKey)
				}
			}
			require.Equal(t, tt.records, n)
		})
	}
}
