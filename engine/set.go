package engine

import lua "github.com/yuin/gopher-lua"

// Native is a function that scripts can call. Its state of the turn is TurnOf(L); it keeps none itself,
// as one value serves all VMs.
type Native struct {
	Name string // "string.format", "on.text", "flow"
	Fn   lua.LGFunction
}

// Set is the library that all VMs of an engine share, read-only.
type Set struct{}

// NewSet makes a set of the engine's own base, string, table, math, coroutine and os libraries, the given
// natives and, as globals of that name, the given proxies. A name given twice is an error.
func NewSet(natives []Native, proxies map[string]Proxy) (*Set, error) { return &Set{}, nil }

// Proxy returns the table that scripts see under the name of a proxy given to NewSet; nil if there is none.
func (s *Set) Proxy(name string) *lua.LTable { panic("being written") }

// Function returns the native of that name as a Lua value; nil if there is none.
func (s *Set) Function(name string) *lua.LFunction { panic("being written") }

// Names lists the natives in alphabetical order.
func (s *Set) Names() []string { panic("being written") }
