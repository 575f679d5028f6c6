package chat_test

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"moonwire/account"
	"moonwire/chat"
	"moonwire/wechat"
	"moonwire/wechat/sim"
)

// TestSendShowsTheAnswerAndWhatFollows prints what the bot said, and keeps every line, the act first.
func TestSendShowsTheAnswerAndWhatFollows(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	w.answers(func(s said) string {
		w.pushText(s.FromUserName, "before the answer")
		return "the answer"
	})
	var looks atomic.Int64
	w.busyAs(func(_, openid string) bool {
		if looks.Add(1) == 2 { // the bot comes to an end
			w.pushText(openid, "after the answer")
		}
		return looks.Load() < 2
	})
	var out bytes.Buffer
	sent, err := chat.Send(t.Context(), w.client, chat.Ask{Account: "shop", Fan: "amy", Kind: "text", Args: []string{"hi"}}, patient, &out)
	require.NoError(t, err)
	require.False(t, sent.Busy)
	require.Equal(t, "the answer", sent.Reply.Text)
	require.Equal(t, []string{"fan: hi", "bot: before the answer", "bot: the answer", "bot: after the answer"}, shown(sent.Lines))
	require.Equal(t, "bot: before the answer\nbot: the answer\nbot: after the answer\n", out.String())

	sent, err = chat.Send(t.Context(), w.client, chat.Ask{Account: "shop", Fan: "amy", Kind: "text", Args: []string{"once more"}}, patient, nil)
	require.NoError(t, err)
	require.Equal(t, "fan: once more", shown(sent.Lines)[0], "only what came of this act")
}

// TestSendTellsThatTheBotIsBusy when the wait is over first.
func TestSendTellsThatTheBotIsBusy(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	w.busyAs(func(string, string) bool { return true })
	sent, err := chat.Send(t.Context(), w.client, chat.Ask{Account: "shop", Fan: "amy", Kind: "text", Args: []string{"hi"}}, time.Millisecond, nil)
	require.NoError(t, err)
	require.True(t, sent.Busy)
	require.Equal(t, []string{"fan: hi", "bot: you say hi"}, shown(sent.Lines))
}

// TestSendPassesOnRefusals at each of its questions.
func TestSendPassesOnRefusals(t *testing.T) {
	w := newTown(t)
	_, err := chat.Send(t.Context(), w.client, chat.Ask{Account: "shpo", Fan: "amy", Kind: "text", Args: []string{"hi"}}, 0, nil)
	require.EqualError(t, err, "nobody is called shpo")
	for _, path := range []string{"/dev/push", "/dev/chat", "/dev/busy"} {
		server := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
			if r.URL.Path == path {
				rw.WriteHeader(http.StatusBadRequest)
				_, _ = rw.Write([]byte(`{"error":"not now"}`))
				return
			}
			w.desk.ServeHTTP(rw, r)
		}))
		_, err := chat.Send(t.Context(), chat.Client{Base: server.URL}, chat.Ask{Account: "shop", Fan: "amy", Kind: "text", Args: []string{"hi"}}, 0, nil)
		server.Close()
		require.EqualError(t, err, "not now", path)
	}
}

// teaShop is an account as account.yaml describes it.
func teaShop() *account.Config {
	return &account.Config{
		Name: "shop", AppID: shopAppID, Secret: shopSecret, OriginalID: "gh_0a1b2c3d4e5f", Kind: "service", Verified: true, Mode: wechat.Safe,
		Keys: wechat.KeyPair{Token: "kestrel2026", EncodingAESKey: shopKey}, Templates: map[string]string{"ready": "TPL-2", "late": "TPL-1"},
	}
}

// TestAStranger is the account as the platform knows it.
func TestAStranger(t *testing.T) {
	require.Equal(t, sim.Account{
		Name: "shop", AppID: shopAppID, Secret: shopSecret, OriginalID: "gh_0a1b2c3d4e5f", Kind: "service", Verified: true, Mode: wechat.Safe,
		Token: "kestrel2026", EncodingAESKey: shopKey, CallbackURL: "http://127.0.0.1:1/wx/shop",
		Templates:    []sim.Template{{ID: "TPL-1", Title: "late"}, {ID: "TPL-2", Title: "ready"}},
		MiniPrograms: []string{sim.AnyMiniProgram},
	}, chat.Stranger(teaShop(), "http://127.0.0.1:1/wx/shop"))
}

// TestDirectSignsByItself needs no stand-in, and tells what the phone would show.
func TestDirectSignsByItself(t *testing.T) {
	w := newTown(t)
	c := teaShop()
	c.Mode = wechat.Plain
	callback := httptest.NewServer(http.HandlerFunc(w.callback))
	defer callback.Close()
	d, err := chat.Direct(t.Context(), c, callback.URL, "amy", sim.Text("hello"))
	require.NoError(t, err)
	require.Equal(t, "you say hello", d.Reply.Text)
	require.Equal(t, openID("amy"), d.OpenID)

	_, err = chat.Direct(t.Context(), c, callback.URL, "amy", sim.Again())
	require.Error(t, err, "there is no push before the first")
	c.Keys.Token = "no token"
	_, err = chat.Direct(t.Context(), c, callback.URL, "amy", sim.Text("hello"))
	require.ErrorContains(t, err, "account.yaml of shop: ")
}

// TestDirectEndsWithItsContext hangs up on a callback that does not answer.
func TestDirectEndsWithItsContext(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	callback := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body) // a server sees its client go once it has read everything
		stop()
		<-r.Context().Done()
	}))
	defer callback.Close()
	c := teaShop()
	c.Mode = wechat.Plain
	d, err := chat.Direct(ctx, c, callback.URL, "amy", sim.Text("hello"))
	require.NoError(t, err)
	require.False(t, d.Answered())
}
