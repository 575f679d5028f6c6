package bot_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"moonwire/bot"
	"moonwire/outside"
)

// slowServer answers nobody before it is let.
type slowServer struct {
	host    string
	arrived atomic.Int32
	gate    chan struct{}
	once    sync.Once
}

func newSlowServer(t *testing.T) *slowServer {
	t.Helper()
	s := &slowServer{gate: make(chan struct{})}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.arrived.Add(1)
		select {
		case <-s.gate:
			fmt.Fprint(w, "at last")
		case <-r.Context().Done():
		}
	}))
	t.Cleanup(server.Close)
	t.Cleanup(s.let)
	s.host = strings.TrimPrefix(server.URL, "http://")
	return s
}

func (s *slowServer) let() { s.once.Do(func() { close(s.gate) }) }

// waitingHouse has an account whose scripts wait for the server, for WeChat, or for time to pass.
func waitingHouse(t *testing.T, s *slowServer, yaml string, change ...func(*bot.Options)) *house {
	t.Helper()
	opened, err := outside.ParseOpened(s.host)
	require.NoError(t, err)
	return newHouse(t, map[string]files{"demo": {
		"main.lua": `
on.text("http", function() local r, err = http.get("http://` + s.host + `/", { timeout = "50s" }) return r and r.body or err.hint end)
on.text("wechat", function(msg) send.typing(msg.openid) return "typed" end)
on.text("sleep", function() time.sleep("50s") return "slept" end)
on.text(function(msg) return msg.content end)`,
		"account.yaml": "kind: service\nallow_http: [ \"http://" + s.host + "\" ]\n" + yaml,
	}}, append(change, func(o *bot.Options) { o.PrivateHTTP = map[string][]outside.Opened{"demo": {opened}} })...)
}

// TestTurnsThatWaitDoNotHoldUpOthers has sixty of them where four turns may run at once.
func TestTurnsThatWaitDoNotHoldUpOthers(t *testing.T) {
	for _, tc := range []struct{ name, says, want string }{
		{"for another server", "http", "at last"},
		{"for WeChat", "wechat", "typed"},
		{"for time", "sleep", "slept"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			s := newSlowServer(t)
			h := waitingHouse(t, s, "limits: { turns: 4, total_time: 5m }")
			var waiting []*delivery
			for i := range 60 {
				fan := fmt.Sprint("fan", i)
				waiting = append(waiting, h.deliver(h.text(fan, fan, tc.says)))
			}
			require.Eventually(t, func() bool { return h.fleet.Account("demo").Status().Waiting == 60 }, patient, time.Millisecond)
			require.Zero(t, h.fleet.Account("demo").Status().Turns)
			for i := range 20 {
				require.Equal(t, "hello", h.say(h.text("amy", fmt.Sprint("a", i), "hello")).seen())
			}
			s.let()
			h.api.letAll()
			for _, d := range waiting {
				h.wait("answer", d.answered)
				require.Equal(t, tc.want, d.seen())
			}
			h.until("nobody waits", func() bool {
				st := h.fleet.Account("demo").Status()
				return st.Waiting == 0 && st.Turns == 0
			})
		})
	}
}

// TestTooManyWait: whoever comes then is told so, and nothing of the script runs.
func TestTooManyWait(t *testing.T) {
	s := newSlowServer(t)
	h := waitingHouse(t, s, "limits: { waiting: 2 }\nbusy_text: 人多，稍等")
	first, second := h.deliver(h.text("amy", "1", "http")), h.deliver(h.text("bob", "2", "http"))
	require.Eventually(t, func() bool { return h.fleet.Account("demo").Status().Waiting == 2 }, patient, time.Millisecond)
	require.Equal(t, "人多，稍等", h.say(h.text("cat", "3", "hello")).seen())
	r := h.report(0)
	require.Equal(t, bot.Busy, r.Outcome)
	require.ErrorContains(t, r.Err, "2 turns of this account wait for other servers; account.yaml limits: { waiting: … } raises it")
	require.Equal(t, "success", h.say(h.event("cat", "LOCATION", "")).seen(), "an event asks for no answer")
	require.Equal(t, "人多，稍等", h.say(h.text("cat", "3", "hello")).seen(), "a repeat gets the same")
	s.let()
	for _, d := range []*delivery{first, second} {
		h.wait("answer", d.answered)
		require.Equal(t, "at last", d.seen())
	}
	h.until("nobody waits", func() bool { return h.fleet.Account("demo").Status().Waiting == 0 })
	require.Equal(t, "hello", h.say(h.text("cat", "4", "hello")).seen())
}

// TestWhoeverComesBackGoesOn, also when all capacity is taken meanwhile.
func TestWhoeverComesBackGoesOn(t *testing.T) {
	s := newSlowServer(t)
	chances := &gatedChance{}
	h := waitingHouse(t, s, "limits: { turns: 1, total_time: 5m }", func(o *bot.Options) { o.Rand = chances })
	t.Cleanup(chances.letAll)
	waits := h.deliver(h.text("amy", "1", "http"))
	chances.await(t, 1)
	chances.let(0)
	require.Eventually(t, func() bool { return h.fleet.Account("demo").Status().Waiting == 1 }, patient, time.Millisecond)
	runs := h.deliver(h.text("bob", "2", "hello"))
	chances.await(t, 2)
	require.Equal(t, 1, h.fleet.Account("demo").Status().Turns)
	s.let()
	h.wait("answer", waits.answered)
	require.Equal(t, "at last", waits.seen())
	chances.let(1)
	h.wait("answer", runs.answered)
	h.until("nothing is held", func() bool {
		st := h.fleet.Account("demo").Status()
		return st.Waiting == 0 && st.Turns == 0
	})
}

// TestAServerThatDoesNotAnswer does not keep the end of the process.
func TestAServerThatDoesNotAnswer(t *testing.T) {
	s := newSlowServer(t)
	h := waitingHouse(t, s, "limits: { total_time: 5m }")
	d := h.deliver(h.text("amy", "1", "http"))
	require.Eventually(t, func() bool { return h.fleet.Account("demo").Status().Waiting == 1 }, patient, time.Millisecond)
	h.kill()
	h.wait("closed", d.answered)
	require.Equal(t, "dropped", d.seen())
	require.Equal(t, bot.Interrupted, h.report(0).Outcome)
	require.Zero(t, h.fleet.Account("demo").Status().Waiting)
}

// TestNoMoreWaitThanMay: whoever comes to wait where enough do keeps its share of the account's capacity.
func TestNoMoreWaitThanMay(t *testing.T) {
	s := newSlowServer(t)
	chances := &gatedChance{}
	h := waitingHouse(t, s, "limits: { turns: 4, waiting: 2, total_time: 5m }", func(o *bot.Options) { o.Rand = chances })
	t.Cleanup(chances.letAll)
	var all []*delivery
	for i := range 3 {
		fan := fmt.Sprint("fan", i)
		all = append(all, h.deliver(h.text(fan, fan, "http")))
		chances.await(t, i+1)
	}
	chances.letAll()
	h.until("all of them are at the server", func() bool { return s.arrived.Load() == 3 })
	st := h.fleet.Account("demo").Status()
	require.Equal(t, 2, st.Waiting)
	require.Equal(t, 1, st.Turns)
	s.let()
	for _, d := range all {
		h.wait("answer", d.answered)
		require.Equal(t, "at last", d.seen())
	}
	h.until("nothing is held", func() bool {
		st := h.fleet.Account("demo").Status()
		return st.Waiting == 0 && st.Turns == 0
	})
}
