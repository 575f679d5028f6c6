package wechat_test

import (
	"encoding/xml"
	"errors"
	"io"
	"strconv"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/require"

	"moonwire/wechat"
)

// unseal is WeChat reading a sealed answer: strict about names and signature.
func (w wire) unseal(tb testing.TB, answer []byte) string {
	tb.Helper()
	var e struct {
		XMLName      xml.Name `xml:"xml"`
		Encrypt      string
		MsgSignature string
		TimeStamp    string
		Nonce        string
	}
	require.True(tb, strings.HasPrefix(string(answer), "<xml>"), "nothing may precede the root")
	require.NoError(tb, xml.Unmarshal(answer, &e))
	require.Equal(tb, wechat.Sign(w.token, e.TimeStamp, e.Nonce, e.Encrypt), e.MsgSignature)
	require.Regexp(tb, `^\d+$`, e.Nonce)
	require.Equal(tb, strconv.FormatInt(sentAt.Unix(), 10), e.TimeStamp)
	s, err := wechat.NewSealer(w.key, w.appID)
	require.NoError(tb, err)
	msg, err := s.Decrypt(e.Encrypt)
	require.NoError(tb, err)
	return string(msg)
}

func TestSealFollowsThePush(t *testing.T) {
	w := newWire()
	plainQuery, safeQuery := w.query(), wechat.Query{}
	safeQuery, safeBody := w.safe(t, textPush)
	c := newCallback(t, config(wechat.Compatible))
	plain, err := c.Open(plainQuery, []byte(textPush))
	require.NoError(t, err)
	sealed, err := c.Open(safeQuery, safeBody)
	require.NoError(t, err)

	for _, reply := range []string{"<xml>你好😀</xml>", "x", strings.Repeat("长", 5000)} {
		answer, err := c.Seal(plain, []byte(reply))
		require.NoError(t, err)
		require.Equal(t, reply, string(answer), "plain after plain, even on a callback that also sees encrypted pushes")
		answer, err = c.Seal(sealed, []byte(reply))
		require.NoError(t, err)
		require.Equal(t, reply, w.unseal(t, answer))
	}
	for _, nothing := range []string{wechat.Success, ""} {
		answer, err := c.Seal(sealed, []byte(nothing))
		require.NoError(t, err)
		require.Equal(t, nothing, string(answer), "never encrypted")
	}
}

func TestSealIsFreshEachTime(t *testing.T) {
	c := newCallback(t, config(wechat.Safe))
	p, err := c.Open(newWire().safe(t, textPush))
	require.NoError(t, err)
	first, err := c.Seal(p, []byte("<xml></xml>"))
	require.NoError(t, err)
	kept := string(first)
	second, err := c.Seal(p, []byte("<xml></xml>"))
	require.NoError(t, err)
	require.NotEqual(t, kept, string(second))
	require.Equal(t, kept, string(first), "an answer is the caller's own")
}

func TestSealWithoutChance(t *testing.T) {
	broken := errors.New("no entropy")
	cfg := config(wechat.Safe)
	cfg.Rand = iotest.ErrReader(broken)
	c := newCallback(t, cfg)
	p, err := c.Open(newWire().safe(t, textPush))
	require.NoError(t, err)
	_, err = c.Seal(p, []byte("<xml></xml>"))
	require.ErrorIs(t, err, broken)
	cfg.Rand = io.LimitReader(strings.NewReader("short"), 5)
	_, err = newCallback(t, cfg).Seal(p, []byte("<xml></xml>"))
	require.Error(t, err)
}

func FuzzSeal(f *testing.F) {
	f.Add("<xml></xml>", "]]>")
	w := newWire()
	c := newCallback(f, config(wechat.Safe))
	f.Fuzz(func(t *testing.T, reply, content string) {
		p, err := c.Open(w.safe(t, textPush))
		require.NoError(t, err)
		if reply != "" && reply != wechat.Success {
			answer, err := c.Seal(p, []byte(reply))
			require.NoError(t, err)
			require.Equal(t, reply, w.unseal(t, answer))
		}
		checked := wechat.Reply{Type: "text", Content: content}
		answer, err := c.Seal(p, checked.AppendXML(nil, p.Message, 1))
		require.NoError(t, err)
		if clean := wechat.Clean(content); clean != "" {
			tree, err := wechat.ParseTree([]byte(w.unseal(t, answer)))
			require.NoError(t, err)
			require.Equal(t, strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(clean), tree[4].Value)
		}
	})
}
