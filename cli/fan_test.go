package cli_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"sync/atomic"
	"time"

	"moonwire/wechat"
)

const (
	testToken = "kestrel2026"
	testKey   = "Zm94ZXMtcnVuLW92ZXItdGhlLWhpbGwtYXQtZGF3bi0"
	testAppID = "wx1a2b3c4d5e6f7081"
	testGh    = "gh_0a1b2c3d4e5f"
)

// testEnv holds the secrets of the accounts of these tests.
func testEnv() map[string]string {
	return map[string]string{"T_TOKEN": testToken, "T_AES": testKey, "T_SECRET": "5ec2e7aa5ec2e7aa5ec2e7aa5ec2e7aa"}
}

func accountYAML(mode string, more string) string {
	return "app_id: " + testAppID + "\nkind: service\nmode: " + mode +
		"\ntoken: ${env:T_TOKEN}\nencoding_aes_key: ${env:T_AES}\napp_secret: ${env:T_SECRET}\n" + more
}

// phone signs, seals and posts the messages of fans, as WeChat does, and opens the answers.
type phone struct {
	url    string // http://host:port/wx/name
	sealed bool
	client *http.Client
	ids    *atomic.Int64
}

func newPhone(url string, sealed bool) *phone {
	ids := &atomic.Int64{}
	ids.Store(time.Now().UnixNano())
	return &phone{url: url, sealed: sealed, client: &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 64}}, ids: ids}
}

type push struct {
	fan, content string
	id           int64
	at           time.Time
}

func (p *phone) push(fan, content string) push {
	return push{fan: fan, content: content, id: p.ids.Add(1), at: time.Now()}
}

// say sends one text message and returns the text of the answer, "" for success.
func (p *phone) say(fan, content string) (string, error) { return p.send(p.push(fan, content)) }

func (p *phone) send(m push) (string, error) {
	inner := fmt.Sprintf("<xml><ToUserName><![CDATA[%s]]></ToUserName><FromUserName><![CDATA[%s]]></FromUserName><CreateTime>%d</CreateTime>"+
		"<MsgType><![CDATA[text]]></MsgType><Content><![CDATA[%s]]></Content><MsgId>%d</MsgId></xml>", testGh, m.fan, m.at.Unix(), m.content, m.id)
	body, query, err := p.sign(inner, m.at)
	if err != nil {
		return "", err
	}
	res, err := p.client.Post(p.url+"?"+query, "text/xml", bytes.NewReader(body))
	if err != nil {
		return "", err
	}
	defer res.Body.Close()
	answer, err := io.ReadAll(res.Body)
	if err != nil {
		return "", err
	}
	if res.StatusCode != http.StatusOK {
		return "", fmt.Errorf("status %s", res.Status)
	}
	return p.open(answer)
}

func (p *phone) sign(inner string, at time.Time) (body []byte, query string, err error) {
	stamp, nonce := strconv.FormatInt(at.Unix(), 10), "n"+strconv.FormatInt(p.ids.Add(1), 10)
	query = "signature=" + wechat.Sign(testToken, stamp, nonce) + "&timestamp=" + stamp + "&nonce=" + nonce
	if !p.sealed {
		return []byte(inner), query, nil
	}
	sealer, err := wechat.NewSealer(testKey, testAppID)
	if err != nil {
		return nil, "", err
	}
	encrypted := sealer.Encrypt([16]byte([]byte("0123456789abcdef")), []byte(inner))
	query += "&encrypt_type=aes&msg_signature=" + wechat.Sign(testToken, stamp, nonce, encrypted)
	return []byte("<xml><ToUserName><![CDATA[" + testGh + "]]></ToUserName><Encrypt><![CDATA[" + encrypted + "]]></Encrypt></xml>"), query, nil
}

// open reads an answer with encoding/xml, not with our own code.
func (p *phone) open(answer []byte) (string, error) {
	if string(answer) == "success" || len(answer) == 0 {
		return "", nil
	}
	if p.sealed {
		var envelope struct{ Encrypt, MsgSignature, TimeStamp, Nonce string }
		if err := xml.Unmarshal(answer, &envelope); err != nil {
			return "", err
		}
		if wechat.Sign(testToken, envelope.TimeStamp, envelope.Nonce, envelope.Encrypt) != envelope.MsgSignature {
			return "", errors.New("the envelope's signature is wrong")
		}
		sealer, err := wechat.NewSealer(testKey, testAppID)
		if err != nil {
			return "", err
		}
		if answer, err = sealer.Decrypt(envelope.Encrypt); err != nil {
			return "", err
		}
	}
	var reply struct{ ToUserName, FromUserName, MsgType, Content string }
	if err := xml.Unmarshal(answer, &reply); err != nil {
		return "", fmt.Errorf("%w: %s", err, answer)
	}
	if reply.FromUserName != testGh {
		return "", fmt.Errorf("answer from %q", reply.FromUserName)
	}
	return reply.Content, nil
}
