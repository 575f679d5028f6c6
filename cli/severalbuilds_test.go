//go:build unix

package cli_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// storedBuilds are the ids of an account's builds, the newest first, as `moonwire builds` lists them, and the live one.
func storedBuilds(t *testing.T, data string) (ids []string, live string) {
	t.Helper()
	code, out, errs := command(t, nil, "", "builds", "shop", "--json", "--data", data)
	require.Zero(t, code, errs)
	var list struct {
		Builds []struct {
			ID   string
			Live bool
		}
	}
	require.NoError(t, json.Unmarshal([]byte(out), &list), out)
	for _, b := range list.Builds {
		if ids = append(ids, b.ID); b.Live {
			live = b.ID
		}
	}
	return ids, live
}

// The real program is killed while an operator goes back and forth: what serves afterwards is one of the two builds, the
// one that the store says is live.
func TestKilledWhileAnOperatorGoesBack(t *testing.T) {
	scripts, data := several(t, "1s", "")
	says := map[string]string{}
	p := beside(t, scripts, data)
	for n := range 3 {
		write(t, scripts, map[string]string{"shop/main.lua": fmt.Sprintf(`on.text("ping", "build %d")`, n)})
		require.Eventually(t, func() bool { return p.says(t, anna, "ping") == fmt.Sprintf("build %d", n) }, patience, 20*time.Millisecond)
		ids, _ := storedBuilds(t, data)
		says[ids[0]] = fmt.Sprintf("build %d", n)
	}
	ids, live := storedBuilds(t, data)
	require.Equal(t, ids[0], live)
	for round := range 3 {
		back := make(chan int)
		go func() {
			defer close(back)
			for n, code := 0, 0; code == 0; n++ {
				code, _, _ = command(t, nil, "", "rollback", "shop", ids[1+n%2], "--data", data)
				back <- code
			}
		}()
		for range round + 1 {
			require.Zero(t, <-back)
		}
		require.NoError(t, p.cmd.Process.Kill())
		_ = p.cmd.Wait()
		for range back { // the last one says that nothing runs
		}
		p = beside(t, scripts, data)
		heard := p.says(t, anna, "ping")
		_, live = storedBuilds(t, data)
		require.Equal(t, says[live], heard)
		require.NotEqual(t, "build 2", heard, "a rollback that was done stays")
		p.logged(t, `"state":"rolled_back"`)
	}
}

// Where builds are published, nothing is live by being saved, and what is published is live in both processes.
func TestPublishedBuildsInTwoProcesses(t *testing.T) {
	if testing.Short() {
		t.Skip("starts processes; not in short mode")
	}
	scripts, data := t.TempDir(), t.TempDir()
	write(t, scripts, map[string]string{"shop/account.yaml": accountYAML("safe", "")})
	t.Setenv("MOONWIRE_RELOAD_MODE", "published")
	t.Setenv("MOONWIRE_RELOAD_POLL", "100ms")
	one, two := beside(t, scripts, data), beside(t, scripts, data)
	publish := func(word string) string {
		write(t, scripts, map[string]string{"shop/main.lua": `on.text("ping", "` + word + `")`})
		code, out, errs := command(t, nil, "", "publish", "shop", "--note", word, "--data", data)
		require.Zero(t, code, errs)
		return out
	}
	for _, word := range []string{"spring", "summer"} {
		require.Contains(t, publish(word), "shop")
		for _, p := range []*process{one, two} {
			require.Eventually(t, func() bool {
				a := <-p.send(p.phone.push(anna, "ping"))
				return a.err == nil && strings.Contains(a.text, word)
			}, patience, 50*time.Millisecond)
		}
	}
	code, _, errs := command(t, nil, "", "rollback", "shop", "--data", data)
	require.Zero(t, code, errs)
	for _, p := range []*process{one, two} {
		require.Eventually(t, func() bool { return p.says(t, anna, "ping") == "spring" }, patience, 50*time.Millisecond)
	}
	code, out, errs := command(t, nil, "", "publish", "shap", "--note", "x", "--data", data)
	require.NotZero(t, code)
	require.Contains(t, out+errs, "there is no folder of that name")
}
