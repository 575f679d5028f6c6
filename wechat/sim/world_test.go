package sim_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"moonwire/wechat"
	"moonwire/wechat/sim"
)

const (
	shopKey    = "Zm94ZXMtcnVuLW92ZXItdGhlLWhpbGwtYXQtZGF3bi0"
	shopAppID  = "wx1a2b3c4d5e6f7081"
	shopSecret = "0123456789abcdef0123456789abcdef"
	shopToken  = "kestrel2026"
	shopID     = "gh_0a1b2c3d4e5f"
)

// received is one push as the callback server saw it.
type received struct {
	query url.Values
	body  string
	// plain is the push after decryption.
	plain string
	gone  <-chan struct{}
}

// world is a platform, an account on it and the callback server of that account.
type world struct {
	t   *testing.T
	p   *sim.Platform
	api http.Handler
	set sim.Account

	mu     sync.Mutex
	pushes []received
	answer func(r received) (status int, body string)
	token  string
	cut    chan func() // ends the reply window; nil: time does
}

type option func(*sim.Options, *sim.Account)

func inMode(m wechat.Mode) option { return func(_ *sim.Options, a *sim.Account) { a.Mode = m } }
func ofKind(kind string, verified bool) option {
	return func(_ *sim.Options, a *sim.Account) { a.Kind, a.Verified = kind, verified }
}

// patient bounds waits for what other goroutines do.
const patient = time.Minute

// afterFunc starts a reply window: of time, or, after silentFor, until the push has come.
func (w *world) afterFunc(d time.Duration, f func()) (stop func() bool) {
	if w.cut == nil {
		return time.AfterFunc(d, f).Stop
	}
	w.cut <- f
	return func() bool {
		select {
		case <-w.cut: // answered
			return true
		default:
			return false
		}
	}
}

func window(d time.Duration) option {
	return func(o *sim.Options, _ *sim.Account) { o.ReplyWindow = d }
}

func with(change func(*sim.Account)) option {
	return func(_ *sim.Options, a *sim.Account) { change(a) }
}

// newWorld makes a verified service account in plain mode whose clock stands still at 2026-03-02 09:00 in
// China and whose server answers success.
func newWorld(t *testing.T, options ...option) *world {
	t.Helper()
	w := &world{t: t, answer: func(received) (int, string) { return 200, "success" }}
	server := httptest.NewServer(http.HandlerFunc(w.callback))
	start := time.Date(2026, 3, 2, 9, 0, 0, 0, time.FixedZone("", 8*3600))
	o := sim.Options{Now: func() time.Time { return start }, ReplyWindow: patient, AfterFunc: w.afterFunc}
	w.set = sim.Account{
		Name: "shop", AppID: shopAppID, Secret: shopSecret, OriginalID: shopID, Kind: "service", Verified: true,
		Token: shopToken, EncodingAESKey: shopKey, CallbackURL: server.URL + "/wx/shop",
		MiniPrograms: []string{"wx00000000000000aa"},
	}
	for _, option := range options {
		option(&o, &w.set)
	}
	w.p = sim.New(o)
	require.NoError(t, w.p.AddAccount(w.set))
	w.api = w.p.Handler()
	t.Cleanup(func() {
		w.p.Close()
		server.Close()
	})
	return w
}

// replies makes the callback server answer every push with the same body.
func (w *world) replies(body string) {
	w.answers(func(received) (int, string) { return 200, body })
}

func (w *world) answers(f func(received) (int, string)) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.answer = f
}

func (w *world) callback(rw http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return
	}
	got := received{query: r.URL.Query(), body: string(body), plain: string(body), gone: r.Context().Done()}
	if r.Method == http.MethodGet {
		_, _ = io.WriteString(rw, got.query.Get("echostr"))
		return
	}
	if w.set.Mode != wechat.Plain {
		got.plain = w.open(got.body)
	}
	w.mu.Lock()
	w.pushes = append(w.pushes, got)
	answer := w.answer
	w.mu.Unlock()
	status, text := answer(got)
	rw.WriteHeader(status)
	_, _ = io.WriteString(rw, text)
}

func (w *world) sealer() *wechat.Sealer {
	s, err := wechat.NewSealer(shopKey, shopAppID)
	require.NoError(w.t, err)
	return s
}

func (w *world) open(body string) string {
	plain, err := w.sealer().Decrypt(between(body, "<Encrypt><![CDATA[", "]]></Encrypt>"))
	if err != nil {
		return "cannot be opened: " + err.Error()
	}
	return string(plain)
}

func (w *world) seen() []received {
	w.mu.Lock()
	defer w.mu.Unlock()
	return append([]received(nil), w.pushes...)
}

// push lets a fan do something, which must be possible.
func (w *world) push(fan string, act sim.Act) *sim.Delivery {
	w.t.Helper()
	d := w.p.Push(w.t.Context(), "shop", fan, act)
	require.NoError(w.t, d.Err)
	return d
}

func (w *world) openID(fan string) string { return sim.FanOpenID(w.set.AppID, fan) }

// lines is the chat of a fan as "from/via text".
func (w *world) lines(fan string) []string {
	w.t.Helper()
	chat, err := w.p.Chat("shop", fan)
	require.NoError(w.t, err)
	var lines []string
	for _, e := range chat.Entries() {
		lines = append(lines, e.From+"/"+e.Via+" "+e.Text)
	}
	return lines
}

// answer of an API call.
type answer map[string]any

func (a answer) code() int {
	n, ok := a["errcode"].(json.Number)
	if !ok {
		return 0
	}
	code, err := n.Int64()
	if err != nil {
		return -999
	}
	return int(code)
}

// request makes one API request without a network and checks that the status is 200.
func (w *world) request(method, target, contentType string, body []byte) *httptest.ResponseRecorder {
	w.t.Helper()
	req := httptest.NewRequest(method, target, bytes.NewReader(body))
	if contentType != "" {
		req.Header.Set("Content-Type", contentType)
	}
	rec := httptest.NewRecorder()
	w.api.ServeHTTP(rec, req)
	return rec
}

func (w *world) json(method, target string, body any) answer {
	w.t.Helper()
	var raw []byte
	switch b := body.(type) {
	case nil:
	case string:
		raw = []byte(b)
	default:
		var buf bytes.Buffer
		enc := json.NewEncoder(&buf)
		enc.SetEscapeHTML(false)
		require.NoError(w.t, enc.Encode(b))
		raw = buf.Bytes()
	}
	rec := w.request(method, target, "application/json", raw)
	require.Equal(w.t, http.StatusOK, rec.Code)
	out := answer{}
	dec := json.NewDecoder(rec.Body)
	dec.UseNumber()
	require.NoError(w.t, dec.Decode(&out))
	return out
}

func (w *world) accessToken() string {
	w.t.Helper()
	if w.token == "" {
		got := w.json("POST", "/cgi-bin/stable_token", map[string]any{
			"grant_type": "client_credential", "appid": w.set.AppID, "secret": w.set.Secret,
		})
		token, ok := got["access_token"].(string)
		require.True(w.t, ok, "%v", got)
		w.token = token
	}
	return w.token
}

func (w *world) withToken(path string) string {
	w.t.Helper()
	sep := "?"
	if strings.Contains(path, "?") {
		sep = "&"
	}
	return path + sep + "access_token=" + w.accessToken()
}

func (w *world) post(path string, body any) answer {
	w.t.Helper()
	return w.json("POST", w.withToken(path), body)
}

func (w *world) get(path string) answer {
	w.t.Helper()
	return w.json("GET", w.withToken(path), nil)
}

// must is post where nothing but success will do.
func (w *world) must(path string, body any) answer {
	w.t.Helper()
	got := w.post(path, body)
	require.Zero(w.t, got.code(), "%s: %v", path, got)
	return got
}

func (w *world) sendText(fan, text string) int {
	w.t.Helper()
	return w.post("/cgi-bin/message/custom/send", customText(w.openID(fan), text)).code()
}

func customText(openID, text string) map[string]any {
	return map[string]any{"touser": openID, "msgtype": "text", "text": map[string]any{"content": text}}
}

func between(s, from, to string) string {
	_, s, ok := strings.Cut(s, from)
	if !ok {
		return ""
	}
	s, _, ok = strings.Cut(s, to)
	if !ok {
		return ""
	}
	return s
}

// textReply is a valid reply to this push.
func textReply(r received, content string) string {
	return replyTo(r, "<MsgType><![CDATA[text]]></MsgType><Content><![CDATA["+content+"]]></Content>")
}

func replyTo(r received, rest string) string {
	return "<xml><ToUserName>" + between(r.plain, "<FromUserName>", "</FromUserName>") + "</ToUserName><FromUserName>" +
		between(r.plain, "<ToUserName>", "</ToUserName>") + "</FromUserName><CreateTime>1760000001</CreateTime>" + rest + "</xml>"
}

// sealed puts a reply into its envelope.
func (w *world) sealed(reply string) string {
	secret := w.sealer().Encrypt([16]byte{1, 2, 3}, []byte(reply))
	return "<xml><Encrypt><![CDATA[" + secret + "]]></Encrypt><MsgSignature><![CDATA[" +
		wechat.Sign(shopToken, "1760000001", "55", secret) + "]]></MsgSignature><TimeStamp>1760000001</TimeStamp><Nonce><![CDATA[55]]></Nonce></xml>"
}
