package cli_test

import (
	"encoding/json"
	"encoding/xml"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"moonwire/cli"
	"moonwire/transcript"
)

// testedShop is a scripts folder with an account that has two tests; one of them is wrong.
func testedShop(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	write(t, dir, map[string]string{
		"shop/main.lua": "on.text('hi', 'hello')\non.text('bye', function(m) send.text(m.openid, 'so long') return 'bye' end)", "shop/account.yaml": "kind: service\napp_secret: ${env:X}\n",
		"shop/tests/a.chat":      "amy: hi\nbot: hello\n",
		"shop/tests/more/b.chat": "amy: hi\nbot: hallo\n\n# the end\namy: bye\n",
		"bare/main.lua":          "on.text('hi', 'hello')",
	})
	return dir
}

func TestTestRunsTheTestsOfAccounts(t *testing.T) {
	dir := testedShop(t)
	code, out, errs := run(t, "", "test", "--scripts", dir)
	require.Equal(t, cli.ExitFailed, code)
	require.Empty(t, errs)
	require.Contains(t, out, "✓ shop/tests/a.chat")
	require.Contains(t, out, "✗ shop/tests/more/b.chat:2\n  not what was expected")
	require.Contains(t, out, "▸ bot: hello\n      want: hallo\n")
	require.Contains(t, out, "2 test(s), 1 failed")

	for _, arg := range []string{"shop", filepath.Join(dir, "shop"), filepath.Join(dir, "shop", "tests"), dir} {
		_, out, _ = run(t, "", "test", arg, "--scripts", dir)
		require.Contains(t, out, "2 test(s), 1 failed", arg)
	}
	code, out, _ = run(t, "", "test", filepath.Join(dir, "shop/tests/a.chat"))
	require.Equal(t, cli.ExitOK, code)
	require.Contains(t, out, "1 test(s), 0 failed")
}

func TestTestForPrograms(t *testing.T) {
	dir := testedShop(t)
	code, out, _ := run(t, "", "test", "--scripts", dir, "--json")
	require.Equal(t, cli.ExitFailed, code)
	var results []transcript.Result
	require.NoError(t, json.Unmarshal([]byte(out), &results))
	require.Len(t, results, 2)
	require.Nil(t, results[0].Failure)
	f := results[1].Failure
	require.Equal(t, []any{transcript.Wrong, 2, "hallo", "hello"}, []any{f.Kind, f.Line, f.Want, f.Got})
	require.Equal(t, transcript.Said{Who: "bot", Text: "hello", Bad: true}, f.Chat[1])

	file := filepath.Join(dir, "out.xml")
	code, _, _ = run(t, "", "test", "--scripts", dir, "--junit", file)
	require.Equal(t, cli.ExitFailed, code)
	body, err := os.ReadFile(file)
	require.NoError(t, err)
	var suites struct {
		Suites []struct {
			Name     string `xml:"name,attr"`
			Tests    int    `xml:"tests,attr"`
			Failures int    `xml:"failures,attr"`
			Cases    []struct {
				Name    string `xml:"name,attr"`
				Failure *struct {
					Type string `xml:"type,attr"`
					Text string `xml:",chardata"`
				} `xml:"failure"`
			} `xml:"testcase"`
		} `xml:"testsuite"`
	}
	require.NoError(t, xml.Unmarshal(body, &suites))
	require.Len(t, suites.Suites, 1)
	require.Equal(t, []any{"shop", 2, 1}, []any{suites.Suites[0].Name, suites.Suites[0].Tests, suites.Suites[0].Failures})
	require.Nil(t, suites.Suites[0].Cases[0].Failure)
	require.Equal(t, "wrong", suites.Suites[0].Cases[1].Failure.Type)
	require.Contains(t, suites.Suites[0].Cases[1].Failure.Text, "want: hallo")
}

func TestTestTellsTheCoverage(t *testing.T) {
	dir := testedShop(t)
	_, out, _ := run(t, "", "test", "--scripts", dir, "--coverage")
	require.Contains(t, out, "2 test(s), 1 failed")
	require.Contains(t, out, "shop: 2 of 2 lines ran, 1 of 2 rules answered\n  never answered  rule 2: main.lua:2 on.text(\"bye\")\n")
	_, out, _ = run(t, "", "test", "--scripts", dir, "--coverage", "--json")
	var both struct {
		Results  []transcript.Result
		Coverage []transcript.Coverage
	}
	require.NoError(t, json.Unmarshal([]byte(out), &both), out)
	require.Len(t, both.Results, 2)
	require.Equal(t, "shop", both.Coverage[0].Account)
}

func TestTestUpdates(t *testing.T) {
	dir := testedShop(t)
	code, out, _ := run(t, "", "test", "shop", "--scripts", dir, "--update")
	require.Equal(t, cli.ExitOK, code, out)
	require.Contains(t, out, "✓ shop/tests/a.chat  as it was")
	require.Contains(t, out, "shop/tests/more/b.chat:2\n- bot: hallo\n+ bot: hello\nshop/tests/more/b.chat:5\n+ bot(push): so long\n+ bot: bye\n")
	body, err := os.ReadFile(filepath.Join(dir, "shop/tests/more/b.chat"))
	require.NoError(t, err)
	require.Equal(t, "amy: hi\nbot: hello\n\n# the end\namy: bye\nbot(push): so long\nbot: bye\n", string(body))
	code, _, _ = run(t, "", "test", "shop", "--scripts", dir)
	require.Equal(t, cli.ExitOK, code)
}

func TestTestSaysWhatIsWrongWithItsArguments(t *testing.T) {
	dir := testedShop(t)
	write(t, dir, map[string]string{"stray.chat": "amy: hi\n"})
	for _, tt := range []struct {
		name string
		args []string
		code int
		want string
	}{
		{"nobody", []string{"nobody"}, cli.ExitConfig, "there is no account of that name in " + dir},
		{"no tests", []string{"bare"}, cli.ExitFailed, "there are no tests: a test is a file"},
		{"no test", []string{filepath.Join(dir, "shop/main.lua")}, cli.ExitConfig, "no test: want a file in shop/tests"},
		{"a stray file", []string{filepath.Join(dir, "stray.chat")}, cli.ExitConfig, "belongs to no account"},
		{"no time", []string{"--time-limit", "1ms"}, cli.ExitUsage, "want a time from 1s to 1h"},
		{"watch and more", []string{"--watch", "--json"}, cli.ExitUsage, "--watch goes on until you stop it"},
		{"a file that cannot be written", []string{"shop", "--junit", filepath.Join(dir, "no/such.xml")}, cli.ExitConfig, "there is no such file or folder"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			code, _, errs := run(t, "", append([]string{"test", "--scripts", dir}, tt.args...)...)
			require.Equal(t, tt.code, code, errs)
			require.Contains(t, errs, tt.want)
		})
	}
}

// TestTestWatches runs the tests again when a file changes, be it a test or a script, and ends when it is stopped.
func TestTestWatches(t *testing.T) {
	dir := testedShop(t)
	p := start(t, nil, "test", "shop", "--watch", "--scripts", dir)
	p.lines.await(t, 0, "the first run", func(l string) bool { return strings.Contains(l, "2 test(s), 1 failed") })
	write(t, dir, map[string]string{"shop/tests/more/b.chat": "amy: hi\nbot: hello\n"})
	p.lines.await(t, 0, "the next run", func(l string) bool { return strings.Contains(l, "2 test(s), 0 failed") })
	write(t, dir, map[string]string{"shop/main.lua": "on.text('hi', 'hello, you')"})
	p.lines.await(t, 0, "the last run", func(l string) bool { return strings.Contains(l, "2 test(s), 2 failed") })
}

// TestNewAccountsPassTheirTests: whoever begins with an example has its tests, too.
func TestNewAccountsPassTheirTests(t *testing.T) {
	for _, template := range []string{"echo", "demo", "faq", "guide", "assistant"} {
		t.Run(template, func(t *testing.T) {
			dir := t.TempDir()
			code, _, errs := run(t, "", "new", "mine", "--template", template, "--scripts", dir)
			require.Equal(t, cli.ExitOK, code, errs)
			code, out, errs := run(t, "", "test", "--scripts", dir)
			require.Equal(t, cli.ExitOK, code, out+errs)
		})
	}
}
