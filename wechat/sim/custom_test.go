package sim_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"moonwire/wechat/sim"
)

func fmtNumber(v any) string {
	if n, ok := v.(json.Number); ok {
		return n.String()
	}
	return fmt.Sprint(v)
}

func TestWindows(t *testing.T) {
	tests := []struct {
		name  string
		act   sim.Act
		life  time.Duration
		count int // 0 = opens nothing, -1 = any number
	}{
		{"message", sim.Text("hi"), 48 * time.Hour, 5},
		{"CLICK", sim.Click("K"), time.Minute, 3},
		{"scancode", sim.ScanCode("scancode_push", "K", "qrcode", "r"), time.Minute, 3},
		{"msgmenu", sim.MenuText("101", "Satisfied"), time.Minute, 3},
		{"subscribe", sim.Subscribe(""), time.Minute, 3},
		{"SCAN", sim.Scan("7"), time.Minute, 3},
		{"pay", sim.Event("user_pay_from_pay_cell", sim.Field{Name: "CardId", Value: "c"}), 48 * time.Hour, -1},
		{"VIEW", sim.View("https://example.test/"), 0, 0},
		{"view_miniprogram", sim.ViewMiniProgram("p"), 0, 0},
		{"LOCATION", sim.Position(1, 2, 3), 0, 0},
		{"pictures", sim.Photos("pic_weixin", "K", 1), 0, 0},
		{"job", sim.Event("TEMPLATESENDJOBFINISH"), 0, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t)
			require.Equal(t, 40003, w.sendText("amy", "unasked"), "nobody knows amy yet")
			w.push("amy", tt.act)
			if tt.count == 0 {
				require.Equal(t, 45015, w.sendText("amy", "a"))
				return
			}
			for range max(tt.count, 0) {
				require.Zero(t, w.sendText("amy", "a"))
			}
			if tt.count > 0 {
				require.Equal(t, 45047, w.sendText("amy", "one too many"))
				w.push("amy", tt.act)
			}
			w.p.MoveClock(tt.life - time.Second)
			w.token = ""
			require.Zero(t, w.sendText("amy", "just in time"))
			w.p.MoveClock(time.Second)
			w.token = ""
			require.Equal(t, 45015, w.sendText("amy", "too late"))
		})
	}
}

func TestTheShorterWindowIsSpentFirst(t *testing.T) {
	w := newWorld(t)
	w.push("amy", sim.Text("hi"))
	w.push("amy", sim.Click("K"))
	for range 3 {
		require.Zero(t, w.sendText("amy", "of the menu"))
	}
	w.p.MoveClock(time.Minute)
	for range 5 {
		require.Zero(t, w.sendText("amy", "of the message"))
	}
	require.Equal(t, 45047, w.sendText("amy", "spent"))
}

func TestWhoCannotBeReached(t *testing.T) {
	w := newWorld(t)
	w.push("amy", sim.Text("hi"))
	require.Equal(t, 40003, w.sendText("bob", "a"))
	yes, no := true, false
	_, err := w.p.ChangeFan("shop", "amy", sim.FanChange{Refuses: &yes})
	require.NoError(t, err)
	require.Equal(t, 48002, w.sendText("amy", "a"))
	_, err = w.p.ChangeFan("shop", "amy", sim.FanChange{Refuses: &no, Blocked: &yes})
	require.NoError(t, err)
	require.Equal(t, 43019, w.sendText("amy", "a"))
	require.Contains(t, w.push("amy", sim.Text("let me in")).Withheld, "blacklist")
	require.Len(t, w.seen(), 1)
	_, err = w.p.ChangeFan("shop", "amy", sim.FanChange{Blocked: &no})
	require.NoError(t, err)
	w.push("amy", sim.Unsubscribe())
	require.Equal(t, 43004, w.sendText("amy", "a"))
}

func TestUnverifiedAccountsMayNotCall(t *testing.T) {
	tests := []struct {
		kind             string
		verified         bool
		custom, template int
	}{
		{"service", true, 40003, 40003},
		{"service", false, 48001, 48001},
		{"subscription", true, 40003, 48001},
		{"subscription", false, 48001, 48001},
		{"test", false, 40003, 40003},
	}
	for _, tt := range tests {
		t.Run(fmt.Sprint(tt.kind, tt.verified), func(t *testing.T) {
			w := newWorld(t, ofKind(tt.kind, tt.verified))
			require.Equal(t, tt.custom, w.sendText("nobody", "a"))
			require.Equal(t, tt.template, w.post("/cgi-bin/message/template/send", map[string]any{"touser": "x"}).code())
			require.Zero(t, w.get("/cgi-bin/getcallbackip").code())
		})
	}
}

func TestEveryKindOfCustomMessage(t *testing.T) {
	w := newWorld(t, with(func(a *sim.Account) { a.Cards = []string{"card-1"} }))
	w.push("amy", sim.Image("pic"))
	w.push("amy", sim.Voice("speech", ""))
	w.push("amy", sim.Video("film"))
	long := strings.Repeat("a", 2049)
	article := map[string]any{"title": "t", "url": "u"}
	tests := []struct {
		kind string
		part any
		want int
	}{
		{"text", m{"content": "a"}, 0},
		{"text", m{"content": ""}, 44004},
		{"text", m{"content": long[1:]}, 0},
		{"text", m{"content": long}, 45002},
		{"text", "a", 47001},
		{"text", nil, 47001},
		{"image", m{"media_id": "pic"}, 0},
		{"image", m{"media_id": "nope"}, 40007},
		{"image", m{}, 41006},
		{"image", m{"media_id": "film"}, 40121},
		{"voice", m{"media_id": "speech"}, 0},
		{"video", m{"media_id": "film", "thumb_media_id": "pic", "title": "t"}, 0},
		{"video", m{"media_id": "film", "thumb_media_id": "nope"}, 40007},
		{"video", m{"media_id": "film", "title": strings.Repeat("题", 129)}, 45003},
		{"music", m{"musicurl": "u", "thumb_media_id": "pic"}, 0},
		{"music", m{"musicurl": "u"}, 41006},
		{"news", m{"articles": []any{article}}, 0},
		{"news", m{"articles": []any{article, article}}, 45008},
		{"news", m{"articles": []any{}}, 44003},
		{"news", m{"articles": []any{m{"url": strings.Repeat("u", 2049)}}}, 45005},
		{"mpnews", m{"media_id": "nope"}, 40007},
		{"mpnewsarticle", m{"article_id": "nope"}, 53600},
		{"msgmenu", m{"head_content": "?", "list": []any{m{"id": 101, "content": "yes"}, m{"id": "102", "content": "no"}}}, 0},
		{"msgmenu", m{"list": []any{}}, 44005},
		{"msgmenu", m{"list": []any{m{"id": "1", "content": strings.Repeat("a", 513)}}}, 45099},
		{"wxcard", m{"card_id": "card-1"}, 0},
		{"wxcard", m{"card_id": "card-2"}, 40073},
		{"miniprogrampage", m{"title": "t", "appid": "wx00000000000000aa", "pagepath": "p", "thumb_media_id": "pic"}, 0},
		{"miniprogrampage", m{"title": "t", "appid": "wx00000000000000bb", "pagepath": "p", "thumb_media_id": "pic"}, 45064},
		{"miniprogrampage", m{"title": "t", "appid": "wx00000000000000aa", "thumb_media_id": "pic"}, 40165},
		{"hologram", m{}, 40008},
	}
	for i, tt := range tests {
		t.Run(fmt.Sprint(i, tt.kind), func(t *testing.T) {
			w.push("amy", sim.Text("open")) // a fresh window each time
			chat, err := w.p.Chat("shop", "amy")
			require.NoError(t, err)
			before := chat.Last()
			body := m{"touser": w.openID("amy"), "msgtype": tt.kind}
			if tt.part != nil {
				body[tt.kind] = tt.part
			}
			require.Equal(t, tt.want, w.post("/cgi-bin/message/custom/send", body).code())
			lines := chat.After(before)
			require.Len(t, lines, 1)
			require.Equal(t, tt.want, lines[0].ErrCode)
			require.Equal(t, "custom", lines[0].Via)
			if tt.want == 0 {
				require.Equal(t, tt.kind, lines[0].Shown.Type)
			}
		})
	}
}

type m = map[string]any

func TestMsgmenuOnATestAccount(t *testing.T) {
	w := newWorld(t, ofKind("test", false))
	w.push("amy", sim.Text("hi"))
	body := m{"touser": w.openID("amy"), "msgtype": "msgmenu", "msgmenu": m{"list": []any{m{"id": 1, "content": "a"}}}}
	require.Equal(t, 40200, w.post("/cgi-bin/message/custom/send", body).code())
}

func TestTyping(t *testing.T) {
	w := newWorld(t)
	typing := func(command string) int {
		return w.post("/cgi-bin/message/custom/typing", m{"touser": w.openID("amy"), "command": command}).code()
	}
	require.Equal(t, 40003, typing("Typing"))
	w.push("amy", sim.Click("K"))
	require.Equal(t, 45072, typing("typing"))
	require.Zero(t, typing("Typing"))
	require.Equal(t, 45081, typing("Typing"))
	require.Zero(t, typing("CancelTyping"))
	require.Zero(t, typing("Typing"))
	w.p.MoveClock(15 * time.Second)
	require.Zero(t, typing("Typing"), "shown for 15 s")
	w.p.MoveClock(15*time.Second + time.Second)
	require.Equal(t, 45080, typing("Typing"), "31 s after the click")
}

func TestAMessageEndsTyping(t *testing.T) {
	w := newWorld(t)
	w.push("amy", sim.Text("hi"))
	body := m{"touser": w.openID("amy"), "command": "Typing"}
	w.must("/cgi-bin/message/custom/typing", body)
	require.Zero(t, w.sendText("amy", "here"))
	require.Zero(t, w.post("/cgi-bin/message/custom/typing", body).code())
}

func TestAgentsNameOnAMessage(t *testing.T) {
	w := newWorld(t)
	w.push("amy", sim.Text("hi"))
	body := customText(w.openID("amy"), "a")
	body["customservice"] = m{"kf_account": "anna@kestrel"}
	require.Equal(t, 61452, w.post("/cgi-bin/message/custom/send", body).code())
	w.must("/customservice/kfaccount/add", m{"kf_account": "anna@kestrel", "nickname": "Anna"})
	w.must("/cgi-bin/message/custom/send", body)
}
