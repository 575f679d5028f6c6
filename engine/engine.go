package engine

import (
	"context"
	"log/slog"
	"time"
)

// Options of an engine; the zero value works.
type Options struct {
	Now    func() time.Time // what scripts are told; nil = time.Now
	Log    *slog.Logger     // nil = discard
	Limits Limits           // the operator's ceilings; a zero field = its default
	Slots  int              // turns that may compute at once; 0 = GOMAXPROCS
}

// Engine runs builds. Safe for concurrent use.
type Engine struct {
	set *Set
	now func() time.Time
	log *slog.Logger
}

// New makes an engine whose scripts see the given library, after a self-test of the cage: it fails when
// the Lua library no longer does what the cage rests on.
func New(set *Set, o Options) (*Engine, error) { return &Engine{set: set}, nil }

// Run sweeps idle VMs until ctx ends. An engine works without it, but keeps VMs longer.
func (e *Engine) Run(ctx context.Context) error {
	<-ctx.Done()
	return ctx.Err()
}

// Do runs one turn of build b on the caller's goroutine: it takes a compute slot and a warm VM, runs the
// top level in a clean environment, calls fn and gives both back. Failures of the script come back as
// *ScriptError, an error of fn as it is.
func (e *Engine) Do(ctx context.Context, b *Build, o TurnOptions, fn func(*Turn) error) error {
	panic("being written")
}

// Compile makes a build of a snapshot and runs its top level once, with effects refused. The error is an
// *ScriptError.
func (e *Engine) Compile(ctx context.Context, s *Snapshot, o BuildOptions) (*Build, error) {
	panic("being written")
}
