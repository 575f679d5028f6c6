package admin

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"runtime/debug"
	"strings"
	"time"

	"golang.org/x/time/rate"

	"moonwire/bot"
	"moonwire/server/openapi"
	"moonwire/store"
)

// Prefix is where the methods are.
const Prefix = "/admin/v1/"

const (
	documentName = "openapi.json"
	patience     = 30 * time.Second // of one request
	longPatience = 10 * time.Minute // of one that walks over all that is kept
	heavyAtOnce  = 2                // requests that hold whole folders
	traceBytes   = 10               // of a trace as people see it

	// markHeader is in every answer to who has the token, so that no command takes a page for success.
	markHeader = "Moonwire-Admin"
)

// Fleet is what an operator does with accounts.
type Fleet interface {
	Accounts() []bot.Status
	Builds(ctx context.Context, account string) ([]store.Build, error)
	BuildFiles(ctx context.Context, account, id string) ([]store.File, error)
	Rollback(ctx context.Context, account, id string, by store.Actor) (store.Build, error)
	Disable(ctx context.Context, account string, by store.Actor) error
	Enable(ctx context.Context, account string, by store.Actor) error
	Rename(ctx context.Context, account, name string, by store.Actor) error
	Forget(ctx context.Context, account string, by store.Actor) error
	RunJob(ctx context.Context, account, id string, by store.Actor) (store.Job, error)
	CancelJob(ctx context.Context, account, id string, by store.Actor) (store.Job, error)
	HoldJobs(ctx context.Context, account string, by store.Actor) (changed bool, err error)
	ResumeJobs(ctx context.Context, account string, by store.Actor) (changed bool, err error)
	NextTimes(account, name string, n int) []time.Time
	Conversations(ctx context.Context, account, after string, limit int) ([]store.Conversation, error)
	ConversationOf(ctx context.Context, account, openid string) (store.Conversation, []bot.Step, error)
	TryFlows(ctx context.Context, account string, d bot.Draft) (tried bot.FlowsTried, anew bool, err error)
	TraceOf(ctx context.Context, account, ref string) (t bot.TraceOf, found bool, err error)
	Replay(ctx context.Context, account string, r bot.ReplayOf) (all []bot.Replayed, more bool, err error)
	EndConversation(ctx context.Context, account, openid string, by store.Actor) error
	ResumeConversation(ctx context.Context, account, openid, build string, by store.Actor) error
	Publish(ctx context.Context, accounts []string, note string, by store.Actor) ([]bot.SaveReport, error)
}

// Store is what an operator reads of what is kept.
type Store interface {
	Trace() string
	Accounts(ctx context.Context) ([]store.Account, error)
	Current(ctx context.Context, account string) (store.Current, error)
	Jobs(ctx context.Context, f store.JobFilter) ([]store.Job, error)
	Job(ctx context.Context, account, id string) (store.Job, bool, error)
	Holds(ctx context.Context) ([]store.JobHold, error)
	AuditLog(ctx context.Context, f store.AuditFilter) ([]store.AuditEntry, error)
}

// Options of a Handler. Token and Store are needed: without a token nobody is let in.
type Options struct {
	Token string
	Store Store
	Log   *slog.Logger
	Noise *rate.Limiter // of log lines that a stranger can cause
}

// Handler is the door. Safe for concurrent use.
type Handler struct {
	fleet    Fleet
	store    Store
	token    [sha256.Size]byte
	log      *slog.Logger
	noise    *rate.Limiter
	methods  map[string]*method
	document []byte
	heavy    chan struct{}
}

// ask is one admitted request.
type ask struct {
	fleet Fleet
	store Store
	by    store.Actor
	body  []byte             // fits the method's shape
	all   map[string]Account // as they were when first looked at
}

// read decodes the body, which was checked before, into v.
func (q *ask) read(v any) error { return json.Unmarshal(q.body, v) }

// New makes the door to a fleet.
func New(fleet Fleet, o Options) *Handler {
	h := &Handler{fleet: fleet, store: o.Store, log: o.Log, noise: o.Noise, methods: map[string]*method{}, heavy: make(chan struct{}, heavyAtOnce)}
	if o.Token != "" {
		h.token = sha256.Sum256([]byte(o.Token))
	}
	all := methods()
	for i := range all {
		h.methods[all[i].Name] = &all[i]
	}
	h.document = document(all)
	return h
}

// ServeHTTP answers one request, always in JSON.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	name := strings.TrimPrefix(r.URL.Path, Prefix)
	trace := h.store.Trace()
	if f := h.answer(w, r, name); f != nil {
		trace = trace[max(0, len(trace)-traceBytes):]
		h.note(f, name, trace)
		openapi.Refuse(w, r, f, trace)
	}
}

// answer answers a request, or says why not.
func (h *Handler) answer(w http.ResponseWriter, r *http.Request, name string) *openapi.Failure {
	if !h.holdsToken(r) {
		w.Header().Set("WWW-Authenticate", `Bearer realm="moonwire admin"`)
		return &openapi.Failure{Kind: openapi.Unauthorized, Status: http.StatusUnauthorized, Message: "want `Authorization: Bearer` with the token of this moonwire, which is in admin.token in its data folder"}
	}
	w.Header().Set(markHeader, "1")
	if name == documentName {
		openapi.ServeDocument(w, r, h.document)
		return nil
	}
	m, known := h.methods[name]
	if !known {
		return h.noMethod(name)
	}
	body, tree, f := m.Read(w, r)
	if f != nil {
		return f
	}
	return h.run(w, r, m, request{body, tree})
}

// request is the body of one that was checked: as it came, and as a value.
type request struct {
	body []byte
	tree any
}

// run carries a method out. An asker who hangs up does not stop a change half-way.
func (h *Handler) run(w http.ResponseWriter, r *http.Request, m *method, asked request) *openapi.Failure {
	ctx := r.Context()
	if m.changes {
		ctx = context.WithoutCancel(ctx)
	}
	ctx, cancel := context.WithTimeout(ctx, max(patience, m.patience))
	defer cancel()
	q := &ask{fleet: h.fleet, store: h.store, by: actor(r.Header), body: asked.body}
	if m.account {
		given, _ := asked.tree.(map[string]any)
		name, _ := given["account"].(string)
		if err := q.known(ctx, "account", name); err != nil {
			return failureOf(err)
		}
	}
	if m.heavy { // until its answer is sent
		select {
		case h.heavy <- struct{}{}:
			defer func() { <-h.heavy }()
		case <-ctx.Done():
			return &openapi.Failure{Kind: openapi.RateLimited, Status: http.StatusServiceUnavailable, Message: "others are at work on whole folders; ask again"}
		}
	}
	answer, err := guarded(ctx, m, q)
	if err != nil {
		return failureOf(err)
	}
	return h.send(w, answer)
}

// guarded runs a method; a panic of ours becomes an internal error.
func guarded(ctx context.Context, m *method, q *ask) (answer any, err error) {
	defer func() {
		if p := recover(); p != nil {
			answer, err = nil, openapi.Ours(fmt.Errorf("panic: %v\n%s", p, debug.Stack()))
		}
	}()
	return m.run(ctx, q)
}

// streamed is an answer that is too large to be written at once.
type streamed interface{ writeTo(w io.Writer) error }

func (h *Handler) send(w http.ResponseWriter, answer any) *openapi.Failure {
	if s, ok := answer.(streamed); ok {
		connection := http.NewResponseController(w)
		_ = connection.SetWriteDeadline(time.Now().Add(longPatience)) // without one, as in tests, there is nothing to bound
		defer func() { _ = connection.SetWriteDeadline(time.Time{}) }()
		openapi.Head(w, http.StatusOK)
		if err := s.writeTo(w); err != nil {
			h.log.Debug("answer not written", "error", err)
		}
		return nil
	}
	body, err := openapi.Encode(answer)
	if err != nil {
		return openapi.Ours(fmt.Errorf("the answer cannot be written: %w", err))
	}
	openapi.Send(w, http.StatusOK, body)
	return nil
}

// note puts a failure into the log: ours at once, an asker's as far as there is room. Never the token or the body.
func (h *Handler) note(f *openapi.Failure, name, trace string) {
	fields := []any{"kind", f.Kind, "status", f.Status, "trace", trace}
	if f.Kind != openapi.Unauthorized { // else the name is a stranger's word
		fields = append(fields, "method", openapi.Clip(name))
	}
	switch {
	case f.Cause != nil && f.Kind != openapi.Internal:
		h.log.Warn("admin request failed", append(fields, "error", f.Cause)...)
	case f.Cause != nil:
		h.log.Error("admin request failed", append(fields, "error", f.Cause)...)
	case h.noise.Allow():
		h.log.Info("admin request refused", fields...)
	}
}
