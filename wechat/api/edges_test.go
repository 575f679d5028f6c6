package api_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"moonwire/wechat"
	"moonwire/wechat/api"
)

// TestLimitsAtTheirEdge sends what is just allowed, and not what is one more.
func TestLimitsAtTheirEdge(t *testing.T) {
	x := func(n int) string { return strings.Repeat("x", n) }
	openids := func(n int) []string {
		all := make([]string, n)
		for i := range all {
			all[i] = fmt.Sprint("o", i)
		}
		return all
	}
	upload := func(kind, name string) func(*client, int) error {
		return func(c *client, n int) error {
			_, err := c.UploadMedia(bg(), kind, name, make([]byte, n))
			return err
		}
	}
	for _, tc := range []struct {
		name string
		most int
		send func(c *client, n int) error
		want string
	}{
		{"fans of a mass message", 10_000, func(_ *client, n int) error {
			return (&api.Mass{OpenIDs: openids(n), MsgType: "text", Content: "x"}).Check()
		}, "touser: has 10001 openids; want 2 to 10000"},
		{"a mass message's own id", 64, func(_ *client, n int) error {
			return (&api.Mass{ToAll: true, MsgType: "text", Content: "x", ClientMsgID: x(n)}).Check()
		}, "clientmsgid: has 65 bytes; want at most 64"},
		{"a remark", 29, func(c *client, n int) error { return c.SetRemark(bg(), "o1", strings.Repeat("茶", n)) }, "remark: has 30 characters; want at most 29"},
		{"an image", 10 << 20, upload("image", "a.jpg"), "file"},
		{"a voice", 2 << 20, upload("voice", "a.mp3"), "file"},
		{"a video", 10 << 20, upload("video", "a.mp4"), "file"},
		{"a thumb", 64 << 10, upload("thumb", "a.jpg"), "file"},
		{"a path", 200, func(_ *client, n int) error { return api.CheckCall("/cgi-bin/"+x(n-len("/cgi-bin/")), nil) }, "path: is longer than 200 bytes"},
		{"a body", 4 << 20, func(_ *client, n int) error { _, err := api.EncodeJSON(x(n)); return err }, "body: is too large; want at most 4194304 bytes of JSON"},
		{"a body that begins with a control character", 4<<20 - 5, func(_ *client, n int) error { _, err := api.EncodeJSON("\x01" + x(n-1)); return err }, "body: is too large"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			r := newRig(t, say(`{"media_id":"M"}`))
			require.NoError(t, tc.send(r.client, tc.most))
			sent := len(r.calls())
			err := tc.send(r.client, tc.most+1)
			var field *wechat.FieldError
			require.ErrorAs(t, err, &field)
			require.ErrorContains(t, err, tc.want)
			require.Len(t, r.calls(), sent)
		})
	}
}

// TestTheSameFanTwice is named by the places in the list.
func TestTheSameFanTwice(t *testing.T) {
	err := (&api.Mass{OpenIDs: []string{"a", "b", "c", "b"}, MsgType: "text", Content: "x"}).Check()
	require.EqualError(t, err, "touser: item 4 is the same openid as item 2; want each once")
}

// TestALongValueIsShortenedInItsError to 24 characters.
func TestALongValueIsShortenedInItsError(t *testing.T) {
	name := strings.Repeat("茶", 25)
	err := (&api.Menu{Buttons: []api.Button{{Type: "click", Name: name, Key: "k"}}}).Check()
	require.ErrorContains(t, err, `"`+strings.Repeat("茶", 24)+`…"`)
	err = (&api.Menu{Buttons: []api.Button{{Type: "click", Name: strings.Repeat("茶", 24), Key: "k"}}}).Check()
	require.ErrorContains(t, err, `"`+strings.Repeat("茶", 24)+`"`)
}

// TestParametersOfAQuery go through, but for those that the engine adds.
func TestParametersOfAQuery(t *testing.T) {
	require.NoError(t, api.CheckCall("/cgi-bin/user/get", url.Values{"next_openid": {"o1"}, "lang": {"zh_CN"}, "token": {"x"}}))
	for _, name := range []string{"access_token", "appid", "secret", "appsecret", "component_access_token", "component_appid", "Access_Token", "SECRET"} {
		require.EqualError(t, api.CheckCall("/cgi-bin/user/get", url.Values{name: {"x"}}), "query."+name+": is added by the engine; leave it out")
	}
}

// TestHalfASurrogatePair becomes U+FFFD and takes nothing with it.
func TestHalfASurrogatePair(t *testing.T) {
	for _, tc := range []struct{ in, want string }{
		{`"\ud83d\ude00"`, `"😀"`},
		{`"\ud83d\u0041"`, `"�A"`},
		{`"\ud83dA"`, `"�A"`},
		{`"\ude00\ud83d"`, `"��"`},
		{`"\ud83d\ue000"`, `"�` + "\ue000" + `"`},
	} {
		got, err := api.EncodeJSON(json.RawMessage(tc.in))
		require.NoError(t, err)
		require.Equal(t, tc.want, string(got), tc.in)
	}
}

// TestEmbeddedStructsAreDecoded, and their faults are named.
func TestEmbeddedStructsAreDecoded(t *testing.T) {
	type inner struct {
		Count int64 `json:"count"`
	}
	var got struct {
		inner
		Name string `json:"name"`
	}
	require.NoError(t, api.Answer{Body: []byte("{\"count\":\"7\",\"name\":\"a\x1fb\"}")}.Decode(&got))
	require.EqualValues(t, 7, got.Count)
	require.Equal(t, "a b", got.Name)
	require.ErrorContains(t, api.Answer{Body: []byte(`{"count":"many"}`)}.Decode(&got), "count")
}

// TestStoppedAPIsStayStopped each for itself, and the log says so.
func TestStoppedAPIsStayStopped(t *testing.T) {
	r := newRig(t, say(`{"errcode":45009}`))
	paths := []string{"/cgi-bin/tags/get", "/cgi-bin/user/get", "/cgi-bin/menu/get"}
	for range 2 {
		for _, path := range paths {
			_, err := r.client.Call(bg(), api.Request{Path: path})
			require.Error(t, err)
		}
	}
	require.Len(t, r.calls(), len(paths), "none is called twice")
	require.Equal(t, len(paths), strings.Count(r.log.String(), `msg="API closed by the platform"`))
	require.Contains(t, r.log.String(), "errcode=45009")
}

// TestStatusesThatAreNoAnswer say that a redirect is not followed, and only then.
func TestStatusesThatAreNoAnswer(t *testing.T) {
	for _, tc := range []struct {
		status   int
		redirect bool
	}{{299, false}, {300, true}, {302, true}, {399, true}, {400, false}, {404, false}} {
		_, err := newRig(t, status(tc.status, "<html>")).client.Call(bg(), probe)
		require.ErrorContains(t, err, fmt.Sprintf("the platform answered HTTP %d", tc.status))
		require.Equal(t, tc.redirect, strings.Contains(err.Error(), "redirects are not followed, check api_base"), "%d", tc.status)
	}
}

// TestAnAnswerInBlanks is JSON nevertheless.
func TestAnAnswerInBlanks(t *testing.T) {
	for _, before := range []string{"", "\ufeff", " \r\n\t", "\ufeff \n"} {
		r := newRig(t, say(before+`{"errcode":40003,"errmsg":"invalid openid"}`+" \n"))
		_, err := r.client.Call(bg(), probe)
		var refused *api.Error
		require.ErrorAs(t, err, &refused, "%q", before)
		require.Equal(t, 40003, refused.Code)
		require.Equal(t, "*/*", r.last().header.Get("Accept"))
	}
}

// TestAnAddressThatIsMissing from the words of a refusal is left out.
func TestAnAddressThatIsMissing(t *testing.T) {
	for _, words := range []string{"invalid ip", "invalid ip, not in whitelist", "access clientip is not registered, requestIP:", "ip"} {
		_, err := newRig(t, say(fmt.Sprintf(`{"errcode":40164,"errmsg":%q}`, words))).client.Call(bg(), probe)
		var refused *api.Error
		require.ErrorAs(t, err, &refused, words)
		require.Equal(t, 40164, refused.Code)
	}
}

// TestATokenAnswerWithoutAToken is an error that says so.
func TestATokenAnswerWithoutAToken(t *testing.T) {
	s := newStub(t, say(`{"expires_in":7200}`))
	tokens, err := api.NewTokenSource(api.TokenConfig{BaseURL: s.server.URL, AppID: "wx1", Secret: appSecret, Stable: true})
	require.NoError(t, err)
	_, err = tokens.Token(bg())
	require.ErrorContains(t, err, "the answer holds no token")
}

// TestAPlainTokenOfAShortLife is renewed in its last quarter, and not all the time.
func TestAPlainTokenOfAShortLife(t *testing.T) {
	w := newWorld()
	w.life = 400 * time.Second
	s := w.source(t, false, false, io.Discard)
	for _, step := range []struct {
		after time.Duration
		calls int
	}{{0, 1}, {200 * time.Second, 1}, {90 * time.Second, 1}, {20 * time.Second, 2}} {
		w.advance(step.after)
		_, err := s.Token(bg())
		require.NoError(t, err)
		calls, _ := w.counted()
		require.Equal(t, step.calls, calls)
	}
}

// TestForcedRefreshesStandApart: 30 s after the first, twice as long after each, and from the beginning after a day.
func TestForcedRefreshesStandApart(t *testing.T) {
	w := newWorld()
	w.stuck = true
	s := w.source(t, true, false, io.Discard)
	renew := func() int {
		token, err := s.Token(bg())
		require.NoError(t, err)
		_, _ = s.Renew(bg(), token)
		_, forces := w.counted()
		return forces
	}
	forcedAfter := func() time.Duration { // until the next forced refresh
		before := renew()
		for waited := time.Duration(0); ; {
			w.advance(10 * time.Second)
			waited += 10 * time.Second
			require.Less(t, waited, 3*time.Hour)
			if renew() > before {
				return waited
			}
		}
	}
	require.Equal(t, 1, renew())
	require.Equal(t, 30*time.Second, forcedAfter())
	require.Equal(t, time.Minute, forcedAfter())
	require.Equal(t, 2*time.Minute, forcedAfter())
	w.advance(25 * time.Hour)
	require.Equal(t, 5, renew())
	require.Equal(t, 30*time.Second, forcedAfter())
}
