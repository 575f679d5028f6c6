package engine_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	lua "github.com/yuin/gopher-lua"

	"moonwire/engine"
)

// TestATearIsTwoBytesAndMore: single bytes are no tear, as a script that goes over a text byte by byte means it.
func TestATearIsTwoBytesAndMore(t *testing.T) {
	l := newLab(t, engine.Native{Name: "torn", Fn: func(L *lua.LState) int {
		L.Push(lua.LNumber(len(engine.TurnOf(L).LastTear().Piece)))
		return 1
	}})
	for cut, want := range map[string]string{`("茶"):sub(1, 1)`: "0", `("茶"):sub(1, 2)`: "2", `("茶"):sub(1, 3)`: "0", `("a茶"):sub(2, 3)`: "2", `("茶ab"):sub(3, 5)`: "3"} {
		require.Equal(t, want, l.eval(t, `(function() local _ = `+cut+` return torn() end)()`), cut)
	}
}
