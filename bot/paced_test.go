package bot_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"moonwire/llm"
	"moonwire/llm/standin"
)

// paced is the stand-in model by the clock of a test. It knows when all that it has said was taken in.
type paced struct {
	*standin.Model
	server *httptest.Server
	now    func() time.Time

	mu            sync.Mutex
	clock         time.Time                   // of the model, which is never ahead
	sleeping      map[chan struct{}]time.Time // until when
	answering     int                         // questions
	reading       int                         // of the answers that are read, those whose reader waits for more
	open          int                         // answers that are read
	written, read int
	raw           strings.Builder // of the answers
}

func newPaced(t *testing.T) *paced {
	p := &paced{sleeping: map[chan struct{}]time.Time{}}
	p.Model = standin.New(standin.Options{Sleep: p.sleep})
	answer := p.Model.Handler()
	p.server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		p.count(func() { p.answering++ })
		defer p.count(func() { p.answering-- })
		answer.ServeHTTP(&counted{w, p}, r)
	}))
	t.Cleanup(p.server.Close)
	return p
}

func (p *paced) count(change func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	change()
}

func (p *paced) sleep(ctx context.Context, d time.Duration) error {
	if d == 0 {
		return nil
	}
	woken := make(chan struct{})
	p.count(func() { p.sleeping[woken] = p.clock.Add(d) })
	select {
	case <-woken:
		return nil
	case <-ctx.Done():
		p.count(func() { delete(p.sleeping, woken) })
		return ctx.Err()
	}
}

// wake lets the model say what it has to say by now, until all of it was taken in.
func (p *paced) wake(t *testing.T) {
	t.Helper()
	for more := true; more; more = p.wakeFirst() {
		require.Eventually(t, p.still, patient, 50*time.Microsecond, "the model goes on")
	}
}

// wakeFirst lets go on whoever has slept enough, and first; false when nobody has.
func (p *paced) wakeFirst() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := p.now()
	var first chan struct{}
	for woken, at := range p.sleeping {
		if !now.Before(at) && (first == nil || at.Before(p.sleeping[first])) {
			first = woken
		}
	}
	if p.clock = now; first == nil {
		return false
	}
	p.clock = p.sleeping[first]
	delete(p.sleeping, first)
	close(first)
	return true
}

func (p *paced) still() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.answering == len(p.sleeping) && p.written == p.read && p.reading == p.open
}

// idle reports that nothing more will be said.
func (p *paced) idle() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.answering == 0 && p.open == 0 && p.raw.Len() > 0
}

var contentOf = regexp.MustCompile(`"content":("(?:[^"\\]|\\.)*")`)

// sentences are those that were taken in.
func (p *paced) sentences() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	var text strings.Builder
	for _, m := range contentOf.FindAllStringSubmatch(p.raw.String(), -1) {
		var piece string
		_ = json.Unmarshal([]byte(m[1]), &piece)
		text.WriteString(piece)
	}
	said := text.String()
	if _, after, found := strings.Cut(said, "</think>"); found {
		said = after
	} else if strings.HasPrefix(said, "<") {
		return ""
	}
	whole, _ := llm.Sentences(said)
	return strings.TrimSpace(whole)
}

// Do carries questions to the model, whatever address they are for.
func (p *paced) Do(r *http.Request) (*http.Response, error) {
	resp, err := elsewhere{p.server}.Do(r)
	if err == nil {
		p.count(func() { p.open++ })
		resp.Body = &taking{ReadCloser: resp.Body, p: p}
	}
	return resp, err
}

// taking is an answer as its reader takes it in.
type taking struct {
	io.ReadCloser
	p    *paced
	over bool
}

func (b *taking) Read(to []byte) (int, error) {
	b.p.count(func() { b.p.reading++ })
	n, err := b.ReadCloser.Read(to)
	b.p.count(func() {
		b.p.reading--
		b.p.read += n
		b.p.raw.Write(to[:n])
		if err != nil && !b.over {
			b.over = true
			b.p.open--
		}
	})
	return n, err
}

// counted is the model's side of an answer.
type counted struct {
	http.ResponseWriter
	p *paced
}

func (w *counted) Unwrap() http.ResponseWriter { return w.ResponseWriter }

func (w *counted) Write(b []byte) (int, error) {
	w.p.count(func() { w.p.written += len(b) })
	return w.ResponseWriter.Write(b)
}
