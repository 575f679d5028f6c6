package engine

import (
	"slices"

	lua "github.com/yuin/gopher-lua"

	"moonwire/engine/proof"
)

// kept is what a run of the top level has left in a VM for the turns to come, of a build whose functions are proven to
// leave nothing behind (package proof).
type kept struct {
	env     *lua.LTable
	modules []loaded
	host    any // what Keeper.Keep gave
}

// Keeper is a Turn.Host whose share of a run of the top level can serve further turns.
type Keeper interface {
	// Keep is asked after the top level has run. false: it must run again for each turn.
	Keep() (kept any, ok bool)
	// Resume takes up what Keep gave, in place of a run of the top level. Other turns get the same later: it is only read.
	Resume(kept any)
}

// mostKept is how many bytes what is kept may have; a build has up to vmsIdleOf of them.
const mostKept = 512 << 10

// Kept reports whether the next turn may find a VM in which the top level has run for it.
func (b *Build) Kept() bool {
	b.pool.mu.Lock()
	defer b.pool.mu.Unlock()
	return slices.ContainsFunc(b.pool.idle, func(v *vm) bool { return v.kept != nil })
}

// ready brings the turn to where its top level has run.
func (t *Turn) ready() error {
	if k := t.vm.kept; k != nil {
		t.env, t.modules = k.env, k.modules
		t.Host.(Keeper).Resume(k.host)
		return nil
	}
	if err := t.load(); err != nil {
		return err
	}
	if !t.engine.rerun && !t.build.doubted.Load() {
		t.keep()
	}
	return nil
}

// keep leaves the run of the top level to the next turns of the VM, if it may serve them.
func (t *Turn) keep() {
	host, ok := t.Host.(Keeper)
	if !ok {
		return
	}
	if t.mustRerun() {
		t.build.doubted.Store(true)
		return
	}
	if h, ok := host.Keep(); ok {
		t.modules = t.modules[:len(t.modules):len(t.modules)]
		t.vm.kept = &kept{env: t.env, modules: t.modules, host: h}
	}
}

// mustRerun reports whether what the top level has made can serve no other turn.
func (t *Turn) mustRerun() bool {
	return t.passing || len(t.numbers) > 0 || t.doubt() != nil || t.held(mostKept) > mostKept
}

// doubt is why the top level must run for every message, as far as the text of its files tells; nil if it need not.
func (t *Turn) doubt() *proof.Doubt {
	b := t.build
	if len(b.assignable) > 0 {
		return &proof.Doubt{Kind: proof.Global, Name: b.assignable[0].name}
	}
	if d := b.main.chunk.doubt; d != nil {
		return d
	}
	for _, m := range t.modules {
		if d := b.modules.named(m.name).chunk.doubt; d != nil {
			return d
		}
	}
	return nil
}
