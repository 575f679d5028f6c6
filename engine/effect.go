package engine

import (
	"context"

	lua "github.com/yuin/gopher-lua"
)

// Kind says what an effect or an outside view touches; each kind has its budget.
type Kind uint8

// The kinds of effects. KindClock and KindRandom keep the compute slot and have no budget.
const (
	KindStore Kind = iota
	KindWeChat
	KindHTTP
	KindClock
	KindRandom
	KindWait
	KindMedia
	KindLog
)

// Effect is the one door of every effect and every view of the outside. It refuses at the top level, charges
// the kind's budget, and gives the compute slot away while fn waits. label is what makes the call
// recognisable (the key, the URL, the question). fn's value is plain data (nil, bool, float64, string,
// []any, map[string]any); its error is for the caller to turn into nil, err.
func (t *Turn) Effect(L *lua.LState, k Kind, label string, fn func(ctx context.Context) (any, error)) (any, error) {
	panic("being written")
}
