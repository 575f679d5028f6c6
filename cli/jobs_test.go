package cli_test

import (
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"moonwire/cli"
	"moonwire/store"
)

// saveJobs keeps jobs of the account shop as scripts have left them.
func saveJobs(t *testing.T, data string) {
	t.Helper()
	db, err := store.Open(t.Context(), store.Options{Path: filepath.Join(data, "moonwire.db")})
	require.NoError(t, err)
	defer func() { require.NoError(t, db.Close()) }()
	turn := db.Turn(store.TurnKey{Account: "shop", Unclaimed: true})
	for _, j := range []store.Job{
		{ID: "close:amy", Name: "close", Due: time.Now().Add(time.Hour), Args: []byte(`{"openid":"amy"}`), Retries: 3},
		{ID: "lost", Name: "lost", Due: time.Now().Add(-time.Hour)},
		{ID: "other", Name: "close", Due: time.Now().Add(time.Hour)},
	} {
		j.Kind = store.JobTask
		require.NoError(t, turn.PutJob(t.Context(), j))
	}
	require.NoError(t, turn.Finish(t.Context(), store.Result{}))
	_, err = db.HoldJobs(t.Context(), "", store.Actor{})
	require.NoError(t, err)
}

// TestJobCommands: what scripts do at a time is seen, done now and taken back; held jobs wait to be let go.
func TestJobCommands(t *testing.T) {
	data, scripts := t.TempDir(), t.TempDir()
	write(t, scripts, map[string]string{
		"shop/main.lua": `task("close", function(args) log.info("closed " .. job.id) end)
every("0 9 * * *", function() end, { name = "morning" })
on.text("hi", "ho")`, "shop/account.yaml": accountYAML("plain", ""),
	})
	saveJobs(t, data)
	p, _ := startServe(t, testEnv(), scripts, data)
	p.lines.await(t, 0, "the account is live", func(l string) bool { return strings.Contains(l, `"account":"shop"`) && strings.Contains(l, "live") })
	listed := func(state string) string {
		code, out, errs := command(t, nil, "", "jobs", "list", "--state", state, "--data", data)
		require.Zero(t, code, errs)
		return out
	}
	require.Eventually(t, func() bool { return strings.Contains(listed("due"), "every:morning") }, patience, 10*time.Millisecond)
	for _, tt := range []struct {
		name, line string
		code       int
		out, errs  string
	}{
		{name: "list", line: "jobs list shop", out: "ACCOUNT  ID             KIND   NAME     STATE  DUE"},
		{name: "held", line: "jobs list", out: "jobs of all accounts are held: `moonwire jobs resume` lets them go\n"},
		{name: "as JSON", line: "jobs list --json", out: `"held": [`},
		{name: "one line", line: "jobs list --limit 1", out: "close:amy"},
		{name: "no such state", line: "jobs list --state du", code: cli.ExitRefused, errs: "want due, running, done, failed, dead, cancelled"},
		{name: "no such account", line: "jobs list sh0p", code: cli.ExitRefused, errs: "did you mean shop?"},
		{name: "show", line: "jobs show shop close:amy", out: `{"openid":"amy"}`},
		{name: "the next times", line: "jobs show shop every:morning", out: ":00:00, 2"},
		{name: "show as JSON", line: "jobs show shop close:amy --json", out: `"retries": 3`},
		{name: "no such job", line: "jobs show shop nosuch", code: cli.ExitRefused, errs: "the account has no such job: nosuch; `moonwire jobs list ACCOUNT` lists them"},
		{name: "cancel", line: "jobs cancel shop other", out: "other of shop is cancelled\n"},
		{name: "cancel what is over", line: "jobs cancel shop other", code: cli.ExitRefused, errs: "the job is over: other"},
		{name: "cancel an every", line: "jobs cancel shop every:morning", code: cli.ExitRefused, errs: "an every goes on as long as the scripts have it: every:morning; take it out of the script"},
		{name: "run", line: "jobs run shop close:amy", out: "close:amy of shop is due\n"},
		{name: "hold whose", line: "jobs hold", code: cli.ExitUsage, errs: "want an ACCOUNT, or --all for the jobs of every account"},
		{name: "held already", line: "jobs hold --all", out: "nothing to do: that is so already\n"},
		{name: "resume", line: "jobs resume", out: "the jobs of all accounts are let go\n"},
		{name: "who did that", line: "audit shop", out: "job.run"},
		{name: "a limit that makes no sense", line: "jobs list --limit 0", code: cli.ExitUsage, errs: "--limit 0: want a number from 1 to 10000"},
		{name: "no id", line: "jobs run shop", code: cli.ExitUsage, errs: "ID is missing: moonwire jobs run ACCOUNT ID"},
		{name: "no such command", line: "jobs lst", code: cli.ExitUsage, errs: "there is no command \"lst\" below jobs; did you mean list?"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			code, out, errs := command(t, nil, "", append(strings.Fields(tt.line), "--data", data)...)
			require.Equal(t, tt.code, code, errs)
			require.Contains(t, out, tt.out)
			require.Contains(t, errs, tt.errs)
			if strings.Contains(tt.line, "--json") {
				require.True(t, json.Valid([]byte(out)), out)
			}
		})
	}
	p.lines.await(t, 0, "the job is done", func(l string) bool { return strings.Contains(l, "closed close:amy") })
	require.Eventually(t, func() bool { return strings.Contains(listed("dead"), `the scripts have no task("lost")`) }, patience, 50*time.Millisecond)
	require.Contains(t, listed("done"), "close:amy")
}
