package engine

// NewVM makes a VM that serves nobody.
func NewVM(e *Engine) { newVM(e) }

// Sweep gives up all idle VMs.
func Sweep(e *Engine) { e.sweep(e.clock() + 1) }
