package cli_test

import (
	"context"
	"encoding/json"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"moonwire/cli"
	"moonwire/store"
)

// command carries out one command line with an environment, as run does without.
func command(t *testing.T, env map[string]string, stdin string, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	var out, errs strings.Builder
	code = cli.Run(ctx, cli.Process{
		Args: args, Stdin: strings.NewReader(stdin), Stdout: &out, Stderr: &errs,
		Getenv: func(name string) (string, bool) { v, ok := env[name]; return v, ok },
	})
	return code, out.String(), errs.String()
}

// example is a command line for a usage: accounts rename ACCOUNT NAME → accounts rename shop till.
func example(usage string) []string {
	words := strings.NewReplacer("[ACCOUNT…]", "shop", "[ACCOUNT]", "shop", "[BUILD]", "12345678", "ACCOUNT", "shop", "NAME", "till", "ID", "close", "BUILD", "12345678", "DIR", "no-such-folder").Replace(usage)
	args := strings.Fields(words)[1:]
	switch {
	case args[0] == "publish":
		args = append(args, "--note", "spring")
	case strings.HasPrefix(words, "moonwire accounts forget"):
		args = append(args, "--yes")
	}
	return args
}

// saveBuilds keeps two builds of an account as a moonwire before this one would have, the second live.
func saveBuilds(t *testing.T, data, account string) (older, newer store.Build) {
	t.Helper()
	db, err := store.Open(t.Context(), store.Options{Path: filepath.Join(data, "moonwire.db")})
	require.NoError(t, err)
	defer func() { require.NoError(t, db.Close()) }()
	save := func(body, note string) store.Build {
		b, err := db.SaveBuild(t.Context(), account, []store.File{{Name: "main.lua", Bytes: []byte(body)}, {Name: "data/prices.csv", Bytes: []byte("tea,3\n")}},
			store.BuildMeta{Note: note, State: store.BuildGood})
		require.NoError(t, err)
		return b
	}
	older, newer = save(`on.text("hi", "older")`, "the \x1b[31mfirst\nnote"), save(`on.text("hi", "newer")`, "")
	_, set, err := db.SetCurrent(t.Context(), account, store.Current{Build: newer.ID}, store.Actor{})
	require.NoError(t, err)
	require.True(t, set)
	return older, newer
}

func shopFolder(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	write(t, dir, map[string]string{
		"shop/main.lua": `on.text("hi", "newer")`, "shop/data/prices.csv": "tea,3\n", "shop/account.yaml": accountYAML("plain", ""),
		"broken/main.lua": `on.text(`, "broken/account.yaml": accountYAML("plain", ""),
	})
	return dir
}

// serving starts serve over shop and an account that is broken, and waits for both.
func serving(t *testing.T, scripts, data string) *program {
	t.Helper()
	p, _ := startServe(t, testEnv(), scripts, data)
	p.lines.await(t, 0, "the account is live", func(l string) bool { return strings.Contains(l, `"account":"shop"`) && strings.Contains(l, "live") })
	p.lines.await(t, 0, "the other is not", func(l string) bool { return strings.Contains(l, `"account":"broken"`) })
	return p
}

// TestAccountCommands tries what asks for accounts and changes them, in text and as JSON.
func TestAccountCommands(t *testing.T) {
	data := t.TempDir()
	serving(t, shopFolder(t), data)
	for _, tt := range []struct {
		name, line string
		code       int
		out, errs  string
	}{
		{name: "list", line: "accounts list", out: "ACCOUNT  STATE    BUILD"},
		{name: "a row of it", line: "accounts list --state serving", out: "\nshop     serving"},
		{name: "why one is broken", line: "accounts list", out: "main.lua:1: unexpected symbol"},
		{name: "no such state", line: "accounts list --state servin", code: cli.ExitRefused, errs: "is unknown; want gone, disabled, refused, paused, broken, rolled_back, stale, serving"},
		{name: "show", line: "accounts show shop", out: "state    serving\n"},
		{name: "show as JSON", line: "accounts show shop --json", out: `"state": "serving"`},
		{name: "no such account", line: "accounts show sh0p", code: cli.ExitRefused, errs: `there is no account "sh0p"; did you mean shop?`},
		{name: "forget what is live", line: "accounts forget shop --yes", code: cli.ExitRefused, errs: "the account is live; disable it first"},
		{name: "rename what is live", line: "accounts rename shop till", code: cli.ExitRefused, errs: "the account is live; disable it first"},
		{name: "disable", line: "accounts disable shop", out: "shop is disabled: it answers as if it were not there\n"},
		{name: "it is", line: "accounts list --json", out: `"state": "disabled"`},
		{name: "enable as JSON", line: "accounts enable shop --json", out: `"state": "serving"`},
		{name: "who did that", line: "audit shop", out: "account.disable  shop"},
		{name: "the newest first, as JSON", line: "audit --json --limit 1", out: `"act": "account.enable"`},
		{name: "a name that cannot be", line: "accounts rename shop Shop!", code: cli.ExitRefused, errs: "cannot be the name of an account"},
		{name: "no such command", line: "accounts lst", code: cli.ExitUsage, errs: "there is no command \"lst\" below accounts; did you mean list?"},
		{name: "no account", line: "accounts show", code: cli.ExitUsage, errs: "ACCOUNT is missing: moonwire accounts show ACCOUNT"},
		{name: "a limit that makes no sense", line: "audit --limit 0", code: cli.ExitUsage, errs: "--limit 0: want a number from 1 to 10000"},
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
}

// TestForgettingAsks: for the name, or for --yes.
func TestForgettingAsks(t *testing.T) {
	data, scripts := t.TempDir(), shopFolder(t)
	serving(t, scripts, data)
	forget := func(stdin string, more ...string) (int, string) {
		code, out, errs := command(t, nil, stdin, append([]string{"accounts", "forget", "shop", "--data", data}, more...)...)
		return code, out + errs
	}
	code, _, errs := command(t, nil, "", "accounts", "forget", "shap", "--data", data)
	require.Equal(t, cli.ExitRefused, code)
	require.Contains(t, errs, "did you mean shop?")
	require.NotContains(t, errs, "Type its name")
	code, _, _ = command(t, nil, "", "accounts", "disable", "shop", "--data", data)
	require.Zero(t, code)
	for typed, want := range map[string]string{"": "no name was typed; --yes", "shopp\n": "that is not its name", strings.Repeat("x", 1<<20): "that is not its name"} {
		code, said := forget(typed)
		require.Equal(t, cli.ExitUsage, code)
		require.Contains(t, said, "This removes all that is kept of shop, for ever. Type its name to go on: ")
		require.Contains(t, said, want)
	}
	code, said := forget("shop\n")
	require.Zero(t, code, said)
	require.Contains(t, said, "shop is forgotten\n")
	code, out, _ := command(t, nil, "", "audit", "shop", "--data", data)
	require.Zero(t, code)
	require.Contains(t, out, "account.forget", "only the audit stays")
}

// TestRenamingMovesTheFolderToo, and --json of what has nothing to say.
func TestRenamingMovesTheFolderToo(t *testing.T) {
	data, scripts := t.TempDir(), shopFolder(t)
	serving(t, scripts, data)
	ask := func(line string) string {
		code, out, errs := command(t, nil, "", append(strings.Fields(line), "--data", data)...)
		require.Zero(t, code, errs)
		return out
	}
	require.Contains(t, ask("accounts disable shop --json"), `"state": "disabled"`)
	require.Equal(t, "shop is till now\n", ask("accounts rename shop till"))
	require.DirExists(t, filepath.Join(scripts, "till"))
	require.Contains(t, ask("accounts rename till shop --json"), `"name": "shop"`)
	require.NoError(t, os.RemoveAll(filepath.Join(scripts, "shop")))
	require.JSONEq(t, `{}`, ask("accounts forget shop --yes --json"))
	require.Equal(t, "broken is enabled\n", ask("accounts enable broken"))
}

// TestBuildCommands lists builds, and gets one into a new folder.
func TestBuildCommands(t *testing.T) {
	data := t.TempDir()
	older, newer := saveBuilds(t, data, "shop")
	serving(t, shopFolder(t), data)
	ask := func(args ...string) (int, string, string) {
		return command(t, nil, "", append(args, "--data", data)...)
	}
	code, out, errs := ask("builds", "shop")
	require.Zero(t, code, errs)
	require.Regexp(t, `(?m)^BUILD +MADE +STATE +FILES +SIZE +BY +NOTE$`, out)
	require.Regexp(t, `(?m)^`+newer.ID+` .* live +2 .*-$`, out)
	require.Regexp(t, `(?m)^`+older.ID+` .* good +2 .*the \[31mfirst note$`, out, "a note moves no cursor")
	code, out, _ = ask("builds", "shop", "--json")
	require.Zero(t, code)
	var listed struct {
		Builds []struct {
			ID   string
			Live bool
		}
	}
	require.NoError(t, json.Unmarshal([]byte(out), &listed))
	require.Len(t, listed.Builds, 2)

	dir := filepath.Join(t.TempDir(), "out")
	code, out, errs = ask("builds", "get", "shop", older.ID, dir)
	require.Zero(t, code, errs)
	require.Equal(t, "2 file(s) of build "+older.ID+" are in "+dir+"\n", out)
	for name, want := range map[string]string{"main.lua": `on.text("hi", "older")`, "data/prices.csv": "tea,3\n"} {
		got, err := os.ReadFile(filepath.Join(dir, name))
		require.NoError(t, err)
		require.Equal(t, want, string(got))
	}
	code, _, errs = ask("builds", "get", "shop", newer.ID, dir)
	require.Equal(t, cli.ExitConfig, code)
	require.Contains(t, errs, "is not empty; want a new folder")
	got, err := os.ReadFile(filepath.Join(dir, "main.lua"))
	require.NoError(t, err)
	require.Equal(t, `on.text("hi", "older")`, string(got))
	other := filepath.Join(t.TempDir(), "other")
	code, _, errs = ask("builds", "get", "shop", "00000000", other)
	require.Equal(t, cli.ExitRefused, code)
	require.Contains(t, errs, "there is no such build: \"00000000\"; `moonwire builds ACCOUNT` lists those that are kept")
	require.NoDirExists(t, other)
	code, out, errs = ask("builds", "get", "shop", older.ID, filepath.Join(t.TempDir(), "json"), "--json")
	require.Zero(t, code, errs)
	require.JSONEq(t, `{"files":["data/prices.csv","main.lua"]}`, out)
}

// TestTheAuditIsReadToTheEnd, over more pages than one.
func TestTheAuditIsReadToTheEnd(t *testing.T) {
	data := t.TempDir()
	db, err := store.Open(t.Context(), store.Options{Path: filepath.Join(data, "moonwire.db")})
	require.NoError(t, err)
	const rows = 520 // a page has 500
	for range rows {
		require.NoError(t, db.Audit(t.Context(), store.AuditEntry{Who: store.Actor{Kind: store.ActorKey, Name: "crm"}, Act: "menus/create", Account: "shop"}))
	}
	require.NoError(t, db.Close())
	serving(t, shopFolder(t), data)
	for limit, want := range map[string]int{"": 50, "--limit=505": 505, "--limit=9999": rows} {
		args := []string{"audit", "shop", "--json", "--data", data}
		if limit != "" {
			args = append(args, limit)
		}
		code, out, errs := command(t, nil, "", args...)
		require.Zero(t, code, errs)
		require.Equal(t, want, strings.Count(out, `"act"`), limit)
	}
}

// TestNothingRuns tries every command with no process, with a remainder of one, and with others at its address.
func TestNothingRuns(t *testing.T) {
	page := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("<html>")) }))
	defer page.Close()
	anything := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("{}")) }))
	defer anything.Close()
	elsewhere := httptest.NewServer(http.RedirectHandler(page.URL, http.StatusFound))
	defer elsewhere.Close()
	socket, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	free := "http://" + socket.Addr().String()
	require.NoError(t, socket.Close())
	otherData := t.TempDir()
	serving(t, shopFolder(t), otherData)
	other, err := os.ReadFile(filepath.Join(otherData, "admin.token"))
	require.NoError(t, err)
	otherURL, _, _ := strings.Cut(string(other), "\n")
	require.GreaterOrEqual(t, len(cli.AdminUsages()), 11)
	for name, file := range map[string]string{
		"no file": "", "a remainder": free + "\nt0ken4711\n", "a page at its address": page.URL + "\nt0ken4711\n", "some JSON": anything.URL + "\nt0ken4711\n", "a redirect": elsewhere.URL + "\nt0ken4711\n",
		"another moonwire at its address": otherURL + "\nt0ken4711\n",
	} {
		t.Run(name, func(t *testing.T) {
			data := t.TempDir()
			if file != "" {
				require.NoError(t, os.WriteFile(filepath.Join(data, "admin.token"), []byte(file), 0o600))
			}
			for _, usage := range cli.AdminUsages() {
				for _, more := range [][]string{{"--data", data}, {"--data", data, "--json"}} {
					code, out, errs := command(t, nil, "", append(example(usage), more...)...)
					require.Equal(t, cli.ExitUnreachable, code, "%s: %s", usage, errs)
					require.Empty(t, out)
					require.Contains(t, errs, "no moonwire runs on the data folder "+data+": start `moonwire serve` or `moonwire dev`, or say with --data")
					require.NotContains(t, errs, "t0ken4711")
					require.Equal(t, 1, strings.Count(errs, "\n"), errs)
				}
			}
		})
	}
}

// TestTheFileIsNotOurs: one that nobody can read, or that no moonwire has written.
func TestTheFileIsNotOurs(t *testing.T) {
	for name, body := range map[string]string{"empty": "", "one line": "http://127.0.0.1:1\n", "no address": "nowhere at all\nleak4711\n", "large": strings.Repeat("x", 1<<20)} {
		t.Run(name, func(t *testing.T) {
			data := t.TempDir()
			require.NoError(t, os.WriteFile(filepath.Join(data, "admin.token"), []byte(body), 0o600))
			code, _, errs := command(t, nil, "", "accounts", "list", "--data", data)
			require.Equal(t, cli.ExitConfig, code)
			require.Contains(t, errs, filepath.Join(data, "admin.token"))
			require.NotContains(t, errs, "leak4711")
		})
	}
}

// TestAskingByAddress gives the address and the token in place of the data folder.
func TestAskingByAddress(t *testing.T) {
	data := t.TempDir()
	serving(t, shopFolder(t), data)
	body, err := os.ReadFile(filepath.Join(data, "admin.token"))
	require.NoError(t, err)
	lines := strings.Fields(string(body))
	for _, tt := range []struct {
		name, addr, token string
		code              int
		errs              string
	}{
		{"right", lines[0], lines[1], cli.ExitOK, ""},
		{"without http://", strings.TrimPrefix(lines[0], "http://") + "/", lines[1], cli.ExitOK, ""},
		{"no token", lines[0], "", cli.ExitConfig, "--admin needs a token"},
		{"wrong token", lines[0], "wr0ng4711", cli.ExitConfig, "MOONWIRE_ADMIN_TOKEN: the token is not that of the moonwire that answers"},
		{"nobody there", "http://127.0.0.1:9", lines[1], cli.ExitUnreachable, "no moonwire answers at http://127.0.0.1:9"},
		{"no address", "ftp://127.0.0.1", lines[1], cli.ExitUsage, "--admin: want the admin address of a moonwire"},
		{"a path", lines[0] + "/admin", lines[1], cli.ExitUsage, "--admin: want the admin address of a moonwire"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			code, out, errs := command(t, map[string]string{"MOONWIRE_ADMIN_TOKEN": tt.token}, "", "accounts", "list", "--admin", tt.addr)
			require.Equal(t, tt.code, code, errs)
			require.Equal(t, tt.code == 0, strings.Contains(out, "shop"))
			require.Contains(t, errs, tt.errs)
			require.NotContains(t, errs, lines[1])
			require.NotContains(t, errs, "wr0ng4711")
		})
	}
}

// TestTheDataFolderOfMoonwireYAML is where commands look that are not told otherwise.
func TestTheDataFolderOfMoonwireYAML(t *testing.T) {
	data, dir := t.TempDir(), t.TempDir()
	serving(t, shopFolder(t), data)
	config := filepath.Join(dir, "moonwire.yaml")
	require.NoError(t, os.WriteFile(config, []byte("data: "+data+"\n"), 0o600))
	code, out, errs := command(t, nil, "", "accounts", "list", "--config", config)
	require.Zero(t, code, errs)
	require.Contains(t, out, "shop")
	code, out, _ = command(t, map[string]string{"MOONWIRE_DATA": data}, "", "accounts", "list", "--config", filepath.Join(dir, "none"))
	require.NotZero(t, code, "a file that was asked for must be there")
	require.Empty(t, out)
	code, _, errs = command(t, map[string]string{"MOONWIRE_DATA": data}, "", "accounts", "list")
	require.Zero(t, code, errs)
}

// TestTabOffersAccounts completes their names, and nothing when nothing runs.
func TestTabOffersAccounts(t *testing.T) {
	data := t.TempDir()
	serving(t, shopFolder(t), data)
	offered := func(args ...string) string {
		code, out, errs := command(t, nil, "", append([]string{"__complete"}, args...)...)
		require.Zero(t, code, errs)
		return out
	}
	require.Contains(t, offered("accounts", "show", "--data", data, ""), "broken\nshop\n")
	require.Contains(t, offered("publish", "--data", data, "shop", ""), "broken\nshop\n")
	require.NotContains(t, offered("accounts", "rename", "--data", data, "shop", ""), "shop")
	require.NotContains(t, offered("accounts", "show", "--data", t.TempDir(), ""), "shop")
}

// TestTheOperatorsPageHasEveryCommand holds the table of the page against the commands, in both languages and both ways.
func TestTheOperatorsPageHasEveryCommand(t *testing.T) {
	for _, page := range []string{"../docs/operate.md", "../docs/operate.zh-CN.md"} {
		body, err := os.ReadFile(page)
		require.NoError(t, err)
		var shown []string
		for _, line := range strings.Split(string(body), "\n") {
			if cell, is := strings.CutPrefix(line, "| `moonwire "); is {
				usage, _, _ := strings.Cut(cell, "`")
				shown = append(shown, "moonwire "+usage)
			}
		}
		require.ElementsMatch(t, cli.AdminUsages(), shown, page)
	}
}
