package wechat_test

import (
	"encoding/xml"
	"io"
	"testing"

	"github.com/stretchr/testify/require"

	"moonwire/wechat"
)

func BenchmarkParseFlat(b *testing.B) {
	body := []byte(textPush)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := wechat.ParseMessage(body); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkParseFlatChinese(b *testing.B) {
	body := []byte(push("text", "<Content><![CDATA[请问今天有什么新豆子？谢谢，我晚点过来拿😀]]></Content><MsgId>25373744922163388</MsgId>"))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := wechat.ParseMessage(body); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkParseFlatTree is what the scanner saves: the tokens of the same body.
func BenchmarkParseFlatTree(b *testing.B) {
	body := []byte(textPush)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := wechat.ReadXML(body); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkParseFlatUnmarshal is the usual way, for comparison.
func BenchmarkParseFlatUnmarshal(b *testing.B) {
	body := []byte(textPush)
	b.ReportAllocs()
	for b.Loop() {
		var m struct {
			ToUserName, FromUserName, MsgType, Content string
			CreateTime, MsgId                          int64
		}
		if err := xml.Unmarshal(body, &m); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkParseNested(b *testing.B) {
	body := []byte(event("scancode_waitmsg", "<EventKey><![CDATA[scan2]]></EventKey><ScanCodeInfo><ScanType><![CDATA[qrcode]]></ScanType><ScanResult><![CDATA[box-42]]></ScanResult></ScanCodeInfo>"))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := wechat.ParseMessage(body); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkParseJSON(b *testing.B) {
	body := []byte(`{"ToUserName":"gh_0a1b2c3d4e5f","FromUserName":"oTESTfan0000000000000000001","CreateTime":1760000000,"MsgType":"text","Content":"hello","MsgId":25373744922163388}`)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := wechat.ParseMessage(body); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkVerify(b *testing.B) {
	c := newCallback(b, config(wechat.Plain))
	q := newWire().query()
	q.EchoStr = "4375120948345356249"
	b.ReportAllocs()
	for b.Loop() {
		if _, err := c.Verify(q); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkOpenPlain(b *testing.B) {
	benchmarkOpen(b, wechat.Plain)
}

func BenchmarkOpenCompatible(b *testing.B) {
	benchmarkOpen(b, wechat.Compatible)
}

func BenchmarkOpenSafe(b *testing.B) {
	benchmarkOpen(b, wechat.Safe)
}

func benchmarkOpen(b *testing.B, mode wechat.Mode) {
	c := newCallback(b, config(mode))
	w := newWire()
	q, body := w.query(), []byte(textPush)
	switch mode {
	case wechat.Safe:
		q, body = w.safe(b, textPush)
	case wechat.Compatible:
		q, body = w.compatible(b, textPush, textPush)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := c.Open(q, body); err != nil {
			b.Fatal(err)
		}
	}
}

// zeros is cheap chance, so that Seal is measured and not the kernel.
type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

func BenchmarkSeal(b *testing.B) {
	benchmarkSeal(b, zeros{})
}

func BenchmarkSealRandom(b *testing.B) {
	benchmarkSeal(b, nil)
}

func benchmarkSeal(b *testing.B, chance io.Reader) {
	cfg := config(wechat.Safe)
	cfg.Rand = chance
	c := newCallback(b, cfg)
	p, err := c.Open(newWire().safe(b, textPush))
	require.NoError(b, err)
	reply := (&wechat.Reply{Type: "text", Content: "you said: hello"}).AppendXML(nil, p.Message, 1760000001)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := c.Seal(p, reply); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkReply(b *testing.B) {
	m := parse(b, textPush)
	r := wechat.Reply{Type: "text", Content: "you said: hello"}
	scratch := make([]byte, 0, 1024)
	b.ReportAllocs()
	for b.Loop() {
		scratch = r.AppendXML(scratch[:0], m, 1760000001)
	}
}

func BenchmarkKey(b *testing.B) {
	for name, body := range map[string]string{"message": textPush, "event": event("CLICK", "<EventKey>A</EventKey>")} {
		b.Run(name, func(b *testing.B) {
			m := parse(b, body)
			b.ReportAllocs()
			for b.Loop() {
				m.Key("demo")
			}
		})
	}
}

func BenchmarkParseQuery(b *testing.B) {
	const raw = "signature=5fb4c5b05d593b56aeb539d761a9c6f670017cda&timestamp=1760000000&nonce=739104821&openid=oTESTfan0000000000000000001"
	b.ReportAllocs()
	for b.Loop() {
		wechat.ParseQuery(raw)
	}
}

func BenchmarkSender(b *testing.B) {
	m := parse(b, event("CLICK", "<EventKey>A</EventKey>"))
	b.ReportAllocs()
	for b.Loop() {
		m.OpenID()
	}
}
