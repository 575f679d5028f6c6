package bindings_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"moonwire/bindings"
	"moonwire/wechat/api"
)

// lateAPI is WeChat, which takes templates and nothing else.
type lateAPI struct{ stubAPI }

func (*lateAPI) SendTemplate(context.Context, *api.TemplateMessage) (string, error) {
	return "2000000001", nil
}

func (*lateAPI) SendCustom(context.Context, *api.Outgoing) error {
	return &api.Error{Code: 45015, Msg: "response out of time limit"}
}

const toldFlow = `on.text("下单", flow("order", function(c)
  local what = c:ask("喝点什么?", { one_of = { "茶", "咖啡" } })
  c:say("好的")
  c:say(reply.image("MEDIA"))
  local n = store.incr("orders")
  store.set("last", { what = what, n = n })
  local id = template.send(c.msg.openid, "order_paid", { thing1 = what })
  local ok, err = send.text(c.msg.openid, "谢谢")
  local r, err = http.get("https://shop.example.com/items?key=hidden")
  local late, why = c:ask("在吗?", { timeout = "1h" })
  local where = c:ask("在哪?", { location = true })
  local any = c:ask("说点什么", { any = true })
  local paid = c:wait_signal("paid")
  local scan = c:wait_event({ "SCAN", "VIEW" })
  local cups = c:ask("几杯?", { integer = true })
  send.text(c.msg.openid, "断")
  c:ask("完?")
end))`

// TestAJournalIsTold in the words of its author, in both languages.
func TestAJournalIsTold(t *testing.T) {
	k := newTalking(t, "on.text('x', 'y')")
	cfg := config()
	cfg.API, cfg.Templates = &lateAPI{}, map[string]string{"order_paid": "T1"}
	k.use(files{"main.lua": toldFlow}, cfg)
	told := func(in func(bindings.Told) string) (all []string) {
		steps, err := bindings.TellJournal(k.conv.Pieces)
		require.NoError(t, err)
		for _, step := range steps {
			all = append(all, string(step.What)+": "+in(step))
		}
		return all
	}
	en, zh := func(s bindings.Told) string { return s.EN }, func(s bindings.Told) string { return s.ZH }
	k.say("下单")
	require.Equal(t, []string{"begun: began with 「下单」", "waits: waits for an answer to 「喝点什么?」"}, told(en))
	require.Equal(t, []string{"begun: 始于「下单」", "waits: 等待回答「喝点什么?」"}, told(zh))
	k.say("茶")
	k.wake(bindings.WakeTimeout)
	k.tell(parse(t, `<MsgType>location</MsgType><Location_X>30.25</Location_X><Location_Y>120.1</Location_Y><Label><![CDATA[西湖]]></Label><MsgId>8</MsgId>`))
	k.tell(parse(t, `<MsgType>image</MsgType><PicUrl>https://mmbiz.example.com/1</PicUrl><MediaId>M1</MediaId><MsgId>9</MsgId>`))
	k.m.signals = append(k.m.signals, bindings.Signal{Name: "paid", Data: []byte(`{"yuan":28}`)})
	k.wake(bindings.WakeSignal)
	k.tell(event(t, "SCAN", `<EventKey>desk-7</EventKey><Ticket>T</Ticket>`))
	require.NoError(t, k.err)
	require.Equal(t, "几杯?", k.question.Text)
	require.Equal(t, []string{
		"begun: began with 「下单」",
		"asked: asked 「喝点什么?」 → 「茶」",
		"said: said 「好的」",
		"said: said 「[image MEDIA]」",
		"called: called store.incr 「orders」 → 1",
		`called: called store.set 「last」 → done`,
		"called: called template.send 「" + fan + "」 → msgid 2000000001",
		"called: called send.text 「" + fan + "」 → refused: errcode 45015 response out of time limit",
		"called: called http.get 「GET https://shop.example.com/i…」 → nothing: not_allowed: shop.example.com is not among the hosts that this account may call",
		"asked: asked 「在吗?」 → no answer in time",
		`asked: asked 「在哪?」 → {"label":"西湖","x":30.25,"y":120.1}`,
		"asked: asked 「说点什么」 → [image]",
		`asked: waited for the signal 「paid」 → {"yuan":28}`,
		"asked: waited for the event SCAN, VIEW → SCAN",
		"waits: waits for an answer to 「几杯?」",
	}, told(en))
	require.NotContains(t, strings.Join(told(en), "\n"), "hidden")
	last := func(in func(bindings.Told) string, n int) string { all := told(in); return all[len(all)-n] }
	require.Equal(t, "asked: 等了信号「paid」 → {\"yuan\":28}", last(zh, 3))

	m := &crashing{memory: k.m, left: 2} // between what it is about to do and what that came to
	k.change = func(in *bindings.Input) { in.Memory, in.Keeper = m, m }
	_, err := k.p.Answer(context.Background(), k.input(text(t, "2")))
	require.ErrorIs(t, err, errCrash)
	k.conv.Pieces = append(k.conv.Pieces, k.m.journal...)
	k.m.journal = nil
	require.Equal(t, "unsure: called send.text 「"+fan+"」, and nobody knows whether it was done: the program ended in its middle", last(en, 1))
	require.Equal(t, "unsure: 调用了 send.text 「"+fan+"」，是否办成没人知道：程序在中途退出", last(zh, 1))
	_, err = bindings.TellJournal([][]byte{[]byte("nonsense")})
	require.True(t, errors.Is(err, bindings.ErrJournal))
}
