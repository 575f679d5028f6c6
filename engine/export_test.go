package engine

import "math"

// NewVM makes a VM that serves nobody.
func NewVM(e *Engine) { newVM(e) }

// Sweep gives up all idle VMs.
func Sweep(e *Engine) { e.sweep(e.clock() + 1) }

// Relax ends every reason of the engine for a tight collector.
func Relax(e *Engine) { e.gc.relax(e, math.MaxInt64) }

// Contained is contained.
func Contained(call func() error) error { return contained(call) }
