package llm_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"moonwire/llm"
	"moonwire/llm/standin"
)

const key = "sk-verysecretkey-0123456789"

// bench is a client and the model it asks.
type bench struct {
	*llm.Client
	model *standin.Model
}

func newBench(t *testing.T, o llm.Options, sleep func(context.Context, time.Duration) error) bench {
	t.Helper()
	model := standin.New(standin.Options{Sleep: sleep})
	server := httptest.NewServer(model.Handler())
	t.Cleanup(server.Close)
	o.Doer = server.Client()
	return bench{llm.NewClient(llm.Endpoint{Base: server.URL + "/v1", Model: standin.ModelName, Key: key}, o), model}
}

// serving is a client of an endpoint that a test writes itself.
func serving(t *testing.T, handler http.HandlerFunc) *llm.Client {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return llm.NewClient(llm.Endpoint{Base: server.URL, Model: "m", Key: key}, llm.Options{Doer: server.Client(), After: (&timers{}).after})
}

// timers are timers of which the short ones pass at once: the pauses between tries.
type timers struct {
	mu      sync.Mutex
	waiting []func()
}

// longest is above every pause, and below every bound on a question.
const longest = 30 * time.Second

func (ts *timers) after(d time.Duration, fn func()) (stop func() bool) {
	if d < longest {
		go fn()
		return func() bool { return false }
	}
	ts.mu.Lock()
	defer ts.mu.Unlock()
	ts.waiting = append(ts.waiting, fn)
	return func() bool { return true }
}

// passLast lets the longest wait that was begun last pass: StopAt, where there is one.
func (ts *timers) passLast() {
	ts.mu.Lock()
	defer ts.mu.Unlock()
	if n := len(ts.waiting); n > 0 {
		ts.waiting[n-1]()
	}
}

func ask(text string) llm.Request {
	return llm.Request{Messages: []llm.Message{{Role: llm.User, Content: text}}}
}

func kindOf(t *testing.T, err error) llm.Kind {
	t.Helper()
	var e *llm.Error
	require.ErrorAs(t, err, &e)
	require.NotEmpty(t, e.Hint)
	require.NotEmpty(t, e.HintZH)
	require.NotContains(t, e.Error(), key)
	return e.Kind
}
