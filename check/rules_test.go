package check_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"moonwire/check"
)

// TestRulesThatAreNeverAsked stand behind one that answers all they wait for.
func TestRulesThatAreNeverAsked(t *testing.T) {
	const never = "on.text is never asked: the rule in line 1 answers all that it waits for: move it above line 1, or make that one on.fallback"
	for _, tc := range []struct {
		name, main string
		want       []string
	}{
		{"behind a text", "on.text('all')\non.text('a', 'b')", one("main.lua:2: " + never)},
		{"behind a function that always answers", "on.text(function(msg)\n  if msg.content == 'x' then return 'y' end\n  return reply.text('z')\nend)\non.text('a', 'b')", one("main.lua:5: " + never)},
		{"behind every message", "on.message('all')\non.text('a', 'b')", one("main.lua:2: " + never)},
		{"behind one that may not answer", "on.text(function(msg)\n  if msg.content == 'x' then return end\n  return 'z'\nend)\non.text('a', 'b')", nil},
		{"of another kind", "on.image('all')\non.text('a', 'b')", nil},
		{"the fallback", "on.text('all')\non.fallback('a')\non.before(function() end)", nil},
	} {
		t.Run(tc.name, func(t *testing.T) {
			found := look(t, map[string]string{"main.lua": tc.main}, check.Options{})
			require.Equal(t, tc.want, warned(found))
			require.Empty(t, wrong(found))
		})
	}
}
