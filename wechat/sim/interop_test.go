package sim_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"moonwire/wechat"
	"moonwire/wechat/api"
	"moonwire/wechat/sim"
)

// The two implementations of the protocol, made apart, meet: package wechat as the account's server.
func TestAnAccountMadeOfPackageWechat(t *testing.T) {
	acts := []sim.Act{
		sim.Text("你好 ]]> <&"), sim.MenuText("101", "yes"), sim.Image("pic"), sim.Voice("", "words"), sim.Video(""), sim.ShortVideo(""),
		sim.Location(30.2, 120.1, "West Lake"), sim.Link("t", "d", "https://example.test/?a=1&b=2"), sim.File("a.pdf", 7),
		sim.MiniProgramPage("t", "wx00000000000000aa", "p"), sim.Subscribe("desk-7"), sim.Click("K"), sim.Scan("desk-7"),
		sim.Photos("pic_weixin", "K", 2), sim.Consent("TPL", true), sim.Position(1, 2, 3), sim.Message("hologram"),
	}
	for _, mode := range []wechat.Mode{wechat.Plain, wechat.Compatible, wechat.Safe} {
		for _, format := range []string{"XML", "JSON"} {
			t.Run(mode.String()+format, func(t *testing.T) {
				cb, err := wechat.NewCallback(wechat.CallbackConfig{
					AppID: shopAppID, OriginalID: shopID, Mode: mode, Current: wechat.KeyPair{Token: shopToken, EncodingAESKey: shopKey},
				})
				require.NoError(t, err)
				opened := make(chan *wechat.Push, 1)
				server := httptest.NewServer(account(cb, opened))
				defer server.Close()
				w := newWorld(t, inMode(mode), with(func(a *sim.Account) {
					a.CallbackURL, a.JSON = server.URL+"/wx?own=1", format == "JSON"
				}))
				require.NoError(t, w.p.Verify(t.Context(), "shop"))
				for _, act := range acts {
					d := w.push("amy", act)
					got := <-opened
					require.Equal(t, "echo "+act.MsgType, d.Reply.Text, "%s", d.Plain)
					require.Equal(t, d.MsgID, got.MsgID)
					require.Equal(t, w.openID("amy"), got.OpenID())
					require.Equal(t, strconv.FormatInt(w.p.Now().Unix(), 10), strconv.FormatInt(got.CreateTime, 10))
				}
				w.push("amy", sim.Photos("pic_weixin", "K", 2))
				require.Equal(t, "2", (<-opened).Value("SendPicsInfo", "Count"))
			})
		}
	}
}

func account(cb *wechat.Callback, opened chan<- *wechat.Push) http.Handler {
	return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		q := wechat.ParseQuery(r.URL.RawQuery)
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return
		}
		if r.Method == http.MethodGet {
			if echo, err := cb.Verify(q); err == nil {
				_, _ = io.WriteString(rw, echo)
			}
			return
		}
		push, err := cb.Open(q, body)
		if err != nil {
			http.Error(rw, err.Error(), http.StatusForbidden)
			return
		}
		kind := push.MsgType
		if kind == "" {
			kind = "event"
		}
		reply := wechat.Reply{Type: "text", Content: "echo " + kind}
		answer, err := cb.Seal(push, reply.AppendXML(nil, push.Message, 1760000001))
		if err != nil {
			http.Error(rw, err.Error(), http.StatusInternalServerError)
			return
		}
		opened <- push
		_, _ = rw.Write(answer)
	})
}

// client is package wechat's API client on this world's platform, over real HTTP.
func (w *world) client() *api.Client {
	w.t.Helper()
	server := httptest.NewServer(w.api)
	w.t.Cleanup(server.Close)
	c, err := api.NewClient(api.ClientConfig{
		BaseURL: server.URL, AppID: shopAppID, Secret: shopSecret, Doer: server.Client(), Now: w.p.Now,
		Sleep: func(context.Context, time.Duration) error { return nil },
	})
	require.NoError(w.t, err)
	return c
}

func TestTheClientOfPackageWechat(t *testing.T) {
	w := newWorld(t, with(withTemplates), func(o *sim.Options, _ *sim.Account) { o.UserPage = 2 })
	c, ctx := w.client(), t.Context()
	for _, fan := range []string{"amy", "bob", "eve"} {
		w.push(fan, sim.Text("hi"))
	}
	amy := w.openID("amy")
	require.NoError(t, c.SendCustom(ctx, &api.Outgoing{ToUser: amy, MsgType: "text", Content: "<b>&"}))
	require.NoError(t, c.Typing(ctx, amy, true))
	require.Equal(t, "bot/custom <b>&", w.lines("amy")[1])

	user, err := c.UserInfo(ctx, amy)
	require.NoError(t, err)
	require.True(t, user.Subscribe)
	var all []string
	for id, err := range c.AllFollowers(ctx) {
		require.NoError(t, err)
		all = append(all, id)
	}
	require.Equal(t, []string{amy, w.openID("bob"), w.openID("eve")}, all)

	tag, err := c.CreateTag(ctx, "vip")
	require.NoError(t, err)
	require.NoError(t, c.TagUsers(ctx, tag.ID, []string{amy}))
	tags, err := c.TagsOf(ctx, amy)
	require.NoError(t, err)
	require.Equal(t, []int64{tag.ID}, tags)
	require.NoError(t, c.Block(ctx, []string{w.openID("eve")}))
	blocked := slices.Collect(keys(t, c.Blacklist(ctx)))
	require.Equal(t, []string{w.openID("eve")}, blocked)

	require.NoError(t, c.CreateMenu(ctx, []api.Button{{Type: "click", Name: "今日", Key: "T"}}))
	id, err := c.AddConditionalMenu(ctx, api.Menu{
		Buttons: []api.Button{{Name: "更多", SubButtons: []api.Button{{Type: "view", Name: "v", URL: "https://example.test/"}}}}, MatchRule: &api.MatchRule{ClientPlatformType: "1"},
	})
	require.NoError(t, err)
	matched, err := c.MatchMenu(ctx, amy)
	require.NoError(t, err)
	require.Equal(t, "v", matched[0].SubButtons[0].Name)
	menus, err := c.Menus(ctx)
	require.NoError(t, err)
	require.Equal(t, id, menus.Conditional[0].MenuID)
	require.NoError(t, c.DeleteConditionalMenu(ctx, id))
	current, err := c.CurrentMenu(ctx)
	require.NoError(t, err)
	require.True(t, current.Open)

	msgid, err := c.SendTemplate(ctx, &api.TemplateMessage{ToUser: amy, TemplateID: "any", Data: map[string]api.TemplateValue{"a": {Value: "b"}}})
	require.NoError(t, err)
	require.Greater(t, len(msgid), 16)
	upload, err := c.UploadMedia(ctx, "image", "a.png", []byte(png))
	require.NoError(t, err)
	file, err := c.DownloadMedia(ctx, upload.MediaID)
	require.NoError(t, err)
	require.Equal(t, png, string(file.Data))
	code, err := c.CreateQRCode(ctx, api.QRCode{SceneStr: "desk-7", Life: time.Hour})
	require.NoError(t, err)
	w.push("amy", sim.ScanTicket(code.Ticket))
	sent, err := c.SendMass(ctx, &api.Mass{ToAll: true, MsgType: "text", Content: "news"})
	require.NoError(t, err)
	status, err := c.MassStatus(ctx, sent.MsgID)
	require.NoError(t, err)
	require.Equal(t, "SEND_SUCCESS", status)
	key, err := c.ShortKey(ctx, "long", time.Hour)
	require.NoError(t, err)
	short, err := c.FetchShort(ctx, key)
	require.NoError(t, err)
	require.Equal(t, "long", short.LongData)
	_, err = c.SignJS(ctx, "https://example.test/")
	require.NoError(t, err)
	ips, err := c.CallbackIPs(ctx)
	require.NoError(t, err)
	require.NotEmpty(t, ips)
}

func keys(t *testing.T, seq func(func(string, error) bool)) func(func(string) bool) {
	return func(yield func(string) bool) {
		for k, err := range seq {
			require.NoError(t, err)
			if !yield(k) {
				return
			}
		}
	}
}

func TestTheClientRenewsADeadToken(t *testing.T) {
	w := newWorld(t)
	c := w.client()
	_, err := c.Tags(t.Context())
	require.NoError(t, err)
	require.NoError(t, w.p.ExpireTokens("shop"))
	_, err = c.Tags(t.Context())
	require.NoError(t, err)
	w.p.MoveClock(7000 * time.Second)
	_, err = c.Tags(t.Context())
	require.NoError(t, err)
	w.p.AddFault(sim.Fault{Path: "tags/get", ErrCode: 45009, Times: 1})
	_, err = c.Tags(t.Context())
	var api *api.Error
	require.ErrorAs(t, err, &api)
	require.Equal(t, 45009, api.Code)
	require.Regexp(t, `^[0-9a-f-]{26}$`, api.Rid)
}
