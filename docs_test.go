package main_test

import (
	"flag"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"moonwire/account"
	"moonwire/bindings"
	"moonwire/cli"
	"moonwire/words"
)

var update = flag.Bool("update", false, "write the generated pages of docs/ anew")

// TestReferenceIsCurrent keeps the reference pages equal to the table that scripts are served from.
// go test -run TestReferenceIsCurrent . -update writes them.
func TestReferenceIsCurrent(t *testing.T) {
	for lang, page := range map[string]string{"en": "docs/reference.md", "zh": "docs/reference.zh-CN.md"} {
		want := bindings.Reference(lang)
		if *update {
			require.NoError(t, os.WriteFile(page, []byte(want), 0o644))
		}
		got, err := os.ReadFile(page)
		require.NoError(t, err)
		require.Equal(t, want, string(got), "%s is not what the table says", page)
	}
}

// TestChecksPageIsCurrent keeps the pages of findings equal to the catalogue, below the line that says so.
func TestChecksPageIsCurrent(t *testing.T) {
	for lang, page := range map[words.Language]string{words.English: "docs/checks.md", words.Chinese: "docs/checks.zh-CN.md"} {
		got, err := os.ReadFile(page)
		require.NoError(t, err)
		before, _, found := strings.Cut(string(got), "-update -->\n\n")
		require.True(t, found, page)
		want := before + "-update -->\n\n" + words.Page(lang)
		if *update {
			require.NoError(t, os.WriteFile(page, []byte(want), 0o644))
			continue
		}
		require.Equal(t, want, string(got), "%s is not what the catalogue says", page)
	}
}

// TestLinksLead follows every relative link of every page.
func TestLinksLead(t *testing.T) {
	link := regexp.MustCompile(`\]\(([^)#]+)(#[^)]*)?\)`)
	pages, err := filepath.Glob("docs/*.md")
	require.NoError(t, err)
	decisions, err := filepath.Glob("docs/decisions/*.md")
	require.NoError(t, err)
	for _, page := range append(append(pages, decisions...), "README.md", "README.zh-CN.md", "CHANGELOG.md") {
		body, err := os.ReadFile(page)
		require.NoError(t, err)
		for _, m := range link.FindAllStringSubmatch(string(body), -1) {
			if strings.Contains(m[1], "://") {
				continue
			}
			_, err := os.Stat(filepath.Join(filepath.Dir(page), m[1]))
			require.NoError(t, err, "%s links to %s", page, m[1])
		}
	}
}

// TestPagesComeInTwoLanguages wants a Chinese page beside every English guide.
func TestPagesComeInTwoLanguages(t *testing.T) {
	pages, err := filepath.Glob("docs/*.md")
	require.NoError(t, err)
	for _, page := range pages {
		other := strings.TrimSuffix(page, ".md") + ".zh-CN.md"
		if before, chinese := strings.CutSuffix(page, ".zh-CN.md"); chinese {
			other = before + ".md"
		}
		require.FileExists(t, other)
	}
}

// TestGuidesAreBots puts the Lua of each guide together: what a reader copies is a bot without a finding.
func TestGuidesAreBots(t *testing.T) {
	block, yaml := regexp.MustCompile("(?s)```lua\n(.*?)```"), regexp.MustCompile("(?s)```yaml\n(.*?)```")
	for _, page := range []string{"docs/scripts.md", "docs/scripts.zh-CN.md"} {
		body, err := os.ReadFile(page)
		require.NoError(t, err)
		var script strings.Builder
		for _, m := range block.FindAllSubmatch(body, -1) {
			script.Write(m[1])
		}
		dir := filepath.Join(t.TempDir(), "guide")
		require.NoError(t, os.Mkdir(dir, 0o755))
		require.NoError(t, os.WriteFile(filepath.Join(dir, "main.lua"), []byte(script.String()), 0o644))
		require.NoError(t, os.Mkdir(filepath.Join(dir, "media"), 0o755))
		require.NoError(t, os.WriteFile(filepath.Join(dir, "media", "cup.jpg"), []byte("\xff\xd8\xff a picture"), 0o644))
		var config strings.Builder
		for _, m := range yaml.FindAllSubmatch(body, -1) {
			config.Write(m[1])
		}
		require.NoError(t, os.WriteFile(filepath.Join(dir, "account.yaml"), []byte(config.String()), 0o644))
		var out strings.Builder
		code := cli.Run(t.Context(), cli.Process{
			Args: []string{"check", dir}, Stdin: strings.NewReader(""), Stdout: &out, Stderr: &out,
			Getenv: func(string) (string, bool) { return "", false },
		})
		require.Equal(t, cli.ExitOK, code, "%s:\n%s", page, out.String())
		require.Contains(t, out.String(), "1 finding(s)", page)
		require.Contains(t, out.String(), "serve will refuse this account: app_id: is missing", "a guide says only what it speaks of")
	}
}

// TestOperatorPagesNameEveryKey wants each key of moonwire.yaml in the operator's page.
func TestOperatorPagesNameEveryKey(t *testing.T) {
	var keys []string
	config := reflect.TypeFor[cli.Config]()
	for i := range config.NumField() {
		f := config.Field(i)
		if !f.IsExported() {
			continue
		}
		if f.Type.Kind() != reflect.Struct {
			keys = append(keys, f.Tag.Get("yaml"))
			continue
		}
		for j := range f.Type.NumField() {
			keys = append(keys, f.Tag.Get("yaml")+"."+f.Type.Field(j).Tag.Get("yaml"))
		}
	}
	for _, page := range []string{"docs/operate.md", "docs/operate.zh-CN.md"} {
		body, err := os.ReadFile(page)
		require.NoError(t, err)
		for _, key := range keys {
			require.Contains(t, string(body), "\n| `"+key+"` |", page)
		}
	}
}

// TestOperatorExamplesServe loads the account.yaml of each page as serve does, under the secrets rule of the
// operator's page.
func TestOperatorExamplesServe(t *testing.T) {
	block := regexp.MustCompile("(?ms)^ *```yaml\n( *app_id:.*?)```")
	secret := strings.Repeat("abcdefg", 6) + "A"
	resolver := account.Resolver{
		Env:       func(string) (string, bool) { return secret, true },
		ReadFile:  func(string) ([]byte, error) { return []byte(secret), nil },
		EnvPrefix: "{ACCOUNT}_", Dir: "/run/secrets/{account}",
	}
	for _, page := range []string{"docs/account.md", "docs/account.zh-CN.md", "docs/operate.md", "docs/operate.zh-CN.md"} {
		body, err := os.ReadFile(page)
		require.NoError(t, err)
		if strings.Contains(page, "operate") {
			require.Contains(t, string(body), `secrets: { env_prefix: "`+resolver.EnvPrefix+`", dir: "`+resolver.Dir+`" }`, page)
		}
		example := block.FindSubmatch(body)
		require.NotNil(t, example, page)
		_, warnings, err := account.Load("shop", example[1], resolver, account.Options{})
		require.NoError(t, err, page)
		require.Empty(t, warnings, page)
	}
}
