package wechat_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"moonwire/wechat"
)

const bindPush = `{"content":"","create_time":1760000000,"device_id":"gh_x_1","device_type":"` + originalID +
	`","msg_id":267784935,"msg_type":"bind","open_id":"` + amy + `","session_id":0}`

func TestDevicePushesInSmallLetters(t *testing.T) {
	m := parse(t, bindPush)
	require.Equal(t, []string{originalID, amy, "bind", "267784935"}, []string{m.ToUserName, m.FromUserName, m.MsgType, m.MsgID})
	require.Equal(t, int64(1760000000), m.CreateTime)
	require.Equal(t, amy, m.OpenID())
	require.False(t, m.IsEvent())
	require.False(t, m.FanAct(), "the fan wrote nothing")
	require.False(t, m.Repliable())
	require.Equal(t, "gh_x_1", m.Value("device_id"))
	m = parse(t, `{"device_id":"d","device_type":"gh_1","msg_id":"524313758","msg_type":"device_text","create_time":"1516171166","open_id":"o1","session_id":"380219","content":"AQAPAgATAwAWBAAA"}`)
	require.Equal(t, "AQAPAgATAwAWBAAA", m.Content)
	require.Equal(t, int64(1516171166), m.CreateTime)
	for _, body := range []string{
		`{"msg_type":"bind","device_type":"gh_1"}`,
		`{"open_id":"o1","device_type":"gh_1"}`,
		`{"msg_type":"bind","open_id":"o1"}`,
		`{"msg_type":"bind","open_id":"o1","device_type":"gh_1","FromUserName":"oBob"}`,
	} {
		_, err := wechat.ParseMessage([]byte(body))
		require.Error(t, err, body)
	}
	m = parse(t, `{"ToUserName":"gh_1","FromUserName":"o1","MsgType":"text","msg_type":"bind","open_id":"o2"}`)
	require.Equal(t, "o1", m.OpenID(), "capitals win")
	require.True(t, m.FanAct())
}

func TestSealedDevicePushes(t *testing.T) {
	const token, key, appID = "kestrel2026", "Zm94ZXMtcnVuLW92ZXItdGhlLWhpbGwtYXQtZGF3bi0", "wx1a2b3c4d5e6f7081"
	sealer, err := wechat.NewSealer(key, appID)
	require.NoError(t, err)
	secret := sealer.Encrypt([16]byte{1}, []byte(bindPush))
	for _, mode := range []wechat.Mode{wechat.Compatible, wechat.Safe} {
		cb, err := wechat.NewCallback(wechat.CallbackConfig{AppID: appID, OriginalID: originalID, Mode: mode, Current: wechat.KeyPair{Token: token, EncodingAESKey: key}})
		require.NoError(t, err)
		q := wechat.Query{Timestamp: "1760000000", Nonce: "1"}
		q.Signature, q.MsgSignature = wechat.Sign(token, q.Timestamp, q.Nonce), wechat.Sign(token, q.Timestamp, q.Nonce, secret)
		push, err := cb.Open(q, []byte(`{"msg_type":"bind","open_id":"oForged","device_type":"gh_1","encrypt":"`+secret+`"}`))
		require.NoError(t, err)
		require.True(t, push.Sealed)
		require.Equal(t, amy, push.OpenID(), "what was signed counts")
	}
}
