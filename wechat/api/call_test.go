package api_test

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"moonwire/wechat"
	"moonwire/wechat/api"
)

var probe = api.Request{Path: "/cgi-bin/tags/getidlist", Body: map[string]any{"openid": "oTEST"}}

func TestCallSendsTokenAndRawUTF8(t *testing.T) {
	r := newRig(t, say(`{"ok":1}`))
	_, err := r.client.Call(context.Background(), api.Request{
		Path: "/cgi-bin/menu/create", Body: map[string]any{"a": "茶 <b>&\u2028\u2029 \x01\xff", "b": 1},
	})
	require.NoError(t, err)
	require.Equal(t, "POST", r.last().method)
	require.Equal(t, liveToken, r.last().token)
	require.Equal(t, "{\"a\":\"茶 <b>&\u2028\u2029 \uFFFD\",\"b\":1}", r.last().body)
	require.Equal(t, "application/json", r.last().header.Get("Content-Type"))
}

func TestRefusedTokenIsRenewedOnce(t *testing.T) {
	for _, code := range []string{"40001", "40014", "42001"} {
		t.Run(code, func(t *testing.T) {
			r := newRig(t, say(`{"errcode":`+code+`,"errmsg":"invalid credential rid: 1-2-3"}`), say(`{"tagid_list":[1]}`))
			answer, err := r.client.Call(context.Background(), probe)
			require.NoError(t, err)
			require.JSONEq(t, `{"tagid_list":[1]}`, string(answer.JSON))
			calls := r.calls()
			require.Len(t, calls, 2)
			require.Equal(t, []string{liveToken}, r.tokens.stales)
			require.Equal(t, freshToken, calls[1].token)
			require.Equal(t, calls[0].body, calls[1].body, "the body is sent again")
			require.Empty(t, r.slept)
		})
	}
}

func TestRefusedTokenEndsAfterOneRenewal(t *testing.T) {
	r := newRig(t, say(`{"errcode":42001,"errmsg":"expired"}`))
	_, err := r.client.Call(context.Background(), probe)
	var refused *api.Error
	require.ErrorAs(t, err, &refused)
	require.Equal(t, 42001, refused.Code)
	require.Len(t, r.calls(), 2)
	require.Len(t, r.tokens.stales, 1)
}

func TestSameTokenGivesTheRefusalItself(t *testing.T) {
	r := newRig(t, say(`{"errcode":"40001","errmsg":"invalid credential"}`))
	r.tokens.renewal = api.ErrSameToken
	_, err := r.client.Call(context.Background(), probe)
	var refused *api.Error
	require.ErrorAs(t, err, &refused)
	require.Equal(t, api.ClassToken, refused.Class)
	require.Len(t, r.calls(), 1)
}

func TestBusyPlatformIsAskedAgain(t *testing.T) {
	busy := say(`{"errcode":-1,"errmsg":"system error"}`)
	tests := []struct {
		name    string
		answers []http.HandlerFunc
		slept   []time.Duration
		ok      bool
	}{
		{"second try", []http.HandlerFunc{busy, say(`{}`)}, []time.Duration{time.Second}, true},
		{"fourth try", []http.HandlerFunc{busy, status(502, "x"), hangUp, say(`{}`)}, []time.Duration{1e9, 2e9, 4e9}, true},
		{"never", []http.HandlerFunc{busy}, []time.Duration{1e9, 2e9, 4e9}, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := newRig(t, tt.answers...)
			_, err := r.client.Call(context.Background(), probe)
			require.Equal(t, tt.ok, err == nil, "%v", err)
			require.Equal(t, tt.slept, r.slept)
			require.Len(t, r.calls(), len(tt.slept)+1)
		})
	}
}

// dated is a context that says when it ends and does not: the machine may be slow.
type dated struct {
	context.Context
	at time.Time
}

func (d dated) Deadline() (time.Time, bool) { return d.at, true }

func dueIn(d time.Duration) context.Context { return dated{context.Background(), time.Now().Add(d)} }

func TestBackOffStaysInsideTheDeadline(t *testing.T) {
	r := newRig(t, say(`{"errcode":-1}`))
	_, err := r.client.Call(dueIn(6900*time.Millisecond), probe)
	require.Error(t, err)
	require.Equal(t, []time.Duration{time.Second, 2 * time.Second}, r.slept, "4 s more would not fit into 6.9 s")
}

func TestSendIsNotRepeatedWhenItMayHaveArrived(t *testing.T) {
	text := &api.Outgoing{ToUser: "oTEST", MsgType: "text", Content: "hi"}
	template := &api.TemplateMessage{ToUser: "oTEST", TemplateID: "T", Data: map[string]api.TemplateValue{"a": {Value: "b"}}}

	r := newRig(t, hangUp, say(`{}`))
	err := r.client.SendCustom(context.Background(), text)
	var failed *api.TransportError
	require.ErrorAs(t, err, &failed)
	require.True(t, failed.MaybeDone)
	require.Len(t, r.calls(), 1)

	r = newRig(t, say(`{"errcode":-1}`), say(`{"errcode":0}`))
	require.NoError(t, r.client.SendCustom(context.Background(), text), "a plain no is safe to repeat")

	r = newRig(t, hangUp, say(`{"msgid":"7250021412600020992"}`))
	template.ClientMsgID = "order-1"
	msgid, err := r.client.SendTemplate(context.Background(), template)
	require.NoError(t, err, "the platform knows the repeat by its client_msg_id")
	require.Equal(t, "7250021412600020992", msgid)
}

func TestUnreachablePlatformIsNotMaybeDone(t *testing.T) {
	r := newRig(t, say(`{}`))
	r.server.Close()
	err := r.client.SendCustom(context.Background(), &api.Outgoing{ToUser: "o", MsgType: "text", Content: "x"})
	var failed *api.TransportError
	require.ErrorAs(t, err, &failed)
	require.False(t, failed.MaybeDone)
	require.Len(t, r.slept, 3, "nothing was sent, so it is tried again")
}

func TestRateLimitRestsAMinuteOnce(t *testing.T) {
	r := newRig(t, say(`{"errcode":45011,"errmsg":"api minute-quota reach limit"}`))
	_, err := r.client.Call(context.Background(), probe)
	require.Error(t, err)
	require.Len(t, r.calls(), 2)

	_, err = r.client.Call(dueIn(4*time.Second), probe)
	var refused *api.Error
	require.ErrorAs(t, err, &refused)
	require.Equal(t, 45011, refused.Code)
	require.Len(t, r.calls(), 2, "a caller in a hurry is told at once")
}

func TestUsedUpQuotaStopsTheAPIUntilChinaMidnight(t *testing.T) {
	r := newRig(t, say(`{"errcode":45009,"errmsg":"reach max api daily quota limit"}`), say(`{}`))
	_, err := r.client.Call(context.Background(), probe)
	require.Error(t, err)
	_, err = r.client.Call(context.Background(), probe)
	var refused *api.Error
	require.ErrorAs(t, err, &refused)
	require.Contains(t, refused.Error(), "not called again before 00:00 China time")
	require.Len(t, r.calls(), 1)
	_, err = r.client.Call(context.Background(), api.Request{Path: "/cgi-bin/tags/get"})
	require.NoError(t, err, "other APIs go on")

	r.now = time.Date(2026, 3, 2, 16, 0, 0, 0, time.UTC)
	_, err = r.client.Call(context.Background(), probe)
	require.NoError(t, err, "16:00 UTC is midnight in China")
}

func TestClearedQuotaReopensTheAPI(t *testing.T) {
	r := newRig(t, say(`{"errcode":45009}`), say(`{"errcode":0}`))
	_, err := r.client.Call(context.Background(), probe)
	require.Error(t, err)
	require.NoError(t, r.client.ClearQuota(context.Background()))
	_, err = r.client.Call(context.Background(), probe)
	require.NoError(t, err)
}

func TestOperatorMayResumeStoppedAPIs(t *testing.T) {
	r := newRig(t, say(`{"errcode":45009}`), say(`{"errcode":0}`))
	_, err := r.client.Call(context.Background(), probe)
	require.Error(t, err)
	r.client.ResumeStopped()
	_, err = r.client.Call(context.Background(), probe)
	require.NoError(t, err)
}

func TestPacingRefusesWhatCannotWait(t *testing.T) {
	r := newRig(t, say(`{"msg_id":1}`))
	mass := &api.Mass{ToAll: true, MsgType: "text", Content: "x"}
	for range 10 {
		_, err := r.client.SendMass(context.Background(), mass)
		require.NoError(t, err)
	}
	_, err := r.client.SendMass(dueIn(500*time.Millisecond), mass)
	require.ErrorContains(t, err, "own pacing")
	require.Len(t, r.calls(), 10)
}

func TestRealSleepEndsWithTheContext(t *testing.T) {
	r := newStub(t, say(`{"errcode":-1}`))
	observed := make(chan error, 9)
	client, err := api.NewClient(api.ClientConfig{
		BaseURL: r.server.URL, AppID: "wx1", Tokens: &fixedTokens{},
		Observe: func(op string, err error, _ time.Duration) { observed <- err },
	})
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(context.Background())
	go func() { <-observed; cancel() }()
	_, err = client.Call(ctx, probe)
	var refused *api.Error
	require.ErrorAs(t, err, &refused)
	require.Len(t, r.calls(), 1, "the pause of 1 s was cut short")
}

func TestMassMessagesArePaced(t *testing.T) {
	r := newRig(t, say(`{"msg_id":1}`))
	mass := &api.Mass{ToAll: true, MsgType: "text", Content: "x"}
	for range 12 {
		_, err := r.client.SendMass(context.Background(), mass)
		require.NoError(t, err)
	}
	require.Len(t, r.slept, 2, "ten in a burst, then one a second")
}

func TestRedirectsAreNotFollowed(t *testing.T) {
	elsewhere := newStub(t, say(`{}`))
	r := newRig(t, func(w http.ResponseWriter, req *http.Request) {
		http.Redirect(w, req, elsewhere.server.URL+"/steal", http.StatusFound)
	})
	_, err := r.client.Call(context.Background(), probe)
	require.ErrorContains(t, err, "redirects are not followed")
	require.Empty(t, elsewhere.calls())
}

// follower is a Doer that follows redirects by itself.
type follower struct{ client *http.Client }

func (f follower) Do(r *http.Request) (*http.Response, error) { return f.client.Do(r) }

func TestAnswerOfAnotherHostIsRefused(t *testing.T) {
	elsewhere := newStub(t, say(`{}`))
	r := newStub(t, func(w http.ResponseWriter, req *http.Request) {
		http.Redirect(w, req, elsewhere.server.URL+"/x", http.StatusFound)
	})
	client, err := api.NewClient(api.ClientConfig{BaseURL: r.server.URL, AppID: "wx1", Tokens: &fixedTokens{}, Doer: follower{http.DefaultClient}})
	require.NoError(t, err)
	_, err = client.Call(context.Background(), probe)
	require.ErrorContains(t, err, "another host")
}

func TestPathsThatCallRefuses(t *testing.T) {
	tests := []struct{ name, path, query string }{
		{"another host", "@evil.com/x", ""},
		{"host by slashes", "//evil.com/cgi-bin/x", ""},
		{"whole URL", "https://evil.com/cgi-bin/x", ""},
		{"no slash", "cgi-bin/user/info", ""},
		{"unknown root", "/admin/x", ""},
		{"root alone", "/cgi-bin/", ""},
		{"up", "/cgi-bin/../sns/userinfo", ""},
		{"escaped up", "/cgi-bin/%2e%2e/x", ""},
		{"query inside", "/cgi-bin/user/info?access_token=x", ""},
		{"fragment", "/cgi-bin/user#x", ""},
		{"backslash", `/cgi-bin\user`, ""},
		{"blank", "/cgi-bin/user info", ""},
		{"line break", "/cgi-bin/user\r\nHost: evil.com", ""},
		{"Chinese", "/cgi-bin/用户", ""},
		{"long", "/cgi-bin/" + strings.Repeat("a", 300), ""},
		{"token", "/cgi-bin/token", ""},
		{"token with slash", "/cgi-bin/token/", ""},
		{"token with dot", "/cgi-bin/token./", ""},
		{"token in capitals", "/cgi-bin/Token", ""},
		{"stable token", "/cgi-bin/stable_token", ""},
		{"clear with secret", "/cgi-bin/clear_quota/v2", ""},
		{"oauth", "/sns/oauth2/access_token", ""},
		{"access_token", "/cgi-bin/user/info", "access_token=x"},
		{"Access_Token", "/cgi-bin/user/info", "Access_Token=x"},
		{"appid", "/cgi-bin/user/info", "appid=x"},
		{"secret", "/cgi-bin/user/info", "secret=x"},
	}
	r := newRig(t, say(`{}`))
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			query, err := url.ParseQuery(tt.query)
			require.NoError(t, err)
			_, err = r.client.Call(context.Background(), api.Request{Path: tt.path, Query: query})
			var field *wechat.FieldError
			require.ErrorAs(t, err, &field)
		})
	}
	require.Empty(t, r.calls())
}

// hostWatch fails when a request leaves for another host or for a path that answers with secrets.
type hostWatch struct{ t *testing.T }

func (h hostWatch) Do(r *http.Request) (*http.Response, error) {
	require.Equal(h.t, "api.test", r.URL.Host)
	require.Equal(h.t, "api.test", r.Host)
	require.Equal(h.t, []string{liveToken}, r.URL.Query()["access_token"])
	require.NotContains(h.t, r.URL.Path, "..")
	for _, secret := range []string{"/cgi-bin/token", "/cgi-bin/stable_token", "/cgi-bin/clear_quota/v2"} {
		require.NotEqual(h.t, secret, strings.ToLower(strings.TrimRight(r.URL.Path, "/.")))
	}
	return answer(`{}`), nil
}

func FuzzPathsStayOnTheHost(f *testing.F) {
	for _, path := range []string{"@evil.com/x", "/cgi-bin/user/info", "/cgi-bin/token/.", "//x", "/cgi-bin/a?b", "/cgi-bin/%2e%2e/x"} {
		f.Add(path, "openid")
	}
	f.Fuzz(func(t *testing.T, path, param string) {
		client, err := api.NewClient(api.ClientConfig{BaseURL: "https://api.test", AppID: "wx1", Tokens: &fixedTokens{}, Doer: hostWatch{t}})
		require.NoError(t, err)
		_, err = client.Call(context.Background(), api.Request{Path: path, Query: url.Values{param: {"x"}}})
		var field *wechat.FieldError
		if err != nil {
			require.ErrorAs(t, err, &field)
		}
	})
}

func TestMethodMustBeGetOrPost(t *testing.T) {
	r := newRig(t, say(`{}`))
	_, err := r.client.Call(context.Background(), api.Request{Method: "DELETE", Path: "/cgi-bin/menu/delete"})
	require.ErrorContains(t, err, "GET and POST")
	_, err = r.client.Call(context.Background(), api.Request{Method: "POST", Path: "/cgi-bin/message/mass/speed/get"})
	require.NoError(t, err)
	require.Equal(t, "POST", r.last().method)
}

func TestAnswersThatAreNoAnswers(t *testing.T) {
	tests := []struct {
		name   string
		answer http.HandlerFunc
		want   string
	}{
		{"empty", say(""), "not JSON"},
		{"html", say("<html>"), "not JSON"},
		{"truncated", say(`{"a":`), "not JSON"},
		{"404", status(404, "not found"), "HTTP 404"},
		{"large", say(strings.Repeat("x", api.AnswerLimit+1)), "over 4 MiB"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := newRig(t, tt.answer)
			_, err := r.client.Call(context.Background(), probe)
			require.ErrorContains(t, err, tt.want)
			require.Len(t, r.calls(), 1, "trying again would not help")
		})
	}
}

func TestErrcodeWithHTTPErrorIsStillAnErrcode(t *testing.T) {
	r := newRig(t, status(400, `{"errcode":"40003","errmsg":"invalid openid"}`))
	_, err := r.client.Call(context.Background(), probe)
	var refused *api.Error
	require.ErrorAs(t, err, &refused)
	require.Equal(t, 40003, refused.Code)
}

func TestCancelledCallerGetsItsOwnError(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	r := newRig(t, func(w http.ResponseWriter, req *http.Request) { cancel(); <-req.Context().Done() })
	_, err := r.client.Call(ctx, probe)
	require.ErrorIs(t, err, context.Canceled)
	require.Empty(t, r.slept)
}
