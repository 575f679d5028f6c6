package pause_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"moonwire/internal/pause"
)

func TestFor(t *testing.T) {
	require.NoError(t, pause.For(t.Context(), time.Nanosecond))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	require.ErrorIs(t, pause.For(ctx, time.Hour), context.Canceled)
}
