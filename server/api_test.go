package server_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"moonwire/server"
	"moonwire/store"
	"moonwire/wechat/sim"
)

// TestMessages follows one message from the phone into the answers.
func TestMessages(t *testing.T) {
	h := newHouse(t)
	require.Equal(t, "null", strings.TrimSpace(h.call("users/last_message_time", `{"openid":"`+amy+`"}`).body))
	first := h.says(sim.Text("hello"))
	require.Equal(t, "you said hello", first.Reply.Text)

	var m struct {
		Trace, Content, Status, OpenID, Rule string
		MsgID                                string `json:"msg_id"`
		MsgType                              string `json:"msg_type"`
		CreateTime                           int64  `json:"create_time"`
		Reply                                struct{ Kind, Text string }
	}
	h.call("messages/get", `{"msg_id":"`+first.MsgID+`"}`).into(t, &m)
	require.Equal(t, "hello", m.Content)
	require.Equal(t, amy, m.OpenID)
	require.Equal(t, "answered", m.Status)
	require.Equal(t, "you said hello", m.Reply.Text)
	require.Equal(t, "passive:text", m.Reply.Kind)
	require.Contains(t, m.Rule, "main.lua:3")
	require.Len(t, m.Trace, 10)
	byTrace := h.call("messages/get", `{"trace":"`+m.Trace+`"}`)
	require.Equal(t, h.call("messages/get", `{"msg_id":"`+first.MsgID+`"}`).body, byTrace.body)
	require.Equal(t, byTrace.body, h.call("messages/get", `{"trace":"`+strings.ToLower(m.Trace[6:])+`"}`).body, "as an error box shows it")
	require.Equal(t, byTrace.body, h.call("messages/get", `{"trace":"…`+m.Trace[6:]+`"}`).body, "dots and all")
	require.Equal(t, http.StatusNotFound, h.call("messages/get", `{"msg_id":"`+m.Trace[6:]+`"}`).status)

	var last struct {
		CreateTime int64  `json:"create_time"`
		MsgType    string `json:"msg_type"`
		MsgID      string `json:"msg_id"`
	}
	h.says(sim.Click("TODAY")) // an event is no message
	h.call("users/last_message_time", `{"openid":"`+amy+`"}`).into(t, &last)
	require.Equal(t, m.CreateTime, last.CreateTime)
	require.Equal(t, "text", last.MsgType)
	require.Equal(t, first.MsgID, last.MsgID)
}

// What a language model was asked stands in the message, however the answer ended.
func TestWhatAModelWasAsked(t *testing.T) {
	h := newHouse(t)
	for id, tt := range map[string]struct {
		asked []store.Asked
		want  string
	}{
		"1": {[]store.Asked{{Model: "small", Prompt: 30, Completion: 200, Took: 1500 * time.Millisecond}, {Failed: "timeout", Took: time.Second}}, `"asked":[{"model":"small","prompt":30,"completion":200,"ms":1500},{"prompt":0,"completion":0,"ms":1000,"failed":"timeout"}]`},
		"2": {nil, ""},
	} {
		require.True(t, h.store.Record(store.Record{Account: "shop", OpenID: amy, MsgID: id, Type: "text", Received: time.Now(), Asked: tt.asked}))
		body := h.call("messages/get", `{"msg_id":"`+id+`"}`).body
		require.Contains(t, body, tt.want)
		require.Equal(t, tt.asked != nil, strings.Contains(body, `"asked"`))
	}
}

func TestListPages(t *testing.T) {
	h := newHouse(t)
	for i := range 5 {
		h.says(sim.Text(fmt.Sprint("no ", i)))
	}
	var page struct {
		Messages []struct{ Content, Trace string }
		Next     *string
	}
	var seen []string
	before := "null"
	for range 3 {
		page.Next = nil
		h.call("messages/list", `{"openid":"`+amy+`","limit":2,"before":`+before+`}`).into(t, &page)
		for _, m := range page.Messages {
			seen = append(seen, m.Content)
		}
		if page.Next != nil {
			before = `"` + *page.Next + `"`
		}
	}
	require.Equal(t, []string{"no 4", "no 3", "no 2", "no 1", "no 0"}, seen)
	require.Nil(t, page.Next)

	before = `"` + page.Messages[0].Trace + `"`
	f := h.call("messages/list", `{"openid":"oSomebodyElse","before":`+before+`}`)
	require.Equal(t, "before", f.failure(t).Field, "another fan's message must not open that fan's list")
	h.call("messages/list", `{"openid":"oSomebodyElse"}`).into(t, &page)
	require.Empty(t, page.Messages)
}

func TestReplyReachesThePhone(t *testing.T) {
	h := newHouse(t)
	h.says(sim.Text("hello"))
	var recorded []string
	for _, body := range []string{
		`{"touser":"` + amy + `","msgtype":"text","text":{"content":"<a href=\"https://example.com/?a=1&b=2\">龙井</a>"}}`,
		`{"touser":"` + amy + `","msgtype":"news","news":{"articles":[{"title":"新茶","url":"https://example.com/"}]}}`,
		`{"touser":"` + amy + `","msgtype":"text","text":{"content":"模型说的"},"aimsgcontext":{"is_ai_msg":1}}`,
	} {
		var sent struct{ Trace string }
		h.call("messages/reply", body).into(t, &sent)
		var m struct {
			Reply struct{ Text string }
			Sends []struct {
				Kind    string
				Errcode int
			}
		}
		h.call("messages/get", `{"trace":"`+sent.Trace+`"}`).into(t, &m)
		recorded = append(recorded, m.Reply.Text)
		require.Len(t, m.Sends, 1)
		require.Contains(t, m.Sends[0].Kind, "custom:")
	}
	require.Equal(t, []string{`<a href="https://example.com/?a=1&b=2">龙井</a>`, "新茶", "模型说的"}, recorded)
	chat, err := h.platform.Chat("shop", amy)
	require.NoError(t, err)
	var shown []string
	for _, e := range chat.Entries() {
		if e.Via == "custom" {
			shown = append(shown, e.Text)
		}
	}
	require.Len(t, shown, 3)
	require.Equal(t, "模型说的\n["+sim.AIMark+"]", shown[2])
	require.Equal(t, `<a href="https://example.com/?a=1&b=2">龙井</a>`, shown[0])
	require.Contains(t, shown[1], "新茶")
}

func TestUsers(t *testing.T) {
	h := newHouse(t)
	h.says(sim.Unsubscribe())
	require.JSONEq(t, `{"subscribe_time":null}`, h.call("users/subscribe_time", `{"openid":"`+amy+`"}`).body)
	d := h.says(sim.Subscribe("desk-7"))
	var got struct {
		SubscribeTime int64 `json:"subscribe_time"`
		Subscribe     int
		SubscribeFrom string `json:"subscribe_scene"`
	}
	h.call("users/subscribe_time", `{"openid":"`+amy+`"}`).into(t, &got)
	require.Contains(t, d.Plain, fmt.Sprint(got.SubscribeTime))
	h.call("users/info", `{"openid":"`+amy+`"}`).into(t, &got)
	require.Equal(t, 1, got.Subscribe)
	require.Equal(t, "ADD_SCENE_QR_CODE", got.SubscribeFrom)
}

func TestTemplates(t *testing.T) {
	h := newHouse(t)
	h.says(sim.Subscribe(""))
	for _, id := range []string{"order_paid", "TPL_ORDER_PAID"} { // by alias and by id
		var sent struct{ MsgID, Trace string }
		h.call("templates/send", `{"touser":"`+amy+`","template_id":"`+id+`","data":{"thing1":{"value":"龙井"}}}`).into(t, &sent)
		require.NotEmpty(t, sent.MsgID)
	}
	chat, err := h.platform.Chat("shop", amy)
	require.NoError(t, err)
	var shown []string
	for _, e := range chat.Entries() {
		if e.Via == "template" {
			shown = append(shown, e.Text)
		}
	}
	require.Len(t, shown, 2)
	require.Contains(t, shown[0], "龙井")
}

func TestMenus(t *testing.T) {
	h := newHouse(t)
	type menu struct {
		Button []struct{ Name, Key string }
		MenuID string
	}
	var menus struct {
		Default     *menu
		Conditional []menu
		Current     struct {
			Open bool `json:"is_menu_open"`
		}
	}
	h.call("menus/list", `{}`).into(t, &menus)
	require.Nil(t, menus.Default)
	require.JSONEq(t, `{}`, h.call("menus/create", `{"button":[{"type":"click","name":"今日","key":"TODAY"}]}`).body)
	var made struct{ MenuID string }
	h.call("menus/create", `{"button":[{"type":"click","name":"苹果","key":"IOS"}],"matchrule":{"client_platform_type":"1"}}`).into(t, &made)
	require.NotEmpty(t, made.MenuID)
	h.call("menus/list", ``).into(t, &menus)
	require.Equal(t, "今日", menus.Default.Button[0].Name)
	require.True(t, menus.Current.Open)
	require.Equal(t, made.MenuID, menus.Conditional[0].MenuID)

	require.JSONEq(t, `{}`, h.call("menus/delete", `{"menuid":"`+made.MenuID+`"}`).body)
	h.call("menus/list", ``).into(t, &menus)
	require.Empty(t, menus.Conditional)
	require.NotNil(t, menus.Default)
	require.JSONEq(t, `{}`, h.call("menus/delete", `{}`).body)
	menus.Default = nil
	h.call("menus/list", ``).into(t, &menus)
	require.Nil(t, menus.Default)
	require.Contains(t, h.call("menus/list", ``).body, `"selfmenu_info":{"button":[]}`, "an empty list is a list")
}

func TestEventStatus(t *testing.T) {
	h := newHouse(t)
	type status struct {
		Counts map[string]int
		Last   *struct {
			EventKey string `json:"event_key"`
			OpenID   string
			Status   string
		} `json:"last_event"`
		LastStatus *string `json:"last_status"`
		Buttons    []struct {
			EventKey string `json:"event_key"`
			Counts   map[string]int
		}
	}
	var none, all, one status
	h.call("menus/event_status", ``).into(t, &none)
	require.Nil(t, none.Last)
	require.Nil(t, none.LastStatus)
	h.says(sim.Click("TODAY"))
	h.platform.MoveClock(time.Second) // within one second it would be the same event once more
	h.says(sim.Click("TODAY"))
	h.says(sim.Click("NOBODY"))
	h.call("menus/event_status", `{}`).into(t, &all)
	require.Equal(t, 2, all.Counts["answered"])
	require.Equal(t, 1, all.Counts["unhandled"])
	require.Len(t, all.Counts, 7)
	require.Len(t, all.Buttons, 2)
	h.call("menus/event_status", `{"event_key":"TODAY","since":0}`).into(t, &one)
	require.Len(t, one.Buttons, 1)
	require.Equal(t, "answered", *one.LastStatus)
	require.Equal(t, amy, one.Last.OpenID)
	h.call("menus/event_status", fmt.Sprintf(`{"since":%d}`, time.Now().Add(48*time.Hour).Unix())).into(t, &none)
	require.Empty(t, none.Buttons)
}

// TestAccessToken is the central token server: everybody gets the token that the engine uses itself.
func TestAccessToken(t *testing.T) {
	h := newHouse(t)
	type row struct {
		Token     string `json:"access_token"`
		ExpiresIn int    `json:"expires_in"`
	}
	var mu sync.Mutex
	tokens := map[string]bool{}
	var askers sync.WaitGroup
	for range 8 {
		askers.Go(func() {
			var got row
			h.call("access_token", ``).into(t, &got)
			mu.Lock()
			defer mu.Unlock()
			tokens[got.Token] = true
			if got.ExpiresIn <= 6000 || got.ExpiresIn > 7200 {
				t.Error("expires_in is", got.ExpiresIn)
			}
		})
	}
	askers.Wait()
	require.Len(t, tokens, 1)
	calls, err := h.platform.Calls("shop", 0)
	require.NoError(t, err)
	require.Len(t, calls, 1, "one fetch serves all")
	for live := range tokens {
		require.NotContains(t, h.log.String(), live)
		res, err := http.Get(h.wechat.URL + "/cgi-bin/user/get?access_token=" + live)
		require.NoError(t, err)
		defer res.Body.Close()
		var followers struct{ Total *int }
		require.NoError(t, json.NewDecoder(res.Body).Decode(&followers))
		require.NotNil(t, followers.Total, "WeChat takes the token from another system")
	}
	require.Equal(t, "no-store", h.call("access_token", ``).header.Get("Cache-Control"))
}

func TestCall(t *testing.T) {
	h := newHouse(t)
	h.says(sim.Text("hello"))
	var made struct{ Tag struct{ Name string } }
	h.call("call", `{"path":"/cgi-bin/tags/create","body":{"tag":{"name":"常客 & <b>"}}}`).into(t, &made)
	require.Equal(t, "常客 & <b>", made.Tag.Name)
	var user struct{ OpenID string }
	h.call("call", `{"path":"/cgi-bin/user/info","body":null,"query":{"openid":"`+amy+`"}}`).into(t, &user)
	require.Equal(t, amy, user.OpenID)

	d := h.says(sim.Image(""))
	_, media, _ := strings.Cut(d.Plain, "<MediaId><![CDATA[")
	media, _, _ = strings.Cut(media, "]]>")
	var file struct {
		ContentType string `json:"content_type"`
		Base64      []byte
	}
	h.call("call", `{"path":"/cgi-bin/media/get","query":{"media_id":"`+media+`"}}`).into(t, &file)
	require.NotEmpty(t, file.Base64)
	require.Contains(t, file.ContentType, "image/")
}

// TestRate holds a key to its rate and leaves the other key of the account alone.
func TestRate(t *testing.T) {
	clock := &clock{now: time.Unix(1772416800, 0)}
	h := newHouse(t, func(o *server.Options) { o.APIRate, o.APIBurst, o.Now = 0.5, 3, clock.Now })
	with := func(key string) answer {
		return h.request(http.MethodPost, "/api/v1/shop/messages/list", `{}`, "Authorization", "Bearer "+key)
	}
	for range 3 {
		require.Equal(t, http.StatusOK, with(apiKey).status)
	}
	for range 2 { // a refused request costs nothing
		refused := with(apiKey)
		require.Equal(t, http.StatusTooManyRequests, refused.status)
		require.Equal(t, "rate_limited", refused.failure(t).Kind)
		require.Equal(t, "2", refused.header.Get("Retry-After"))
	}
	require.Equal(t, http.StatusOK, with(otherKey).status)
	clock.Add(2 * time.Second)
	require.Equal(t, http.StatusOK, with(apiKey).status)
	require.Equal(t, http.StatusTooManyRequests, with(apiKey).status)
}

// TestTheRateOfAKeyUnlessToldOtherwise is 40 requests at once, and 20 a second.
func TestTheRateOfAKeyUnlessToldOtherwise(t *testing.T) {
	clock := &clock{now: time.Unix(1772416800, 0)}
	h := newHouse(t, func(o *server.Options) { o.APIRate, o.APIBurst, o.Now = 0, 0, clock.Now })
	passed := func() (n int) {
		for h.call("messages/nosuch", `{}`).status == http.StatusNotFound {
			n++
			require.Less(t, n, 1000)
		}
		return n
	}
	require.Equal(t, 40, passed())
	require.Equal(t, "1", h.call("messages/nosuch", `{}`).header.Get("Retry-After"))
	clock.Add(time.Second)
	require.Equal(t, 20, passed())
	clock.Add(time.Hour)
	require.Equal(t, 40, passed())
}

// clock is a clock that only the test moves.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) Add(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// Where the ending of a trace was meant for one message and several have it, they are named.
func TestMessagesWhoseTracesEndAlike(t *testing.T) {
	h := newHouse(t)
	for _, trace := range []string{"012340189ABCD", "0123402" + "89ABCD"} {
		require.True(t, h.store.Record(store.Record{Account: "shop", Trace: trace, Content: trace}))
	}
	f := h.call("messages/get", `{"trace":"…abcd"}`).failure(t)
	require.Equal(t, "invalid_parameter", f.Kind)
	require.Equal(t, "trace", f.Field)
	require.Equal(t, "ends the traces of several messages; give more of it. The newest are 340289ABCD, 340189ABCD", f.Message)
	require.Equal(t, http.StatusOK, h.call("messages/get", `{"trace":"340189ABCD"}`).status)
}
