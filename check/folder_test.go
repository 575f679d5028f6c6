package check_test

import (
	"encoding/json"
	"io/fs"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"moonwire/bindings"
	"moonwire/check"
	"moonwire/engine"
	"moonwire/folder"
	"moonwire/words"
)

// TestAFindingOnOneLine shows how a finding is written, for people and for machines.
func TestAFindingOnOneLine(t *testing.T) {
	for _, tc := range []struct {
		name    string
		finding check.Finding
		want    string
		json    string
	}{
		{
			"everything",
			check.Finding{Code: "unknown-member", File: "main.lua", Line: 3, Cause: words.Text{EN: "on has no txet"}, Cure: words.Text{EN: "did you mean on.text?"}},
			"main.lua:3: on has no txet: did you mean on.text?",
			`{"code":"unknown-member","file":"main.lua","line":3,"warning":false,"cause":"on has no txet","cure":"did you mean on.text?"}`,
		},
		{"the whole file", check.Finding{File: "main.lua", Warning: true, Cause: words.Text{EN: "is empty"}}, "main.lua: is empty", `{"code":"","file":"main.lua","line":0,"warning":true,"cause":"is empty"}`},
		{"the first line", check.Finding{File: "main.lua", Line: 1, Cause: words.Text{EN: "is odd"}}, "main.lua:1: is odd", `{"code":"","file":"main.lua","line":1,"warning":false,"cause":"is odd"}`},
	} {
		t.Run(tc.name, func(t *testing.T) {
			require.Equal(t, tc.want, tc.finding.String())
			encoded, err := json.Marshal(tc.finding.Said(words.English))
			require.NoError(t, err)
			require.JSONEq(t, tc.json, string(encoded))
		})
	}
}

// TestFoldersThatAreNoAccount are one finding, whatever else may be wrong.
func TestFoldersThatAreNoAccount(t *testing.T) {
	for _, tc := range []struct {
		name  string
		files map[string]string
		o     check.Options
		want  string
	}{
		{"no main.lua", map[string]string{"Main.lua": "return 1"}, check.Options{}, "main.lua: is missing; there is Main.lua: rename it to main.lua"},
		{"an empty main.lua", map[string]string{"main.lua": " \n", "lib/a.lua": "return pirce"}, check.Options{}, "main.lua: is empty; every account starts there"},
		{"a file that is too long", map[string]string{"main.lua": strings.Repeat("-", 129<<10)}, check.Options{}, "main.lua: has 129.0 KiB; at most 128.0 KiB are allowed"},
		{"a limit on reading", map[string]string{"main.lua": "on.text('hello')"}, check.Options{Source: folder.Limits{SourceFile: 10}}, "main.lua: has 16 bytes; at most 10 bytes are allowed"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			found := look(t, tc.files, tc.o)
			require.Equal(t, one(tc.want), wrong(found))
			require.Empty(t, warned(found))
		})
	}
}

// TestAnAccountsOwnLimits are below those that the folder was read with.
func TestAnAccountsOwnLimits(t *testing.T) {
	files := map[string]string{"main.lua": "on.text('hello')", "lib/a.lua": "return {}", "lib/b.lua": "return {}"}
	require.Empty(t, look(t, files, check.Options{}))
	found := look(t, files, check.Options{Limits: engine.Limits{SourceFiles: 2}})
	require.Len(t, found, 1)
	require.Contains(t, found[0].String(), "2")
	require.False(t, found[0].Warning)
}

// TestAFolderThatCannotBeRead is an error, and no finding.
func TestAFolderThatCannotBeRead(t *testing.T) {
	found, err := newChecker(t).folder(t.Context(), "nosuch", check.Options{})
	require.ErrorIs(t, err, fs.ErrNotExist)
	require.Empty(t, found)
}

// TestFilesThatAreNotUTF8 are named once each, and their text is not judged.
func TestFilesThatAreNotUTF8(t *testing.T) {
	found := look(t, map[string]string{
		"main.lua":     "on.text('x')\non.text(pirce, '\xc4\xe3')\n-- \xc4\xe3",
		"lib/ok.lua":   "return pirce",
		"account.yaml": "apology: \xc4\xe3", // whoever reads that says so
	}, check.Options{})
	require.Equal(t, []string{
		"lib/ok.lua:1: nothing is called pirce: it is nil here: declare it with local, or correct the name",
		"main.lua:2: is not UTF-8 (GBK?): save it as UTF-8",
	}, wrong(found))
}

// TestSyntaxErrors leave the other files to be judged.
func TestSyntaxErrors(t *testing.T) {
	found := look(t, map[string]string{
		"main.lua":  "on.text('a', function(msg)\n  return 'x'\n",
		"lib/a.lua": "return on.txet",
		"notes.txt": "this is ( no Lua",
	}, check.Options{})
	require.Len(t, found, 2)
	require.Equal(t, "lib/a.lua:1: on has no txet: did you mean on.text?", found[0].String())
	require.Equal(t, "main.lua", found[1].File)
	require.Equal(t, 3, found[1].Line)
	require.Contains(t, found[1].Cause.EN, "'end' expected")
}

// TestWhatOnlyRunningFinds is found by running the top level, once nothing else is wrong.
func TestWhatOnlyRunningFinds(t *testing.T) {
	for _, tc := range []struct {
		name  string
		files map[string]string
		line  int
		cause string
	}{
		{"a key declared twice", map[string]string{"main.lua": "on.text('menu', 'a')\non.text({'x', ' Menu'}, 'b')"}, 2, "main.lua:1"},
		{"an error at the top level", map[string]string{"main.lua": "local t = nil\nt.x = 1"}, 2, "attempt to index local 't' (a nil value)"},
		{"an effect at the top level", map[string]string{"main.lua": "on.text('x')\nstore.set('a', 1)"}, 2, "store.set"},
		{"a rule with wrong arguments", map[string]string{"main.lua": "on.text({})"}, 1, "on.text"},
		{"a regular expression that is none", map[string]string{"main.lua": "on.image('x')\non.match('(', 'x')"}, 2, "on.match"},
		{"an error in a module", map[string]string{"main.lua": "on.text('x')\nrequire 'lib.a'", "lib/a.lua": "return nil + 1"}, 1, "nil"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			found := look(t, tc.files, check.Options{})
			require.Len(t, found, 1)
			require.Equal(t, tc.line, found[0].Line)
			require.Contains(t, found[0].Cause.EN, tc.cause)
			require.False(t, found[0].Warning)
		})
	}
}

// TestRunningWaitsForTheRest runs no script in which something is wrong already, but one with warnings.
func TestRunningWaitsForTheRest(t *testing.T) {
	const raises = "\nerror('from the top level')"
	found := look(t, map[string]string{"main.lua": "on.txet('a')" + raises}, check.Options{})
	require.Equal(t, one("main.lua:1: on has no txet: did you mean on.text?"), wrong(found))

	found = look(t, map[string]string{"main.lua": "on.match('%d', 'x')" + raises}, check.Options{})
	require.Len(t, warned(found), 1)
	require.Len(t, wrong(found), 1)
	require.Contains(t, wrong(found)[0], "from the top level")
}

// TestNoHandlerRuns checks the top level only.
func TestNoHandlerRuns(t *testing.T) {
	require.Empty(t, look(t, map[string]string{"main.lua": "on.text(function() error('a handler ran') end)"}, check.Options{}))
}

// TestWarningsOfABuild are findings that keep nobody from running.
func TestWarningsOfABuild(t *testing.T) {
	found := look(t, map[string]string{"main.lua": "local teas = require 'lib.teas'\non.text('x')", "lib/teas.lua": "local M = {}"}, check.Options{})
	require.Empty(t, wrong(found))
	require.Len(t, found, 1)
	require.Equal(t, "main.lua", found[0].File)
	require.Contains(t, found[0].String(), "lib/teas.lua returns nothing")
	require.Contains(t, found[0].Cure.EN, "return M")
}

// TestSettingsOfTheAccount reach the top level.
func TestSettingsOfTheAccount(t *testing.T) {
	files := map[string]string{"main.lua": "if settings.city ~= 'Hangzhou' then error('no city') end\non.text('x')"}
	require.Empty(t, look(t, files, check.Options{Program: bindings.ProgramConfig{Settings: map[string]any{"city": "Hangzhou"}}}))
	require.Len(t, look(t, files, check.Options{}), 1)
}

// TestATopLevelThatDoesNotEnd is stopped, and said to be too long.
func TestATopLevelThatDoesNotEnd(t *testing.T) {
	found := look(t, map[string]string{"main.lua": "on.text('x')\nwhile true do end"}, check.Options{})
	require.Len(t, wrong(found), 1)
	require.Equal(t, "main.lua", found[0].File)
	require.Equal(t, 2, found[0].Line)
}

// TestFindingsComeByPlace orders by file, by line and by words, however the files are looked at.
func TestFindingsComeByPlace(t *testing.T) {
	files := map[string]string{
		"main.lua":  "on.text(function()\n  zebra_one = 1\n  return aardvark_one .. yak_number_two\nend)\non.image(function() return reply.txt() end)",
		"lib/b.lua": "return gone_for_good",
		"lib/a.lua": "return gone_for_good",
	}
	for range 5 { // maps have no order
		var at []string
		for _, f := range look(t, files, check.Options{}) {
			at = append(at, strings.Join(strings.Fields(f.String())[:4], " "))
		}
		require.Equal(t, []string{
			"lib/a.lua:1: nothing is called", "lib/b.lua:1: nothing is called", "main.lua:2: zebra_one is a",
			"main.lua:3: nothing is called", "main.lua:3: nothing is called", "main.lua:5: reply has no",
		}, at)
	}
}
