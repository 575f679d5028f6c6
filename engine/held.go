package engine

import lua "github.com/yuin/gopher-lua"

// Held is what a native under way holds and no variable of the script reaches: a text half made, matches found. Its
// callback may call the native again, or wait, so it is weighed with the turn. The native defers Drop.
type Held struct {
	t *Turn
	n int64
}

// Hold begins with nothing.
func (t *Turn) Hold() Held { return Held{t: t} }

// Set says that the native holds n bytes now.
func (h *Held) Set(n int) {
	if more := int64(n) - h.n; more != 0 {
		h.n += more
		h.t.byNatives += more
		h.t.noteHeld(h.t.noted + more)
	}
}

// Size is what Set was last told.
func (h *Held) Size() int { return int(h.n) }

// Drop says that nothing is held any more.
func (h *Held) Drop() { h.Set(0) }

// NeedMemory is for natives that make tables which no variable holds yet, so that they are not found when the turn is
// weighed: it ends the turn when they have n bytes, about, and that is more than a turn may hold.
func (t *Turn) NeedMemory(L *lua.LState, n int) {
	if t.spare(int64(n)) < int64(n) {
		t.outOfMemory(L, n)
	}
}

// spare is how many of n bytes the turn may still hold, and its account.
func (t *Turn) spare(n int64) int64 {
	if t.memoryLeft() < n {
		t.noteHeld(t.held(t.limits.Memory)) // it may have let go of something since
	}
	return max(0, min(n, t.memoryLeft()))
}

// memoryLeft is how many bytes the turn may hold beside those noted; below zero when others of the account hold too many.
func (t *Turn) memoryLeft() int64 {
	return min(t.limits.Memory-t.noted, turnsTogether*t.limits.Memory-t.build.share.held.Load())
}

// outOfMemory ends the turn because of n bytes that spare did not have. It does not return.
func (t *Turn) outOfMemory(L *lua.LState, n int) {
	if sum := t.noted + int64(n); sum > t.limits.Memory {
		t.stopFor(L, "memory", sum, t.limits.Memory)
	}
	t.stopTogether(t.build.share.held.Load() + int64(n))
	t.raiseStop(L)
}
