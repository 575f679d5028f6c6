package cli

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"
	"golang.org/x/time/rate"

	"moonwire/account"
	"moonwire/bindings"
	"moonwire/bot"
	"moonwire/engine"
	"moonwire/llm"
	"moonwire/outside"
	"moonwire/server"
	"moonwire/server/admin"
	general "moonwire/server/api"
	"moonwire/store"
	"moonwire/wechat/api"
	"moonwire/words"
)

// program is one running program: the store, the engine, the accounts and the HTTP edges.
type program struct {
	log     *slog.Logger
	store   *store.Store
	engine  *engine.Engine
	fleet   *bot.Fleet
	server  *server.Server
	metrics *server.Metrics
	saves   *saveChecker

	adminToken string // of this process, for commands
	drain      time.Duration
	keep       time.Duration // how long messages are kept
	draining   atomic.Bool
	edge       atomic.Int64 // bytes of bodies under way, of which no turn is suspected
	outside    *outside.Client
	own        atomic.Pointer[[]net.Addr] // where it listens, once it runs
}

// plan is what a program is built from: the part that dev and serve do not share.
type plan struct {
	config   Config
	dev      bool
	resolver account.Resolver
	ceilings engine.Limits
	events   bot.Events
	findings func(saveFindingsOf) // is told what is found in builds that have gone live
	lang     words.Language
	standIn  llm.Endpoint // the model of accounts that have none
	options  server.Options
}

// processors is how many scripts may compute at once: one for each processor. Go gets one more to run on. When all are
// computing, its scheduler looks for what came from the network every 10 ms only; so there is always one that waits for it.
var processors = sync.OnceValue(func() int {
	n := runtime.GOMAXPROCS(0)
	runtime.GOMAXPROCS(n + 1)
	return n
})

// build opens the store and wires the rooms. Nothing runs yet.
func build(ctx context.Context, p plan, log *slog.Logger) (*program, error) {
	if err := scriptsFolder(p.config.Scripts); err != nil {
		return nil, p.config.blame("scripts", err)
	}
	if err := os.MkdirAll(p.config.Data, 0o700); err != nil {
		return nil, p.config.blame("data", fmt.Errorf("the data folder cannot be made: %s", systemWords(err)))
	}
	opened, err := p.config.opened()
	if err != nil {
		return nil, err
	}
	pages := api.Pages{MP: p.config.MPBase, Open: p.config.OpenBase}
	set, err := bindings.NewSet()
	if err != nil {
		return nil, err
	}
	h := &program{log: log, metrics: server.NewMetrics(), adminToken: newAdminToken(), drain: p.config.Drain, keep: p.config.Retention.Messages}
	h.outside = outside.NewClient(outside.Options{Own: h.listeners, Calls: min(2_048, server.OpenFiles()/8)})
	h.engine, err = engine.New(set, engine.Options{
		Log: log, Limits: p.ceilings, Collector: &engine.Collector{}, Held: h.heldByOthers, Slots: processors(),
	})
	if err != nil {
		return nil, err
	}
	db, err := store.Open(ctx, store.Options{Path: filepath.Join(p.config.Data, "moonwire.db"), Version: Version, Log: log})
	if err != nil {
		return nil, p.config.blame("data", fmt.Errorf("the store in %s cannot be opened: %w", p.config.Data, err))
	}
	h.store = db
	h.saves = newSaveChecker(set, p.findings)
	h.fleet = bot.NewFleet(bot.Options{
		Scripts: p.config.Scripts, Dev: p.dev, Engine: h.engine, Store: db, APIBase: p.config.APIBase, APIFrom: p.config.apiFrom(), Pages: pages, Resolver: p.resolver,
		Outside: h.outside, PrivateHTTP: opened,
		Ceilings: p.ceilings, APIMethods: general.Methods(), MaxSkew: p.config.MaxSkew, Poll: p.config.Reload.Poll, Published: p.config.Reload.Mode == reloadPublished, Events: counted(h.saves.watching(p.events), h.metrics), Language: p.lang, Log: log, StandInModel: p.standIn,
	})
	p.options.Log, p.options.Ready, p.options.Metrics, p.options.Store = log, h.ready, h.metrics.Registry, db
	p.options.Notes, p.options.Held = h.notes, &h.edge
	p.options.Admin = admin.New(h.fleet, admin.Options{Token: h.adminToken, Store: db, Log: log, Noise: rate.NewLimiter(1, 20)})
	watch(h.metrics, h.fleet, db)
	h.metrics.Gauge("moonwire_http_calls", "Calls of scripts to other servers that are being made now.", func() float64 { return float64(h.outside.UnderWay()) })
	h.server = server.New(h.fleet, p.options)
	return h, nil
}

// heldByOthers are bytes of which no turn is suspected: what is being read, of requests and of other servers' answers.
func (h *program) heldByOthers() int64 { return h.edge.Load() + h.outside.Held() }

// ready says why messages cannot be taken now.
func (h *program) ready(ctx context.Context) error {
	if h.draining.Load() {
		return errors.New("draining")
	}
	select {
	case <-h.fleet.Ready():
	default:
		return errors.New("the account folders are still being listed, or the other processes on this data folder do not know of this one yet")
	}
	err := h.store.Ping(ctx)
	var damage *store.DamageError
	switch {
	case errors.As(err, &damage):
		return damage
	case err != nil:
		return errors.New("the store does not answer")
	}
	return nil
}

// notedAtMost is how many accounts /readyz names.
const notedAtMost = 20

// notes are, for /readyz, what may soon be why messages cannot be taken, the accounts that cannot be loaded because
// something hangs, and those that are not in order.
func (h *program) notes() []string {
	var notes []string
	if damage := h.store.Damage(); damage != nil {
		notes = append(notes, damage.Error())
	}
	var about []string
	for _, name := range h.fleet.Hanging() {
		about = append(about, name+": loading hangs: its folder, or a file that its account.yaml names, does not answer")
	}
	for _, s := range h.fleet.Accounts() {
		if note := standingNote(s); note != "" {
			about = append(about, note)
		}
	}
	notes = append(notes, about[:min(notedAtMost, len(about))]...)
	if more := len(about) - notedAtMost; more > 0 {
		notes = append(notes, fmt.Sprintf("and %d more", more))
	}
	return notes
}

// standingNote says where an account stands, unless it is in order: it serves, or an operator has decided that.
func standingNote(s bot.Status) string {
	note := s.Name + ": " + string(s.State)
	switch s.State {
	case bot.StateServing, bot.StateDisabled, bot.StateGone:
		return ""
	case bot.StatePaused:
		return note + ": " + s.PausedFor
	case bot.StateRolledBack, bot.StateStale:
		note += ": build " + s.Build + " serves"
	}
	if s.Err != "" {
		note += ": " + strings.ReplaceAll(s.Err, "\n", " ")
	}
	return note
}

// run serves until ctx ends, then drains: no new turns, running ones may end within the drain time, the
// rest is stopped; at last everything written behind is flushed.
func (h *program) run(ctx context.Context, listeners ...server.Listener) error {
	own := make([]net.Addr, len(listeners))
	for i, l := range listeners {
		own[i] = l.Socket.Addr()
	}
	h.own.Store(&own)
	base := context.WithoutCancel(ctx)
	rooms, stopRooms := context.WithCancel(base)
	defer stopRooms()
	edges, stopEdges := context.WithCancel(base)
	defer stopEdges()

	inside, insideCtx := errgroup.WithContext(rooms)
	inside.Go(func() error { return h.engine.Run(insideCtx) })
	inside.Go(func() error { return h.fleet.Run(insideCtx) })
	inside.Go(func() error { return h.prune(insideCtx) })
	inside.Go(func() error { return h.saves.run(insideCtx) })
	outside, outsideCtx := errgroup.WithContext(edges)
	connections := server.NewConnections(0)
	for _, l := range listeners {
		l.Connections = connections
		outside.Go(func() error { return l.Run(outsideCtx) })
	}
	select {
	case <-ctx.Done():
	case <-insideCtx.Done():
	case <-outsideCtx.Done():
	}
	h.draining.Store(true)
	grace, cancel := context.WithTimeout(base, h.drain)
	defer cancel()
	drained := drainWords(h.fleet.Drain(grace), h.drain)
	stopEdges()
	edgeErr := outside.Wait()
	stopRooms()
	roomErr := inside.Wait()
	if errors.Is(roomErr, context.Canceled) {
		roomErr = nil // that is how rooms end
	}
	return errors.Join(edgeErr, roomErr, drained, h.store.Close())
}

// drainWords says what it means that the drain time was not enough.
func drainWords(err error, drain time.Duration) error {
	if errors.Is(err, context.DeadlineExceeded) {
		return fmt.Errorf("the drain time of %s was over before all turns were done; the rest was stopped and counts as interrupted", drain)
	}
	return err
}

// prune removes what has outlived its time, once an hour. A failure is logged and tried again.
func (h *program) prune(ctx context.Context) error {
	tick := time.NewTicker(time.Hour)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
		_, err := h.store.Prune(ctx, store.Retention{Messages: func(string) time.Duration { return h.keep }, Held: h.fleet.Held})
		if err != nil && ctx.Err() == nil {
			h.log.Error("old records not removed", "error", err)
		}
	}
}
