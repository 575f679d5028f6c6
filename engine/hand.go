package engine

import lua "github.com/yuin/gopher-lua"

// Hand is what a native under way holds and no variable of the script reaches: a text half made, matches found. Its
// callback may call the native again, or wait, so the measure must see it. The native defers Drop.
type Hand struct {
	t *Turn
	n int64
}

// Hand begins with nothing.
func (t *Turn) Hand() Hand { return Hand{t: t} }

// Has says that the native holds n bytes now.
func (h *Hand) Has(n int) {
	if more := int64(n) - h.n; more != 0 {
		h.n += more
		h.t.inHand += more
		h.t.keep(h.t.keeps + more)
	}
}

// Size is what Has was last told.
func (h *Hand) Size() int { return int(h.n) }

// Drop ends the hand.
func (h *Hand) Drop() { h.Has(0) }

// Room is for natives that make tables which no variable holds yet, so that measuring the turn cannot find
// them: it ends the turn when they have n bytes, about, and that is more than a turn may hold.
func (t *Turn) Room(L *lua.LState, n int) {
	if t.spare(int64(n)) < int64(n) {
		t.noRoom(L, n)
	}
}

// spare is how many of n bytes the turn may still hold, and its account.
func (t *Turn) spare(n int64) int64 {
	if t.room() < n {
		t.keep(t.held(t.limits.Memory)) // it may have let go of something since
	}
	return max(0, min(n, t.room()))
}

func (t *Turn) room() int64 {
	return min(t.limits.Memory-t.keeps, turnsTogether*t.limits.Memory-t.build.share.held.Load())
}

// noRoom ends the turn because of n bytes for which spare had no room. It does not return.
func (t *Turn) noRoom(L *lua.LState, n int) {
	if sum := t.keeps + int64(n); sum > t.limits.Memory {
		t.Stop(L, "memory", sum, t.limits.Memory)
	}
	t.stopTogether(t.build.share.held.Load() + int64(n))
	t.raiseStop(L)
}
