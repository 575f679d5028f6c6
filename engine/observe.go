package engine

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"time"
)

// Observer is told of every effect of a turn once it is over, in order and on the turn's goroutine. It must not use the
// Turn, and what it takes long for is time of the turn.
type Observer func(Observed)

// Observed is an effect and what came of it.
type Observed struct {
	Effect
	Value   any           // plain data, not to be changed; never there for KindSecret
	Err     error         // what failed beneath the script, or why the effect was refused
	Refused bool          // it never began: the top level may not, or a limit was reached
	Took    time.Duration // of real time, whatever the scripts' clock says
}

// effects are what a turn has done outside so far.
type effects struct {
	observer Observer
	journal  Journal
	spent    [kinds]int
}

// Observed reports whether somebody is told of this turn's effects. Else labels that cost something, and hashes of
// arguments, are not worth making.
func (e *effects) Observed() bool { return e.observer != nil }

// perform makes an effect that nothing forbids.
func (t *Turn) perform(e Effect, fn func(ctx context.Context) (any, error)) (any, error) {
	if t.observer == nil {
		return t.make(e, fn)
	}
	began := t.engine.clock()
	v, err := t.make(e, fn)
	o := Observed{Effect: e, Value: v, Err: err, Took: t.engine.clock() - began}
	if e.Kind == KindSecret {
		o.Value = nil
	}
	t.tell(o)
	return v, err
}

func (t *Turn) refuse(e Effect, why error) {
	if t.observer != nil {
		t.tell(Observed{Effect: e, Err: why, Refused: true})
	}
}

func (t *Turn) tell(o Observed) {
	o.Label = boundedLabel(o.Label)
	t.observer(o)
}

// maxLabel is how many bytes of a label an observer is told.
const maxLabel = 256

// boundedLabel cuts a long label. What was cut is told by its hash, so that labels with one beginning stay apart.
func boundedLabel(label string) string {
	if len(label) <= maxLabel {
		return label
	}
	sum := sha256.Sum256([]byte(label))
	end := "…" + hex.EncodeToString(sum[:8])
	return strings.ToValidUTF8(label[:maxLabel-len(end)], "") + end
}
