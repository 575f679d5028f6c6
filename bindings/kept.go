package bindings

import (
	"maps"
	"slices"

	lua "github.com/yuin/gopher-lua"
)

// kept is what a run of the top level leaves to the turns of a VM that need none of their own (engine.Keeper).
type kept struct {
	handlers []lua.LValue
	flows    []runningFlow
	jobs     []lua.LValue
	taps     map[string]bool
}

// Keep refuses a top level that has said something: it says so for each message.
func (s *state) Keep() (any, bool) {
	if s.draft || s.logged > 0 || s.disarmed || len(s.out.Log)+len(s.out.Warnings) > 0 {
		return nil, false
	}
	return &kept{handlers: slices.Clone(s.handlers), flows: slices.Clone(s.flows), jobs: slices.Clone(s.jobs), taps: maps.Clone(s.taps)}, true
}

// Resume takes up what a run of the top level has left.
func (s *state) Resume(left any) {
	k := left.(*kept)
	s.handlers, s.flows, s.jobs, s.resumed = k.handlers, k.flows, k.jobs, true
	s.taps = maps.Clone(k.taps)
}
