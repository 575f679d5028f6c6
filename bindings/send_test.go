package bindings_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"moonwire/bindings"
	"moonwire/wechat"
	"moonwire/wechat/api"
)

// api is a WeChat that keeps what it was sent.
type stubAPI struct {
	bindings.API
	sent   []api.Outgoing
	typing []bool
	err    error
}

func (a *stubAPI) SendCustom(_ context.Context, o *api.Outgoing) error {
	a.sent = append(a.sent, *o)
	return a.err
}

func (a *stubAPI) Typing(_ context.Context, _ string, on bool) error {
	a.typing = append(a.typing, on)
	return a.err
}

// sends runs a handler's body with an API and gives the text it answers with.
func sends(t *testing.T, a *stubAPI, act string, in bindings.Input) (string, error) {
	t.Helper()
	cfg := config()
	cfg.API = a
	p, err := compileFiles(t, files{"main.lua": `on.text(function(msg) ` + act + ` end)`}, cfg)
	require.NoError(t, err)
	out, err := p.Answer(t.Context(), in)
	if err != nil || out.Reply == nil {
		return "", err
	}
	return out.Reply.Content, nil
}

func TestSend(t *testing.T) {
	tests := []struct {
		name, act string
		want      api.Outgoing
	}{
		{"text", `send.text("o1", "a")`, api.Outgoing{MsgType: "text", Content: "a"}},
		{"text of an AI", `send.text("o1", "a", {is_ai_msg = true})`, api.Outgoing{MsgType: "text", Content: "a", IsAIMsg: true}},
		{"WeChat's own 1", `send.image("o1", "M", {is_ai_msg = 1})`, api.Outgoing{MsgType: "image", MediaID: "M", IsAIMsg: true}},
		{"text of no AI", `send.text("o1", "a", {is_ai_msg = 0, kf_account = "anna@tea"})`, api.Outgoing{MsgType: "text", Content: "a", KfAccount: "anna@tea"}},
		{"text of an agent", `send.text("o1", "a", {kf_account = "anna@tea"})`, api.Outgoing{MsgType: "text", Content: "a", KfAccount: "anna@tea"}},
		{"image", `send.image("o1", "M")`, api.Outgoing{MsgType: "image", MediaID: "M"}},
		{"voice", `send.voice("o1", "M")`, api.Outgoing{MsgType: "voice", MediaID: "M"}},
		{"video", `send.video("o1", {media_id = "M", thumb_media_id = "T", title = "t"})`, api.Outgoing{MsgType: "video", MediaID: "M", ThumbMediaID: "T", Title: "t"}},
		{"music", `send.music("o1", {title = "t", musicurl = "https://e.com/u", hq_music_url = "https://e.com/h", thumb_media_id = "T"})`, api.Outgoing{MsgType: "music", Title: "t", MusicURL: "https://e.com/u", HQMusicURL: "https://e.com/h", ThumbMediaID: "T"}},
		{"news", `send.news("o1", {title = "t", url = "https://e.com/u", picurl = "https://e.com/p"})`, api.Outgoing{MsgType: "news", Articles: []wechat.Article{{Title: "t", URL: "https://e.com/u", PicURL: "https://e.com/p"}}}},
		{"mpnews", `send.mpnews("o1", "M")`, api.Outgoing{MsgType: "mpnews", MediaID: "M"}},
		{"mpnewsarticle", `send.mpnewsarticle("o1", "A")`, api.Outgoing{MsgType: "mpnewsarticle", ArticleID: "A"}},
		{"msgmenu", `send.msgmenu("o1", {head_content = "h", list = {{id = "1", content = "yes"}}, tail_content = "t"})`, api.Outgoing{MsgType: "msgmenu", HeadContent: "h", List: []api.MenuChoice{{ID: "1", Content: "yes"}}, TailContent: "t"}},
		{"wxcard", `send.wxcard("o1", "C")`, api.Outgoing{MsgType: "wxcard", CardID: "C"}},
		{"miniprogrampage", `send.miniprogrampage("o1", {title = "t", appid = "wx00000000000000aa", pagepath = "p", thumb_media_id = "T"})`, api.Outgoing{MsgType: "miniprogrampage", Title: "t", AppID: "wx00000000000000aa", PagePath: "p", ThumbMediaID: "T"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			a, in := &stubAPI{}, input(text(t, "x"))
			said, err := sends(t, a, `return tostring(`+tt.act+`)`, in)
			require.NoError(t, err)
			require.Equal(t, "true", said)
			tt.want.ToUser = "o1"
			require.Equal(t, []api.Outgoing{tt.want}, a.sent)
			require.Equal(t, 1, in.Memory.(*memory).claims)
		})
	}
}

func TestSendLongText(t *testing.T) {
	a := &stubAPI{}
	_, err := sends(t, a, `send.text("o1", ("茶"):rep(1500))`, input(text(t, "x")))
	require.NoError(t, err)
	require.Len(t, a.sent, 3)
	require.Equal(t, strings.Repeat("茶", 1500), a.sent[0].Content+a.sent[1].Content+a.sent[2].Content)
}

// A menu of a hundred choices is sent as it is.
func TestEdgeOfSendMenu(t *testing.T) {
	const act = `local list = {} for i = 1, %d do list[i] = {id = tostring(i), content = "c"} end send.msgmenu("o1", {head_content = "h", list = list})`
	a := &stubAPI{}
	_, err := sends(t, a, fmt.Sprintf(act, 100), input(text(t, "x")))
	require.NoError(t, err)
	require.Len(t, a.sent[0].List, 100)
	_, err = sends(t, a, fmt.Sprintf(act, 101), input(text(t, "x")))
	require.ErrorContains(t, err, "send.msgmenu: list has 101 choices; want a few")
}

func TestTyping(t *testing.T) {
	a := &stubAPI{}
	_, err := sends(t, a, `send.typing("o1") send.typing("o1", false)`, input(text(t, "x")))
	require.NoError(t, err)
	require.Equal(t, []bool{true, false}, a.typing)
}

func TestRefusalsAreValues(t *testing.T) {
	a := &stubAPI{err: fmt.Errorf("wrapped: %w", &api.Error{Op: "message/custom/send", Code: 45015, Msg: "out of time", Rid: "r1", Hint: "send a template"})}
	const act = `local ok, err = send.text("o1", "a") return table.concat({tostring(ok), err.errcode, err.errmsg, err.hint, err.rid}, "|")`
	said, err := sends(t, a, act, input(text(t, "x")))
	require.NoError(t, err)
	require.Equal(t, "nil|45015|out of time|send a template|r1", said)

	a.err = errors.New("dial: no route")
	said, err = sends(t, a, `local ok, err = send.text("o1", "a") return tostring(ok) .. err.errcode .. err.errmsg`, input(text(t, "x")))
	require.NoError(t, err)
	require.Equal(t, "nil-1dial: no route", said)
}

func TestUnverifiedAccountsDoNotCall(t *testing.T) {
	a, cfg := &stubAPI{}, config()
	cfg.API, cfg.Verified = a, false
	p, err := compileFiles(t, files{"main.lua": `on.text(function() local ok, err = send.text("o1", "a") return err.errcode .. err.hint end)`}, cfg)
	require.NoError(t, err)
	out := answer(t, p, text(t, "x"))
	require.Contains(t, out.Reply.Content, "48001")
	require.Contains(t, out.Reply.Content, "verified: false")
	require.Empty(t, a.sent)
}

// A turn that may not act stops before anybody sees something, even if the script looks away.
func TestAClaimOfAnotherRunEndsTheTurn(t *testing.T) {
	a, in := &stubAPI{}, input(text(t, "x"))
	claimed := errors.New("claimed")
	in.Memory.(*memory).claim = claimed
	_, err := sends(t, a, `pcall(send.text, "o1", "a") pcall(send.text, "o1", "a") return "fine"`, in)
	require.ErrorIs(t, err, claimed)
	require.Empty(t, a.sent)
}

func TestSendRefuses(t *testing.T) {
	tests := []struct{ name, act, want string }{
		{"no fan", `send.text(nil, "a")`, "main.lua:1: send.text: argument 1 (openid) is nil; want a string"},
		{"an empty fan", `send.text("", "a")`, `argument 1 (openid) is ""; want the openid of a fan`},
		{"an empty text", `send.text("o1", "")`, "send.text: argument 2 (content) is empty"},
		{"an empty id", `send.image("o1", "")`, "send.image: argument 2 (media_id) is empty; want an id"},
		{"an unknown field", `send.video("o1", {mediaid = "M"})`, "send.video: has no field mediaid; did you mean media_id?"},
		{"an unknown option", `send.text("o1", "a", {kf = "a"})`, "send.text: options: has no field kf"},
		{"a menu without list", `send.msgmenu("o1", {head_content = "a"})`, "send.msgmenu: list is nil; want a list of"},
		{"a menu's number", `send.msgmenu("o1", {list = {{id = 1, content = "a"}}})`, "send.msgmenu: list 1: id is a number; want a string"},
		{"an id of control characters", `send.msgmenu("o1", {list = {{id = "\1", content = "a"}}})`, "send.msgmenu: list[1].id: holds nothing but blanks and control characters"},
		{"more than 20 calls", `for i = 1, 30 do send.text("o1", "a") end`, "wechat_calls"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := sends(t, &stubAPI{}, tt.act, input(text(t, "x")))
			require.ErrorContains(t, err, tt.want)
		})
	}
}

// quietAPI is a WeChat that takes everything, for many turns at once.
type quietAPI struct{ bindings.API }

func (quietAPI) SendCustom(context.Context, *api.Outgoing) error { return nil }

func (quietAPI) Typing(context.Context, string, bool) error { return nil }
