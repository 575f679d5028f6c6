package engine_test

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/require"
	lua "github.com/yuin/gopher-lua"

	"moonwire/engine"
)

// A bug of the machine ends a turn, not the process.
func TestPanicsOfTheMachineAreContained(t *testing.T) {
	err := engine.Contained(func() error { panic("index out of range") })
	var api *lua.ApiError
	require.True(t, errors.As(err, &api))
	require.Equal(t, lua.ApiErrorPanic, api.Type)
	require.Equal(t, "index out of range", api.Object.String())
	wanted := errors.New("an error")
	require.Equal(t, wanted, engine.Contained(func() error { return wanted }))
}
