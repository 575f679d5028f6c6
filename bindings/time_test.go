package bindings_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestSleepUsesTheGivenSleep(t *testing.T) {
	var slept time.Duration
	in := input(text(t, "x"))
	in.Sleep = func(_ context.Context, d time.Duration) error {
		slept += d
		return nil
	}
	_, err := program(t, `on.text(function() time.sleep("1500ms") time.sleep(2) end)`).Answer(t.Context(), in)
	require.NoError(t, err)
	require.Equal(t, 3500*time.Millisecond, slept)
}
