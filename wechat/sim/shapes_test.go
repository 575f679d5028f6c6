package sim_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/require"

	"moonwire/wechat"
	"moonwire/wechat/sim"
)

// What bots in other languages send and read. The shapes are theirs, the words ours.

// indented is a reply as WeRoBot (Python) writes it: a template with a line break and blanks in front, one
// element a line, and the FuncFlag of 2013 at its end.
func indented(r received, kind, rest string) string {
	lines := []string{
		"", "<xml>", "<ToUserName><![CDATA[" + between(r.plain, "<FromUserName><![CDATA[", "]]>") + "]]></ToUserName>",
		"<FromUserName><![CDATA[" + between(r.plain, "<ToUserName><![CDATA[", "]]>") + "]]></FromUserName>",
		"<CreateTime>1760000001</CreateTime>", "<MsgType><![CDATA[" + kind + "]]></MsgType>", rest, "<FuncFlag>0</FuncFlag>", "</xml>", "",
	}
	return strings.Join(lines, "\n    ")
}

// mapped is a reply as PowerWeChat (Go) writes it: elements by the alphabet, and a date in quotes for a time.
func mapped(r received, content string) string {
	return "<xml><Content><![CDATA[" + content + `]]></Content><CreateTime>"2026-03-02T09:00:00.123456789+08:00"</CreateTime>` +
		"<FromUserName><![CDATA[" + between(r.plain, "<ToUserName><![CDATA[", "]]>") + "]]></FromUserName><MsgType><![CDATA[text]]></MsgType>" +
		"<ToUserName><![CDATA[" + between(r.plain, "<FromUserName><![CDATA[", "]]>") + "]]></ToUserName></xml>"
}

func everyAct() []sim.Act {
	return []sim.Act{
		sim.Text("hi"), sim.MenuText("101", "yes"), sim.Image("pic"), sim.Voice("", ""), sim.Video(""), sim.ShortVideo(""),
		sim.Location(30.2, 120.1, "West Lake"), sim.Link("t", "d", "https://example.test/"), sim.Subscribe("desk-7"), sim.Scan("desk-7"),
		sim.Click("K"), sim.Photos("pic_weixin", "K", 2), sim.Consent("TPL", true),
	}
}

func TestReplyShapesOfOtherBots(t *testing.T) {
	text := func(content string) string { return "<Content><![CDATA[" + content + "]]></Content>" }
	item := "<item>\n    <Title><![CDATA[t]]></Title>\n    <Description><![CDATA[d]]></Description>\n    <PicUrl><![CDATA[p]]></PicUrl>\n    <Url><![CDATA[u]]></Url>\n    </item>\n    "
	tests := []struct {
		name  string
		reply func(received) string
		want  string
	}{
		{"WeRoBot text", func(r received) string { return indented(r, "text", text("茶")) }, "茶"},
		{"WeRoBot news", func(r received) string {
			return indented(r, "news", text("")+"\n    <ArticleCount>1</ArticleCount>\n    <Articles>\n    "+item+"</Articles>")
		}, `[news "t" u]`},
		{"WeRoBot music", func(r received) string {
			return indented(r, "music", "<Music>\n    <Title><![CDATA[t]]></Title>\n    <Description><![CDATA[d]]></Description>\n    <MusicUrl><![CDATA[u]]></MusicUrl>\n    <HQMusicUrl><![CDATA[u]]></HQMusicUrl>\n    </Music>")
		}, `[music "t" u]`},
		{"WeRoBot transfer", func(r received) string { return indented(r, "transfer_customer_service", "") }, "[transfer]"},
		{"PowerWeChat text", func(r received) string { return mapped(r, "茶") }, "茶"},
	}
	for _, mode := range []wechat.Mode{wechat.Plain, wechat.Safe} {
		for _, tt := range tests {
			t.Run(tt.name+" "+mode.String(), func(t *testing.T) {
				w := newWorld(t, inMode(mode))
				w.answers(func(r received) (int, string) {
					if mode == wechat.Safe {
						return 200, "\n    " + w.sealed(tt.reply(r)) + "\n"
					}
					return 200, tt.reply(r)
				})
				for _, act := range everyAct() {
					d := w.push("amy", act)
					require.Empty(t, d.Notice, "%s: %s", act.MsgType, d.Cause)
					require.Equal(t, tt.want, d.Reply.String())
				}
			})
		}
	}
}

// The publish chain as silenceper/wechat (Go) makes it, with its types: publish_id is an integer there and
// back, no_content a boolean, and a field of another type would end the decoding.
func TestThePublishChainOfATypedClient(t *testing.T) {
	w := newWorld(t)
	strict := func(path string, body, into any) {
		t.Helper()
		raw, err := json.Marshal(body)
		require.NoError(t, err)
		rec := w.request("POST", w.withToken(path), "application/json", raw)
		require.NoError(t, json.Unmarshal(rec.Body.Bytes(), into), "%s: %s", path, rec.Body)
	}
	id := w.switchedDraft("首页")
	var submitted struct {
		ErrCode   int64 `json:"errcode"`
		PublishID int64 `json:"publish_id"`
	}
	strict("/cgi-bin/freepublish/submit", m{"media_id": id}, &submitted)
	require.Positive(t, submitted.PublishID)
	require.NoError(t, w.p.Idle(t.Context()))
	var status struct {
		PublishID int64  `json:"publish_id"`
		Status    uint   `json:"publish_status"`
		ArticleID string `json:"article_id"`
		Detail    struct {
			Count uint `json:"count"`
			Items []struct {
				Index uint   `json:"idx"`
				URL   string `json:"article_url"`
			} `json:"item"`
		} `json:"article_detail"`
		FailIndex []uint `json:"fail_idx"`
	}
	strict("/cgi-bin/freepublish/get", m{"publish_id": submitted.PublishID}, &status)
	require.Equal(t, submitted.PublishID, status.PublishID)
	require.Zero(t, status.Status)
	require.EqualValues(t, 1, status.Detail.Items[0].Index)
	type item struct {
		Content   string `json:"content"`
		Title     string `json:"title"`
		ShowCover uint   `json:"show_cover_pic"`
		Comment   uint   `json:"need_open_comment"`
		OnlyFans  uint   `json:"only_fans_can_comment"`
		Deleted   bool   `json:"is_deleted"`
	}
	var list struct {
		Total int64 `json:"total_count"`
		Item  []struct {
			ArticleID string `json:"article_id"`
			Content   struct {
				NewsItem []item `json:"news_item"`
			} `json:"content"`
			UpdateTime int64 `json:"update_time"`
		} `json:"item"`
	}
	for bare, want := range map[bool]string{true: "", false: "<p>首页</p>"} {
		strict("/cgi-bin/freepublish/batchget", m{"offset": 0, "count": 20, "no_content": bare}, &list)
		require.Equal(t, status.ArticleID, list.Item[0].ArticleID)
		require.Equal(t, want, list.Item[0].Content.NewsItem[0].Content)
	}
	var first struct {
		NewsItem []item `json:"news_item"`
	}
	strict("/cgi-bin/freepublish/getarticle", m{"article_id": status.ArticleID}, &first)
	require.Equal(t, "首页", first.NewsItem[0].Title)
	var done struct{ ErrCode int64 }
	strict("/cgi-bin/freepublish/delete", m{"article_id": status.ArticleID, "index": 0}, &done)
	require.Zero(t, done.ErrCode)
}

// switchedDraft is a draft of one article, whose switches come in the shapes that SDKs send.
func (w *world) switchedDraft(title string) string {
	w.t.Helper()
	thumb := w.upload("/cgi-bin/material/add_material?type=thumb", "a.jpg", jpeg)["media_id"]
	got := w.must("/cgi-bin/draft/add", m{"articles": []any{m{
		"title": title, "content": "<p>" + title + "</p>", "thumb_media_id": thumb, "need_open_comment": "1", "only_fans_can_comment": false, "show_cover_pic": true,
	}}})
	return fmt.Sprint(got["media_id"])
}

func TestNumbersOfAnswers(t *testing.T) {
	w := newWorld(t)
	w.must("/customservice/kfaccount/add", m{"kf_account": "anna@shop", "nickname": "Anna"})
	require.NoError(t, w.p.SetAgent("shop", "anna@shop", true))
	number := func(path, list, field string) {
		t.Helper()
		first, ok := w.get(path)[list].([]any)[0].(map[string]any)
		require.True(t, ok)
		require.IsType(t, json.Number(""), first[field])
	}
	number("/cgi-bin/customservice/getkflist", "kf_list", "kf_id")
	number("/cgi-bin/customservice/getonlinekflist", "kf_online_list", "kf_id")
	number("/wxaapi/newtmpl/getpubtemplatetitles?ids=616&start=0&limit=30", "data", "tid")
}

func TestReadingAPIsTakeEitherMethod(t *testing.T) {
	w := newWorld(t)
	w.must("/cgi-bin/menu/create", menuOf(click("b", "B")))
	for _, path := range []string{
		"/cgi-bin/template/get_industry", "/cgi-bin/template/get_all_private_template", "/cgi-bin/ticket/getticket?type=jsapi",
		"/cgi-bin/material/get_materialcount", "/cgi-bin/draft/count", "/cgi-bin/tags/get", "/cgi-bin/user/get", "/cgi-bin/menu/get",
		"/cgi-bin/get_current_selfmenu_info", "/cgi-bin/get_current_autoreply_info", "/cgi-bin/getcallbackip", "/cgi-bin/get_api_domain_ip",
		"/cgi-bin/customservice/getkflist", "/cgi-bin/customservice/getonlinekflist", "/customservice/kfsession/getwaitcase",
		"/wxaapi/newtmpl/getcategory", "/wxaapi/newtmpl/gettemplate",
	} {
		require.NotContains(t, []int{43001, 43002}, w.get(path).code(), path)
		require.Equal(t, w.get(path).code(), w.post(path, m{}).code(), path)
	}
	for _, path := range []string{"/wxaapi/newtmpl/getpubtemplatekeywords?tid=1401", "/wxaapi/newtmpl/getpubtemplatetitles?ids=1&start=0&limit=1"} {
		require.Zero(t, w.get(path).code())
		require.Equal(t, 43001, w.post(path, m{}).code(), path)
	}
	require.Equal(t, 43002, w.get("/cgi-bin/tags/create").code())
}

func TestNumbersAndSwitchesOfRequests(t *testing.T) {
	w := newWorld(t)
	w.push("amy", sim.Text("hi"))
	w.must("/cgi-bin/menu/create", menuOf(click("b", "B")))
	w.must("/cgi-bin/tags/create", m{"tag": m{"name": "vip"}}) // the first id is 100
	for _, id := range []any{100, "100"} {
		w.must("/cgi-bin/tags/update", m{"tag": m{"id": id, "name": fmt.Sprintf("vip %T", id)}})
		w.must("/cgi-bin/tags/members/batchtagging", m{"openid_list": []string{w.openID("amy")}, "tagid": id})
		w.must("/cgi-bin/menu/addconditional", m{"button": []any{click("c", "C")}, "matchrule": m{"tag_id": id}})
	}
	require.Equal(t, 45058, w.post("/cgi-bin/tags/update", m{"tag": m{"id": "2", "name": "x"}}).code())
	require.Equal(t, 47001, w.post("/cgi-bin/tags/update", m{"tag": m{"id": "vip", "name": "x"}}).code())
	for _, client := range []any{1, "1", "IOS", "iOS", "IOS(1)", 2, "2", "Android", "Android(2)", 3, "3", "Others", "Others(3)"} {
		w.must("/cgi-bin/menu/addconditional", m{"button": []any{click("c", "C")}, "matchrule": m{"client_platform_type": client}})
	}
	last := fmt.Sprint(w.get("/cgi-bin/menu/get")["conditionalmenu"])
	require.Contains(t, last, "client_platform_type:3")
	require.NotContains(t, last, "ndroid")
	rule := func(rule m) int {
		return w.post("/cgi-bin/menu/addconditional", m{"button": []any{click("c", "C")}, "matchrule": rule}).code()
	}
	require.Equal(t, 65304, rule(m{"client_platform_type": 0}), "empty is no rule")
	require.Equal(t, 65304, rule(m{"client_platform_type": ""}))
	require.Zero(t, rule(m{"client_platform_type": 0, "tag_id": "100"}), "empty beside another one")
	require.Equal(t, 40035, rule(m{"client_platform_type": "Windows"}))
	for _, all := range []any{true, 1, "1", "true"} {
		require.Zero(t, w.post("/cgi-bin/message/mass/sendall", m{"filter": m{"is_to_all": all}, "msgtype": "text", "text": m{"content": fmt.Sprint(all)}}).code())
	}
	w.switchedDraft("x")
	for bare, want := range map[any]string{true: "", 1: "", "1": "", false: "<p>x</p>", 0: "<p>x</p>", "0": "<p>x</p>", nil: "<p>x</p>"} {
		got := w.must("/cgi-bin/draft/batchget", m{"offset": "0", "count": 20, "no_content": bare})
		content := got["item"].([]any)[0].(map[string]any)["content"].(map[string]any)["news_item"].([]any)[0].(map[string]any)["content"]
		require.Equal(t, want, content, "%v", bare)
	}
}

func TestWithdrawnAPIsSaySo(t *testing.T) {
	w := newWorld(t)
	tests := map[string]struct {
		want int
		says string
	}{
		"/cgi-bin/material/add_news":          {45106, "use draft/add"},
		"/cgi-bin/material/update_news":       {45106, "use draft/update"},
		"/cgi-bin/media/uploadnews":           {45106, "use draft/add"},
		"/cgi-bin/shorturl":                   {45103, "use shorten/gen"},
		"/cgi-bin/groups/get":                 {45103, "use tags"},
		"/cgi-bin/groups/members/batchupdate": {45103, "use tags"},
		"/shakearound/device/applyid":         {45103, "unsupported"},
		"/device/authorize_device":            {45103, "unsupported"},
	}
	for path, tt := range tests {
		got := w.post(path, m{})
		require.Equal(t, tt.want, got.code(), path)
		require.Contains(t, got["errmsg"], "This API has been unsupported", path)
		require.Contains(t, got["errmsg"], tt.says, path)
	}
	calls, err := w.p.Calls("shop", 0)
	require.NoError(t, err)
	for _, c := range calls {
		require.NotContains(t, c.Path, "{")
	}
	require.Equal(t, 40066, w.post("/cgi-bin/never/was", m{}).code())
	require.Equal(t, 41001, w.json("POST", "/cgi-bin/shorturl", m{}).code())
}

func TestABodyThatNeverArrivesIsNotTooLarge(t *testing.T) {
	w := newWorld(t)
	for _, path := range []string{"/cgi-bin/stable_token", "/platform/accounts/shop/fans/amy/acts"} {
		for want, body := range map[int]io.Reader{
			http.StatusBadRequest:            io.MultiReader(strings.NewReader("{"), iotest.ErrReader(io.ErrUnexpectedEOF)),
			http.StatusRequestTimeout:        iotest.ErrReader(late{}),
			http.StatusRequestEntityTooLarge: io.LimitReader(zeros{}, 65<<20),
		} {
			rec := httptest.NewRecorder()
			w.api.ServeHTTP(rec, httptest.NewRequest("POST", path, body))
			require.Equal(t, want, rec.Code, path)
			require.Contains(t, rec.Body.String(), "the body ")
		}
	}
}

type late struct{}

func (late) Error() string   { return "i/o timeout" }
func (late) Timeout() bool   { return true }
func (late) Temporary() bool { return true }

type zeros struct{}

func (zeros) Read(b []byte) (int, error) { return len(b), nil }

func TestUploadimgTakesTheFileAsBufferToo(t *testing.T) {
	w := newWorld(t)
	for _, tt := range []struct {
		path, field string
		want        int
	}{
		{"/cgi-bin/media/uploadimg", "media", 0},
		{"/cgi-bin/media/uploadimg", "buffer", 0},
		{"/cgi-bin/media/uploadimg", "file", 41005},
		{"/cgi-bin/media/upload?type=image", "buffer", 41005},
	} {
		var form bytes.Buffer
		mw := multipart.NewWriter(&form)
		part, err := mw.CreateFormFile(tt.field, "a.png")
		require.NoError(t, err)
		_, err = io.WriteString(part, png)
		require.NoError(t, err)
		require.NoError(t, mw.Close())
		rec := w.request("POST", w.withToken(tt.path), mw.FormDataContentType(), form.Bytes())
		got := answer{}
		dec := json.NewDecoder(rec.Body)
		dec.UseNumber()
		require.NoError(t, dec.Decode(&got))
		require.Equal(t, tt.want, got.code(), "%s %s", tt.path, tt.field)
	}
}
