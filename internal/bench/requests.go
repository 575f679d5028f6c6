package main

import (
	"fmt"
	"math/rand/v2"
	"strconv"
	"sync/atomic"
	"time"

	"moonwire/wechat"
)

// The keys of the accounts under measurement; they open nothing else.
const (
	token  = "benchtoken"
	aesKey = "Zm94ZXMtcnVuLW92ZXItdGhlLWhpbGwtYXQtZGF3bi0"
	appID  = "wx1a2b3c4d5e6f7081"
)

func anyFan(fans int) int { return rand.IntN(fans) }

func openID(fan int) string { return fmt.Sprintf("oTESTfan%020d", fan) }

// requestMaker builds whole HTTP requests ahead of time, so that the generator does not measure itself.
type requestMaker struct {
	sealer *wechat.Sealer
	next   atomic.Int64
}

func newRequestMaker() (*requestMaker, error) {
	sealer, err := wechat.NewSealer(aesKey, appID)
	if err != nil {
		return nil, err
	}
	m := &requestMaker{sealer: sealer}
	m.next.Store(25_373_744_922_163_388)
	return m, nil
}

// ask is what requests say, to which path, and from how many fans, at random.
type ask struct {
	path, text string
	sealed     bool
	fans       int
}

// make builds one signed push, with a message id never used before.
func (m *requestMaker) make(a ask) []byte {
	id := m.next.Add(1)
	now := time.Now().Unix()
	body := fmt.Sprintf("<xml><ToUserName><![CDATA[gh_0a1b2c3d4e5f]]></ToUserName><FromUserName><![CDATA[%s]]></FromUserName>"+
		"<CreateTime>%d</CreateTime><MsgType><![CDATA[text]]></MsgType><Content><![CDATA[%s]]></Content><MsgId>%d</MsgId></xml>", openID(anyFan(a.fans)), now, a.text, id)
	stamp, nonce := strconv.FormatInt(now, 10), strconv.FormatInt(id, 10)
	query := "signature=" + wechat.Sign(token, stamp, nonce) + "&timestamp=" + stamp + "&nonce=" + nonce
	if a.sealed {
		encrypted := m.sealer.Encrypt([16]byte([]byte("0123456789abcdef")), []byte(body))
		query += "&encrypt_type=aes&msg_signature=" + wechat.Sign(token, stamp, nonce, encrypted)
		body = "<xml><ToUserName><![CDATA[gh_0a1b2c3d4e5f]]></ToUserName><Encrypt><![CDATA[" + encrypted + "]]></Encrypt></xml>"
	}
	return fmt.Appendf(nil, "POST %s?%s HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: text/xml\r\nContent-Length: %d\r\n\r\n%s", a.path, query, len(body), body)
}

func (m *requestMaker) batch(n int, a ask) [][]byte {
	out := make([][]byte, n)
	for i := range out {
		out[i] = m.make(a)
	}
	return out
}
