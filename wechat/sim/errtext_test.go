package sim_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"moonwire/wechat/sim"
)

// An errmsg reads like a platform's: one meaning, and no remark about where the meaning was found.
func TestErrmsgsHaveOneMeaning(t *testing.T) {
	require.NotEmpty(t, sim.ErrorTexts())
	for code, text := range sim.ErrorTexts() {
		require.Regexp(t, `^[A-Za-z<][^/();:…]+$`, text, "%d", code)
	}
}
