package engine

import (
	"math"
	"time"
)

// NewVM makes a VM that serves nobody.
func NewVM(e *Engine) { newVM(e) }

// Sweep gives up all idle VMs.
func Sweep(e *Engine) { e.sweep(e.clock() + 1) }

// SweepIdle is what Run does from time to time.
func SweepIdle(e *Engine) { e.sweep(e.clock() - vmIdle) }

// Waiting is how many turns wait for a slot.
func Waiting(e *Engine) int { return int(e.slots.waiting.Load()) }

// Leap lets d pass on the engine's clock at once. No other turn may run meanwhile.
func Leap(e *Engine, d time.Duration) { e.start = e.start.Add(-d) }

// LeapOf is Leap for natives.
func LeapOf(t *Turn, d time.Duration) { Leap(t.engine, d) }

// Relax ends every reason of the engine for a tight collector.
func Relax(e *Engine) { e.gc.relax(e, math.MaxInt64) }

// RelaxSince ends those that are older than d.
func RelaxSince(e *Engine, d time.Duration) { e.gc.relax(e, e.clock()-d) }

// Contained is contained.
func Contained(call func() error) error { return contained(call) }

// Weighed is what the turn holds, about.
func Weighed(t *Turn) int64 { return t.held(math.MaxInt64) }
