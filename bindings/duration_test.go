package bindings_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// slept is how long a script that calls time.sleep with this waited.
func slept(t *testing.T, duration string) (time.Duration, error) {
	t.Helper()
	waited := time.Duration(-1)
	in := input(text(t, "x"))
	in.Sleep = func(_ context.Context, d time.Duration) error {
		waited = d
		return nil
	}
	_, err := program(t, `on.text(function() time.sleep(`+duration+`) end)`).Answer(t.Context(), in)
	return waited, err
}

func TestDurations(t *testing.T) {
	for _, tt := range []struct {
		written string
		want    time.Duration
	}{
		{`"250ms"`, 250 * time.Millisecond},
		{`"3s"`, 3 * time.Second},
		{`"0.5m"`, 30 * time.Second},
		{`"0.01h"`, 36 * time.Second},
		{`"0.0005d"`, 43_200 * time.Millisecond},
		{`"0.00005w"`, 30_240 * time.Millisecond},
		{`"0.5m2s1ms"`, 32_001 * time.Millisecond},
		{`" 1s\n"`, time.Second},
		{`"0s"`, 0},
		{`0`, 0},
		{`0.25`, 250 * time.Millisecond},
		{`1`, time.Second},
		{`50`, 50 * time.Second},
	} {
		t.Run(tt.written, func(t *testing.T) {
			got, err := slept(t, tt.written)
			require.NoError(t, err)
			require.Equal(t, tt.want, got)
		})
	}
	for _, written := range []string{`""`, `" "`, `"5"`, `"s"`, `"1x"`, `"1.2.3s"`, `"."`, `"1s5"`, `"-1s"`, `"1 s"`, `"1S"`, `"9999999999999h"`, `-1`, `0/0`, `1e300`} {
		t.Run(written, func(t *testing.T) {
			_, err := slept(t, written)
			require.ErrorContains(t, err, "time.sleep: argument 1 (duration) is \"")
			require.ErrorContains(t, err, `want a duration: seconds, or a string such as "30s", "10m", "2h", "1d"`)
		})
	}
}
