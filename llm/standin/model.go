package standin

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"sync"
	"time"

	"moonwire/internal/pause"
)

// ModelName is how the stand-in calls itself.
const ModelName = "standin"

const maxBody = 1 << 20

// Options of a Model; the zero Options work.
type Options struct {
	Sleep func(ctx context.Context, d time.Duration) error // nil: the machine's clock
}

// Model is the stand-in.
type Model struct {
	sleep func(ctx context.Context, d time.Duration) error

	mu     sync.Mutex
	next   []string       // words for the next questions, one each
	failed map[string]int // by question, for #fails
	asked  []Asked
}

// Asked is one question that came.
type Asked struct {
	Model    string    `json:"model"`
	Messages []message `json:"messages"`
	Tools    []string  `json:"tools,omitempty"`
	Key      bool      `json:"key"` // one was given; which is nobody's to know
}

// maxAsked is how many questions are remembered.
const maxAsked = 100

// New makes a model.
func New(o Options) *Model {
	m := &Model{sleep: o.Sleep, failed: map[string]int{}}
	if m.sleep == nil {
		m.sleep = pause.For
	}
	return m
}

// Handler answers POST …/chat/completions, GET …/models and POST and GET /control.
func (m *Model) Handler() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch path := strings.TrimRight(r.URL.Path, "/"); {
		case strings.HasSuffix(path, "/chat/completions") && r.Method == http.MethodPost:
			m.complete(w, r)
		case strings.HasSuffix(path, "/models") && r.Method == http.MethodGet:
			writeJSON(w, http.StatusOK, map[string]any{"object": "list", "data": []any{map[string]any{"id": ModelName, "object": "model"}}})
		case path == "/control":
			m.control(w, r)
		default:
			refuse(w, http.StatusNotFound, "not_found", "there is no such path; want /v1/chat/completions")
		}
	})
}

// Asked is what was asked so far, the latest last.
func (m *Model) Asked() []Asked {
	m.mu.Lock()
	defer m.mu.Unlock()
	return append([]Asked(nil), m.asked...)
}

// Next sets the words for the next questions, one each.
func (m *Model) Next(words ...string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.next = append(m.next, words...)
}

func (m *Model) control(w http.ResponseWriter, r *http.Request) {
	switch r.Method {
	case http.MethodGet:
		writeJSON(w, http.StatusOK, map[string]any{"asked": m.Asked()})
	case http.MethodPost:
		var body struct {
			Next []string `json:"next"`
		}
		if err := json.NewDecoder(io.LimitReader(r.Body, maxBody)).Decode(&body); err != nil || len(body.Next) > maxAsked {
			refuse(w, http.StatusBadRequest, "bad_request", `want {"next": ["#delay=3s #han=300", …]}, at most 100`)
			return
		}
		m.Next(body.Next...)
		writeJSON(w, http.StatusOK, map[string]any{"next": len(body.Next)})
	default:
		refuse(w, http.StatusMethodNotAllowed, "method", "want GET or POST")
	}
}

// note remembers a question and takes the words that were set for it.
func (m *Model) note(q *question, key bool) string {
	m.mu.Lock()
	defer m.mu.Unlock()
	a := Asked{Model: q.Model, Messages: q.Messages, Key: key}
	for _, t := range q.Tools {
		a.Tools = append(a.Tools, t.Function.Name)
	}
	if m.asked = append(m.asked, a); len(m.asked) > maxAsked {
		m.asked = m.asked[1:]
	}
	if len(m.next) == 0 {
		return ""
	}
	words := m.next[0]
	m.next = m.next[1:]
	return words
}

// fails reports whether a question is to fail once more.
func (m *Model) fails(question string, times int) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(m.failed) > 10*maxAsked {
		clear(m.failed)
	}
	m.failed[question]++
	return m.failed[question] <= times
}

func refuse(w http.ResponseWriter, status int, code, why string) {
	writeJSON(w, status, map[string]any{"error": map[string]any{"message": why, "code": code, "type": code}})
}

func writeJSON(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v)
}
