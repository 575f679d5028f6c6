package bot_test

import (
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"moonwire/account"
	"moonwire/bot"
	"moonwire/engine"
	"moonwire/store"
	"moonwire/wechat"
	wxapi "moonwire/wechat/api"
	"moonwire/words"
)

func TestSummaries(t *testing.T) {
	for _, tt := range []struct {
		reply *wechat.Reply
		want  string
	}{
		{nil, ""},
		{&wechat.Reply{}, ""},
		{&wechat.Reply{Type: "none"}, ""},
		{&wechat.Reply{Type: "text", Content: "hi"}, "hi"},
		{&wechat.Reply{Type: "image", MediaID: "m"}, "[image m]"},
		{&wechat.Reply{Type: "voice", MediaID: "m"}, "[voice m]"},
		{&wechat.Reply{Type: "video", Title: "t"}, "[video t]"},
		{&wechat.Reply{Type: "music", Title: "t"}, "[music t]"},
		{&wechat.Reply{Type: "news"}, "[news]"},
		{&wechat.Reply{Type: "news", Articles: []wechat.Article{{Title: "a"}}}, "[news a]"},
		{&wechat.Reply{Type: "news", Articles: []wechat.Article{{Title: "a"}, {Title: "b"}}}, "[news a and 1 more]"},
		{&wechat.Reply{Type: "transfer"}, "[transfer to an agent]"},
		{&wechat.Reply{Type: "kept"}, "[kept]"},
	} {
		require.Equal(t, tt.want, bot.Summary(tt.reply))
	}
}

func TestWhatAFanDid(t *testing.T) {
	event := func(name, key string) *wechat.Message {
		return &wechat.Message{MsgType: "event", Event: name, EventKey: key}
	}
	for _, tt := range []struct {
		push *wechat.Message
		want string
	}{
		{nil, ""},
		{&wechat.Message{MsgType: "text", Content: "hi"}, `said "hi"`},
		{&wechat.Message{MsgType: "text", Content: strings.Repeat("茶", 40)}, `said "` + strings.Repeat("茶", 40) + `"`},
		{&wechat.Message{MsgType: "text", Content: strings.Repeat("茶", 41)}, `said "` + strings.Repeat("茶", 40) + `…"`},
		{&wechat.Message{MsgType: "image"}, "sent image"},
		{event("CLICK", "K"), `did CLICK "K"`},
		{event("subscribe", ""), "did subscribe"},
	} {
		require.Equal(t, tt.want, bot.DidSay(tt.push))
	}
	for fan, want := range map[string]string{"": "", "o1": "o1", "12345678": "12345678", "123456789": "123…89"} {
		require.Equal(t, want, bot.ShortFan(fan))
	}
	for trace, want := range map[string]string{"": "", "0123456789": "0123456789", "x0123456789": "0123456789"} {
		require.Equal(t, want, bot.ShortTrace(trace))
	}
}

func TestStatusOfEveryOutcome(t *testing.T) {
	for outcome, want := range map[bot.Outcome]store.Status{
		bot.Answered: store.Answered, bot.Fetched: store.Answered, bot.Repeated: store.Answered,
		bot.Acknowledged: store.Acknowledged, bot.Paused: store.Acknowledged, bot.AnsweredAsync: store.AnsweredAsync,
		bot.Late: store.Late, bot.Kept: store.Late, bot.Unhandled: store.Unhandled,
		bot.Failed: store.Failed, bot.Interrupted: store.Failed, bot.Dropped: store.Failed,
	} {
		require.Equal(t, want, bot.StatusOf(outcome), outcome)
	}
}

func TestMenuEvents(t *testing.T) {
	for _, name := range []string{"CLICK", "VIEW", "view_miniprogram", "scancode_push", "scancode_waitmsg", "pic_sysphoto", "pic_photo_or_album", "pic_weixin", "location_select"} {
		require.True(t, bot.IsMenuEvent(&wechat.Message{MsgType: "event", Event: name}), name)
		require.True(t, bot.IsMenuEvent(&wechat.Message{MsgType: "event", Event: strings.ToLower(name)}), name)
	}
	for _, m := range []wechat.Message{{MsgType: "event", Event: "SCAN"}, {MsgType: "event", Event: "subscribe"}, {MsgType: "text", Event: "CLICK"}} {
		require.False(t, bot.IsMenuEvent(&m), m.Event)
	}
}

func TestWindows(t *testing.T) {
	w := bot.WindowOf(&wechat.Message{MsgType: "text", CreateTime: 1_760_000_000})
	require.Equal(t, store.ParseWindowKind("message"), w.Kind)
	require.Equal(t, int64(1_760_000_000), w.Opened.Unix())
	require.Equal(t, 48*time.Hour, w.Expires.Sub(w.Opened))
	require.Equal(t, 5, w.Left)
	w = bot.WindowOf(&wechat.Message{MsgType: "event", Event: "CLICK"})
	require.Equal(t, time.Minute, w.Expires.Sub(w.Opened))
	require.Equal(t, 3, w.Left)
	require.Equal(t, store.Window{}, bot.WindowOf(&wechat.Message{MsgType: "event", Event: "VIEW"}))
}

// A reply becomes a message and a message a reply, field by field, where there is one of its kind.
func TestRepliesAndMessages(t *testing.T) {
	whole := wechat.Reply{Content: "c", MediaID: "m", ThumbMediaID: "t", Title: "T", Description: "D", MusicURL: "u", HQMusicURL: "h"}
	for _, kind := range []string{"text", "image", "voice", "video", "music", "news"} {
		r := whole
		r.Type = kind
		if kind == "news" {
			r.Articles = []wechat.Article{{Title: "a"}, {Title: "b"}}
		}
		o := bot.AsOutgoing(&r)
		require.Equal(t, []string{kind, "c", "m", "t", "T", "D", "u", "h"}, []string{o.MsgType, o.Content, o.MediaID, o.ThumbMediaID, o.Title, o.Description, o.MusicURL, o.HQMusicURL})
		if kind == "news" {
			require.Equal(t, []wechat.Article{{Title: "a"}}, o.Articles, "a message has one article")
			r.Articles = o.Articles
		}
		require.Equal(t, &r, bot.AsReply(o))
	}
	require.Empty(t, bot.AsOutgoing(&wechat.Reply{Type: "news"}).Articles)
	for _, kind := range []string{"transfer", "none", "kept", ""} {
		require.Nil(t, bot.AsOutgoing(&wechat.Reply{Type: kind}), kind)
	}
	for _, kind := range []string{"mpnews", "mpnewsarticle", "msgmenu", "wxcard", "miniprogrampage", ""} {
		require.Nil(t, bot.AsReply(&wxapi.Outgoing{MsgType: kind}), kind)
	}
}

// What becomes of a message that was not sent.
func TestFailedSends(t *testing.T) {
	misfit := &wechat.FieldError{Field: "content", Reason: "is empty"}
	network := errors.New("connection reset")
	for _, tt := range []struct {
		name  string
		err   error
		later bool
		want  bot.Sent
		code  int
		shut  bool
	}{
		{"sent", nil, false, bot.Sent{}, 0, false},
		{"the window is closed", &wxapi.Error{Code: 45015, Rid: "r", Class: wxapi.ClassRate}, true, bot.Sent{Errcode: 45015, Rid: "r"}, 45015, true},
		{"too many", &wxapi.Error{Code: 45047, Class: wxapi.ClassRate}, true, bot.Sent{Errcode: 45047}, 45047, true},
		{"an openid", &wxapi.Error{Code: 40003, Class: wxapi.ClassOpenID}, false, bot.Sent{Errcode: 40003}, 40003, false},
		{"media", &wxapi.Error{Code: 40007, Class: wxapi.ClassMedia}, false, bot.Sent{Errcode: 40007}, 40007, false},
		{"a request", &wxapi.Error{Code: 47001, Class: wxapi.ClassRequest}, false, bot.Sent{Errcode: 47001}, 47001, false},
		{"too large", &wxapi.Error{Code: 45002, Class: wxapi.ClassSize}, false, bot.Sent{Errcode: 45002}, 45002, false},
		{"no right", fmt.Errorf("wrapped: %w", bot.ErrNoAPI), true, bot.Sent{Err: "wrapped: " + bot.ErrNoAPI.Error()}, -1, false},
		{"a misfit", misfit, false, bot.Sent{Err: "content: is empty"}, -1, false},
		{"the network", network, false, bot.Sent{Err: "outcome unknown: connection reset"}, -1, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := bot.SentAfter(bot.Sent{Kind: "custom:text"}, tt.err)
			tt.want.Kind = "custom:text"
			var refused *wxapi.Error
			if errors.As(tt.err, &refused) {
				tt.want.Err = refused.Error()
			}
			require.Equal(t, tt.want, got)
			require.Equal(t, tt.code, bot.CodeOf(got))
			require.Equal(t, tt.shut, bot.Closes(got))
			if tt.err != nil {
				require.Equal(t, tt.later, bot.DeliverableLater(tt.err))
			}
		})
	}
	failed := bot.Sent{Err: "no"}
	require.Equal(t, bot.Outcome(""), bot.SentOutcome())
	require.Equal(t, bot.Failed, bot.SentOutcome(failed, failed))
	require.Equal(t, bot.AnsweredAsync, bot.SentOutcome(failed, bot.Sent{}))
	require.Equal(t, bot.AnsweredAsync, bot.SentOutcome(bot.Sent{}, failed))
}

// WeChat asks again after five seconds and after ten, give or take half a second.
func TestWhichAttemptItIs(t *testing.T) {
	for after, want := range map[time.Duration]int{
		0: 1, 4499 * time.Millisecond: 1, 4500 * time.Millisecond: 2, 5 * time.Second: 2, 9499 * time.Millisecond: 2,
		9500 * time.Millisecond: 3, 10 * time.Second: 3, 15 * time.Second: 3, time.Hour: 3, -time.Second: 1,
	} {
		require.Equal(t, want, bot.Nth(after), after)
	}
	require.False(t, bot.Stale(noon, noon))
	require.False(t, bot.Stale(noon, noon.Add(5*time.Second)))
	require.True(t, bot.Stale(noon, noon.Add(5*time.Second+1)))
}

func TestPackedReplies(t *testing.T) {
	m := &wechat.Message{ToUserName: "gh_1", FromUserName: "o1", MsgType: "text"}
	for _, r := range []*wechat.Reply{nil, {}, {Type: "none"}, {Type: "text"}, {Type: "text", Content: "\x01"}} {
		packed := bot.PackReply(r, m, noon)
		require.Empty(t, packed)
		require.Nil(t, bot.UnpackReply(nil, packed, m), "success")
	}
	text := &wechat.Reply{Type: "text", Content: "h"}
	packed := bot.PackReply(text, m, noon)
	require.Len(t, packed, 10)
	require.Equal(t, string(text.AppendXML(nil, m, noon.Unix())), string(bot.UnpackReply(nil, packed, m)))
	said, ok := bot.PackedContent(packed)
	require.True(t, ok)
	require.Equal(t, "h", said)
	image := &wechat.Reply{Type: "image", MediaID: "M"}
	packed = bot.PackReply(image, m, noon)
	require.Equal(t, string(image.AppendXML(nil, m, noon.Unix())), string(packed))
	require.Equal(t, string(packed), string(bot.UnpackReply(nil, packed, m)))
	for _, odd := range []string{"", "t", "t1234567", "<xml></xml>", "x12345678901"} {
		_, ok = bot.PackedContent([]byte(odd))
		require.False(t, ok, odd)
		require.Equal(t, odd, string(bot.UnpackReply(nil, []byte(odd), m)), "what is no text is given as it is")
	}
	_, ok = bot.PackedContent([]byte("t12345678"))
	require.True(t, ok, "a text of nothing is one")
}

// The turns of an account share its capacity, and so many pushes may wait.
func TestCapacities(t *testing.T) {
	for _, tt := range []struct {
		name         string
		limits       engine.Limits
		turns, queue int64
	}{
		{"by default", engine.Limits{}, 64, 1000},
		{"one turn", engine.Limits{Turns: 1, Queue: 1}, 1, 1},
		{"two", engine.Limits{Turns: 2, Queue: 7}, 2, 7},
		{"very many", engine.Limits{Turns: 1 << 22, Queue: 5}, 1 << 20, 5},
		{"less than none", engine.Limits{Turns: -1, Queue: -1}, 64, 1000},
	} {
		t.Run(tt.name, func(t *testing.T) {
			weight, whole, queue := bot.CapacityOf(tt.limits)
			require.Equal(t, tt.turns, whole/weight)
			require.Equal(t, tt.queue, queue)
		})
	}
}

// Strangers write one line a second into the log, which says how many more there were.
func TestRefusalsAreCounted(t *testing.T) {
	var r bot.Refusals
	for _, tt := range []struct {
		after  time.Duration
		silent int
		ok     bool
	}{{0, 0, true}, {0, 0, false}, {999 * time.Millisecond, 0, false}, {time.Second, 2, true}, {1500 * time.Millisecond, 0, false}, {2 * time.Second, 1, true}, {3 * time.Second, 0, true}} {
		silent, ok := r.Allow(noon.Add(tt.after))
		require.Equal(t, tt.ok, ok, tt.after)
		require.Equal(t, tt.silent, silent, tt.after)
	}
}

// Who has the same app_id as others is told the first of them by name.
func TestTwinsByAppID(t *testing.T) {
	a := bot.NewAppIDs("a", "b", "c", "d")
	require.Empty(t, a.Claim("c", "wx1"))
	require.Equal(t, "c", a.Claim("b", "wx1"))
	require.Equal(t, "b", a.Claim("d", "wx1"))
	require.Empty(t, a.Claim("a", "wx2"))
	require.Equal(t, "c", a.Claim("b", "wx1"), "to claim it once more makes no twin of oneself")
	require.Equal(t, "b", a.Claim("a", "wx1"))
	require.Empty(t, a.Claim("a", "wx2"), "who changed is gone from there")
	a.Remove("b")
	require.Equal(t, "d", a.Claim("c", "wx1"))
}

// A configuration that looks different to the platform in any field is another identity.
func TestIdentities(t *testing.T) {
	base := func() *account.Config {
		c := &account.Config{}
		c.AppID, c.OriginalID, c.Kind, c.Verified, c.Secret = "wx1", "gh_1", "service", true, "s"
		c.Templates = map[string]string{"a": "T"}
		return c
	}
	require.True(t, bot.SameIdentity(base(), base()))
	for name, change := range map[string]func(c *account.Config){
		"app_id":      func(c *account.Config) { c.AppID = "wx2" },
		"original_id": func(c *account.Config) { c.OriginalID = "gh_2" },
		"kind":        func(c *account.Config) { c.Kind = "subscription" },
		"verified":    func(c *account.Config) { c.Verified = false },
		"subject":     func(c *account.Config) { c.Subject = account.SubjectPersonal },
		"mode":        func(c *account.Config) { c.Mode++ },
		"secret":      func(c *account.Config) { c.Secret = "t" },
		"templates":   func(c *account.Config) { c.Templates = map[string]string{"a": "U"} },
		"keys":        func(c *account.Config) { reflect.ValueOf(&c.Keys).Elem().Field(0).SetString("other") },
		"api_keys": func(c *account.Config) {
			keys := reflect.ValueOf(&c.APIKeys).Elem()
			keys.Set(reflect.MakeSlice(keys.Type(), 1, 1))
		},
	} {
		t.Run(name, func(t *testing.T) {
			other := base()
			change(other)
			require.False(t, bot.SameIdentity(base(), other))
			require.False(t, bot.SameIdentity(other, base()))
		})
	}
}

// The error of a save says what serves on, where something does.
func TestBoxesOfSaves(t *testing.T) {
	plain := errors.New("account.yaml is missing")
	require.Equal(t, "✗ demo  account.yaml is missing", bot.SaveBox("demo", plain, "", words.English))
	require.Equal(t, "✗ demo  account.yaml is missing\n  demo keeps serving build b1", bot.SaveBox("demo", plain, "b1", words.English))
	script := &engine.ScriptError{File: "main.lua", Line: 3, Msg: "oh"}
	require.Contains(t, bot.SaveBox("demo", fmt.Errorf("x: %w", script), "b1", words.English), "main.lua:3")
	require.Contains(t, bot.SaveBox("demo", script, "b1", words.English), "b1")
}
