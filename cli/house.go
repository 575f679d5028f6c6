package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"sync/atomic"
	"syscall"
	"time"

	"golang.org/x/sync/errgroup"

	"moonwire/account"
	"moonwire/bindings"
	"moonwire/bot"
	"moonwire/engine"
	"moonwire/server"
	"moonwire/store"
	"moonwire/wechat"
)

// house is one running program: the store, the engine, the accounts and the HTTP edges.
type house struct {
	log      *slog.Logger
	store    *store.Store
	engine   *engine.Engine
	fleet    *bot.Fleet
	server   *server.Server
	metrics  *server.Metrics
	drain    time.Duration
	keep     time.Duration // how long messages are kept
	draining atomic.Bool
}

// plan is what a house is built from: the part that dev and serve do not share.
type plan struct {
	config   Config
	dev      bool
	apiFrom  string // where api_base was set; "" = it is WeChat's, or our own stand-in
	resolver account.Resolver
	ceilings engine.Limits
	events   bot.Events
	options  server.Options
}

// build opens the store and wires the rooms. Nothing runs yet.
func build(ctx context.Context, p plan, log *slog.Logger) (*house, error) {
	if err := scriptsFolder(p.config.Scripts); err != nil {
		return nil, err
	}
	if err := os.MkdirAll(p.config.Data, 0o700); err != nil {
		return nil, fmt.Errorf("the data folder %s cannot be made: %s", p.config.Data, systemWords(err))
	}
	pages := wechat.Pages{MP: p.config.MPBase, Open: p.config.OpenBase}
	if err := pages.Check(); err != nil {
		return nil, err
	}
	set, err := bindings.NewSet()
	if err != nil {
		return nil, err
	}
	eng, err := engine.New(set, engine.Options{Log: log, Limits: p.ceilings, Collector: &engine.Collector{}})
	if err != nil {
		return nil, err
	}
	db, err := store.Open(ctx, store.Options{Path: filepath.Join(p.config.Data, "moonwire.db"), Version: Version, Log: log})
	if err != nil {
		return nil, fmt.Errorf("the store in %s cannot be opened: %w", p.config.Data, err)
	}
	h := &house{log: log, store: db, engine: eng, metrics: server.NewMetrics(), drain: p.config.Drain, keep: p.config.Retention.Messages}
	h.fleet = bot.NewFleet(bot.Options{
		Scripts: p.config.Scripts, Dev: p.dev, Engine: eng, Store: db, APIBase: p.config.APIBase, APIFrom: p.apiFrom, Pages: pages, Resolver: p.resolver,
		Ceilings: p.ceilings, MaxSkew: p.config.MaxSkew, Poll: p.config.Reload.Poll, Events: counted(p.events, h.metrics), Log: log,
	})
	p.options.Log, p.options.Ready, p.options.Metrics, p.options.Store = log, h.ready, h.metrics.Registry, db
	p.options.Notes = h.notes
	watch(h.metrics, h.fleet, db)
	h.server = server.New(h.fleet, p.options)
	return h, nil
}

// ready says why messages cannot be taken now.
func (h *house) ready(ctx context.Context) error {
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

// notes are, for /readyz, what may soon be why messages cannot be taken, and the accounts that cannot be loaded because
// something hangs.
func (h *house) notes() []string {
	const most = 20
	names := h.fleet.Hanging()
	var notes []string
	if damage := h.store.Damage(); damage != nil {
		notes = append(notes, damage.Error())
	}
	for _, name := range names[:min(most, len(names))] {
		notes = append(notes, name+": loading hangs: its folder, or a file that its account.yaml names, does not answer")
	}
	if more := len(names) - most; more > 0 {
		notes = append(notes, fmt.Sprintf("and %d more", more))
	}
	return notes
}

// run serves until ctx ends, then drains: no new turns, running ones may end within the drain time, the
// rest is stopped; at last everything written behind is flushed.
func (h *house) run(ctx context.Context, listeners ...server.Listener) error {
	base := context.WithoutCancel(ctx)
	rooms, stopRooms := context.WithCancel(base)
	defer stopRooms()
	edges, stopEdges := context.WithCancel(base)
	defer stopEdges()

	inside, insideCtx := errgroup.WithContext(rooms)
	inside.Go(func() error { return h.engine.Run(insideCtx) })
	inside.Go(func() error { return h.fleet.Run(insideCtx) })
	inside.Go(func() error { return h.prune(insideCtx) })
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
func (h *house) prune(ctx context.Context) error {
	tick := time.NewTicker(time.Hour)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
		_, err := h.store.Prune(ctx, store.Retention{Messages: func(string) time.Duration { return h.keep }})
		if err != nil && ctx.Err() == nil {
			h.log.Error("old records not removed", "error", err)
		}
	}
}

// listen opens the socket that a flag names, or says in plain words why not.
func listen(flag, addr string) (net.Listener, error) {
	host, port, err := net.SplitHostPort(addr)
	if err != nil {
		return nil, fmt.Errorf("--%s %s: want an address and a port, such as 127.0.0.1:8420 or :8080", flag, addr)
	}
	if n, err := strconv.Atoi(port); err != nil || n < 0 || n > 65535 {
		return nil, fmt.Errorf("--%s %s: a port is a number from 1 to 65535", flag, addr)
	}
	socket, err := net.Listen("tcp", addr)
	switch {
	case err == nil:
		return socket, nil
	case errors.Is(err, syscall.EADDRINUSE):
		return nil, fmt.Errorf("cannot listen on %s: the port is taken (is another moonwire running?); choose another with --%s", addr, flag)
	case errors.Is(err, fs.ErrPermission):
		return nil, fmt.Errorf("cannot listen on %s: permission denied (ports below 1024 need special rights); choose another with --%s", addr, flag)
	}
	return nil, fmt.Errorf("cannot listen on %s: this machine has no address %q; choose another with --%s", addr, host, flag)
}
