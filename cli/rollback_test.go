package cli_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"moonwire/cli"
)

// TestRollbackCommand goes back by command, and the fans get the older answer.
func TestRollbackCommand(t *testing.T) {
	scripts, data := t.TempDir(), t.TempDir()
	write(t, scripts, map[string]string{"shop/main.lua": `on.text("hi", "one")`, "shop/account.yaml": accountYAML("plain", "")})
	p, addr := startServe(t, testEnv(), scripts, data)
	live := func(l string) bool {
		return strings.Contains(l, `"account":"shop"`) && strings.Contains(l, "build live")
	}
	p.lines.await(t, 0, "that it is live", live)
	fan := newPhone("http://"+addr+"/wx/shop", false)
	says := func() string {
		said, err := fan.say("oAMY", "hi")
		require.NoError(t, err)
		return said
	}
	ask := func(args ...string) (int, string, string) {
		return command(t, nil, "", append(args, "--data", data)...)
	}
	code, _, errs := ask("rollback", "shop")
	require.Equal(t, cli.ExitRefused, code)
	require.Contains(t, errs, "there is no older build that was good")

	n := p.lines.count()
	write(t, scripts, map[string]string{"shop/main.lua": `on.text("hi", "two")`})
	p.lines.await(t, n, "that the next is live", live)
	require.Equal(t, "two", says())
	code, out, errs := ask("rollback", "shop")
	require.Zero(t, code, errs)
	require.Regexp(t, `^shop serves build [0-9a-f]{8} of \d{4}-\d\d-\d\d \d\d:\d\d:\d\d; the next save with a change, or publishing, ends that\n$`, out)
	require.Equal(t, "one", says())
	_, out, _ = ask("accounts", "list")
	require.Regexp(t, `(?m)^shop +rolled_back `, out)
	code, out, errs = ask("rollback", "shop", "0000", "--json")
	require.Equal(t, cli.ExitRefused, code)
	require.Empty(t, out)
	require.Contains(t, errs, `there is no such build: "0000"; `)

	var builds struct {
		Builds []struct {
			ID   string
			Live bool
		}
	}
	_, out, _ = ask("builds", "shop", "--json")
	require.NoError(t, json.Unmarshal([]byte(out), &builds))
	require.Len(t, builds.Builds, 2)
	newest := builds.Builds[0]
	require.False(t, newest.Live)
	code, out, errs = ask("rollback", "shop", newest.ID, "--json")
	require.Zero(t, code, errs)
	require.Contains(t, out, `"id": "`+newest.ID+`"`)
	require.Equal(t, "two", says())
	_, out, _ = ask("audit", "shop")
	require.Contains(t, out, "build.rollback")
	require.Equal(t, 2, strings.Count(out, "cli:"), out)
}

// TestPublishCommand makes folders live where the row is the truth; a broken one is told and holds up no other.
func TestPublishCommand(t *testing.T) {
	scripts, data := shopFolder(t), t.TempDir()
	env := testEnv()
	env["MOONWIRE_RELOAD_MODE"] = "published"
	_, addr := startServe(t, env, scripts, data)
	ask := func(args ...string) (int, string, string) {
		return command(t, nil, "", append(args, "--data", data)...)
	}
	code, _, errs := ask("publish")
	require.Equal(t, cli.ExitUsage, code)
	require.Contains(t, errs, "--note is missing")
	code, _, errs = ask("publish", "shpo", "--note", "x")
	require.Equal(t, cli.ExitFailed, code)
	require.Empty(t, errs)
	code, out, errs := ask("publish", "shop", "--note", "spring menu")
	require.Zero(t, code, errs)
	require.Regexp(t, `(?m)^ACCOUNT +RESULT +BUILD +ERROR\nshop +live +[0-9a-f]{8} +-$`, out)
	said, err := newPhone("http://"+addr+"/wx/shop", false).say("oAMY", "hi")
	require.NoError(t, err)
	require.Equal(t, "newer", said)

	require.NoError(t, os.WriteFile(filepath.Join(scripts, "shop", "main.lua"), []byte(`on.text("hi", "third")`), 0o644))
	code, out, _ = ask("publish", "shpo", "--note", "x")
	require.Equal(t, cli.ExitFailed, code)
	require.Regexp(t, `(?m)^shpo +refused +- .*; did you mean shop\?$`, out)
	code, out, _ = ask("publish", "--note", "all of them", "--json")
	require.Equal(t, cli.ExitFailed, code, "one is broken")
	var answer struct {
		Reports []struct {
			Account, Error string
			Live           bool
		}
	}
	require.NoError(t, json.Unmarshal([]byte(out), &answer))
	require.Len(t, answer.Reports, 2)
	require.Equal(t, "broken", answer.Reports[0].Account)
	require.False(t, answer.Reports[0].Live)
	require.Contains(t, answer.Reports[0].Error, "main.lua:1")
	require.True(t, answer.Reports[1].Live)
	_, out, _ = ask("builds", "shop")
	require.Contains(t, out, "spring menu")
	require.Contains(t, out, "all of them")
	_, out, _ = ask("audit", "shop")
	require.Contains(t, out, "build.publish")
	require.Contains(t, out, "cli:")
}
