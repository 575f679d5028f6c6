package chat_test

import (
	"bytes"
	"context"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"moonwire/chat"
	"moonwire/wechat"
	"moonwire/wechat/sim"
)

const (
	shopAppID  = "wx1a2b3c4d5e6f7081"
	shopSecret = "0123456789abcdef0123456789abcdef"
	shopKey    = "Zm94ZXMtcnVuLW92ZXItdGhlLWhpbGwtYXQtZGF3bi0"
)

// patient bounds waits for what other goroutines do.
const patient = time.Minute

// said is a push as the bot sees it.
type said struct {
	ToUserName, FromUserName, MsgType, Content, Event, EventKey string
}

// town is a stand-in platform with one account, shop, the bot that answers for it and a desk beside it.
type town struct {
	t        *testing.T
	platform *sim.Platform
	desk     chat.DevAPI
	server   *httptest.Server // of the desk
	client   chat.Client

	mu     sync.Mutex
	answer func(s said) string // a text; "" = nothing
	busy   func(account, openid string) bool
}

func newTown(t *testing.T) *town {
	t.Helper()
	w := &town{t: t, answer: echo}
	callback := httptest.NewServer(http.HandlerFunc(w.callback))
	start := time.Date(2026, 3, 2, 9, 0, 0, 0, time.FixedZone("", 8*3600))
	w.platform = sim.New(sim.Options{Now: func() time.Time { return start }, ReplyWindow: patient})
	require.NoError(t, w.platform.AddAccount(sim.Account{
		Name: "shop", AppID: shopAppID, Secret: shopSecret, OriginalID: "gh_0a1b2c3d4e5f", Kind: "service", Verified: true,
		Mode: wechat.Plain, Token: "kestrel2026", EncodingAESKey: shopKey, CallbackURL: callback.URL + "/wx/shop",
	}))
	w.desk = chat.DevAPI{
		Platform: w.platform,
		Unknown:  func(account string) string { return "nobody is called " + account },
		Busy:     w.isBusy,
	}
	w.server = httptest.NewServer(w.desk)
	w.client = chat.Client{Base: w.server.URL, HTTP: w.server.Client()}
	t.Cleanup(func() {
		w.server.Close()
		w.platform.Close()
		callback.Close()
	})
	return w
}

func echo(s said) string {
	if s.MsgType == "event" {
		return "event " + s.Event + " " + s.EventKey
	}
	return "you say " + s.Content
}

func (w *town) answers(f func(s said) string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.answer = f
}

func (w *town) isBusy(account, openid string) bool {
	w.mu.Lock()
	busy := w.busy
	w.mu.Unlock()
	return busy != nil && busy(account, openid)
}

// busyAs makes the desk say whether the bot is done as f does.
func (w *town) busyAs(f func(account, openid string) bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.busy = f
}

func (w *town) callback(rw http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return
	}
	var s said
	if xml.Unmarshal(body, &s) != nil {
		http.Error(rw, "no push", http.StatusBadRequest)
		return
	}
	w.mu.Lock()
	answer := w.answer
	w.mu.Unlock()
	text := answer(s)
	if text == "" {
		_, _ = io.WriteString(rw, "success")
		return
	}
	fmt.Fprintf(rw, "<xml><ToUserName>%s</ToUserName><FromUserName>%s</FromUserName><CreateTime>1760000001</CreateTime>"+
		"<MsgType>text</MsgType><Content><![CDATA[%s]]></Content></xml>", s.FromUserName, s.ToUserName, text)
}

func (w *town) token() string {
	q := url.Values{"grant_type": {"client_credential"}, "appid": {shopAppID}, "secret": {shopSecret}}
	rec := httptest.NewRecorder()
	w.platform.Handler().ServeHTTP(rec, httptest.NewRequest(http.MethodGet, "/cgi-bin/token?"+q.Encode(), nil))
	var got struct {
		AccessToken string `json:"access_token"`
	}
	require.NoError(w.t, json.Unmarshal(rec.Body.Bytes(), &got))
	require.NotEmpty(w.t, got.AccessToken, "%s", rec.Body)
	return got.AccessToken
}

// pushText sends a customer-service message to a fan.
func (w *town) pushText(openid, text string) {
	w.api("/cgi-bin/message/custom/send", map[string]any{"touser": openid, "msgtype": "text", "text": map[string]any{"content": text}})
}

// api makes a call of WeChat's API, which must succeed.
func (w *town) api(path string, body any) {
	raw, err := json.Marshal(body)
	require.NoError(w.t, err)
	rec := httptest.NewRecorder()
	w.platform.Handler().ServeHTTP(rec, httptest.NewRequest(http.MethodPost, path+"?access_token="+w.token(), bytes.NewReader(raw)))
	var got struct {
		ErrCode int `json:"errcode"`
	}
	require.NoError(w.t, json.Unmarshal(rec.Body.Bytes(), &got))
	require.Zero(w.t, got.ErrCode, "%s: %s", path, rec.Body)
}

func openID(fan string) string { return sim.FanOpenID(shopAppID, fan) }

// lines is a fan's chat as "from: text".
func (w *town) lines(fan string) []string {
	c, err := w.platform.Chat("shop", fan)
	require.NoError(w.t, err)
	return shown(c.Entries())
}

func shown(entries []sim.Entry) []string {
	var all []string
	for _, e := range entries {
		all = append(all, e.From+": "+e.Text)
	}
	return all
}

// talk lets amy say what is typed and returns what stands on the screen.
func (w *town) talk(typed string, change ...func(*chat.Talk)) (string, error) {
	var out screen
	t := chat.Talk{Client: w.client, Account: "shop", Fan: "amy", In: strings.NewReader(typed), Out: &out, Wait: patient}
	for _, f := range change {
		f(&t)
	}
	ctx, stop := context.WithTimeout(w.t.Context(), patient)
	defer stop()
	err := t.Run(ctx)
	return out.String(), err
}

func interactive(t *chat.Talk) { t.Interactive = true }

// screen may be read while it is written, and says when it grows.
type screen struct {
	mu    sync.Mutex
	text  bytes.Buffer
	grown chan struct{}
}

func (s *screen) Write(b []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.grown != nil {
		close(s.grown)
		s.grown = nil
	}
	return s.text.Write(b)
}

func (s *screen) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.String()
}

// await waits until a text is on the screen.
func (s *screen) await(t *testing.T, text string) {
	t.Helper()
	over := time.After(patient)
	for {
		s.mu.Lock()
		if strings.Contains(s.text.String(), text) {
			s.mu.Unlock()
			return
		}
		if s.grown == nil {
			s.grown = make(chan struct{})
		}
		grown := s.grown
		s.mu.Unlock()
		select {
		case <-grown:
		case <-over:
			require.Fail(t, "not on the screen", "want %q in\n%s", text, s)
		}
	}
}
