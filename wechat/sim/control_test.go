package sim_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"moonwire/wechat/sim"
)

// steer makes one request of the control interface.
func (w *world) steer(method, path, body string) (int, answer) {
	w.t.Helper()
	rec := w.request(method, "/platform"+path, "application/json", []byte(body))
	out := answer{}
	dec := json.NewDecoder(rec.Body)
	dec.UseNumber()
	require.NoError(w.t, dec.Decode(&out))
	return rec.Code, out
}

func (w *world) steered(method, path, body string) answer {
	w.t.Helper()
	code, got := w.steer(method, path, body)
	require.Equal(w.t, 200, code, "%v", got)
	return got
}

func TestAccountsAreSetUpOverHTTP(t *testing.T) {
	w := newWorld(t)
	body := `{"app_id":"wxnew","app_secret":"s3cret","token":"abc","mode":"safe","encoding_aes_key":"` + shopKey + `","verified":true,"json":true,
		"cards":["c"],"mini_programs":["*"],"ip_whitelist":["127.0.0.1"],"quotas":{"/cgi-bin/tags/get":9},"templates":[{"template_id":"t","title":"T"}],"secret_frozen":true}`
	got := w.steered("PUT", "/accounts/new", body)
	require.Equal(t, "safe", got["mode"])
	require.Equal(t, true, got["verified"])
	code, got := w.steer("PUT", "/accounts/new", `{"mode":"rot13"}`)
	require.Equal(t, 400, code)
	require.Contains(t, got["error"], "rot13")
	code, _ = w.steer("PUT", "/accounts/new", `{"tokn":"abc"}`)
	require.Equal(t, 400, code, "unknown keys")
	got = w.steered("PUT", "/accounts/new", `{"mode":"plain"}`)
	require.Equal(t, "wxnew plain", got["app_id"].(string)+" "+got["mode"].(string), "the rest stays")
	for _, key := range []string{"cards", "mini_programs", "ip_whitelist", "quotas", "templates"} {
		require.Len(t, got[key], 1, key)
	}
	require.Equal(t, []any{true, true, true}, []any{got["verified"], got["json"], got["secret_frozen"]})
	got = w.steered("PUT", "/accounts/new", `{"json":false,"secret_frozen":false,"cards":[]}`)
	require.Equal(t, []any{true, false, false}, []any{got["verified"], got["json"], got["secret_frozen"]})
	require.Empty(t, got["cards"])
	got = w.steered("PUT", "/accounts/new", `{"web_domain":"example.test","no_mass_agreement":true,"no_comments":true}`)
	require.Equal(t, []any{"example.test", true, true}, []any{got["web_domain"], got["no_mass_agreement"], got["no_comments"]})
	list := w.request("GET", "/platform/accounts", "", nil).Body.String()
	require.Contains(t, list, "wxnew")
	for _, secret := range []string{"s3cret", shopSecret, shopKey, shopToken} {
		require.NotContains(t, list, secret)
	}
	w.steered("DELETE", "/accounts/new", "")
	code, _ = w.steer("GET", "/accounts/new", "")
	require.Equal(t, 404, code)
	w.steered("POST", "/accounts/shop/verify", "")
	code, _ = w.steer("GET", "/nonsense", "")
	require.Equal(t, 404, code)
}

func TestFansAreSteeredOverHTTP(t *testing.T) {
	w := newWorld(t)
	w.answers(func(r received) (int, string) { return 200, hello(r) })
	got := w.steered("POST", "/accounts/shop/fans/amy/acts", `{"kind":"text","args":["hi"]}`)
	require.Equal(t, "hello", got["reply"].(m)["text"])
	require.Equal(t, "shows", got["attempts"].([]any)[0].(m)["verdict"])
	got = w.steered("POST", "/accounts/shop/fans/amy/acts", `{"kind":"again","times":3,"at_once":true,"window":"2s"}`)
	require.Len(t, got["attempts"], 3)
	got = w.steered("POST", "/accounts/shop/fans/amy/acts", `{"event":"poi","fields":[{"name":"A","fields":[{"name":"B","value":"1"}]}]}`)
	require.Contains(t, got["plain"], "<A><B><![CDATA[1]]></B></A>")
	got = w.steered("POST", "/accounts/shop/acts", `{"event":"annual_renew","fields":[{"name":"ExpiredTime","value":"1"}]}`)
	require.Contains(t, got["plain"], "<ExpiredTime>1</ExpiredTime>")
	for _, bad := range []string{`{}`, `{"kind":"dance"}`, `{"kind":"location","args":["x","y"]}`, `{`} {
		code, got := w.steer("POST", "/accounts/shop/fans/amy/acts", bad)
		require.Equal(t, 400, code, bad)
		require.NotEmpty(t, got["error"])
	}
	code, _ := w.steer("POST", "/accounts/none/fans/amy/acts", `{"kind":"text","args":["hi"]}`)
	require.Equal(t, 404, code)

	got = w.steered("GET", "/accounts/shop/fans/amy/transcript?after=1", "")
	require.Equal(t, "passive", got["entries"].([]any)[0].(m)["via"])
	last := fmtNumber(got["last"])
	waiting := make(chan answer, 1)
	go func() {
		rec := httptest.NewRecorder()
		w.api.ServeHTTP(rec, httptest.NewRequest("GET", "/platform/accounts/shop/fans/amy/transcript?wait=30&after="+last, nil))
		out := answer{}
		_ = json.Unmarshal(rec.Body.Bytes(), &out)
		waiting <- out
	}()
	w.push("amy", sim.Text("news"))
	require.Equal(t, "news", (<-waiting)["entries"].([]any)[0].(m)["text"])

	got = w.steered("PATCH", "/accounts/shop/fans/amy", `{"refuses":true,"unionid":"u","snapshot":true}`)
	require.Equal(t, []any{true, true}, []any{got["refuses"], got["snapshot"]})
	tokens := w.webTokens("amy")
	w.steered("POST", "/accounts/shop/fans/amy/change_password", "")
	require.Equal(t, 42007, w.json("GET", "/sns/auth?access_token="+tokens["access_token"].(string)+"&openid="+w.openID("amy"), nil).code())
	require.Len(t, got["windows"], 1)
	require.Empty(t, w.steered("GET", "/accounts/shop/fans/amy/menu", "")["button"])
	require.Len(t, w.steered("GET", "/accounts/shop/fans", "")["fans"], 1)
	w.steered("DELETE", "/accounts/shop/fans/amy", "")
	require.Empty(t, w.steered("GET", "/accounts/shop/fans", "")["fans"])
	w.get("/cgi-bin/tags/get")
	require.Len(t, w.steered("GET", "/accounts/shop/calls?after=3", "")["calls"], 1)
}

func TestClockFaultsAndStateOverHTTP(t *testing.T) {
	w := newWorld(t)
	start := w.p.Now()
	w.steered("POST", "/clock", `{"advance":"48h"}`)
	require.Equal(t, 48*time.Hour, w.p.Now().Sub(start))
	w.steered("POST", "/clock", `{"advance":1.5}`)
	require.Equal(t, 48*time.Hour+1500*time.Millisecond, w.p.Now().Sub(start))
	w.steered("POST", "/clock", `{"set":"2027-01-01T00:00:00Z"}`)
	require.True(t, w.p.Now().Equal(time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC)))
	w.steered("POST", "/clock", `{"reset":true}`)
	require.True(t, w.p.Now().Equal(start))
	code, _ := w.steer("POST", "/clock", `{}`)
	require.Equal(t, 400, code)

	id := w.steered("POST", "/faults", `{"path":"tags/get","errcode":45009,"slow":"1ms","times":5}`)["id"].(string)
	require.Equal(t, 45009, w.get("/cgi-bin/tags/get").code())
	require.Equal(t, time.Millisecond, w.p.Faults()[0].Slow)
	require.Equal(t, "1ms", w.steered("GET", "/faults", "")["faults"].([]any)[0].(m)["slow"])
	w.steered("DELETE", "/faults/"+id, "")
	require.Empty(t, w.steered("GET", "/faults", "")["faults"])
	code, _ = w.steer("POST", "/faults", `{"errcode":1}`)
	require.Equal(t, 400, code)

	w.push("amy", sim.Text("hi"))
	state := w.request("GET", "/platform/state", "", nil).Body.String()
	w.steered("DELETE", "/accounts/shop/fans/amy", "")
	w.steered("PUT", "/state", state)
	require.Equal(t, []string{"fan/push hi"}, w.lines("amy"))
	w.steered("POST", "/accounts/shop/expire_tokens", "")
	require.Equal(t, 42001, w.get("/cgi-bin/tags/get").code())
}

func TestForeignPagesCannotSteer(t *testing.T) {
	w := newWorld(t)
	req := httptest.NewRequest(http.MethodPost, "http://127.0.0.1:8421/platform/clock", strings.NewReader(`{"advance":"1h"}`))
	req.Header.Set("Origin", "https://evil.example")
	req.Header.Set("Sec-Fetch-Site", "cross-site")
	rec := httptest.NewRecorder()
	w.api.ServeHTTP(rec, req)
	require.Equal(t, http.StatusForbidden, rec.Code)
}

func TestActsFromWords(t *testing.T) {
	tests := []struct {
		words []string
		want  string // Act.String
		err   string
	}{
		{[]string{"text", "hi"}, "hi", ""},
		{[]string{"TEXT", "hi"}, "hi", ""},
		{[]string{"click", "K"}, "[click K]", ""},
		{[]string{"subscribe"}, "[subscribe]", ""},
		{[]string{"subscribe", "scene=7"}, "[subscribe scene=7]", ""},
		{[]string{"scan", "7"}, "[scan 7]", ""},
		{[]string{"location", "31.2", "121.5", "label"}, `[location 31.2 121.5 "label"]`, ""},
		{[]string{"image", "m1"}, "[image m1]", ""},
		{[]string{"link", "https://x/", "t"}, `[link "t" https://x/]`, ""},
		{[]string{"event", "poi", "A=1"}, "[event poi]", ""},
		{[]string{"again"}, "[again]", ""},
		{[]string{"text"}, "", "text wants: text CONTENT"},
		{[]string{"click", "a", "b"}, "", "click wants"},
		{[]string{"location", "91", "0"}, "", "latitude"},
		{[]string{"event", "poi", "A"}, "", "FIELD=VALUE"},
		{[]string{"dance"}, "", "want one of: text CONTENT"},
	}
	for _, tt := range tests {
		t.Run(strings.Join(tt.words, " "), func(t *testing.T) {
			act, err := sim.ParseAct(tt.words[0], tt.words[1:]...)
			if tt.err != "" {
				require.ErrorContains(t, err, tt.err)
				return
			}
			require.NoError(t, err)
			require.Equal(t, tt.want, act.String())
		})
	}
	require.GreaterOrEqual(t, len(sim.Kinds()), 25)
}
