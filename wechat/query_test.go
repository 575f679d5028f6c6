package wechat_test

import (
	"net/url"
	"testing"

	"github.com/stretchr/testify/require"

	"moonwire/wechat"
)

func TestParseQuery(t *testing.T) {
	tests := []struct {
		name, raw string
		want      wechat.Query
	}{
		{"nothing", "", wechat.Query{}},
		{"a push", "signature=s&timestamp=1760000000&nonce=739104821&openid=o1&encrypt_type=aes&msg_signature=m", wechat.Query{
			Signature: "s", Timestamp: "1760000000", Nonce: "739104821", OpenID: "o1", EncryptType: "aes", MsgSignature: "m",
		}},
		{"the URL check", "a=1&signature=s&echostr=43%2B7+x&timestamp=1&nonce=2", wechat.Query{
			Signature: "s", EchoStr: "43+7 x", Timestamp: "1", Nonce: "2",
		}},
		{"the first counts", "nonce=1&nonce=2", wechat.Query{Nonce: "1"}},
		{"a broken escape is nothing", "nonce=%zz&timestamp=1", wechat.Query{Timestamp: "1"}},
		{"odd separators", "&&=&nonce&timestamp==1&", wechat.Query{Timestamp: "=1"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			require.Equal(t, tt.want, wechat.ParseQuery(tt.raw))
		})
	}
}

func TestParseQueryAllocatesNothing(t *testing.T) {
	raw := "signature=5fb4c5b05d593b56aeb539d761a9c6f670017cda&timestamp=1760000000&nonce=739104821&openid=o1"
	require.Zero(t, testing.AllocsPerRun(100, func() { wechat.ParseQuery(raw) }))
}

func FuzzParseQuery(f *testing.F) {
	f.Add("signature=a%20b&timestamp=1&nonce=2&echostr=x+y")
	f.Fuzz(func(t *testing.T, nonce string) {
		q := wechat.ParseQuery("signature=s&nonce=" + url.QueryEscape(nonce) + "&timestamp=1")
		require.Equal(t, wechat.Query{Signature: "s", Nonce: nonce, Timestamp: "1"}, q)
		wechat.ParseQuery(nonce)
	})
}
