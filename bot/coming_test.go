package bot_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode"

	"github.com/stretchr/testify/require"

	"moonwire/bot"
	"moonwire/llm"
	"moonwire/llm/standin"
	"moonwire/wechat"
)

// atOnce is a clock on which what is waited for shorter than a second comes at once, and all else never.
func atOnce(d time.Duration, fn func()) (stop func() bool) {
	if d <= time.Second {
		return time.AfterFunc(0, fn).Stop
	}
	return func() bool { return true }
}

// listener carries questions to models, and knows how much of an answer was taken in.
type listener struct {
	llm.Doer
	heard chan struct{} // closed once all that came in enough bytes was taken in
	once  sync.Once
}

const enough = 8 << 10

func (l *listener) Do(r *http.Request) (*http.Response, error) {
	resp, err := l.Doer.Do(r)
	if err == nil {
		resp.Body = &listening{ReadCloser: resp.Body, l: l}
	}
	return resp, err
}

type listening struct {
	io.ReadCloser
	l    *listener
	read int
}

func (b *listening) Read(p []byte) (int, error) {
	if b.read >= enough {
		b.l.once.Do(func() { close(b.l.heard) })
	}
	n, err := b.ReadCloser.Read(p)
	b.read += n
	return n, err
}

// halfway is a model that says some words and then waits, and a house that listens to it.
type halfway struct {
	*house
	gate     *gate
	listener *listener
	model    *standin.Model
}

func newHalfway(t *testing.T, yaml string) *halfway {
	w := &halfway{gate: newGate(), listener: &listener{heard: make(chan struct{})}}
	pauses := 0
	sleep := func(ctx context.Context, d time.Duration) error {
		if pauses++; d == 0 || d > time.Second || pauses < 80 {
			return nil
		}
		return w.gate.sleep(ctx, d)
	}
	w.house, w.model = parlour(t, map[string]files{"demo": {"main.lua": assistant, "account.yaml": unhurried + "\n" + yaml}}, sleep, func(o *bot.Options) {
		o.After, o.ModelDoer = atOnce, w.listener
	})
	return w
}

func bare(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return -1
		}
		return r
	}, s)
}

// TestWholeSentencesGoOutInTimeAndTheRestFollows: nothing is lost, doubled or out of order where the answer is cut.
func TestWholeSentencesGoOutInTimeAndTheRestFollows(t *testing.T) {
	for _, n := range []int{300, 2000, 3000} {
		for _, more := range []string{"", " #think", " #thinktag", " #cut"} {
			if n == 300 && more == " #cut" {
				continue // it would be cut before the model waits
			}
			t.Run(fmt.Sprint(n, more), func(t *testing.T) {
				h := newHalfway(t, "kind: service")
				d := h.deliver(h.text("amy", "1", fmt.Sprintf("#over=500ms #han=%d%s", n, more)))
				h.wait("half of the answer is taken in", h.listener.heard)
				require.Empty(t, d.seen())
				h.pass(window - 300*time.Millisecond)
				h.wait("the first sentences", d.answered)
				first := d.seen()
				require.True(t, strings.HasPrefix(standin.Han(n), first), first)
				require.Contains(t, "。！？\n", string([]rune(first)[len([]rune(first))-1]))
				require.NotEmpty(t, first)
				second := h.deliver(h.text("amy", "2", "还在吗"))
				h.waiting(1)
				h.pass(window - 300*time.Millisecond)
				h.wait("another text is turned away", second.answered)
				require.Contains(t, second.seen(), "还在回答")
				require.Empty(t, h.api.messages())
				close(h.gate.open)
				var r bot.TurnReport
				h.until("the end", func() bool { return len(h.turns) == 2 })
				r = h.turns[1]
				require.Equal(t, bot.Answered, r.Outcome)
				require.Len(t, r.Asked, 1)
				all := first
				for _, m := range h.api.messages() {
					require.LessOrEqual(t, len(m.Text), wechat.TextLimit)
					all += m.Text
				}
				require.LessOrEqual(t, len(h.api.messages()), 4)
				for at := strings.Index(all, "\n\n<a href=\"weixin"); at >= 0; at = strings.Index(all, "\n\n<a href=\"weixin") { // more than five messages may hold
					all = all[:at] + h.say(h.text("amy", fmt.Sprint("more", at), "继续")).seen()
				}
				if more == " #cut" {
					require.True(t, strings.HasPrefix(bare(standin.Han(n)), bare(all)), "what came, up to a sentence")
					return
				}
				require.Equal(t, bare(standin.Han(n)), bare(all))
				require.Contains(t, h.say(h.text("amy", "3", "好")).seen(), "第 2 句", "it is remembered")
				asked := h.model.Asked()
				require.Equal(t, strings.TrimSpace(standin.Han(n)), asked[len(asked)-1].Messages[2].Content, "as a whole")
			})
		}
	}
}
