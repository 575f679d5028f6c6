package sim_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"moonwire/wechat"
	"moonwire/wechat/sim"
)

// FuzzReply: whatever a callback server answers, it is shown or refused with a cause, and never breaks the
// platform.
func FuzzReply(f *testing.F) {
	head := "<xml><ToUserName>amy</ToUserName><FromUserName>" + shopID + "</FromUserName><CreateTime>1</CreateTime>"
	f.Add(head + "<MsgType>text</MsgType><Content>a</Content></xml>")
	f.Add(head + news(2, 2) + "</xml>")
	f.Add(head + "<MsgType>image</MsgType><Image><MediaId>x</MediaId></Image></xml>")
	f.Add("<xml><Encrypt>AAAA</Encrypt><TimeStamp>1</TimeStamp></xml>")
	f.Add("<xml><a><b></a></xml>")
	account := sim.Account{
		Name: "shop", AppID: shopAppID, OriginalID: shopID, Token: shopToken, EncodingAESKey: shopKey, Mode: wechat.Compatible,
	}
	f.Fuzz(func(t *testing.T, answer string) {
		s, err := sim.ReadReply(&account, "amy", []byte(answer))
		if err != nil {
			require.NotEmpty(t, err.Error())
			return
		}
		require.NotEmpty(t, s.Type)
		require.NotEmpty(t, s.String())
	})
}

// FuzzLiterally: a body stays the JSON that it was, or was not.
func FuzzLiterally(f *testing.F) {
	for _, body := range []string{`{"a":"\u003c\\u003c\u0041"}`, `"\ud83d\ude00"`, `"\u`, `\`, `"\u00e"`} {
		f.Add([]byte(body))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		out := sim.Literally(body)
		require.Equal(t, json.Valid(body), json.Valid(out))
		require.Equal(t, out, sim.Literally(out), "nothing is left to do")
	})
}
