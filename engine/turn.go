package engine

import (
	"context"
	"math/rand/v2"
	"time"

	lua "github.com/yuin/gopher-lua"
)

// TurnOptions are the circumstances of one turn; the zero value works.
type TurnOptions struct {
	Host     any              // Turn.Host
	Now      func() time.Time // what scripts are told; nil = the engine's
	Seed     uint64           // of Turn.Random
	Deadline time.Time        // of the whole turn, by the real clock; zero = Limits.TotalTime from now
}

// Turn is all that happens for one message. It belongs to one goroutine and ends with Do.
type Turn struct {
	Host any // the room above keeps its own state of the turn here
}

// TurnOf returns the turn that a native was called in.
func TurnOf(L *lua.LState) *Turn { panic("being written") }

// Build is the version of the script that runs.
func (t *Turn) Build() *Build { panic("being written") }

// Set is the library of the engine.
func (t *Turn) Set() *Set { panic("being written") }

// L is the main thread of the turn's VM. A native must use the L it was called with instead.
func (t *Turn) L() *lua.LState { panic("being written") }

// Loading reports whether the top level is running.
func (t *Turn) Loading() bool { panic("being written") }

// Now is the time that scripts are told.
func (t *Turn) Now() time.Time { panic("being written") }

// Random is the turn's own source of chance, seeded by TurnOptions.Seed.
func (t *Turn) Random() *rand.Rand { panic("being written") }

// Context ends when the turn is stopped or its time is over: for calls of Go functions. The VM's own
// context must never be given to anybody.
func (t *Turn) Context() context.Context { panic("being written") }

// Call calls a Lua function and returns its first result. Failures come back as *ScriptError.
func (t *Turn) Call(fn lua.LValue, args ...lua.LValue) (lua.LValue, error) { panic("being written") }

// Steps charges n instructions' worth of work. It raises when the budget is spent, the time is over or
// the turn was stopped. A native that loops calls it at least every thousand steps.
func (t *Turn) Steps(L *lua.LState, n int) { panic("being written") }

// Bytes charges n bytes of string that are about to be made. It raises before anything is allocated when
// one string, or all of the turn together, would be too long.
func (t *Turn) Bytes(L *lua.LState, n int) { panic("being written") }

// Where is the place in the script that called the running native; "", 0 when Go called it.
func (t *Turn) Where(L *lua.LState) (file string, line int) { panic("being written") }

// Fail raises an error in the form `file:line: function: message`, where file and line are those of the
// script that called the running native and function is the native's name. It does not return.
func (t *Turn) Fail(L *lua.LState, format string, args ...any) { panic("being written") }
