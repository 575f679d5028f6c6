package bot_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"moonwire/bindings"
	"moonwire/bot"
)

const workScript = `
on.text(function(msg)
  send.typing(msg.openid)
  store.set("last", msg.content)
  return msg.content
end)

function nightly(msg)
  msg.session.visits = (msg.session.visits or 0) + 1
  store.incr("nightly")
  send.text(msg.openid, "good night " .. msg.account .. " " .. msg.session.visits .. " after " .. tostring(store.get("last")))
  return "nobody sees it"
end

function broken(msg) store.incr("broken") error("oh") end

function unasked(msg) assert(msg.content == nil and msg.scene == nil and msg.openid == nil and msg.event == nil) end
`

func workHouse(t *testing.T) *house {
	return newHouse(t, map[string]files{"demo": {"main.lua": workScript, "account.yaml": "kind: service\nlimits: { script_time: 5m, total_time: 5m, job_time: 5m }"}})
}

// global is the action that calls a global function of the script.
func global(name string) bot.Action {
	return func(ctx context.Context, p *bindings.Program, in bindings.Input) (bindings.Outcome, error) {
		return p.Call(ctx, in, name)
	}
}

// Work that nobody pushed is done among its fan's turns, and recorded and reported as they are.
func TestWorkWithoutAPushTakesItsFansTurn(t *testing.T) {
	h := workHouse(t)
	before := h.deliver(h.text("amy", "1", "hello"))
	h.api.await(t, "amy", 1)
	var report bot.TurnReport
	done := make(chan error, 1)
	go func() {
		var err error
		report, err = h.fleet.Work(t.Context(), "demo", global("nightly"), bot.WorkOptions{OpenID: "amy", Job: true})
		done <- err
	}()
	h.until("it waits", func() bool { return h.fleet.Account("demo").Status().Queued == 1 })
	after := h.deliver(h.text("amy", "2", "again"))
	h.until("the push waits behind it", func() bool { return h.fleet.Account("demo").Status().Queued == 2 })
	require.Empty(t, h.api.messages())
	h.api.let("amy")
	require.NoError(t, <-done)
	h.wait("the answer before", before.answered)
	require.Equal(t, []message{{"amy", "text", "good night demo 1 after hello"}}, h.api.messages())
	h.api.let("amy")
	h.wait("the answer after", after.answered)
	require.Equal(t, "again", after.seen())

	require.Equal(t, bot.AnsweredAsync, report.Outcome)
	require.Equal(t, "nightly", report.Rule)
	require.Zero(t, report.Attempts)
	require.Equal(t, report, h.report(1))
	require.NoError(t, h.store.Flush(t.Context()))
	m, ok, err := h.store.Message(t.Context(), "demo", report.Trace)
	require.NoError(t, err)
	require.True(t, ok)
	require.Equal(t, "amy", m.OpenID)
	require.Equal(t, string(bot.AnsweredAsync), m.Outcome)
	require.Len(t, m.Sends, 1)
	require.Zero(t, h.fleet.Account("demo").Status().Queued)
}

func TestWorkWithoutAFan(t *testing.T) {
	h := workHouse(t)
	r, err := h.fleet.Work(t.Context(), "demo", global("unasked"), bot.WorkOptions{})
	require.NoError(t, err)
	require.NoError(t, r.Err)
	require.Equal(t, bot.Acknowledged, r.Outcome)

	r, err = h.fleet.Work(t.Context(), "demo", global("broken"), bot.WorkOptions{})
	require.NoError(t, err)
	require.Equal(t, bot.Failed, r.Outcome)
	require.ErrorContains(t, r.Err, "main.lua:15: oh")
	require.Contains(t, r.Box, "main.lua:15")

	r, err = h.fleet.Work(t.Context(), "demo", global("nowhere"), bot.WorkOptions{})
	require.NoError(t, err)
	require.ErrorContains(t, r.Err, `there is no global function "nowhere": it is nil`)

	_, err = h.fleet.Work(t.Context(), "nobody", global("unasked"), bot.WorkOptions{})
	require.ErrorIs(t, err, bot.ErrNotServing)
}

// Work with a key is done once; without one it is done each time, and nothing is claimed.
func TestWorkIsDoneOnceByItsKey(t *testing.T) {
	h := workHouse(t)
	ctx := t.Context()
	sent := func() int { return len(h.api.messages()) }
	for range 2 {
		_, err := h.fleet.Work(ctx, "demo", global("nightly"), bot.WorkOptions{OpenID: "amy"})
		require.NoError(t, err)
	}
	require.Equal(t, 2, sent())
	claims, err := h.store.Claims(ctx, time.Time{})
	require.NoError(t, err)
	require.Empty(t, claims)

	key := [16]byte{7}
	first, err := h.fleet.Work(ctx, "demo", global("nightly"), bot.WorkOptions{OpenID: "amy", Key: key})
	require.NoError(t, err)
	require.Equal(t, bot.AnsweredAsync, first.Outcome)
	h.restart()
	again, err := h.fleet.Work(ctx, "demo", global("nightly"), bot.WorkOptions{OpenID: "amy", Key: key})
	require.NoError(t, err)
	require.Equal(t, bot.Repeated, again.Outcome)
	require.Equal(t, 3, sent())
	m, ok, err := h.store.Fan(ctx, "demo", "amy")
	require.NoError(t, err)
	require.True(t, ok && m.MessageAt.IsZero(), "the fan has not written")
}

// Who does not want to wait any more leaves the queue; who comes after is not held up.
func TestWorkThatNobodyWaitsFor(t *testing.T) {
	h := workHouse(t)
	first := h.deliver(h.text("amy", "1", "hello"))
	h.api.await(t, "amy", 1)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() {
		_, err := h.fleet.Work(ctx, "demo", global("nightly"), bot.WorkOptions{OpenID: "amy"})
		done <- err
	}()
	h.until("it waits", func() bool { return h.fleet.Account("demo").Status().Queued == 1 })
	next := h.deliver(h.text("amy", "2", "again"))
	h.until("the push waits", func() bool { return h.fleet.Account("demo").Status().Queued == 2 })
	cancel()
	require.ErrorIs(t, <-done, bot.ErrNotDone)
	h.api.letAll()
	h.wait("the first answer", first.answered)
	h.wait("the next answer", next.answered)
	require.Empty(t, h.api.messages())
	require.Zero(t, h.fleet.Account("demo").Status().Queued)
}

func TestWorkOfTheSameKeyAtOnce(t *testing.T) {
	h := workHouse(t)
	hello := h.deliver(h.text("amy", "1", "hello"))
	h.api.await(t, "amy", 1)
	o := bot.WorkOptions{OpenID: "amy", Key: [16]byte{9}}
	done := make(chan error, 1)
	go func() {
		_, err := h.fleet.Work(t.Context(), "demo", global("nightly"), o)
		done <- err
	}()
	h.until("it waits", func() bool { return h.fleet.Account("demo").Status().Queued == 1 })
	_, err := h.fleet.Work(t.Context(), "demo", global("nightly"), o)
	require.ErrorIs(t, err, bot.ErrUnderWay)
	twin := h.twin() // it learns of what is under way
	other := make(chan bot.TurnReport, 1)
	go func() {
		r, _ := twin.fleet.Work(t.Context(), "demo", global("nightly"), o)
		other <- r
	}()
	h.api.letAll()
	h.wait("the answer", hello.answered)
	require.NoError(t, <-done)
	require.Equal(t, bot.Repeated, (<-other).Outcome)
	require.Len(t, h.api.messages(), 1)
	require.Empty(t, twin.api.messages())
}
