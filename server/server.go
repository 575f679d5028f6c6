package server

import (
	"context"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gorilla/mux"
	"github.com/prometheus/client_golang/prometheus"
	"golang.org/x/time/rate"

	"moonwire/bot"
	"moonwire/server/admin"
	"moonwire/server/api"
	"moonwire/server/openapi"
	"moonwire/store"
	"moonwire/wechat"
)

// Fleet is what the callback and the general interface need of the bot: the accounts, by name.
type Fleet interface {
	Account(name string) *bot.Account
	Verify(account string, q wechat.Query) (echo string, ok bool)
	Receive(account string, q wechat.Query, body bot.Body, r bot.Responder)
	Accounts() []bot.Status
	Astray(name string) (nearest, cure string)
	AstrayHook(account, hook string) (nearest, cure string)
	FindHook(ctx context.Context, account, hook string) (bot.HookDoor, bool)
	Hook(ctx context.Context, account string, call bot.HookCall) (bot.HookReply, error)
	Signal(ctx context.Context, account string, s store.Signal) (now bool, err error)
}

// Options of a Server; the zero value works.
type Options struct {
	Log *slog.Logger
	// Ready reports why the process cannot take messages yet, or nil. It must not ask WeChat.
	Ready func(context.Context) error
	// Notes are what /readyz says beside "ready", each a line: what an operator should know of and messages do
	// not suffer from. It may be nil.
	Notes func() []string
	// Metrics are served on /metrics; nil serves none.
	Metrics *prometheus.Registry
	// Command is how the program can be called from a terminal; "" = moonwire.
	Command string
	// Dev is served under /dev/ by Dev: the tools of a developer's machine.
	Dev http.Handler
	// Admin is served below admin.Prefix on the operator's listener, and by Dev.
	Admin http.Handler
	// Store is what the general interface under /api/v1/ reads; nil = there is no such interface.
	Store *store.Store
	// APIRate and APIBurst bound the requests a second of each API key; default 20, and 40 at once.
	APIRate  rate.Limit
	APIBurst int
	// Held counts the bytes of all bodies under way, for those who need to know; it may be nil.
	Held *atomic.Int64
	// Now is the clock of the general interface; nil = time.Now.
	Now func() time.Time
}

// Server has the handlers of one process. Safe for concurrent use.
type Server struct {
	fleet      Fleet
	o          Options
	bodies     *sync.Pool
	pushes     *intake // bodies of pushes
	others     *intake // bodies of everything else
	hookBodies *intake // of calls of hooks
	hookPace   *openapi.Pace[hookKey]
	astray     *astray       // log lines of requests that found no account
	noise      *rate.Limiter // log lines that a stranger can cause
	general    *api.Handler  // nil without a store
}

// What bodies under way may take: those of pushes, a quarter of what one turn may hold; and those of the general
// interface, whose senders have a key.
const (
	pushesArriving, pushBytes  = 4096, 8 << 20
	othersArriving, otherBytes = 1024, 16 << 20
	hooksArriving, hookBytes   = 256, 8 << 20 // strangers send those, too
)

// New makes the handlers for a fleet.
func New(fleet Fleet, o Options) *Server {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Ready == nil {
		o.Ready = func(context.Context) error { return nil }
	}
	if o.Notes == nil {
		o.Notes = func() []string { return nil }
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	s := &Server{
		fleet: fleet, o: o, bodies: newBodies(), noise: rate.NewLimiter(rate.Limit(1), 20),
		astray: &astray{now: o.Now}, pushes: newIntake(pushesArriving, pushBytes, o.Held), others: newIntake(othersArriving, otherBytes, o.Held),
		hookBodies: newIntake(hooksArriving, hookBytes, o.Held), hookPace: openapi.NewPace[hookKey](hookRate, hookBurst),
	}
	if o.Store != nil {
		s.general = api.New(fleet, api.Options{Store: o.Store, Log: o.Log, Noise: s.noise, Now: o.Now, Rate: o.APIRate, Burst: o.APIBurst})
	}
	return s
}

// Public is the listener that WeChat and the owner's other systems reach: the callback and the general
// interface. Whatever else is asked for gets the same empty 403 as a refused push.
func (s *Server) Public() http.Handler {
	router := mux.NewRouter().SkipClean(true)
	s.routeAPI(router)
	router.NotFoundHandler = s.lost(http.StatusForbidden, "")
	return s.callbackFirst(router)
}

// Admin is the operator's listener: health, metrics, the door for commands, and the general interface too. On a socket that only this machine
// reaches it answers to addresses, localhost and the given names; elsewhere nobody knows by which names it is reached.
func (s *Server) Admin(socket net.Listener, hosts ...string) http.Handler {
	h := crossOrigin(s.others.guard(s.routes("callbacks do not arrive on admin_addr: let the proxy send them to addr")))
	if onLoopback(socket) {
		h = knownNames(hosts, h)
	}
	return h
}

// Dev is the one listener of a developer's machine: everything, for this machine only.
func (s *Server) Dev() http.Handler {
	return localOnly(s.callbackFirst(crossOrigin(s.routes(""))))
}

// callbackFirst tries the callback before any router: it is what nearly every request asks for.
func (s *Server) callbackFirst(rest http.Handler) http.Handler {
	callback, hook := s.Callback(), s.Hook()
	rest = s.others.guard(rest)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, callbackPrefix) {
			callback.ServeHTTP(w, r)
			return
		}
		if strings.HasPrefix(r.URL.Path, hookPrefix) {
			hook.ServeHTTP(w, r)
			return
		}
		rest.ServeHTTP(w, r)
	})
}

// routeAPI adds the general interface, which finds its own methods: whether there is one is told to key
// holders only.
func (s *Server) routeAPI(router *mux.Router) {
	if s.general != nil {
		router.PathPrefix(api.Prefix).Handler(s.general)
	}
}

// routes are those of an operator or a developer; stray is what callbacks are told that come here.
func (s *Server) routes(stray string) http.Handler {
	router := mux.NewRouter()
	router.NotFoundHandler = s.lost(http.StatusNotFound, stray)
	s.routeAPI(router)
	router.HandleFunc("/", s.home).Methods(http.MethodGet, http.MethodHead)
	router.HandleFunc("/healthz", s.healthz).Methods(http.MethodGet, http.MethodHead)
	router.HandleFunc("/readyz", s.readyz).Methods(http.MethodGet, http.MethodHead)
	if s.o.Metrics != nil {
		router.Handle("/metrics", metricsHandler(s.o.Metrics)).Methods(http.MethodGet)
	}
	if s.o.Admin != nil {
		router.PathPrefix(admin.Prefix).Handler(s.o.Admin)
	}
	if s.o.Dev != nil {
		router.PathPrefix("/dev/").Handler(s.o.Dev)
	}
	return router
}
