package sim_test

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"moonwire/wechat/sim"
)

func TestAChatIsFollowed(t *testing.T) {
	w := newWorld(t, with(withTemplates))
	w.answers(func(r received) (int, string) { return 200, hello(r) })
	chat, err := w.p.Chat("shop", "amy")
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	follow := chat.Follow(ctx, 0)
	w.push("amy", sim.Text("hi"))
	require.Zero(t, w.sendText("amy", "more"))
	require.Equal(t, 45002, w.sendText("amy", string(make40('a'))+fmt.Sprintf("%02048d", 0)))
	require.Zero(t, w.template("any", values("a", "b")).code())
	var got []string
	for range 5 {
		e := <-follow
		require.EqualValues(t, len(got)+1, e.Seq)
		got = append(got, fmt.Sprintf("%s %d", e.Via, e.ErrCode))
	}
	require.Equal(t, []string{"push 0", "passive 0", "custom 0", "custom 45002", "template 0"}, got)
	cancel()
	for range follow { // ends with the context
	}
	require.Equal(t, "custom", chat.After(2)[0].Via)
}

func TestCloseEndsWhoFollows(t *testing.T) {
	w := newWorld(t)
	chat, err := w.p.Chat("shop", "amy")
	require.NoError(t, err)
	follow := chat.Follow(t.Context(), 0)
	w.p.Close()
	_, open := <-follow
	require.False(t, open)
	_, open = <-chat.Follow(t.Context(), 0)
	require.False(t, open)
}

func TestALongChatKeepsItsEnd(t *testing.T) {
	w := newWorld(t)
	w.push("amy", sim.Text("hi"))
	for range 1500 {
		w.p.Push(t.Context(), "shop", "amy", sim.Again())
	}
	chat, err := w.p.Chat("shop", "amy")
	require.NoError(t, err)
	entries := chat.Entries()
	require.LessOrEqual(t, len(entries), 1000)
	require.GreaterOrEqual(t, len(entries), 750)
	require.EqualValues(t, 1501, entries[len(entries)-1].Seq)
}

func TestManyFansAtOnce(t *testing.T) {
	w := newWorld(t)
	w.answers(func(r received) (int, string) { return 200, hello(r) })
	token := w.accessToken()
	var wait sync.WaitGroup
	for i := range 20 {
		wait.Go(func() {
			fan := fmt.Sprint("fan", i%5)
			d := w.p.Push(t.Context(), "shop", fan, sim.Text("hi"))
			if d.Err != nil || d.Reply == nil {
				t.Error(d.Err, d.Cause)
			}
			w.p.MoveClock(time.Millisecond)
			_, err := w.p.Fans("shop")
			if err != nil {
				t.Error(err)
			}
			w.request("GET", "/cgi-bin/user/get?access_token="+token, "", nil)
		})
	}
	wait.Wait()
	ids := map[string]bool{}
	for _, r := range w.seen() {
		ids[between(r.plain, "<MsgId>", "</MsgId>")] = true
	}
	require.Len(t, ids, 20, "no message id twice")
}

func TestSavingAndLoading(t *testing.T) {
	w := newWorld(t, with(withTemplates))
	w.push("amy", sim.Subscribe("desk-7"))
	w.push("amy", sim.Image("pic"))
	w.must("/cgi-bin/menu/create", menuOf(click("b", "K")))
	w.must("/cgi-bin/tags/create", m{"tag": m{"name": "vip"}})
	token := w.accessToken()
	var file bytes.Buffer
	require.NoError(t, w.p.Save(&file))
	require.NotContains(t, file.String(), shopSecret)
	require.NotContains(t, file.String(), shopKey)

	other := newWorld(t, with(withTemplates))
	require.NoError(t, other.p.Load(bytes.NewReader(file.Bytes())))
	other.token = token
	require.Equal(t, "desk-7", other.get("/cgi-bin/user/info?openid=" + w.openID("amy"))["qr_scene_str"])
	require.NotNil(t, other.get("/cgi-bin/menu/get")["menu"])
	require.Equal(t, w.lines("amy"), other.lines("amy"))
	require.Zero(t, other.sendText("amy", "the window is still open"))
	other.push("amy", sim.Tap("b"))
	other.push("new", sim.Consent("notice", true))

	late := sim.New(sim.Options{})
	defer late.Close()
	require.NoError(t, late.Load(bytes.NewReader(file.Bytes())))
	var again bytes.Buffer
	require.NoError(t, late.Save(&again))
	require.JSONEq(t, file.String(), again.String(), "what waits for its account is not lost")
	wrong := w.set
	wrong.AppID = "wx00000000000000cc"
	require.NoError(t, late.AddAccount(w.set))
	fans, err := late.Fans("shop")
	require.NoError(t, err)
	require.Len(t, fans, 1)
	require.NoError(t, late.Load(bytes.NewReader(file.Bytes())))
	late.RemoveAccount("shop")
	require.NoError(t, late.Load(bytes.NewReader(file.Bytes())))
	require.NoError(t, late.AddAccount(wrong))
	fans, err = late.Fans("shop")
	require.NoError(t, err)
	require.Empty(t, fans, "another app_id has other fans")

	require.ErrorContains(t, other.p.Load(bytes.NewReader([]byte(`{"version":9}`))), "version 9")
	require.Error(t, other.p.Load(bytes.NewReader([]byte(`{`))))
	require.NoError(t, other.p.Load(bytes.NewReader([]byte(`{"version":1,"accounts":{"shop":{"order":["x"]},"gone":{}}}`))))
	require.Equal(t, "0", fmtNumber(other.get2("/cgi-bin/user/get")["total"]))
}

// A file of before counted the mass message of the day among the calls.
func TestAnOlderFileKeepsItsQuotas(t *testing.T) {
	w := newWorld(t, ofKind("subscription", true), with(func(a *sim.Account) { a.Quotas = map[string]int{"/cgi-bin/tags/get": 1} }))
	require.NoError(t, w.p.Load(strings.NewReader(`{"version":1,"accounts":{"shop":{
		"quota":{"day":"2026-03-02","used":{"/cgi-bin/tags/get":1,"mass of a subscription account":1}},
		"mass":{"client":{"c1":70},"jobs":{"70":{"id":70,"status":"SEND_SUCCESS","kind":"text"}}}}}}`)))
	require.Equal(t, 45009, w.get("/cgi-bin/tags/get").code())
	w.must("/cgi-bin/clear_quota", m{"appid": shopAppID})
	require.Zero(t, w.get("/cgi-bin/tags/get").code())
	body := m{"filter": m{"is_to_all": true}, "msgtype": "text", "text": m{"content": "x"}}
	require.Equal(t, 45028, w.post("/cgi-bin/message/mass/sendall", body).code())
	body["clientmsgid"] = "c1"
	require.Equal(t, 45065, w.post("/cgi-bin/message/mass/sendall", body).code())
}

// get2 is get with a new token.
func (w *world) get2(path string) answer {
	w.t.Helper()
	w.token = ""
	return w.get(path)
}

func TestAForgottenFanBeginsAnew(t *testing.T) {
	w := newWorld(t)
	w.push("amy", sim.Text("hi"))
	require.NoError(t, w.p.ForgetFan("shop", "amy"))
	require.Empty(t, w.lines("amy"))
	w.push("amy", sim.Text("hi"))
	require.Equal(t, "1", fmtNumber(w.get("/cgi-bin/user/get")["total"]))
}

func TestSettingsCanBeReplaced(t *testing.T) {
	w := newWorld(t)
	w.push("amy", sim.Text("hi"))
	w.set.Token = "another1"
	require.NoError(t, w.p.SetAccount(w.set))
	require.Len(t, w.lines("amy"), 1, "the fans stay")
	w.set.AppID = "wxfedcba9876543210"
	require.NoError(t, w.p.SetAccount(w.set))
	require.Empty(t, w.lines("amy"), "another app_id is another account")
}
