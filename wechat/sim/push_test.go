package sim_test

import (
	"encoding/json"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"moonwire/wechat"
	"moonwire/wechat/sim"
)

func TestFanOpenID(t *testing.T) {
	id := sim.FanOpenID(shopAppID, "amy")
	require.Regexp(t, `^o[A-Za-z0-9_-]{27}$`, id)
	require.Equal(t, id, sim.FanOpenID(shopAppID, "amy"))
	require.NotEqual(t, id, sim.FanOpenID(shopAppID, "bob"))
	require.NotEqual(t, id, sim.FanOpenID("wxfedcba9876543210", "amy"))
	require.Equal(t, id, sim.FanOpenID("wxfedcba9876543210", id), "an openid stands for itself")
}

// The kinds of protocol 3 and 4, written as the samples there are.
func TestPushesAreWrittenAsWeChatWritesThem(t *testing.T) {
	tests := []struct {
		name string
		act  sim.Act
		want string // after CreateTime; MEDIA stands for any media id, ID for any message id
	}{
		{"text", sim.Text("a]]>b"), `<MsgType><![CDATA[text]]></MsgType><Content><![CDATA[a]]]]><![CDATA[>b]]></Content><MsgId>ID</MsgId>`},
		{"msgmenu", sim.MenuText("101", "Satisfied"), `<MsgType><![CDATA[text]]></MsgType><Content><![CDATA[Satisfied]]></Content><bizmsgmenuid>101</bizmsgmenuid><MsgId>ID</MsgId>`},
		{"image", sim.Image("m1"), `<MsgType><![CDATA[image]]></MsgType><PicUrl><![CDATA[http://mmbiz.qpic.cn/mmbiz_jpg/m1/0]]></PicUrl><MediaId><![CDATA[m1]]></MediaId><MsgId>ID</MsgId>`},
		{"voice", sim.Voice("v1", "hi"), `<MsgType><![CDATA[voice]]></MsgType><Format><![CDATA[amr]]></Format><Recognition><![CDATA[hi]]></Recognition><MediaId><![CDATA[v1]]></MediaId><MediaId16K><![CDATA[MEDIA]]></MediaId16K><MsgId>ID</MsgId>`},
		{"video", sim.Video("v2"), `<MsgType><![CDATA[video]]></MsgType><MediaId><![CDATA[v2]]></MediaId><ThumbMediaId><![CDATA[MEDIA]]></ThumbMediaId><MsgId>ID</MsgId>`},
		{"shortvideo", sim.ShortVideo("v3"), `<MsgType><![CDATA[shortvideo]]></MsgType><MediaId><![CDATA[v3]]></MediaId><ThumbMediaId><![CDATA[MEDIA]]></ThumbMediaId><MsgId>ID</MsgId>`},
		{"location", sim.Location(30.245853, 120.149963, "West Lake"), `<MsgType><![CDATA[location]]></MsgType><Location_X>30.245853</Location_X><Location_Y>120.149963</Location_Y><Scale>16</Scale><Label><![CDATA[West Lake]]></Label><MsgId>ID</MsgId>`},
		{"link", sim.Link("Tea", "how", "https://example.test/tea"), `<MsgType><![CDATA[link]]></MsgType><Title><![CDATA[Tea]]></Title><Description><![CDATA[how]]></Description><Url><![CDATA[https://example.test/tea]]></Url><MsgId>ID</MsgId>`},
		{"unknown kind", sim.Message("hologram", sim.Field{Name: "Depth", Value: "3"}), `<MsgType><![CDATA[hologram]]></MsgType><Depth><![CDATA[3]]></Depth><MsgId>ID</MsgId>`},
		{"subscribe", sim.Subscribe(""), `<MsgType><![CDATA[event]]></MsgType><Event><![CDATA[subscribe]]></Event><EventKey><![CDATA[]]></EventKey>`},
		{"CLICK", sim.Click("MENU_TODAY"), `<MsgType><![CDATA[event]]></MsgType><Event><![CDATA[CLICK]]></Event><EventKey><![CDATA[MENU_TODAY]]></EventKey>`},
		{"LOCATION", sim.Position(30.2458, 120.1499, 40), `<MsgType><![CDATA[event]]></MsgType><Event><![CDATA[LOCATION]]></Event><Latitude>30.245800</Latitude><Longitude>120.149900</Longitude><Precision>40.000000</Precision>`},
		{"scancode", sim.ScanCode("scancode_waitmsg", "scan2", "qrcode", "box-42"), `<MsgType><![CDATA[event]]></MsgType><Event><![CDATA[scancode_waitmsg]]></Event><EventKey><![CDATA[scan2]]></EventKey><ScanCodeInfo><ScanType><![CDATA[qrcode]]></ScanType><ScanResult><![CDATA[box-42]]></ScanResult></ScanCodeInfo>`},
		{"pic_weixin", sim.Photos("pic_weixin", "cam3", 2), `<MsgType><![CDATA[event]]></MsgType><Event><![CDATA[pic_weixin]]></Event><EventKey><![CDATA[cam3]]></EventKey><SendPicsInfo><Count>2</Count><PicList><item><PicMd5Sum><![CDATA[00000000000000000000000000000001]]></PicMd5Sum></item><item><PicMd5Sum><![CDATA[00000000000000000000000000000002]]></PicMd5Sum></item></PicList></SendPicsInfo>`},
		{"location_select", sim.PickLocation("loc1", 30.24, 120.15, "Hangzhou"), `<MsgType><![CDATA[event]]></MsgType><Event><![CDATA[location_select]]></Event><EventKey><![CDATA[loc1]]></EventKey><SendLocationInfo><Location_X><![CDATA[30.240000]]></Location_X><Location_Y><![CDATA[120.150000]]></Location_Y><Scale><![CDATA[15]]></Scale><Label><![CDATA[Hangzhou]]></Label><Poiname><![CDATA[]]></Poiname></SendLocationInfo>`},
		{"popup", sim.Consent("TPL_A", true), `<MsgType><![CDATA[event]]></MsgType><Event><![CDATA[subscribe_msg_popup_event]]></Event><SubscribeMsgPopupEvent><List><TemplateId><![CDATA[TPL_A]]></TemplateId><SubscribeStatusString><![CDATA[accept]]></SubscribeStatusString><PopupScene>1</PopupScene></List></SubscribeMsgPopupEvent>`},
	}
	w := newWorld(t)
	anyID, anyMedia := regexp.MustCompile(`<MsgId>\d{17,}</MsgId>`), regexp.MustCompile(`[A-Za-z0-9_-]{64}`)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d := w.push("amy", tt.act)
			head := "<xml><ToUserName><![CDATA[" + shopID + "]]></ToUserName><FromUserName><![CDATA[" + w.openID("amy") + "]]></FromUserName><CreateTime>1772413200</CreateTime>"
			got := anyMedia.ReplaceAllString(anyID.ReplaceAllString(d.Plain, "<MsgId>ID</MsgId>"), "MEDIA")
			require.Equal(t, head+tt.want+"</xml>", got)
			seen := w.seen()
			require.Equal(t, d.Plain, seen[len(seen)-1].body, "plain mode sends it as it is")
		})
	}
}

func TestScansDependOnWhoScans(t *testing.T) {
	w := newWorld(t)
	require.Contains(t, w.push("amy", sim.Scan("desk-7")).Plain, "<Event><![CDATA[SCAN]]></Event><EventKey><![CDATA[desk-7]]></EventKey><Ticket>")
	w.push("amy", sim.Unsubscribe())
	require.Contains(t, w.push("amy", sim.Scan("desk-7")).Plain, "<Event><![CDATA[subscribe]]></Event><EventKey><![CDATA[qrscene_desk-7]]></EventKey><Ticket>")
	require.Equal(t, "desk-7", w.get("/cgi-bin/user/info?openid=" + w.openID("amy"))["qr_scene_str"])
}

func TestWhoLeftCannotTalk(t *testing.T) {
	w := newWorld(t)
	w.push("amy", sim.Unsubscribe())
	for _, act := range []sim.Act{sim.Text("hi"), sim.Click("K"), sim.Unsubscribe()} {
		d := w.p.Push(t.Context(), "shop", "amy", act)
		require.ErrorContains(t, d.Err, "subscribe first")
		require.Empty(t, d.Attempts)
	}
	w.push("amy", sim.Subscribe(""))
	w.push("amy", sim.Text("hi"))
}

func TestEventsOfWeChatItself(t *testing.T) {
	w := newWorld(t)
	d := w.push("amy", sim.ProfileEvent("user_authorization_revoke", "205"))
	require.NotContains(t, between(d.Plain, "<FromUserName>", "</FromUserName>"), w.openID("amy"))
	require.Contains(t, d.Plain, "<OpenID><![CDATA["+w.openID("amy")+"]]></OpenID>")
	require.Contains(t, d.Plain, "<RevokeInfo><![CDATA[205]]></RevokeInfo>")
	d = w.p.Push(t.Context(), "shop", "", sim.Event("qualification_verify_success", sim.Field{Name: "ExpiredTime", Value: "1791539600"}))
	require.NoError(t, d.Err)
	require.Contains(t, d.Plain, "<ExpiredTime>1791539600</ExpiredTime>")
	require.ErrorContains(t, w.p.Push(t.Context(), "shop", "", sim.Text("hi")).Err, "names no fan")
	fans, err := w.p.Fans("shop")
	require.NoError(t, err)
	require.Len(t, fans, 1)
	require.Nil(t, fans[0].LastAct, "no act of the fan")
}

func TestPushesAreSignedAndSealed(t *testing.T) {
	for _, mode := range []wechat.Mode{wechat.Plain, wechat.Compatible, wechat.Safe} {
		t.Run(mode.String(), func(t *testing.T) {
			w := newWorld(t, inMode(mode), with(func(a *sim.Account) { a.CallbackURL += "?own=a%20b" }))
			require.NoError(t, w.p.Verify(t.Context(), "shop"))
			d := w.push("amy", sim.Text("你好"))
			got := w.seen()[0]
			q := got.query
			require.Equal(t, "a b", q.Get("own"))
			require.Equal(t, w.openID("amy"), q.Get("openid"))
			require.Equal(t, "1772413200", q.Get("timestamp"))
			require.Equal(t, wechat.Sign(shopToken, q.Get("timestamp"), q.Get("nonce")), q.Get("signature"))
			require.Equal(t, d.Plain, got.plain)
			if mode == wechat.Plain {
				require.Empty(t, q.Get("encrypt_type")+q.Get("msg_signature"))
				return
			}
			require.Equal(t, "aes", q.Get("encrypt_type"))
			secret := between(got.body, "<Encrypt><![CDATA[", "]]></Encrypt>")
			require.Equal(t, wechat.Sign(shopToken, q.Get("timestamp"), q.Get("nonce"), secret), q.Get("msg_signature"))
			rest := strings.Replace(got.body, "<Encrypt><![CDATA["+secret+"]]></Encrypt>", "", 1)
			if mode == wechat.Compatible {
				require.Equal(t, d.Plain, rest)
			} else {
				require.Equal(t, "<xml><ToUserName><![CDATA["+shopID+"]]></ToUserName></xml>", rest)
			}
		})
	}
}

func TestPushesInJSON(t *testing.T) {
	for _, mode := range []wechat.Mode{wechat.Plain, wechat.Compatible, wechat.Safe} {
		t.Run(mode.String(), func(t *testing.T) {
			w := newWorld(t, inMode(mode), with(func(a *sim.Account) { a.JSON = true }))
			require.Contains(t, w.push("amy", sim.Text("<a>&")).Plain, `"Content":"<a>&"`, "without HTML escapes")
			d := w.push("amy", sim.Photos("pic_weixin", "cam", 2))
			var plain struct {
				FromUserName string
				CreateTime   json.Number
				SendPicsInfo struct {
					Count   int
					PicList struct {
						Item []struct{ PicMd5Sum string } `json:"item"`
					}
				}
			}
			require.NoError(t, json.Unmarshal([]byte(d.Plain), &plain))
			require.Equal(t, w.openID("amy"), plain.FromUserName)
			require.Equal(t, "1772413200", plain.CreateTime.String())
			require.Len(t, plain.SendPicsInfo.PicList.Item, 2)
			var outer map[string]any
			require.NoError(t, json.Unmarshal([]byte(w.seen()[1].body), &outer))
			require.Equal(t, shopID, outer["ToUserName"])
			require.Equal(t, mode != wechat.Plain, outer["Encrypt"] != nil)
			require.Equal(t, mode != wechat.Safe, outer["Event"] != nil)
		})
	}
}

func TestVerifyWantsTheEchoAndNothingElse(t *testing.T) {
	w := newWorld(t)
	require.NoError(t, w.p.Verify(t.Context(), "shop"))
	w.set.CallbackURL = strings.Replace(w.set.CallbackURL, "127.0.0.1", "127.0.0.1:1", 1)
	w.set.CallbackURL = "http://127.0.0.1:1/"
	require.NoError(t, w.p.SetAccount(w.set))
	require.ErrorContains(t, w.p.Verify(t.Context(), "shop"), "does not answer")
	require.ErrorIs(t, w.p.Verify(t.Context(), "nobody"), sim.ErrNoAccount)
}

func TestSettingsAreChecked(t *testing.T) {
	good := sim.Account{Name: "a", AppID: "wx1", Secret: "s", Token: "abc", Mode: wechat.Safe, EncodingAESKey: shopKey}
	tests := []struct {
		name   string
		change func(*sim.Account)
		want   string
	}{
		{"good", func(*sim.Account) {}, ""},
		{"no name", func(a *sim.Account) { a.Name = "" }, "name"},
		{"no app id", func(a *sim.Account) { a.AppID = "" }, "app_id"},
		{"kind", func(a *sim.Account) { a.Kind = "x" }, "kind"},
		{"short token", func(a *sim.Account) { a.Token = "ab" }, "token"},
		{"token with a dash", func(a *sim.Account) { a.Token = "ab-c" }, "token"},
		{"no key", func(a *sim.Account) { a.EncodingAESKey = "" }, "encoding_aes_key"},
		{"short key", func(a *sim.Account) { a.EncodingAESKey = shopKey[1:] }, "encoding_aes_key"},
		{"address", func(a *sim.Account) { a.CallbackURL = "ftp://x/" }, "callback_url"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := sim.New(sim.Options{})
			defer p.Close()
			a := good
			tt.change(&a)
			err := p.AddAccount(a)
			if tt.want == "" {
				require.NoError(t, err)
				require.ErrorContains(t, p.AddAccount(a), "exists")
				a.Name = "other"
				require.ErrorContains(t, p.AddAccount(a), "already belongs")
				return
			}
			require.ErrorContains(t, err, tt.want)
			require.NotContains(t, err.Error(), shopKey)
		})
	}
}
