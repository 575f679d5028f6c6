package sim_test

import (
	"fmt"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"moonwire/wechat/api"
	"moonwire/wechat/sim"
)

// The client and the stand-in know the same API: what one of them has, the other has.
func TestTheStandInAnswersTheWholeTable(t *testing.T) {
	gone := map[string]bool{}
	for _, w := range api.WithdrawnEndpoints() {
		gone[w.Path] = true
	}
	answered := map[string]bool{}
	for _, path := range sim.Paths() {
		path, _, _ = strings.Cut(path, "{")
		e, known := api.EndpointAt(path)
		require.True(t, known || gone[path], "the stand-in answers %s, of which the table knows nothing", path)
		answered[path], answered[e.Path] = true, true
	}
	for _, e := range api.Endpoints() {
		require.True(t, answered[e.Path], "nothing of the stand-in answers %s", e.Path)
	}
	for path := range gone {
		require.True(t, answered[path], "nothing of the stand-in answers %s", path)
	}
}

// Methods and quotas of the table are those of the stand-in.
func TestTheStandInKeepsToTheTable(t *testing.T) {
	for _, e := range api.Endpoints() {
		if strings.HasSuffix(e.Path, "/") {
			continue
		}
		t.Run(e.Path, func(t *testing.T) {
			w := newWorld(t)
			require.Equal(t, e.Method == "POST", w.get(e.Path).code() == 43002)
			require.Equal(t, e.Method == "GET", w.post(e.Path, m{}).code() == 43001)
			if e.Open {
				return
			}
			got := w.must("/cgi-bin/openapi/quota/get", m{"cgi_path": e.Path})["quota"].(map[string]any)
			require.Equal(t, strconv.Itoa(e.Quota.Daily), fmt.Sprint(got["daily_limit"]))
		})
	}
}
