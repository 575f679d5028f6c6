package wechat_test

import (
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"moonwire/wechat"
)

var (
	textPush  = push("text", "<Content><![CDATA[hello]]></Content><MsgId>1</MsgId>")
	otherPush = push("text", "<Content><![CDATA[forged]]></Content><MsgId>2</MsgId>")
)

func TestTheModeDecidesWhatIsRead(t *testing.T) {
	w := newWire()
	plainQuery, plainBody := w.query(), []byte(textPush)
	safeQuery, safeBody := w.safe(t, textPush)
	bothQuery, bothBody := w.compatible(t, otherPush, textPush)
	unsigned := bothQuery
	unsigned.MsgSignature, unsigned.EncryptType = "", ""
	emptyBody := []byte(strings.Replace(otherPush, "</xml>", "<Encrypt></Encrypt></xml>", 1))
	inText := []byte(push("text", "<Content><![CDATA[<Encrypt>x</Encrypt>]]></Content>"))

	tests := []struct {
		name    string
		mode    wechat.Mode
		query   wechat.Query
		body    []byte
		refused wechat.Cause
		content string
		sealed  bool
	}{
		{"plain reads plain", wechat.Plain, plainQuery, plainBody, "", "hello", false},
		{"plain reads the plain half of both", wechat.Plain, bothQuery, bothBody, "", "forged", false},
		{"plain does not care what the query says", wechat.Plain, safeQuery, plainBody, "", "hello", false},
		{"plain cannot read safe", wechat.Plain, safeQuery, safeBody, wechat.CauseEncrypted, "", false},
		{"safe reads safe", wechat.Safe, safeQuery, safeBody, "", "hello", true},
		{"safe reads the sealed half of both", wechat.Safe, bothQuery, bothBody, "", "hello", true},
		{"safe refuses plain", wechat.Safe, plainQuery, plainBody, wechat.CauseNotEncrypted, "", false},
		{"safe refuses plain that claims aes", wechat.Safe, safeQuery, plainBody, wechat.CauseNotEncrypted, "", false},
		{"safe refuses Encrypt in a text", wechat.Safe, plainQuery, inText, wechat.CauseNotEncrypted, "", false},
		{"safe refuses an empty Encrypt", wechat.Safe, w.query(), emptyBody, wechat.CauseMalformed, "", false},
		{"safe needs msg_signature", wechat.Safe, unsigned, safeBody, wechat.CauseMsgSignature, "", false},
		{"compatible reads plain", wechat.Compatible, plainQuery, plainBody, "", "hello", false},
		{"compatible reads safe", wechat.Compatible, safeQuery, safeBody, "", "hello", true},
		{"compatible reads the sealed half of both", wechat.Compatible, bothQuery, bothBody, "", "hello", true},
		{"compatible never falls back to plain", wechat.Compatible, unsigned, bothBody, wechat.CauseMsgSignature, "", false},
		{"compatible refuses an empty Encrypt", wechat.Compatible, w.query(), emptyBody, wechat.CauseMalformed, "", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p, err := newCallback(t, config(tt.mode)).Open(tt.query, tt.body)
			if tt.refused != "" {
				requireCause(t, err, tt.refused)
				return
			}
			require.NoError(t, err)
			require.Equal(t, tt.content, p.Content)
			require.Equal(t, tt.sealed, p.Sealed)
		})
	}
}

func TestSealedPushInEveryShape(t *testing.T) {
	w := newWire()
	q, sealed := w.encrypt(t, textPush)
	nested := event("scancode_push", "<ScanCodeInfo><ScanType>qrcode</ScanType></ScanCodeInfo>")
	bodies := map[string]string{
		"no ToUserName":   "<xml><Encrypt><![CDATA[" + sealed + "]]></Encrypt></xml>",
		"no CDATA":        "<xml><Encrypt>" + sealed + "</Encrypt></xml>",
		"blanks":          "<xml>\n<Encrypt>\n <![CDATA[ " + sealed + " ]]>\n</Encrypt>\n</xml>",
		"nested neighbor": nested[:len(nested)-6] + "<Encrypt>" + sealed + "</Encrypt></xml>",
		"declaration":     "<?xml version=\"1.0\"?><xml><Encrypt>" + sealed + "</Encrypt></xml>",
		"JSON":            `{"ToUserName":"` + originalID + `","Encrypt":"` + sealed + `"}`,
	}
	for name, body := range bodies {
		t.Run(name, func(t *testing.T) {
			p, err := newCallback(t, config(wechat.Safe)).Open(q, []byte(body))
			require.NoError(t, err)
			require.Equal(t, "hello", p.Content)
		})
	}
}

func TestSealedJSONPush(t *testing.T) {
	q, sealed := newWire().encrypt(t, `{"ToUserName":"gh_1","FromUserName":"o1","CreateTime":1,"MsgType":"text","Content":"hi","MsgId":9}`)
	p, err := newCallback(t, config(wechat.Safe)).Open(q, []byte(`{"ToUserName":"gh_1","Encrypt":"`+sealed+`"}`))
	require.NoError(t, err)
	require.Equal(t, "hi", p.Content)
	require.True(t, p.Sealed)
}

func TestPushesThatMustBeRefused(t *testing.T) {
	good := newWire()
	otherToken, otherKey, otherApp := good, good, good
	otherToken.token, otherKey.key, otherApp.appID = "somebodyelse", oldKey, "wx0000000000000000"
	sealed := func(w wire, msg string) func() (wechat.Query, []byte) {
		return func() (wechat.Query, []byte) { return w.safe(t, msg) }
	}
	encrypt := func(text string) func() (wechat.Query, []byte) {
		return func() (wechat.Query, []byte) {
			return good.sign(text), []byte("<xml><Encrypt><![CDATA[" + text + "]]></Encrypt></xml>")
		}
	}
	_, real64 := good.encrypt(t, textPush)
	tests := []struct {
		name string
		push func() (wechat.Query, []byte)
		want wechat.Cause
	}{
		{"wrong token", sealed(otherToken, textPush), wechat.CauseSignature},
		{"wrong key", sealed(otherKey, textPush), wechat.CauseAESKey},
		{"wrong app id", sealed(otherApp, textPush), wechat.CauseAppID},
		{"not base64", encrypt("!!!!"), wechat.CauseMalformed},
		{"plus turned into a blank", encrypt(strings.Replace(real64, "+", " ", 1)), wechat.CauseMalformed},
		{"too short for anything", encrypt("AAAA"), wechat.CauseMalformed},
		{"upper-case msg_signature", func() (wechat.Query, []byte) {
			q, body := good.safe(t, textPush)
			q.MsgSignature = strings.ToUpper(q.MsgSignature)
			return q, body
		}, wechat.CauseMsgSignature},
		{"another receiver outside", func() (wechat.Query, []byte) {
			q, body := good.safe(t, textPush)
			return q, []byte(strings.Replace(string(body), originalID, "gh_other", 1))
		}, wechat.CauseReceiver},
		{"malformed inside", sealed(good, "<xml><A>"), wechat.CauseMalformed},
		{"malformed outside", func() (wechat.Query, []byte) {
			return good.query(), []byte("<xml><Encrypt>")
		}, wechat.CauseMalformed},
		{"too large", func() (wechat.Query, []byte) {
			return good.query(), make([]byte, wechat.MaxBody+1)
		}, wechat.CauseTooLarge},
		{"no signature", func() (wechat.Query, []byte) {
			q, body := good.safe(t, textPush)
			q.Signature = ""
			return q, body
		}, wechat.CauseSignature},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			q, body := tt.push()
			_, err := newCallback(t, config(wechat.Safe)).Open(q, body)
			requireCause(t, err, tt.want)
			for _, secret := range []string{token, oldToken, aesKey, oldKey, "hello"} {
				require.NotContains(t, err.Error(), secret)
			}
		})
	}
}

func TestOriginalID(t *testing.T) {
	for _, mode := range []wechat.Mode{wechat.Plain, wechat.Compatible, wechat.Safe} {
		cfg := config(mode)
		q, body := newWire().compatible(t, textPush, textPush)
		cfg.OriginalID = originalID
		_, err := newCallback(t, cfg).Open(q, body)
		require.NoError(t, err)
		cfg.OriginalID = "gh_another"
		_, err = newCallback(t, cfg).Open(q, body)
		requireCause(t, err, wechat.CauseOriginalID)
		require.Contains(t, err.Error(), originalID, "the operator sees what came")
	}
}

func TestMaxSkew(t *testing.T) {
	tests := []struct {
		name    string
		skew    time.Duration
		now     time.Duration
		refused bool
	}{
		{"off", 0, 24 * time.Hour, false},
		{"just in time", 10 * time.Minute, 10 * time.Minute, false},
		{"too old", 10 * time.Minute, 10*time.Minute + time.Second, true},
		{"slightly ahead", 10 * time.Minute, -10 * time.Minute, false},
		{"from the future", 10 * time.Minute, -11 * time.Minute, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			cfg := config(wechat.Plain)
			cfg.MaxSkew = tt.skew
			cfg.Now = func() time.Time { return sentAt.Add(tt.now) }
			_, err := newCallback(t, cfg).Open(newWire().query(), []byte(textPush))
			if tt.refused {
				requireCause(t, err, wechat.CauseStale)
				return
			}
			require.NoError(t, err)
		})
	}
}

func TestTimestampThatIsNoNumber(t *testing.T) {
	q := wechat.Query{Timestamp: "soon", Nonce: "1", Signature: wechat.Sign(token, "soon", "1")}
	cfg := config(wechat.Plain)
	_, err := newCallback(t, cfg).Open(q, []byte(textPush))
	require.NoError(t, err)
	cfg.MaxSkew = time.Minute
	_, err = newCallback(t, cfg).Open(q, []byte(textPush))
	requireCause(t, err, wechat.CauseStale)
}

// TestRotation: the console changes token and key one at a time, and machines of WeChat learn of it
// one after the other, so any of two tokens can come with any of two keys.
func TestRotation(t *testing.T) {
	for _, tok := range []string{token, oldToken} {
		for _, key := range []string{aesKey, oldKey} {
			t.Run(tok+" "+key[:4], func(t *testing.T) {
				cfg := config(wechat.Safe)
				cfg.Previous = &wechat.KeyPair{Token: oldToken, EncodingAESKey: oldKey}
				c := newCallback(t, cfg)
				w := newWire()
				w.token, w.key = tok, key
				q, body := w.safe(t, textPush)
				p, err := c.Open(q, body)
				require.NoError(t, err)
				require.Equal(t, "hello", p.Content)
				require.Equal(t, tok == oldToken || key == oldKey, p.Previous)

				answer, err := c.Seal(p, []byte("<xml>reply</xml>"))
				require.NoError(t, err)
				require.Equal(t, "<xml>reply</xml>", w.unseal(t, answer), "sealed with what opened it")
			})
		}
	}
}

func TestRotationOfOneHalf(t *testing.T) {
	tests := []struct {
		name     string
		previous wechat.KeyPair
		token    string
		key      string
		refused  wechat.Cause
	}{
		{"token alone, new", wechat.KeyPair{Token: oldToken}, token, aesKey, ""},
		{"token alone, old", wechat.KeyPair{Token: oldToken}, oldToken, aesKey, ""},
		{"token alone, other key", wechat.KeyPair{Token: oldToken}, oldToken, oldKey, wechat.CauseAESKey},
		{"key alone, old", wechat.KeyPair{EncodingAESKey: oldKey}, token, oldKey, ""},
		{"key alone, filled in", wechat.KeyPair{Token: token, EncodingAESKey: oldKey}, token, oldKey, ""},
		{"key alone, other token", wechat.KeyPair{EncodingAESKey: oldKey}, oldToken, oldKey, wechat.CauseSignature},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			cfg := config(wechat.Safe)
			cfg.Previous = &tt.previous
			w := newWire()
			w.token, w.key = tt.token, tt.key
			q, body := w.safe(t, textPush)
			_, err := newCallback(t, cfg).Open(q, body)
			if tt.refused != "" {
				requireCause(t, err, tt.refused)
				return
			}
			require.NoError(t, err)
		})
	}
}

func TestRotationInPlainMode(t *testing.T) {
	cfg := wechat.CallbackConfig{Current: wechat.KeyPair{Token: token}, Previous: &wechat.KeyPair{Token: oldToken}}
	w := newWire()
	w.token = oldToken
	p, err := newCallback(t, cfg).Open(w.query(), []byte(textPush))
	require.NoError(t, err)
	require.True(t, p.Previous)
	require.False(t, p.Sealed)
}

func TestAppIDIsNamedEvenIfTheOtherKeyFailed(t *testing.T) {
	cfg := config(wechat.Safe)
	cfg.Previous = &wechat.KeyPair{EncodingAESKey: oldKey}
	for _, key := range []string{aesKey, oldKey} {
		w := newWire()
		w.key, w.appID = key, "wx0000000000000000"
		q, body := w.safe(t, textPush)
		_, err := newCallback(t, cfg).Open(q, body)
		requireCause(t, err, wechat.CauseAppID)
		require.Contains(t, err.Error(), "wx0000000000000000")
	}
}

func TestOpenFromManyGoroutines(t *testing.T) {
	c := newCallback(t, config(wechat.Safe))
	w := newWire()
	q, body := w.safe(t, textPush)
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			for range 50 {
				p, err := c.Open(q, body)
				if err != nil || p.Content != "hello" {
					t.Errorf("opened %v, %v", p, err)
					return
				}
				if _, err := c.Seal(p, []byte("<xml></xml>")); err != nil {
					t.Error(err)
				}
			}
		})
	}
	group.Wait()
}

func FuzzOpen(f *testing.F) {
	w := newWire()
	_, safe := w.safe(f, textPush)
	_, both := w.compatible(f, otherPush, textPush)
	for _, body := range [][]byte{safe, both, []byte(textPush), []byte("<xml><Encrypt></Encrypt></xml>"), []byte(`{"Encrypt":"AAAA"}`)} {
		f.Add(body, "0123456789abcdef\x00\x00\x00\x05hello"+appID)
	}
	callbacks := map[wechat.Mode]*wechat.Callback{}
	for _, mode := range []wechat.Mode{wechat.Plain, wechat.Compatible, wechat.Safe} {
		callbacks[mode] = newCallback(f, config(mode))
	}
	f.Fuzz(func(t *testing.T, body []byte, inner string) {
		q, sealed := w.encrypt(t, inner)
		for mode, c := range callbacks {
			if p, err := c.Open(q, body); err == nil && mode == wechat.Safe {
				require.True(t, p.Sealed)
			}
			p, err := c.Open(q, []byte("<xml><Encrypt>"+sealed+"</Encrypt></xml>"))
			want, parseErr := wechat.ParseMessage([]byte(inner))
			if mode != wechat.Plain && parseErr == nil {
				require.NoError(t, err)
				require.Equal(t, want.Tree(), p.Tree())
			} else {
				require.Error(t, err)
			}
		}
	})
}

func FuzzDecrypt(f *testing.F) {
	s, err := wechat.NewSealer(aesKey, appID)
	require.NoError(f, err)
	f.Add([]byte("hello"), "AAAA")
	f.Fuzz(func(t *testing.T, msg []byte, b64 string) {
		back, err := s.Decrypt(s.Encrypt([16]byte{1}, msg))
		require.NoError(t, err)
		require.Equal(t, string(msg), string(back))
		if _, err := s.Decrypt(b64); err != nil {
			require.NotEmpty(t, err.(*wechat.Refusal).Cause)
		}
	})
}

// TestIDsInARefusal are shown to the operator when they look like ids, and else not.
func TestIDsInARefusal(t *testing.T) {
	for _, tc := range []struct{ name, id, want string }{
		{"an id", "gh_other", "gh_other"},
		{"a name that begins with a mark", "-other", "(not an id)"},
		{"a text", "hello there", "(not an id)"},
		{"a long one", strings.Repeat("x", 65), "(not an id)"},
		{"the longest", strings.Repeat("x", 64), strings.Repeat("x", 64)},
	} {
		t.Run(tc.name, func(t *testing.T) {
			cfg := config(wechat.Plain)
			cfg.OriginalID = originalID
			_, err := newCallback(t, cfg).Open(newWire().query(), []byte(strings.Replace(textPush, originalID, tc.id, 1)))
			requireCause(t, err, wechat.CauseOriginalID)
			require.ErrorContains(t, err, tc.want)
			if tc.want != tc.id {
				require.NotContains(t, err.Error(), tc.id)
			}
		})
	}
}

// TestAPlainPushThatIsBroken is not taken for a sealed one.
func TestAPlainPushThatIsBroken(t *testing.T) {
	for _, body := range []string{"<xml><A>", "<xml><A>1</A></xml>", ""} {
		_, err := newCallback(t, config(wechat.Plain)).Open(newWire().query(), []byte(body))
		requireCause(t, err, wechat.CauseMalformed)
	}
	_, err := newCallback(t, config(wechat.Plain)).Open(newWire().query(), []byte("<xml><Encrypt>AAAA</Encrypt></xml>"))
	requireCause(t, err, wechat.CauseEncrypted)
}
