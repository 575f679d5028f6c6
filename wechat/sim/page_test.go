package sim_test

import (
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"moonwire/wechat/sim"
)

// The pages list what may be taken from the library of templates.
func TestThePagesListTheTemplates(t *testing.T) {
	for _, page := range []string{"../../docs/platform.md", "../../docs/platform.zh-CN.md"} {
		text, err := os.ReadFile(page)
		require.NoError(t, err)
		require.NotEmpty(t, sim.Library())
		for _, short := range sim.Library() {
			require.Contains(t, string(text), "`"+short+"`", page)
		}
	}
}
