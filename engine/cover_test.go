package engine_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"moonwire/engine"
	"moonwire/folder"
)

// TestCovers tells each line that runs, in coroutines and behind pcall too, and no other.
func TestCovers(t *testing.T) {
	set, err := engine.NewSet(nil, nil)
	require.NoError(t, err)
	ran := map[int]bool{}
	eng, err := engine.New(set, engine.Options{Covers: func(b *engine.Build, file string, line int) {
		if b.Account == "shop" {
			require.Equal(t, "main.lua", file)
			ran[line] = true
		}
	}})
	require.NoError(t, err)
	b, err := eng.Compile(t.Context(), &folder.Snapshot{Account: "shop", Hash: "12345678", Files: []folder.File{{Name: "main.lua", Data: []byte(`function main(x)
  if x then
    return 1
  end
  pcall(function()
    error("x")
  end)
  coroutine.wrap(function()
    local y = 1
    coroutine.yield(y)
    return y
  end)()
end`)}}}, engine.BuildOptions{Account: "shop"})
	require.NoError(t, err)
	require.Equal(t, []int{1, 2, 3, 5, 6, 8, 9, 10, 11, 12}, b.Lines()["main.lua"])
	clear(ran)
	require.NoError(t, eng.Do(context.Background(), b, engine.TurnOptions{}, func(turn *engine.Turn) error {
		_, err := turn.Call(turn.Global("main"))
		return err
	}))
	for _, line := range []int{2, 5, 6, 8, 9, 10} {
		require.True(t, ran[line], "line %d", line)
	}
	for _, line := range []int{3, 11} {
		require.False(t, ran[line], "line %d", line)
	}
}
