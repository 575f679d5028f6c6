package bot_test

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"testing"
	"time"
	"weak"

	"github.com/stretchr/testify/require"

	"moonwire/account"
	"moonwire/bot"
	"moonwire/engine"
	"moonwire/wechat"
)

func TestASaveIsLiveAndABrokenOneIsNot(t *testing.T) {
	h := newHouse(t, map[string]files{"demo": {"main.lua": `on.text("one")`}})
	require.Equal(t, "one", h.say(h.text("amy", "1", "x")).seen())
	first := h.save(0)
	require.True(t, first.Live)
	require.True(t, first.First)

	h.write("demo", files{"main.lua": "on.text(\"two\")\non.txt(1)"})
	broken := h.save(1)
	require.False(t, broken.Live)
	require.Equal(t, first.Build, broken.Build, "it serves on")
	require.Contains(t, broken.Box, "main.lua:2")
	require.Contains(t, broken.Box, "demo keeps serving build")
	require.Equal(t, "one", h.say(h.text("amy", "2", "x")).seen())
	require.NotEmpty(t, h.fleet.Account("demo").Status().Err)

	h.write("demo", files{"main.lua": `on.text("three")`})
	mended := h.save(2)
	require.True(t, mended.Live)
	require.NotEqual(t, first.Build, mended.Build)
	require.Equal(t, "three", h.say(h.text("amy", "3", "x")).seen())
	require.Equal(t, mended.Build, h.fleet.Account("demo").Status().Build)
	require.Empty(t, h.fleet.Account("demo").Status().Err)
}

func TestABrokenAccountYAMLChangesNothing(t *testing.T) {
	h := newHouse(t, map[string]files{"demo": {"main.lua": `on.text(function() return settings.a end)`, "account.yaml": "settings: { a: one }"}})
	require.Equal(t, "one", h.say(h.text("amy", "1", "x")).seen())
	h.write("demo", files{"account.yaml": "settings: { a: two }\nlat: push\n"})
	r := h.save(1)
	require.False(t, r.Live)
	require.Contains(t, r.Box, "account.yaml:2: unknown key lat; did you mean late?")
	h.write("demo", files{"account.yaml": "settings: { a: three }\n"})
	require.True(t, h.save(2).Live)
	require.Equal(t, "three", h.say(h.text("amy", "2", "x")).seen())
}

func TestAFileThatIsNotUTF8IsNotLive(t *testing.T) {
	h := newHouse(t, map[string]files{"demo": {"main.lua": `on.text("one")`}})
	require.Equal(t, "one", h.say(h.text("amy", "1", "x")).seen())
	h.write("demo", files{"main.lua": "on.text('x', 'y')\non.text('\xc4\xe3\xba\xc3')"})
	r := h.save(1)
	require.False(t, r.Live)
	require.Contains(t, r.Box, "demo/main.lua:2: is not UTF-8 (GBK?): save it as UTF-8")
	require.Equal(t, "one", h.say(h.text("amy", "2", "x")).seen())
	h.write("demo", files{"account.yaml": "apology: \xc4\xe3"})
	require.Contains(t, h.save(2).Box, "account.yaml:1: is not UTF-8")
}

func TestTurnsFinishOnTheirEdition(t *testing.T) {
	h := newHouse(t, map[string]files{"demo": {"main.lua": `on.text(function() time.sleep("1s") return "old" end)`}})
	d := h.deliver(h.text("amy", "1", "x"))
	h.api.await(t, "sleep", 1)
	h.write("demo", files{"main.lua": `on.text("new")`})
	h.save(1)
	require.Equal(t, "new", h.say(h.text("bob", "2", "x")).seen())
	h.api.let("sleep")
	h.wait("answer", d.answered)
	require.Equal(t, "old", d.seen())
}

func TestFoldersComeAndGo(t *testing.T) {
	h := newHouse(t, map[string]files{"demo": {"main.lua": `on.text("demo")`}})
	h.say(h.text("amy", "1", "x"))
	h.write("shop", files{"main.lua": `on.text("shop")`})
	h.save(1)
	p := h.text("amy", "2", "x")
	p.account = "shop"
	require.Equal(t, "shop", h.say(p).seen())
	names := []string{}
	for _, s := range h.fleet.Accounts() {
		names = append(names, s.Name)
	}
	require.Equal(t, []string{"demo", "shop"}, names)

	require.NoError(t, os.Rename(filepath.Join(h.dir, "shop"), filepath.Join(h.dir, "store")))
	h.until("shop is gone", func() bool {
		for _, r := range h.who {
			if r.Name == "shop" && r.Gone {
				return true
			}
		}
		return false
	})
	require.Nil(t, h.fleet.Account("shop"))
	h.until("store has come", func() bool { return h.saves[len(h.saves)-1].Account == "store" })
	d := h.deliver(p)
	h.wait("refusal", d.answered)
	require.Equal(t, "refused", d.seen())
	p.account = "store"
	require.Equal(t, "shop", h.say(p).seen())
}

func TestABrokenAccountStopsNobody(t *testing.T) {
	h := newHouse(t, map[string]files{
		"demo":   {"main.lua": `on.text("demo")`},
		"script": {"main.lua": `on.text(`},
		"yaml":   {"main.lua": `on.text("x")`, "account.yaml": "mode: [\n"},
		"empty":  {"readme.txt": "no main.lua"},
	})
	require.Equal(t, "demo", h.say(h.text("amy", "1", "x")).seen())
	h.until("all loads", func() bool {
		return len(h.saves) == 4 && !slices.ContainsFunc(h.fleet.Accounts(), func(s bot.Status) bool { return !s.Loaded })
	})
	for _, s := range h.fleet.Accounts() {
		require.Equal(t, s.Name == "demo", s.Serving, s.Name)
		require.Equal(t, s.Name == "demo", s.Err == "", s.Name)
	}
	c := h.fleet.Account("script").Config()
	q := wechat.Query{Signature: wechat.Sign(c.Keys.Token, "1", "2"), Timestamp: "1", Nonce: "2", EchoStr: "e"}
	_, ok := h.fleet.Verify("script", q)
	require.True(t, ok, "its identity is known, so WeChat can be set up")
	p := h.text("amy", "2", "x")
	p.account = "script"
	require.Equal(t, c.Apology, h.say(p).seen())
	require.Equal(t, bot.Failed, h.report(1).Outcome)

	h.write("yaml", files{"account.yaml": "mode: plain\n"})
	h.until("it is mended", func() bool { return len(h.saves) == 5 })
	p.account = "yaml"
	require.Equal(t, "x", h.say(p).seen())
}

func TestServeRefusesWhatIsUnsafeAndRunsTheOthers(t *testing.T) {
	safe := "app_id: wx1\nkind: test\nmode: plain\ntoken: ${env:TOKEN}\napp_secret: ${env:SECRET}\n"
	h := newHouse(t, map[string]files{
		"demo":    {"main.lua": `on.text("demo")`, "account.yaml": safe},
		"literal": {"main.lua": `on.text("x")`, "account.yaml": "app_id: wx2\nmode: plain\ntoken: secret99\n"},
		"nomode":  {"main.lua": `on.text("x")`, "account.yaml": "app_id: wx3\ntoken: ${env:TOKEN}\n"},
		"nokey":   {"main.lua": `on.text("x")`, "account.yaml": "app_id: wx4\nmode: safe\ntoken: ${env:TOKEN}\n"},
		"nofile":  {"main.lua": `on.text("x")`},
	}, func(o *bot.Options) { o.Dev = false })
	h.until("all loads", func() bool { return len(h.saves) == 5 })
	require.Equal(t, "demo", h.say(h.text("amy", "1", "x")).seen())
	for _, s := range h.fleet.Accounts() {
		require.Equal(t, s.Name == "demo", s.Serving, s.Name)
		require.NotContains(t, s.Err, "secret99")
	}
}

func TestTheSameAppIDTwiceIsAWarning(t *testing.T) {
	h := newHouse(t, map[string]files{
		"demo": {"main.lua": `on.text("x")`, "account.yaml": "app_id: wx1\n"},
		"twin": {"main.lua": `on.text("x")`, "account.yaml": "app_id: wx1\n"},
	})
	h.until("both loads", func() bool { return len(h.saves) == 2 })
	require.Contains(t, fmt.Sprint(h.saves[0].Warnings, h.saves[1].Warnings), "has the same")
}

func TestWhoAsksFirstIsLoadedFirst(t *testing.T) {
	accounts := map[string]files{"demo": {"main.lua": `on.text("demo")`}}
	for i := range 300 {
		accounts[fmt.Sprintf("a%03d", i)] = files{"main.lua": `on.text("x")`}
	}
	h := newHouse(t, accounts)
	require.Equal(t, "demo", h.say(h.text("amy", "1", "x")).seen())
	h.until("the others are loaded too", func() bool { return len(h.saves) == 301 })
}

func TestAnIdentityIsAnnouncedOnceAndBeforeItsFirstMessage(t *testing.T) {
	h := newHouse(t, map[string]files{"demo": {"main.lua": `on.text("one")`}})
	h.say(h.text("amy", "1", "x"))
	require.Len(t, h.who, 1)
	require.Equal(t, []string{"app_id", "token", "app_secret"}, h.who[0].Config.Derived)
	h.write("demo", files{"main.lua": `on.text("two")`})
	h.save(1)
	require.Len(t, h.who, 1, "a script is not who the account is")
	h.write("demo", files{"account.yaml": "mode: safe\n"})
	h.save(2)
	require.Len(t, h.who, 2)
	require.Equal(t, wechat.Safe, h.who[1].Config.Mode)
}

func TestSafeModeSealsForEachAttempt(t *testing.T) {
	h := newHouse(t, map[string]files{"demo": {"main.lua": `on.text(function(m) return "you said " .. m.content end)`, "account.yaml": "mode: safe\nencoding_aes_key: " + aesKey}})
	c, _, err := account.Load("demo", []byte("mode: safe\nencoding_aes_key: "+aesKey), resolver(), account.Options{Dev: true})
	require.NoError(t, err)
	sealer, err := wechat.NewSealer(aesKey, c.AppID)
	require.NoError(t, err)
	p := h.text("amy", "1", "hello")
	var bodies []string
	for i := range 2 {
		box := sealer.Encrypt([16]byte{byte(i)}, []byte(p.body))
		sealed := push{account: "demo", fan: "amy", body: "<xml><ToUserName>gh_demo</ToUserName><Encrypt>" + box + "</Encrypt></xml>"}
		d := h.deliverSigned(sealed, wechat.Query{
			Signature: wechat.Sign(c.Keys.Token, "1", "2"), Timestamp: "1", Nonce: "2", EncryptType: "aes",
			MsgSignature: wechat.Sign(c.Keys.Token, "1", "2", box),
		})
		h.wait("answer", d.answered)
		bodies = append(bodies, d.body)
		fields, err := wechat.ParseTree([]byte(d.body))
		require.NoError(t, err)
		require.Equal(t, "Encrypt", fields[0].Name)
		inner, err := sealer.Decrypt(fields[0].Value)
		require.NoError(t, err)
		require.Equal(t, "you said hello", shown(string(inner)))
	}
	require.NotEqual(t, bodies[0], bodies[1], "sealed anew for its own push")
	d := h.deliverSigned(p, wechat.Query{Signature: wechat.Sign(c.Keys.Token, "1", "2"), Timestamp: "1", Nonce: "2"})
	h.wait("refusal", d.answered)
	require.Equal(t, "refused", d.seen(), "a plain push to a safe account")
}

func TestATraceHasTenCharacters(t *testing.T) {
	h := newHouse(t, map[string]files{"demo": {"main.lua": `on.text(function(m) return m.trace end)`}})
	d := h.say(h.text("amy", "1", "x"))
	require.Len(t, d.seen(), 10)
	require.Equal(t, d.seen(), h.report(0).Trace)
	require.GreaterOrEqual(t, h.report(0).Took, time.Duration(0))
}

// TestNothingHoldsWhatServesNoMore saves over a build that has served, and takes its account away.
func TestNothingHoldsWhatServesNoMore(t *testing.T) {
	h := newHouse(t, map[string]files{"demo": {"main.lua": `on.text("one")`}})
	serving := func(n int) weak.Pointer[engine.Build] {
		require.NotEqual(t, "success", h.say(h.text("amy", strconv.Itoa(n), "x")).seen())
		return weak.Make(h.fleet.Account("demo").Program().Build())
	}
	gone := func(what string, build weak.Pointer[engine.Build]) {
		h.until(what, func() bool {
			runtime.GC()
			return build.Value() == nil
		})
	}
	first := serving(1)
	h.write("demo", files{"main.lua": `on.text("two")`})
	h.save(1)
	gone("the end of the first build", first)
	second := serving(2)
	h.takeAway("demo", true)
	gone("the end of the second build", second)
}

// Pages that browsers open lie where the API does, where that is not WeChat's own.
func TestPagesLieBesideTheAPI(t *testing.T) {
	script := files{"account.yaml": "kind: service", "main.lua": `on.text(function() return oauth.url{ redirect_uri = "https://example.com/me" } end)`}
	for _, tt := range []struct{ name, base, given, want string }{
		{"a stand-in", "http://wechat.test", "", "http://wechat.test/connect/oauth2/authorize?"},
		{"another one's pages", "http://wechat.test", "http://pages.test", "http://pages.test/connect/oauth2/authorize?"},
		{"WeChat", "", "", "https://open.weixin.qq.com/connect/oauth2/authorize?"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			h := newHouse(t, map[string]files{"demo": script}, func(o *bot.Options) { o.APIBase, o.Pages.Open = tt.base, tt.given })
			require.Contains(t, h.say(h.text("amy", "1", "x")).seen(), tt.want)
		})
	}
}
