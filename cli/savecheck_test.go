package cli_test

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"moonwire/cli"
)

// TestServeSaysOnceWhatABuildHas: what is found in a build stands in the log once, twenty findings at most, and what does
// not work before what is only odd. The save is live whatever is found.
func TestServeSaysOnceWhatABuildHas(t *testing.T) {
	scripts := t.TempDir()
	main := "on.text(function(msg)\n" + strings.Repeat("  odd = 1\n", 24) + "  return nobody.here\nend)\n"
	write(t, scripts, map[string]string{"shop/account.yaml": accountYAML("plain", ""), "shop/main.lua": main})
	p, _ := startServe(t, testEnv(), scripts, t.TempDir())
	more := p.lines.await(t, 0, "how many are left out", func(l string) bool { return strings.Contains(l, `"more":`) })
	require.Contains(t, more, `"more":5`)
	require.Contains(t, more, "moonwire check shop")
	found := checkLines(p)
	require.Len(t, found, 21)
	require.Contains(t, found[0], `"code":"unknown-name","at":"main.lua:26","finding":"nothing is called nobody: it is nil here"`)
	require.Contains(t, p.lines.text(), `"msg":"build live"`)

	n := p.lines.count()
	write(t, scripts, map[string]string{"shop/data/x.json": "{}", "shop/main.lua": "on.text(function(msg)\n  reply.text('x')\nend)"})
	p.lines.await(t, n, "what the next build has", func(l string) bool { return strings.Contains(l, `"code":"lost-reply"`) })

	// a save that changes nothing is no build, and says nothing again
	n = p.lines.count()
	write(t, scripts, map[string]string{"shop/main.lua": "on.text(function(msg)\n  reply.text('x')\nend)"})
	write(t, scripts, map[string]string{"other/account.yaml": strings.ReplaceAll(accountYAML("plain", ""), testAppID, "wx0000000000000001"), "other/main.lua": "on.text(function(msg)\n  reply.image('x')\nend)"})
	p.lines.await(t, n, "what another account has", func(l string) bool {
		return strings.Contains(l, `"account":"other"`) && strings.Contains(l, `"code":"lost-reply"`)
	})
	require.Len(t, checkLines(p), 23)
}

func checkLines(p *program) (found []string) {
	for _, l := range strings.Split(p.lines.text(), "\n") {
		if strings.Contains(l, `"msg":"check"`) {
			found = append(found, l)
		}
	}
	return found
}

// TestAnErrorOfAnOldBuildSaysThatTheFilesAreNewer: what fails may be mended in the file already.
func TestAnErrorOfAnOldBuildSaysThatTheFilesAreNewer(t *testing.T) {
	for _, tc := range []struct{ lang, want string }{
		{"en_US.UTF-8", "the files on disk are newer and not live: main.lua:3: 'end' expected"},
		{"zh_CN.UTF-8", "磁盘上的文件更新，但没有生效：main.lua:3: 'end' expected"},
	} {
		t.Run(tc.lang, func(t *testing.T) {
			scripts := t.TempDir()
			write(t, scripts, map[string]string{"shop/main.lua": "on.text(function(msg)\n  local t = nil\n  return t.x\nend)"})
			p, addr := startDevAs(t, map[string]string{"LANG": tc.lang}, scripts)
			awaitLive(t, p, "shop")
			run(t, "", "send", "shop", "text", "a", "--addr", addr)
			p.lines.await(t, 0, "the error", func(l string) bool { return strings.Contains(l, "attempt to index local 't'") })
			require.NotContains(t, p.lines.text(), "  note  ", "the files are what serves")

			write(t, scripts, map[string]string{"shop/main.lua": "on.text(function(msg)\n  return 'x'\n"})
			n := p.lines.count()
			p.lines.await(t, 0, "the refusal", func(l string) bool { return strings.Contains(l, "'end' expected") })
			run(t, "", "send", "shop", "text", "b", "--addr", addr)
			p.lines.await(t, n, "that the files are newer", func(l string) bool { return strings.Contains(l, "  note  "+tc.want) })
		})
	}
}

// TestCheckTakesAccounts by their names, beside paths.
func TestCheckTakesAccounts(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, map[string]string{"shop/main.lua": "on.text('a', 'b')", "cafe/main.lua": "on.txt('a')"})
	code, out, errs := run(t, "", "check", "--scripts", dir, "shop")
	require.Zero(t, code, out+errs)
	require.Contains(t, out, "1 account(s)")
	code, out, _ = run(t, "", "check", "--scripts", dir, "cafe")
	require.Equal(t, cli.ExitFailed, code)
	require.Contains(t, out, "✗ cafe  main.lua:1  on has no txt  [unknown-member]")
	code, out, _ = run(t, "", "check", "--scripts", dir, "cafe", "--lang", "zh")
	require.Equal(t, cli.ExitFailed, code)
	require.Contains(t, out, "on 里没有 txt")
	require.Contains(t, out, "→ 是不是想写 on.text？")
	code, _, errs = run(t, "", "check", "--scripts", dir, "nosuch")
	require.Equal(t, cli.ExitConfig, code)
	require.Contains(t, errs, "nosuch: there is no such file or folder")
	code, _, errs = run(t, "", "check", "--scripts", dir, "--lang", "fr")
	require.Equal(t, cli.ExitConfig, code)
	require.Contains(t, errs, `--lang: "fr": want en or zh`)
	code, _, errs = run(t, "", "check", "--scripts", dir, "--annotate", "jenkins")
	require.Equal(t, cli.ExitConfig, code)
	require.Contains(t, errs, `--annotate: "jenkins": want github or gitlab`)
}

// TestCheckAnnotates lines of files for services that show them.
func TestCheckAnnotates(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, map[string]string{
		"shop/main.lua": "local x = require 'shared.x'\non.text(function(msg)\n  reply.text('100%, a:b')\n  return repy.text('x')\nend)", "shared/x.lua": "return { f = nope.x }",
		"shop/account.yaml": "app_id: wx1a2b3c4d5e6f7081\nkind: service\nmode: plain\ntoken: ${env:SHOP_TOKEN}\n",
	})
	code, out, errs := run(t, "", "check", "--scripts", dir, "--annotate", "github")
	require.Equal(t, cli.ExitFailed, code, errs)
	for _, want := range []string{
		"::warning file=" + filepath.Join(dir, "shop/main.lua") + ",line=3,title=lost-reply::what reply.text makes is thrown away → write return reply.text(…)\n",
		"::error file=" + filepath.Join(dir, "shop/main.lua") + ",line=4,title=unknown-name::nothing is called repy: it is nil here → did you mean reply?\n",
		"::error file=" + filepath.Join(dir, "shared/x.lua") + ",line=1,title=unknown-name::",
	} {
		require.Contains(t, out, want)
	}
	require.Equal(t, strings.Count(out, "\n"), strings.Count(out, "::error ")+strings.Count(out, "::warning "), "nothing but annotations: %s", out)

	code, out, _ = run(t, "", "check", "--scripts", dir, "--annotate", "gitlab")
	require.Equal(t, cli.ExitFailed, code)
	var issues []struct {
		Description, Fingerprint, Severity string
		CheckName                          string `json:"check_name"`
		Location                           struct {
			Path  string
			Lines struct{ Begin int }
		}
	}
	require.NoError(t, json.Unmarshal([]byte(out), &issues))
	require.Len(t, issues, 3)
	marks := map[string]bool{}
	for _, i := range issues {
		marks[i.Fingerprint] = true
		require.Contains(t, []string{"major", "minor"}, i.Severity)
		require.Positive(t, i.Location.Lines.Begin)
	}
	require.Len(t, marks, 3, "each finding has a fingerprint of its own")
}

// TestExplain speaks of codes as they are printed, and of all.
func TestExplain(t *testing.T) {
	code, out, _ := run(t, "", "explain", "lost-reply")
	require.Zero(t, code)
	for _, want := range []string{"lost-reply: an answer that is thrown away", "says: what ‹name› makes is thrown away", "mend: write return ‹name›(…)", "wrong:\n    on.text(", "right:\n    on.text("} {
		require.Contains(t, out, want)
	}
	_, out, _ = run(t, "", "explain", "[Lost-Reply]", "else-if", "--lang", "zh")
	require.Contains(t, out, "lost-reply: 回复被丢掉了")
	require.Contains(t, out, "else-if: else if 分成了两个词")
	code, _, errs := run(t, "", "explain", "lost-repyl")
	require.Equal(t, cli.ExitUsage, code)
	require.Contains(t, errs, `there is no code "lost-repyl"; did you mean lost-reply? `+"`moonwire explain` lists all")
	_, out, _ = run(t, "", "explain")
	require.Contains(t, out, "unknown-name           a name that nobody has\n")
	require.Greater(t, strings.Count(out, "\n"), 50)
}

// TestTheLanguageOfTheFile is what moonwire.yaml says, unless a variable or a flag says something else.
func TestTheLanguageOfTheFile(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, map[string]string{"s/shop/main.lua": "on.txt('a')", "moonwire.yaml": "lang: zh\n", "wrong.yaml": "# x\nlang: fr\n"})
	for _, tc := range []struct {
		name string
		args []string
		want string
	}{
		{"the file", nil, "on 里没有 txt"},
		{"a flag before it", []string{"--lang", "en"}, "on has no txt"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			_, out, _ := run(t, "", append([]string{"check", "--config", filepath.Join(dir, "moonwire.yaml"), filepath.Join(dir, "s")}, tc.args...)...)
			require.Contains(t, out, tc.want)
		})
	}
	code, _, errs := run(t, "", "check", "--config", filepath.Join(dir, "wrong.yaml"), filepath.Join(dir, "s"))
	require.Equal(t, cli.ExitConfig, code)
	require.Contains(t, errs, fmt.Sprintf("%s:2: lang: \"fr\": want en or zh", filepath.Join(dir, "wrong.yaml")))
}
