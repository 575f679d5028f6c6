package bot_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"moonwire/bot"
)

// TestABrokenSaveShowsItsLine to those who show the error beside it, too.
func TestABrokenSaveShowsItsLine(t *testing.T) {
	for _, tt := range []struct {
		name    string
		broken  files
		excerpt string
	}{
		{"a script", files{"main.lua": "on.text(\"hi\", function()\n  return 1 +\nend)"}, "▸  3 │ end)"},
		{"account.yaml", files{"account.yaml": "kind: service\nmood: x\n"}, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			h := newHouse(t, map[string]files{"demo": saying("one")})
			build := h.save(0).Build
			h.write("demo", tt.broken)
			h.load("demo") // or whoever watches has
			r := h.save(1)
			require.Error(t, r.Err)
			require.False(t, r.Live)
			require.Equal(t, build, r.Build, "what served serves on")
			require.Contains(t, r.Box, "demo")
			require.Contains(t, r.Excerpt, tt.excerpt)
			require.Contains(t, r.Box, r.Excerpt)
		})
	}
}

// TestATroubleOutsideIsToldEachTime to who asks for the load, though the log is told of it once.
func TestATroubleOutsideIsToldEachTime(t *testing.T) {
	one := saying("one")
	one["account.yaml"] = serveYAML
	h := newHouse(t, map[string]files{"demo": one}, func(o *bot.Options) { o.Dev = false })
	h.write("demo", files{"account.yaml": strings.Replace(serveYAML, "TOKEN", "NOWHERE", 1)})
	for range 3 {
		require.ErrorContains(t, h.load("demo").Err, "NOWHERE")
	}
	require.True(t, h.status("demo").Serving, "what served serves on")
}
