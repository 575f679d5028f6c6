package wechat_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"moonwire/wechat"
)

// TestBounds are as the pages say, and no more.
func TestBounds(t *testing.T) {
	require.Equal(t, 1_048_576, wechat.MaxBody)
	require.Equal(t, 262_144, wechat.MaxValue)
	require.Equal(t, 1000, wechat.MaxElements)
	require.Equal(t, 128, wechat.MaxName)
	require.Equal(t, 16, wechat.MaxDepth)
}
