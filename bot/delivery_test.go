package bot_test

import (
	"encoding/xml"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"moonwire/account"
	"moonwire/bot"
	"moonwire/wechat"
)

// push is one push of the platform; it can be delivered many times.
type push struct {
	account, fan, id, body string
}

func (h *house) text(fan, id, content string) push {
	return push{account: "demo", fan: fan, id: id, body: fmt.Sprintf(`<xml><ToUserName>gh_demo</ToUserName><FromUserName>%s</FromUserName><CreateTime>%d</CreateTime><MsgType>text</MsgType><Content>%s</Content><MsgId>%s</MsgId></xml>`, fan, h.clock.Now().Unix(), content, id)}
}

func (h *house) event(fan, event, key string) push {
	return push{account: "demo", fan: fan, body: fmt.Sprintf(`<xml><ToUserName>gh_demo</ToUserName><FromUserName>%s</FromUserName><CreateTime>%d</CreateTime><MsgType>event</MsgType><Event>%s</Event><EventKey>%s</EventKey></xml>`, fan, h.clock.Now().Unix(), event, key)}
}

// deliver lets the platform deliver a push once; it returns at once.
func (h *house) deliver(p push) *delivery {
	h.t.Helper()
	c, _, err := account.Load(p.account, mustRead(h.t, filepath.Join(h.dir, p.account, "account.yaml")), resolver(), account.Options{Dev: true, Ceilings: h.options.Ceilings})
	require.NoError(h.t, err)
	return h.deliverSigned(p, h.signature(c))
}

func (h *house) signature(c *account.Config) wechat.Query {
	ts := strconv.FormatInt(h.clock.Now().Unix(), 10)
	return wechat.Query{Signature: wechat.Sign(c.Keys.Token, ts, "nonce"), Timestamp: ts, Nonce: "nonce"}
}

func (h *house) deliverSigned(p push, q wechat.Query) *delivery {
	return h.deliverTo(newDelivery(p), q)
}

// bodyOf is a body that is there already.
type bodyOf string

func (b bodyOf) Read() ([]byte, error) { return []byte(b), nil }
func (bodyOf) Done()                   {}

func newDelivery(p push) *delivery {
	return &delivery{gone: make(chan struct{}), answered: make(chan struct{}), returned: make(chan struct{}), push: p}
}

func (h *house) deliverTo(d *delivery, q wechat.Query) *delivery {
	p, fleet := d.push, h.fleet
	go func() {
		defer close(d.returned)
		fleet.Receive(p.account, q, bodyOf(p.body), d)
	}()
	return d
}

func mustRead(t testing.TB, path string) []byte {
	b, err := os.ReadFile(path)
	if os.IsNotExist(err) {
		return nil
	}
	require.NoError(t, err)
	return b
}

// say delivers a push and waits for its answer.
func (h *house) say(p push) *delivery {
	h.t.Helper()
	d := h.deliver(p)
	h.wait("an answer to "+p.body, d.answered)
	h.wait("the end of the turn, after which its report is there", d.returned)
	return d
}

// delivery is one attempt, and the Responder of it.
type delivery struct {
	push               push
	gone               chan struct{}
	answered, returned chan struct{}

	mu      sync.Mutex
	what    string // "answer", "refused", "dropped"
	body    string
	early   bool
	hung    bool
	writeOK bool
	flushed atomic.Bool
	failing func() // when set, the first write fails after this was called
}

func (d *delivery) set(what, body string, early bool) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.what != "" {
		return false
	}
	d.what, d.body, d.early, d.writeOK = what, body, early, !d.hung
	close(d.answered)
	return !d.hung
}

func (d *delivery) Respond(_ string, body []byte, w bot.Wire) bool {
	if w != bot.OnReturn {
		d.flushed.Store(true)
	}
	if d.failing != nil {
		d.failing()
		d.hangUp()
	}
	return d.set("answer", string(body), w == bot.Early)
}
func (d *delivery) Gone() <-chan struct{} { return d.gone }
func (d *delivery) Refuse()               { d.set("refused", "", false) }
func (d *delivery) Drop()                 { d.set("dropped", "", false) }

// hangUp is the platform that closes the connection.
func (d *delivery) hangUp() {
	d.mu.Lock()
	defer d.mu.Unlock()
	if !d.hung {
		d.hung = true
		close(d.gone)
	}
}

// seen is what the fan sees of this attempt: the text of the reply, "success", "refused", "dropped" or "" while
// it is open.
func (d *delivery) seen() string {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.what != "answer" {
		return d.what
	}
	return shown(d.body)
}

func shown(body string) string {
	var reply struct{ Content, MsgType string }
	if xml.Unmarshal([]byte(body), &reply) != nil {
		return body
	}
	if reply.MsgType != "text" {
		return "[" + reply.MsgType + "]"
	}
	return reply.Content
}
