package sim_test

import (
	"bytes"
	"encoding/json"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"moonwire/wechat/sim"
)

const png = "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"

const jpeg = "\xff\xd8\xff\xe0\x00\x10JFIF"

func (w *world) upload(target, filename, data string, fields ...string) answer {
	w.t.Helper()
	var b bytes.Buffer
	form := multipart.NewWriter(&b)
	part, err := form.CreateFormFile("media", filename)
	require.NoError(w.t, err)
	_, err = part.Write([]byte(data))
	require.NoError(w.t, err)
	for i := 0; i < len(fields); i += 2 {
		require.NoError(w.t, form.WriteField(fields[i], fields[i+1]))
	}
	require.NoError(w.t, form.Close())
	rec := w.request("POST", w.withToken(target), form.FormDataContentType(), b.Bytes())
	require.Equal(w.t, http.StatusOK, rec.Code)
	if strings.HasPrefix(target, "/cgi-bin/media/") {
		require.Equal(w.t, "text/plain", rec.Header().Get("Content-Type"))
	}
	return decoded(w.t, rec)
}

func decoded(t *testing.T, rec *httptest.ResponseRecorder) answer {
	t.Helper()
	out := answer{}
	dec := json.NewDecoder(rec.Body)
	dec.UseNumber()
	require.NoError(t, dec.Decode(&out))
	return out
}

func TestUploadsAreChecked(t *testing.T) {
	w := newWorld(t)
	tests := []struct {
		name, kind, file, data string
		want                   int
	}{
		{"png", "image", "a.png", png, 0},
		{"upper-case extension", "image", "a.PNG", png, 0},
		{"voice", "voice", "a.amr", "#!AMR", 0},
		{"video", "video", "a.mp4", "ftyp", 0},
		{"thumb", "thumb", "a.jpg", jpeg, 0},
		{"kind", "file", "a.pdf", "x", 40004},
		{"wrong kind of file", "image", "a.amr", png, 40005},
		{"thumb must be jpg", "thumb", "a.png", png, 40005},
		{"no extension", "image", "a", png, 41005},
		{"empty", "image", "a.png", "", 44001},
		{"no picture", "image", "a.png", "text", 40113},
		{"large image", "image", "a.png", png + strings.Repeat("x", 10<<20), 40009},
		{"large voice", "voice", "a.mp3", strings.Repeat("x", 2<<20+1), 40010},
		{"large thumb", "thumb", "a.jpg", jpeg + strings.Repeat("x", 64<<10), 40012},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := w.upload("/cgi-bin/media/upload?type="+tt.kind, tt.file, tt.data)
			require.Equal(t, tt.want, got.code(), "%v", got)
			if tt.want == 0 {
				require.Equal(t, tt.kind == "thumb", got["thumb_media_id"] != nil)
				require.Equal(t, tt.kind != "thumb", got["media_id"] != nil)
				require.Equal(t, "1772413200", fmtNumber(got["created_at"]))
			}
		})
	}
	require.Equal(t, 41005, w.post("/cgi-bin/media/upload?type=image", m{"media": "x"}).code())
}

func TestVoicesPlayAMinuteAtMost(t *testing.T) {
	repeat := func(frame string, size, n int) string {
		return strings.Repeat(frame+strings.Repeat("\x00", size-len(frame)), n)
	}
	tag := "ID3\x04\x00\x00\x00\x00\x01\x00" + strings.Repeat("\xff", 128)
	tests := []struct {
		name, file, data string
		want             int
	}{
		{"AMR of 60 s", "a.amr", "#!AMR\n" + repeat("\x3c", 32, 3000), 0},
		{"AMR of 60.02 s", "a.amr", "#!AMR\n" + repeat("\x3c", 32, 3001), 45007},
		{"silence counts", "a.amr", "#!AMR\n" + repeat("\x04", 13, 1) + repeat("\x7c", 1, 3000), 45007},
		{"wide-band AMR", "a.amr", "#!AMR-WB\n" + repeat("\x44", 61, 3001), 45007},
		{"unknown frames", "a.amr", "#!AMR\n" + repeat("\x6c", 1, 3001), 0},
		{"MP3 of 59.98 s", "a.mp3", tag + repeat("\xff\xfb\x14\x00", 96, 2499) + "TAG", 0},
		{"MP3 of 60.02 s", "a.mp3", tag + repeat("\xff\xfb\x14\x00", 96, 2501) + "TAG", 45007},
		{"MP3 of 16 kHz", "a.mp3", repeat("\xff\xf3\x28\x00", 72, 1667), 45007},
		{"MP3 of 8 kHz", "a.mp3", repeat("\xff\xe3\x28\x00", 144, 834), 45007},
		{"padding", "a.mp3", repeat("\xff\xfb\x16\x00", 97, 2501), 45007},
		{"no MP3", "a.mp3", strings.Repeat("speech", 9000), 0},
	}
	w := newWorld(t)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			require.Equal(t, tt.want, w.upload("/cgi-bin/media/upload?type=voice", tt.file, tt.data).code())
		})
	}
}

func TestTemporaryMediaLastThreeDays(t *testing.T) {
	w := newWorld(t)
	id := w.upload("/cgi-bin/media/upload?type=image", "cat.png", png)["media_id"].(string)
	get := func() *httptest.ResponseRecorder {
		return w.request("GET", w.withToken("/cgi-bin/media/get?media_id="+id), "", nil)
	}
	rec := get()
	require.Equal(t, png, rec.Body.String())
	require.Equal(t, "image/png", rec.Header().Get("Content-Type"))
	require.Equal(t, `attachment; filename="cat.png"`, rec.Header().Get("Content-Disposition"))
	w.p.MoveClock(72*time.Hour - time.Second)
	w.token = ""
	require.Equal(t, png, get().Body.String())
	w.p.MoveClock(time.Second)
	rec = get()
	require.Equal(t, http.StatusOK, rec.Code)
	require.Equal(t, 40007, decoded(t, rec).code())
}

func TestAVideoIsGivenAsAnAddress(t *testing.T) {
	w := newWorld(t)
	id := w.upload("/cgi-bin/media/upload?type=video", "a.mp4", "film")["media_id"].(string)
	url, ok := w.get("/cgi-bin/media/get?media_id=" + id)["video_url"].(string)
	require.True(t, ok)
	path := strings.TrimPrefix(url, "http://example.com")
	require.Equal(t, "film", w.request("GET", path, "", nil).Body.String())
}

func TestPicturesOfFansCanBeFetched(t *testing.T) {
	w := newWorld(t, func(o *sim.Options, _ *sim.Account) { o.PublicURL = "http://example.com" })
	act := sim.Image("")
	act.Media[0].Data = []byte(png)
	d := w.push("amy", act)
	path := strings.TrimPrefix(between(d.Plain, "<PicUrl><![CDATA[", "]]>"), "http://example.com")
	require.Equal(t, png, w.request("GET", path, "", nil).Body.String())
	id := between(d.Plain, "<MediaId><![CDATA[", "]]>")
	require.Equal(t, png, w.request("GET", w.withToken("/cgi-bin/media/get?media_id="+id), "", nil).Body.String())
}

func TestMaterial(t *testing.T) {
	w := newWorld(t)
	picture := w.upload("/cgi-bin/material/add_material?type=image", "a.png", png)
	id := picture["media_id"].(string)
	require.NotEmpty(t, picture["url"])
	require.Equal(t, 41011, w.upload("/cgi-bin/material/add_material?type=video", "a.mp4", "film").code())
	film := w.upload("/cgi-bin/material/add_material?type=video", "a.mp4", "film", "description", `{"title":"t","introduction":"i"}`)["media_id"]
	got := w.must("/cgi-bin/material/get_material", m{"media_id": film})
	require.Equal(t, "t i", got["title"].(string)+" "+got["description"].(string))
	require.NotEmpty(t, got["down_url"])
	rec := w.request("POST", w.withToken("/cgi-bin/material/get_material"), "", []byte(`{"media_id":"`+id+`"}`))
	require.Equal(t, png, rec.Body.String())
	counts := w.get("/cgi-bin/material/get_materialcount")
	require.Equal(t, "1 1 0", fmtNumber(counts["image_count"])+" "+fmtNumber(counts["video_count"])+" "+fmtNumber(counts["voice_count"]))
	list := w.must("/cgi-bin/material/batchget_material", m{"type": "image", "offset": 0, "count": 20})
	require.Equal(t, id, list["item"].([]any)[0].(m)["media_id"])
	require.Equal(t, 40097, w.post("/cgi-bin/material/batchget_material", m{"type": "image", "offset": 0, "count": 21}).code())
	w.must("/cgi-bin/menu/create", menuOf(m{"type": "media_id", "name": "b", "media_id": id}))
	require.Equal(t, 48005, w.post("/cgi-bin/material/del_material", m{"media_id": id}).code())
	require.Zero(t, w.get("/cgi-bin/menu/delete").code())
	w.must("/cgi-bin/material/del_material", m{"media_id": id})
	require.Equal(t, 40007, w.post("/cgi-bin/material/del_material", m{"media_id": id}).code())
	require.NotEmpty(t, w.upload("/cgi-bin/media/uploadimg", "a.png", png)["url"])
	require.Equal(t, "0", fmtNumber(w.get("/cgi-bin/material/get_materialcount")["image_count"]), "pictures of articles do not count")
}

func (w *world) draft() string {
	w.t.Helper()
	thumb := w.upload("/cgi-bin/material/add_material?type=thumb", "a.jpg", jpeg)["media_id"]
	got := w.must("/cgi-bin/draft/add", m{"articles": []any{
		m{"title": "Tea", "content": "<p>a</p><script>x</script>", "thumb_media_id": thumb, "digest": "d"},
		m{"title": "Pot", "content": "b", "thumb_media_id": thumb},
	}})
	return got["media_id"].(string)
}

func TestDraftsAndPublishing(t *testing.T) {
	w := newWorld(t)
	id := w.draft()
	items := w.must("/cgi-bin/draft/get", m{"media_id": id})["news_item"].([]any)
	require.Equal(t, "<p>a</p>", items[0].(m)["content"])
	w.must("/cgi-bin/draft/update", m{"media_id": id, "index": 1, "articles": m{"title": "Cup", "content": "c", "thumb_media_id": items[0].(m)["thumb_media_id"]}})
	require.Equal(t, 40060, w.post("/cgi-bin/draft/update", m{"media_id": id, "index": 2, "articles": m{"title": "x"}}).code())
	require.Equal(t, 40007, w.post("/cgi-bin/draft/add", m{"articles": []any{m{"title": "a", "content": "b", "thumb_media_id": "x"}}}).code())
	require.Equal(t, 45003, w.post("/cgi-bin/draft/add", m{"articles": []any{m{"title": strings.Repeat("题", 33), "content": "b"}}}).code())
	require.Equal(t, 44003, w.post("/cgi-bin/draft/add", m{"articles": []any{}}).code())
	require.Equal(t, "1", fmtNumber(w.get("/cgi-bin/draft/count")["total_count"]))

	publish := fmtNumber(w.must("/cgi-bin/freepublish/submit", m{"media_id": id})["publish_id"])
	require.NoError(t, w.p.Idle(t.Context()))
	require.Equal(t, "0", fmtNumber(w.get("/cgi-bin/draft/count")["total_count"]), "the draft is gone")
	got := w.must("/cgi-bin/freepublish/get", m{"publish_id": publish})
	require.Equal(t, "0", fmtNumber(got["publish_status"]))
	article := got["article_id"].(string)
	last := w.seen()[0].plain
	require.Contains(t, last, "<Event><![CDATA[PUBLISHJOBFINISH]]></Event><PublishEventInfo><publish_id>"+publish+"</publish_id><publish_status>0</publish_status><article_id><![CDATA["+article+"]]></article_id><article_detail><count>2</count><item><idx>1</idx>")
	items = w.must("/cgi-bin/freepublish/getarticle", m{"article_id": article})["news_item"].([]any)
	require.Equal(t, "Cup", items[1].(m)["title"])
	w.must("/cgi-bin/menu/create", menuOf(m{"type": "article_id", "name": "b", "article_id": article}))
	w.push("amy", sim.Text("hi"))
	w.must("/cgi-bin/message/custom/send", m{"touser": w.openID("amy"), "msgtype": "mpnewsarticle", "mpnewsarticle": m{"article_id": article}})
	list := w.must("/cgi-bin/freepublish/batchget", m{"offset": 0, "count": 1, "no_content": 1})["item"].([]any)
	require.Equal(t, "", list[0].(m)["content"].(m)["news_item"].([]any)[0].(m)["content"])
	w.must("/cgi-bin/freepublish/delete", m{"article_id": article, "index": 1})
	w.must("/cgi-bin/freepublish/delete", m{"article_id": article})
	require.Equal(t, 53600, w.post("/cgi-bin/freepublish/getarticle", m{"article_id": article}).code())
	require.Equal(t, "5", fmtNumber(w.must("/cgi-bin/freepublish/get", m{"publish_id": publish})["publish_status"]))
	require.Equal(t, 53502, w.post("/cgi-bin/freepublish/get", m{"publish_id": "1"}).code())
}

func TestPicturesOfArticles(t *testing.T) {
	w := newWorld(t)
	own := w.upload("/cgi-bin/media/uploadimg", "a.png", png)["url"].(string)
	material := w.upload("/cgi-bin/material/add_material?type=image", "a.png", png)
	tests := []struct{ name, sent, kept string }{
		{"from uploadimg", `<p><img src="` + own + `"></p>`, `<p><img src="` + own + `"></p>`},
		{"from elsewhere", `<img src="http://evil.test/a.png" alt="a">`, `<img src="" alt="a">`},
		{"material", `<img src="` + material["url"].(string) + `">`, `<img src="">`},
		{"single quotes", `<IMG alt=">" SRC = 'https://evil.test/?a="b"'>`, `<IMG alt=">" src="">`},
		{"no quotes", `<img data-src=//evil.test/a.png src=` + own + `>`, `<img data-src="" src=` + own + `>`},
		{"never closed", `<img src=//evil.test/a.png`, `<img src=""`},
		{"put together by a taken script", `<im<script></script>g src="//evil.test/">`, `<img src="">`},
		{"no picture", `<image src="a"> src="b"`, `<image src="a"> src="b"`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			id := w.must("/cgi-bin/draft/add", m{"articles": []any{
				m{"title": "a", "content": tt.sent, "article_type": "newspic", "image_info": m{"image_list": []any{m{"image_media_id": material["media_id"]}}}},
			}})["media_id"]
			items := w.must("/cgi-bin/draft/get", m{"media_id": id})["news_item"].([]any)
			require.Equal(t, tt.kept, items[0].(m)["content"])
		})
	}
	for _, name := range []string{"need_open_comment", "only_fans_can_comment"} {
		require.Equal(t, 40035, w.post("/cgi-bin/draft/add", m{"articles": []any{m{"title": "a", "content": "b", name: 7}}}).code())
	}
}

func TestDraftPages(t *testing.T) {
	w := newWorld(t)
	first, second := w.draft(), w.draft()
	list := w.must("/cgi-bin/draft/batchget", m{"offset": 0, "count": 20})["item"].([]any)
	require.Equal(t, second, list[0].(m)["media_id"], "newest first")
	w.must("/cgi-bin/draft/delete", m{"media_id": first})
	require.Equal(t, 40007, w.post("/cgi-bin/draft/get", m{"media_id": first}).code())
	require.Len(t, w.must("/cgi-bin/material/batchget_material", m{"type": "news", "offset": 0, "count": 20})["item"], 1)
}
