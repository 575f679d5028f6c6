package wechat_test

import (
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"moonwire/wechat"
)

const (
	appID    = "wx1a2b3c4d5e6f7081"
	token    = "kestrel2026"
	oldToken = "osprey2025"
	aesKey   = "Zm94ZXMtcnVuLW92ZXItdGhlLWhpbGwtYXQtZGF3bi0"
	oldKey   = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFH"
)

var sentAt = time.Unix(1760000000, 0)

// wire is WeChat's side of one push: what it signs and encrypts with, and then does to it.
type wire struct {
	token, key, appID string
	at                time.Time
}

func newWire() wire { return wire{token: token, key: aesKey, appID: appID, at: sentAt} }

func (w wire) query() wechat.Query {
	q := wechat.Query{Timestamp: strconv.FormatInt(w.at.Unix(), 10), Nonce: "739104821"}
	q.Signature = wechat.Sign(w.token, q.Timestamp, q.Nonce)
	return q
}

// encrypt is the base64 text for msg and the query that signs it.
func (w wire) encrypt(tb testing.TB, msg string) (wechat.Query, string) {
	tb.Helper()
	s, err := wechat.NewSealer(w.key, w.appID)
	require.NoError(tb, err)
	sealed := s.Encrypt([16]byte([]byte("A1b2C3d4E5f6G7h8")), []byte(msg))
	return w.sign(sealed), sealed
}

func (w wire) sign(encrypt string) wechat.Query {
	q := w.query()
	q.EncryptType = "aes"
	q.MsgSignature = wechat.Sign(w.token, q.Timestamp, q.Nonce, encrypt)
	return q
}

// safe is a push in safe mode.
func (w wire) safe(tb testing.TB, msg string) (wechat.Query, []byte) {
	q, sealed := w.encrypt(tb, msg)
	return q, []byte("<xml><ToUserName><![CDATA[" + originalID + "]]></ToUserName><Encrypt><![CDATA[" + sealed + "]]></Encrypt></xml>")
}

// compatible is a push in compatible mode: the fields of plain, and encrypted those of msg.
func (w wire) compatible(tb testing.TB, plain, msg string) (wechat.Query, []byte) {
	q, sealed := w.encrypt(tb, msg)
	return q, []byte(plain[:len(plain)-len("</xml>")] + "<Encrypt><![CDATA[" + sealed + "]]></Encrypt></xml>")
}

func config(mode wechat.Mode) wechat.CallbackConfig {
	return wechat.CallbackConfig{
		AppID: appID, Mode: mode,
		Current: wechat.KeyPair{Token: token, EncodingAESKey: aesKey},
		Now:     func() time.Time { return sentAt },
	}
}
