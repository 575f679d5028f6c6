package api_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"moonwire/wechat"
	"moonwire/wechat/api"
)

func customMessages() map[string]*api.Outgoing {
	return map[string]*api.Outgoing{
		`"text","text":{"content":"<a href=\"https://e.test/?a&b\">茶</a>"}`:                   {MsgType: "text", Content: `<a href="https://e.test/?a&b">茶</a>`},
		`"image","image":{"media_id":"M"}`:                                                    {MsgType: "image", MediaID: "M"},
		`"voice","voice":{"media_id":"M"}`:                                                    {MsgType: "voice", MediaID: "M"},
		`"mpnews","mpnews":{"media_id":"M"}`:                                                  {MsgType: "mpnews", MediaID: "M"},
		`"video","video":{"media_id":"M","thumb_media_id":"T","title":"t","description":"d"}`: {MsgType: "video", MediaID: "M", ThumbMediaID: "T", Title: "t", Description: "d"},
		`"music","music":{"title":"t","description":"d","musicurl":"https://m.test","hqmusicurl":"https://hq.test","thumb_media_id":"T"}`: {MsgType: "music", Title: "t", Description: "d", MusicURL: "https://m.test", HQMusicURL: "https://hq.test", ThumbMediaID: "T"},
		`"news","news":{"articles":[{"title":"t","description":"d","url":"https://u.test","picurl":"https://p.test"}]}`:                   {MsgType: "news", Articles: []wechat.Article{{Title: "t", Description: "d", URL: "https://u.test", PicURL: "https://p.test"}}},
		`"mpnewsarticle","mpnewsarticle":{"article_id":"A"}`:                                                                              {MsgType: "mpnewsarticle", ArticleID: "A"},
		`"msgmenu","msgmenu":{"head_content":"h","list":[{"id":"1","content":"yes"}],"tail_content":"t"}`:                                 {MsgType: "msgmenu", HeadContent: "h", TailContent: "t", List: []api.MenuChoice{{ID: "1", Content: "yes"}}},
		`"wxcard","wxcard":{"card_id":"C"}`: {MsgType: "wxcard", CardID: "C"},
		`"miniprogrampage","miniprogrampage":{"title":"t","appid":"wx9","pagepath":"p","thumb_media_id":"T"}`: {MsgType: "miniprogrampage", Title: "t", AppID: "wx9", PagePath: "p", ThumbMediaID: "T"},
		`"text","text":{"content":"x"},"customservice":{"kf_account":"anna@tea"}`:                             {MsgType: "text", Content: "x", KfAccount: "anna@tea"},
		`"image","image":{"media_id":"M"},"aimsgcontext":{"is_ai_msg":1}`:                                     {MsgType: "image", MediaID: "M", IsAIMsg: true},
	}
}

func TestCustomMessagesOfEveryType(t *testing.T) {
	r := newRig(t, say(`{"errcode":0}`))
	for tail, o := range customMessages() {
		t.Run(o.MsgType, func(t *testing.T) {
			o.ToUser = "o1"
			want := `{"touser":"o1","msgtype":` + tail + `}`
			require.NoError(t, r.client.SendCustom(bg(), o))
			require.Equal(t, "POST /cgi-bin/message/custom/send", r.last().method+" "+r.last().path)
			require.JSONEq(t, want, r.last().body)
			back, err := api.ParseOutgoing([]byte(want))
			require.NoError(t, err)
			require.Equal(t, o, back)
		})
	}
}

func TestCustomMessagesThatAreRefused(t *testing.T) {
	tests := []struct {
		name string
		o    api.Outgoing
		want string
	}{
		{"nobody", api.Outgoing{MsgType: "text", Content: "x"}, "touser"},
		{"no type", api.Outgoing{ToUser: "o"}, "msgtype"},
		{"unknown type", api.Outgoing{ToUser: "o", MsgType: "gif"}, "msgtype"},
		{"empty text", api.Outgoing{ToUser: "o", MsgType: "text"}, "content"},
		{"text of control characters", api.Outgoing{ToUser: "o", MsgType: "text", Content: "\x01"}, "content"},
		{"long text", api.Outgoing{ToUser: "o", MsgType: "text", Content: strings.Repeat("茶", 683)}, "content"},
		{"image", api.Outgoing{ToUser: "o", MsgType: "image"}, "media_id"},
		{"video", api.Outgoing{ToUser: "o", MsgType: "video"}, "media_id"},
		{"music without link", api.Outgoing{ToUser: "o", MsgType: "music", ThumbMediaID: "T"}, "music_url"},
		{"music without thumb", api.Outgoing{ToUser: "o", MsgType: "music", MusicURL: "https://m"}, "thumb_media_id"},
		{"two articles", api.Outgoing{ToUser: "o", MsgType: "news", Articles: make([]wechat.Article, 2)}, "articles"},
		{"article without title", api.Outgoing{ToUser: "o", MsgType: "news", Articles: make([]wechat.Article, 1)}, "title"},
		{"article id", api.Outgoing{ToUser: "o", MsgType: "mpnewsarticle"}, "article_id"},
		{"menu without entries", api.Outgoing{ToUser: "o", MsgType: "msgmenu"}, "list"},
		{"menu entry without text", api.Outgoing{ToUser: "o", MsgType: "msgmenu", List: []api.MenuChoice{{"1", "x"}, {ID: "2"}}}, "list[2].content"},
		{"card", api.Outgoing{ToUser: "o", MsgType: "wxcard"}, "card_id"},
		{"page", api.Outgoing{ToUser: "o", MsgType: "miniprogrampage", Title: "t", AppID: "wx", PagePath: "p"}, "thumb_media_id"},
		{"agent", api.Outgoing{ToUser: "o", MsgType: "text", Content: "x", KfAccount: "anna"}, "kf_account"},
	}
	r := newRig(t, say(`{}`))
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var field *wechat.FieldError
			require.ErrorAs(t, r.client.SendCustom(bg(), &tt.o), &field)
			require.Equal(t, tt.want, field.Field)
		})
	}
	require.Empty(t, r.calls())
	require.Error(t, r.client.Typing(bg(), "", true))
}

func TestOutgoingJSONThatIsRefused(t *testing.T) {
	for body, want := range map[string]string{
		`{`:                               "body",
		`{"touser":"o"}`:                  "msgtype",
		`{"touser":"o","msgtype":"gif"}`:  "msgtype",
		`{"touser":"o","msgtype":"text"}`: "content",
		`{"touser":"o","msgtype":"image","text":{"content":"x"}}`:                               "media_id",
		`{"touser":"o","msgtype":"news","news":{"articles":[]}}`:                                "articles",
		`{"msgtype":"text","text":{"content":"x"}}`:                                             "touser",
		`{"touser":"o","msgtype":"text","text":{"content":"x"},"aimsgcontext":{"is_ai_msg":2}}`: "is_ai_msg",
		`{"touser":"o","msgtype":"music","music":{"title":"only this"}}`:                        "thumb_media_id",
	} {
		_, err := api.ParseOutgoing([]byte(body))
		var field *wechat.FieldError
		require.ErrorAs(t, err, &field, body)
		require.Equal(t, want, field.Field, body)
	}
}
