package api

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"math"
	"net/http"
	"runtime/debug"
	"strconv"
	"strings"
	"time"

	"golang.org/x/time/rate"

	"moonwire/account"
	"moonwire/bot"
	"moonwire/server/openapi"
	"moonwire/store"
	"moonwire/wechat/api"
)

// Prefix is where the general interface is; account and method follow.
const Prefix = "/api/v1/"

const (
	documentName = "openapi.json"
	// patience bounds one request, WeChat's share included.
	patience = 30 * time.Second
	// One key may ask 20 times a second, and 40 times at once.
	defaultRate  = rate.Limit(20)
	defaultBurst = 40
	traceBytes   = 10 // of a trace as people see it (script-api.md)
)

// Accounts finds accounts by name; nil = there is none.
type Accounts interface {
	Account(name string) *bot.Account
	Signal(ctx context.Context, account string, s store.Signal) (now bool, err error)
}

// HandlerOptions of a Handler. Store is needed.
type Options struct {
	Store *store.Store // what messages and menus were recorded in
	Log   *slog.Logger
	Noise *rate.Limiter // of log lines that a stranger can cause
	Now   func() time.Time
	// Rate and Burst bound the requests a second of each API key; default 20, and 40 at once.
	Rate  rate.Limit
	Burst int
}

// Handler is the general interface (通用接口) for the owner's other systems: POST /api/v1/{account}/{method}
// with an API key of the account, JSON in and JSON out.
type Handler struct {
	accounts Accounts
	store    *store.Store
	log      *slog.Logger
	now      func() time.Time
	methods  map[string]*method
	document []byte
	pace     *openapi.Pace[keyID]
	noise    *rate.Limiter
	rows     auditRows
}

// ask is one admitted request.
type ask struct {
	store    *store.Store
	now      func() time.Time
	account  string
	config   *account.Config
	key      string // the name of the key that asks
	accounts Accounts
	client   *api.Client    // nil: WeChat's API cannot be called
	trace    string         // of the store's making
	body     []byte         // fits the method's shape
	tree     map[string]any // the same, read
	object   string         // what it changes; "" = nothing yet
}

// read decodes the body, which was checked before, into v.
func (q *ask) read(v any) error { return json.Unmarshal(q.body, v) }

// wechat is the client of the account.
func (q *ask) wechat() (*api.Client, error) {
	if q.client == nil {
		return nil, &openapi.Failure{
			Kind: openapi.RequestFailed, Status: http.StatusServiceUnavailable, Message: "the account cannot call WeChat's API",
			Hint: "give its app_secret in account.yaml", HintZH: "请在 account.yaml 里填写 app_secret",
		}
	}
	return q.client, nil
}

// NewHandler makes the general interface of some accounts.
func New(accounts Accounts, o Options) *Handler {
	if o.Rate == 0 {
		o.Rate = defaultRate
	}
	if o.Burst == 0 {
		o.Burst = defaultBurst
	}
	a := &Handler{
		accounts: accounts, store: o.Store, log: o.Log, now: o.Now, methods: map[string]*method{},
		pace: openapi.NewPace[keyID](o.Rate, o.Burst), noise: o.Noise,
	}
	all := methods()
	for i := range all {
		a.methods[all[i].Name] = &all[i]
	}
	a.document = document(all)
	return a
}

// ServeHTTP answers one request, always in JSON.
func (a *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	path := strings.TrimPrefix(r.URL.Path, Prefix)
	if path == documentName {
		openapi.ServeDocument(w, r, a.document)
		return
	}
	account, name, _ := strings.Cut(path, "/")
	trace := a.store.Trace()
	answer, f := a.guarded(w, r, account, name, trace)
	if f == nil {
		body, err := openapi.Encode(answer)
		if err == nil {
			openapi.Send(w, http.StatusOK, body)
			return
		}
		f = failureOf(fmt.Errorf("the answer cannot be written: %w", err))
	}
	a.note(f, account, name, shortTrace(trace))
	openapi.Refuse(w, r, f, shortTrace(trace))
}

// guarded answers a request; a panic of ours becomes an internal error.
func (a *Handler) guarded(w http.ResponseWriter, r *http.Request, account, name, trace string) (answer any, f *openapi.Failure) {
	defer func() {
		if p := recover(); p != nil {
			answer, f = nil, failureOf(fmt.Errorf("panic: %v\n%s", p, debug.Stack()))
		}
	}()
	return a.answer(w, r, account, name, trace)
}

func (a *Handler) answer(w http.ResponseWriter, r *http.Request, account, name, trace string) (any, *openapi.Failure) {
	who, ok := admit(a.accounts, account, r.Header)
	if !ok {
		w.Header().Set("WWW-Authenticate", `Bearer realm="moonwire"`)
		return nil, &openapi.Failure{Kind: openapi.Unauthorized, Status: http.StatusUnauthorized, Message: "want `Authorization: Bearer` with an API key of this account"}
	}
	if wait := a.pace.Wait(who.id, a.now()); wait > 0 {
		seconds := strconv.Itoa(int(math.Ceil(wait.Seconds())))
		w.Header().Set("Retry-After", seconds)
		return nil, &openapi.Failure{Kind: openapi.RateLimited, Status: http.StatusTooManyRequests, Message: "too many requests with this key; ask again in " + seconds + " s"}
	}
	m, known := a.methods[name]
	if !known {
		return nil, &openapi.Failure{Kind: openapi.NotFound, Status: http.StatusNotFound, Message: "there is no such method; GET " + Prefix + documentName + " lists them"}
	}
	if !who.key.May(name) {
		return nil, beyond(who.key, name)
	}
	q := &ask{accounts: a.accounts, store: a.store, now: a.now, account: account, config: who.config, key: who.key.Name, trace: trace}
	var tree any
	var f *openapi.Failure
	if q.body, tree, f = m.Read(w, r); f != nil {
		return nil, f
	}
	q.tree, _ = tree.(map[string]any)
	if account := a.accounts.Account(account); account != nil {
		q.client = account.Client()
	}
	return a.run(r.Context(), m, q)
}

// run carries a method out. An asker who hangs up does not stop it: what was sent must be remembered.
func (a *Handler) run(ctx context.Context, m *method, q *ask) (any, *openapi.Failure) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), patience)
	defer cancel()
	answer, err := m.run(ctx, q)
	a.audit(ctx, m, q, err)
	if err != nil {
		return nil, failureOf(err)
	}
	return answer, nil
}

// note puts a failure into the log: ours at once, an asker's as far as there is room. Never the body or the key.
func (a *Handler) note(f *openapi.Failure, account, name, trace string) {
	fields := []any{"kind", f.Kind, "status", f.Status, "trace", trace}
	if f.Kind != openapi.Unauthorized { // else the names are a stranger's words
		fields = append(fields, "account", account, "method", openapi.Clip(name))
	}
	switch {
	case f.Cause != nil:
		a.log.Error("api request failed", append(fields, "error", f.Cause)...)
	case !a.noise.Allow():
	case f.Kind == openapi.WeChatRefused:
		a.log.Warn("api request failed", append(fields, "errcode", f.Errcode)...)
	default:
		a.log.Info("api request refused", append(fields, "field", f.Field)...)
	}
}

func shortTrace(full string) string { return full[max(0, len(full)-traceBytes):] }
