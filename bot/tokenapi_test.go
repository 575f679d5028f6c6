package bot_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"moonwire/wechat/sim"
)

// The access_token comes from the API that account.yaml names, from the very save on that names another.
func TestTheTokenComesFromTheAPIThatIsNamed(t *testing.T) {
	const plainToken = "/cgi-bin/token"
	script := `on.text(function(msg) return tostring((user.get(msg.openid) or {}).subscribe) end)`
	h, s := newStandIn(t, map[string]files{"demo": {"account.yaml": yaml + "token_api: token\n", "main.lua": script}})
	h.save(0)
	require.Equal(t, "1", s.does("amy", sim.Text("a")))
	require.Equal(t, []int{1, 0}, []int{s.count(plainToken), s.count(stableToken)})

	h.write("demo", files{"main.lua": script + " -- saved again"})
	require.NoError(t, h.save(1).Err)
	require.Equal(t, "1", s.does("amy", sim.Text("b")))
	require.Equal(t, 1, s.count(plainToken), "a save keeps the token")

	h.write("demo", files{"account.yaml": yaml})
	require.NoError(t, h.save(2).Err)
	require.Equal(t, "1", s.does("amy", sim.Text("c")))
	require.Equal(t, []int{1, 1}, []int{s.count(plainToken), s.count(stableToken)})
}
