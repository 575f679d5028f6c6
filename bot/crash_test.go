package bot_test

import (
	"context"
	"database/sql"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"moonwire/bot"
	"moonwire/store"
)

const crashScript = `
on.text(function(msg)
  if msg.content == "read" then time.sleep("1s") return "read" end
  local n = store.incr("runs")
  if msg.content == "slow" then time.sleep("1s") end
  return msg.content .. " #" .. n
end)
on.text("quiet", function() store.incr("runs") return reply.none() end)
`

func crashHouse(t testing.TB) *house {
	return newHouse(t, map[string]files{"demo": {"main.lua": crashScript, "account.yaml": "kind: service"}})
}

func TestAfterACrashARepeatGetsTheStoredReply(t *testing.T) {
	h := crashHouse(t)
	p := h.text("amy", "1", "order")
	before := h.say(p)
	require.Equal(t, "order #1", before.seen())
	h.kill()
	h.open()
	h.clock.Add(time.Minute)
	require.Equal(t, before.body, h.say(p).body, "the same bytes, from the store")
	require.Equal(t, "order #2", h.say(h.text("amy", "2", "order")).seen(), "it ran once")
}

func TestAfterACrashAnInterruptedTurnIsNotRunAgain(t *testing.T) {
	h := crashHouse(t)
	p := h.text("amy", "1", "slow")
	d := h.deliver(p)
	h.api.await(t, "sleep", 1)
	h.kill()
	h.wait("the platform sees the connection end", d.answered)
	require.Equal(t, "dropped", d.seen())
	before := len(h.turns)
	h.open()
	r := h.report(before)
	require.Equal(t, bot.Interrupted, r.Outcome)
	require.Equal(t, "amy", r.OpenID)
	require.Equal(t, "success", h.say(p).seen())
	require.Equal(t, "x #2", h.say(h.text("amy", "2", "x")).seen(), "what it wrote stands")
}

// What a script has sent was sent, though nothing of the turn was written: it is not sent again.
func TestAfterACrashWhatWasSentIsNotSentAgain(t *testing.T) {
	h := newHouse(t, map[string]files{"demo": {"account.yaml": "kind: service\n" + unhurried, "main.lua": `
		on.text(function(msg) send.text(msg.openid, "sent") time.sleep("1s") return "done" end)`}})
	p := h.text("amy", "1", "go")
	h.deliver(p)
	h.api.await(t, "sleep", 1)
	h.kill()
	h.open()
	require.Equal(t, "success", h.say(p).seen())
	require.Equal(t, []message{{"amy", "text", "sent"}}, h.api.messages())
}

// countedChance counts the scripts that were run: each is given its chance.
type countedChance struct {
	n    atomic.Int64
	seed byte
}

func (c *countedChance) Read(p []byte) (int, error) {
	c.n.Add(1)
	for i := range p {
		p[i] = c.seed
	}
	return len(p), nil
}

func TestAfterACrashARepeatRunsNothing(t *testing.T) {
	chance := &countedChance{}
	h := newHouse(t, map[string]files{"demo": {"main.lua": crashScript, "account.yaml": "kind: service"}}, func(o *bot.Options) { o.Rand = chance })
	p := h.text("amy", "1", "order")
	require.Equal(t, "order #1", h.say(p).seen())
	require.Equal(t, int64(1), chance.n.Load())
	h.kill()
	h.open()
	require.Equal(t, "order #1", h.say(p).seen())
	require.Equal(t, int64(1), chance.n.Load())
	h.say(h.text("amy", "2", "order"))
	require.Equal(t, int64(2), chance.n.Load())
}

// The chance of scripts is what the program is given.
func TestChanceIsGiven(t *testing.T) {
	drawn := func(seed byte) string {
		h := newHouse(t, map[string]files{"demo": {"main.lua": `on.text(function() return tostring(math.random(1e9)) end)`}},
			func(o *bot.Options) { o.Rand = &countedChance{seed: seed} })
		return h.say(h.text("amy", "1", "x")).seen()
	}
	require.Equal(t, drawn(1), drawn(1))
	require.NotEqual(t, drawn(1), drawn(2))
	require.NotEqual(t, drawn(1), drawn(0))
}

func TestAfterACrashATurnThatWroteNothingRunsAgain(t *testing.T) {
	h := crashHouse(t)
	p := h.text("amy", "1", "read")
	h.deliver(p)
	h.api.await(t, "sleep", 1)
	h.kill()
	h.open()
	d := h.deliver(p)
	h.api.await(t, "sleep", 2)
	h.api.let("sleep")
	h.wait("answer", d.answered)
	require.Equal(t, "read", d.seen())
}

func TestTheReplyIsDurableBeforeItLeaves(t *testing.T) {
	h := crashHouse(t)
	h.say(h.text("amy", "1", "order"))
	claims, err := h.store.Claims(context.Background(), noon.Add(-time.Minute))
	require.NoError(t, err)
	require.Len(t, claims, 1)
	require.True(t, claims[0].Finished)
	require.NotEmpty(t, claims[0].Reply)
}

func TestARecordSaysWhatBecameOfEachPush(t *testing.T) {
	h := newHouse(t, map[string]files{"demo": {
		"account.yaml": "kind: service",
		"main.lua": `
on.text("hello", "hi")
on.text("boom", function() local x = nil; return x.y end)
on.click("OK", "clicked")
on.click("NONE", function() return reply.none() end)
on.click("BOOM", function() error("boom") end)
`,
	}})
	ctx := context.Background()
	for _, p := range []push{
		h.text("amy", "1", "hello"), h.text("amy", "2", "nothing fits"), h.text("amy", "3", "boom"),
		h.event("amy", "CLICK", "OK"), h.event("amy", "CLICK", "NONE"), h.event("amy", "CLICK", "BOOM"),
		h.event("amy", "CLICK", "OTHER"), h.event("amy", "unsubscribe", ""),
	} {
		h.say(p)
	}
	h.until("all reports", func() bool { return len(h.turns) == 8 })
	require.NoError(t, h.store.Flush(ctx))
	m, ok, err := h.store.Message(ctx, "demo", "1")
	require.NoError(t, err)
	require.True(t, ok)
	require.Equal(t, store.Answered, m.Status)
	require.Equal(t, "passive:text", m.ReplyKind)
	require.Equal(t, "hi", m.Reply)
	require.Equal(t, "hello", m.Content)
	require.Contains(t, m.Rule, `on.text("hello")`)
	require.Equal(t, 1, m.Attempts)
	m, _, err = h.store.Message(ctx, "demo", "3")
	require.NoError(t, err)
	require.Equal(t, store.Failed, m.Status)
	require.Contains(t, m.Error, "main.lua:3")

	last, ok, err := h.store.LastMessage(ctx, "demo", "amy")
	require.NoError(t, err)
	require.True(t, ok)
	require.Equal(t, "3", last.MsgID)
	events, err := h.store.MenuEvents(ctx, "demo", store.MenuFilter{})
	require.NoError(t, err)
	got := map[string]store.Status{}
	for _, e := range events {
		got[e.EventKey] = e.Last.Status
	}
	require.Equal(t, map[string]store.Status{
		"OK": store.Answered, "NONE": store.Acknowledged, "BOOM": store.Failed, "OTHER": store.Unhandled,
	}, got)
}

// A process that cannot read what the one before it has left takes no messages: it would run them twice.
func TestAProcessThatCannotReadTheClaimsDoesNotBegin(t *testing.T) {
	h := crashHouse(t)
	h.say(h.text("amy", "1", "order"))
	h.kill()
	db, err := sql.Open("sqlite", "file:"+h.db)
	require.NoError(t, err)
	_, err = db.ExecContext(t.Context(), `UPDATE claims SET began = 'long ago'`)
	require.NoError(t, err)
	require.NoError(t, db.Close())

	ctx, cancel := context.WithTimeout(t.Context(), patient)
	defer cancel()
	st, err := store.Open(ctx, store.Options{Path: h.db, Now: h.clock.Now})
	require.NoError(t, err)
	defer st.Close()
	o := h.options
	o.Store = st
	fleet := bot.NewFleet(o)
	require.ErrorContains(t, fleet.Run(ctx), "read the claims of the last ten minutes: ")
	select {
	case <-fleet.Ready():
		t.Fatal("it takes messages")
	default:
	}
}
