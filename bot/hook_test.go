package bot_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"moonwire/bot"
)

const hookScript = `
on.hook("paid", function(hook)
  store.incr("calls")
  if hook.json.broken then error("no such order") end
  send.text(hook.json.openid, "paid " .. hook.json.amount)
  return { thanks = store.get("calls") }
end)
on.hook("slow", function() send.typing("amy") end)
on.hook("quiet", function() end)
on.text(function() return tostring(store.get("calls")) end)
`

const hookYAML = unhurried + "\nkind: service\nhooks: { paid: {algorithm: hmac-sha256}, slow: {}, quiet: {}, nowhere: {} }"

func hookHouse(t *testing.T) *house {
	return newHouse(t, map[string]files{"demo": {"main.lua": hookScript, "account.yaml": hookYAML}})
}

func (h *house) hook(name, id, raw string) (bot.HookReply, error) {
	return h.fleet.Hook(h.t.Context(), "demo", bot.HookCall{Hook: name, ID: id, Raw: []byte(raw)})
}

const payment = `{"openid":"amy","amount":28}`

// A call is counted once, also after a restart and by another process; without an id each call counts.
func TestACallOfAHookIsDoneOnce(t *testing.T) {
	h := hookHouse(t)
	thanks := bot.HookReply{Type: "application/json", Body: []byte(`{"thanks":1}`)}
	for range 2 {
		got, err := h.hook("paid", "T1", payment)
		require.NoError(t, err)
		require.Equal(t, thanks, got)
	}
	h.restart()
	got, err := h.hook("paid", "T1", payment)
	require.NoError(t, err)
	require.Equal(t, thanks, got)
	twin := h.twin()
	got, err = twin.hook("paid", "T1", payment)
	require.NoError(t, err)
	require.Equal(t, thanks, got)
	require.Equal(t, []message{{"amy", "text", "paid 28"}}, h.api.messages())

	got, err = h.hook("paid", "T2", payment)
	require.NoError(t, err)
	require.JSONEq(t, `{"thanks":2}`, string(got.Body))
	for _, want := range []string{`{"thanks":3}`, `{"thanks":4}`} {
		got, err = h.hook("paid", "", payment)
		require.NoError(t, err)
		require.JSONEq(t, want, string(got.Body))
	}
}

// What fails may be called again, and is done then.
func TestACallOfAHookThatFails(t *testing.T) {
	h := hookHouse(t)
	for range 2 {
		_, err := h.hook("paid", "T1", `{"broken":true}`)
		require.ErrorIs(t, err, bot.ErrHookFailed)
	}
	got, err := h.hook("paid", "T1", payment)
	require.NoError(t, err)
	require.JSONEq(t, `{"thanks":3}`, string(got.Body))

	r := h.report(0)
	require.Equal(t, "hook", r.MsgType)
	require.Equal(t, "paid", r.EventKey)
	require.Equal(t, `main.lua:2 on.hook("paid")`, r.Rule)
	require.Contains(t, r.Box, "main.lua:4")
	require.Contains(t, r.Box, "no such order")
	require.Contains(t, r.Box, "turn  call of the hook \"paid\" · build ")
	require.NoError(t, h.store.Flush(t.Context()))
	m, found, err := h.store.Message(t.Context(), "demo", r.Trace)
	require.NoError(t, err)
	require.True(t, found)
	require.Equal(t, "hook", m.Type)
	require.Equal(t, "paid", m.EventKey)
}

func TestHooksThatHaveNoAnswer(t *testing.T) {
	h := hookHouse(t)
	got, err := h.hook("quiet", "1", "")
	require.NoError(t, err)
	require.Equal(t, bot.HookReply{}, bot.HookReply{Type: got.Type})
	for range 2 {
		_, err = h.hook("nowhere", "1", "")
		require.ErrorIs(t, err, bot.ErrNoHook)
	}
	_, err = h.fleet.Hook(t.Context(), "nobody", bot.HookCall{Hook: "paid"})
	require.ErrorIs(t, err, bot.ErrNotServing)
	_, known := h.fleet.FindHook(t.Context(), "demo", "paid")
	require.True(t, known)
	_, known = h.fleet.FindHook(t.Context(), "demo", "other")
	require.False(t, known)
	require.Contains(t, h.save(0).Warnings, `account.yaml: hooks.nowhere: the scripts have no on.hook("nowhere")`)
}

// The function of a hook is stopped after ten seconds, though the account's limits would let it run for longer.
func TestAHookTakesTenSeconds(t *testing.T) {
	h := hookHouse(t)
	_, err := h.hook("slow", "", "")
	require.ErrorIs(t, err, bot.ErrHookFailed)
	require.ErrorContains(t, h.report(0).Err, "the function of a hook may take 10s")
}
