package store_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
)

// What every process asks every two seconds, at ten thousand accounts.
func BenchmarkStamp(b *testing.B) {
	s := openForBench(b)
	for i := range 10_000 {
		require.NoError(b, s.AccountHere(context.Background(), fmt.Sprintf("a%05d", i), "wx1a2b3c4d5e6f7081"))
	}
	b.ResetTimer()
	for b.Loop() {
		_, err := s.Stamp(context.Background())
		require.NoError(b, err)
	}
}
