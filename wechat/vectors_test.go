package wechat_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"moonwire/wechat"
)

type vector struct {
	Name         string `json:"name"`
	Token        string `json:"token"`
	AESKey       string `json:"aeskey"`
	AppID        string `json:"appid"`
	Timestamp    string `json:"timestamp"`
	Nonce        string `json:"nonce"`
	Random       string `json:"random"`
	XML          string `json:"xml"`
	Encrypt      string `json:"encrypt"`
	Signature    string `json:"signature"`
	MsgSignature string `json:"msg_signature"`
}

type negative struct {
	Case    string            `json:"case"`
	Base    string            `json:"base"`
	Replace map[string]string `json:"replace"`
}

type vectorFile struct {
	Vectors   []vector   `json:"vectors"`
	Negatives []negative `json:"negatives"`
}

func readVectors(tb testing.TB) vectorFile {
	tb.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", "wechat-vectors.json"))
	require.NoError(tb, err)
	var f vectorFile
	require.NoError(tb, json.Unmarshal(b, &f))
	require.Len(tb, f.Vectors, 3)
	require.Len(tb, f.Negatives, 9)
	return f
}

func (v vector) config() wechat.CallbackConfig {
	return wechat.CallbackConfig{
		AppID: v.AppID, Mode: wechat.Safe,
		Current: wechat.KeyPair{Token: v.Token, EncodingAESKey: v.AESKey},
	}
}

func (v vector) query() wechat.Query {
	return wechat.Query{
		Signature: v.Signature, Timestamp: v.Timestamp, Nonce: v.Nonce,
		MsgSignature: v.MsgSignature, EncryptType: "aes",
	}
}

func (v vector) body() []byte {
	return []byte("<xml><ToUserName><![CDATA[gh_0a1b2c3d4e5f]]></ToUserName><Encrypt><![CDATA[" + v.Encrypt + "]]></Encrypt></xml>")
}

func newCallback(tb testing.TB, cfg wechat.CallbackConfig) *wechat.Callback {
	tb.Helper()
	c, err := wechat.NewCallback(cfg)
	require.NoError(tb, err)
	return c
}

// requireCause wants a *Refusal of that cause with a text for the operator.
func requireCause(tb testing.TB, err error, want wechat.Cause) {
	tb.Helper()
	var r *wechat.Refusal
	require.ErrorAs(tb, err, &r)
	require.Equal(tb, want, r.Cause, r.Error())
	require.NotEmpty(tb, r.Detail)
}

func TestVectorsOutsideIn(t *testing.T) {
	for _, v := range readVectors(t).Vectors {
		t.Run(v.Name, func(t *testing.T) {
			require.Equal(t, v.Signature, wechat.Sign(v.Token, v.Timestamp, v.Nonce))
			require.Equal(t, v.MsgSignature, wechat.Sign(v.Token, v.Timestamp, v.Nonce, v.Encrypt))

			s, err := wechat.NewSealer(v.AESKey, v.AppID)
			require.NoError(t, err)
			require.Equal(t, v.Encrypt, s.Encrypt([16]byte([]byte(v.Random)), []byte(v.XML)))
			msg, err := s.Decrypt(v.Encrypt)
			require.NoError(t, err)
			require.Equal(t, v.XML, string(msg))
		})
	}
}

func TestVectorsThroughTheCallback(t *testing.T) {
	for _, v := range readVectors(t).Vectors {
		t.Run(v.Name, func(t *testing.T) {
			want, err := wechat.ParseMessage([]byte(v.XML))
			require.NoError(t, err)
			c := newCallback(t, v.config())
			body := []byte("<xml><Encrypt><![CDATA[" + v.Encrypt + "]]></Encrypt></xml>")
			p, err := c.Open(v.query(), body)
			require.NoError(t, err)
			require.True(t, p.Sealed)
			require.False(t, p.Previous)
			require.Equal(t, want.Tree(), p.Tree())
		})
	}
}

func TestVectorsThatMustBeRefused(t *testing.T) {
	f := readVectors(t)
	want := map[string]wechat.Cause{
		"N1": wechat.CauseMsgSignature, "N2": wechat.CauseMsgSignature, "N3": wechat.CauseMsgSignature,
		"N4": wechat.CauseAppID, "N5": wechat.CauseAESKey, "N6": wechat.CauseAESKey, "N7": wechat.CauseAESKey,
		"N8": wechat.CauseMalformed, "N9": wechat.CauseSignature,
	}
	for _, n := range f.Negatives {
		t.Run(n.Case, func(t *testing.T) {
			v := f.Vectors[0]
			require.Equal(t, n.Base, v.Name)
			replace(&v, n.Replace)
			_, err := newCallback(t, v.config()).Open(v.query(), v.body())
			requireCause(t, err, want[n.Case[:2]])
		})
	}
}

func replace(v *vector, with map[string]string) {
	for name, value := range with {
		switch name {
		case "msg_signature":
			v.MsgSignature = value
		case "encrypt":
			v.Encrypt = value
		case "nonce":
			v.Nonce = value
		default:
			panic("the vectors replace " + name)
		}
	}
}
