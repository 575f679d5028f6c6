package cli_test

import (
	"encoding/json"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/stretchr/testify/require"

	"moonwire/words"
)

// marker is the line before a file in an example of several.
var marker = regexp.MustCompile(`(?m)^-- ([a-z_/]+\.[a-z]+) --\n`)

// exampleFiles are the files of an example of the catalogue: one without markers is main.lua.
func exampleFiles(text string) map[string]string {
	at := marker.FindAllStringSubmatchIndex(text, -1)
	if len(at) == 0 {
		return map[string]string{"main.lua": text}
	}
	files := map[string]string{}
	for i, m := range at {
		end := len(text)
		if i+1 < len(at) {
			end = at[i+1][0]
		}
		files[text[m[2]:m[3]]] = text[m[1]:end]
	}
	return files
}

// codesOf are the codes of what check finds in an example.
func codesOf(t *testing.T, text string) (codes []string, said string) {
	t.Helper()
	dir := t.TempDir()
	files := map[string]string{"shop/account.yaml": ""}
	for name, body := range exampleFiles(text) {
		files["shop/"+name] = body
	}
	// what serve wants, so that the example alone is judged
	files["shop/account.yaml"] = "app_id: wx1a2b3c4d5e6f7081\nkind: service\nmode: plain\ntoken: ${env:SHOP_TOKEN}\n" + files["shop/account.yaml"]
	if m := regexp.MustCompile(`(?m)^kind: test$`); m.MatchString(files["shop/account.yaml"]) {
		files["shop/account.yaml"] = m.ReplaceAllString(files["shop/account.yaml"], "")
	}
	write(t, dir, files)
	_, out, errs := run(t, "", "check", "--json", filepath.Join(dir, "shop"))
	var found []struct{ Code string }
	require.NoError(t, json.Unmarshal([]byte(out), &found), "%s%s", out, errs)
	for _, f := range found {
		codes = append(codes, f.Code)
	}
	return codes, out
}

// TestEveryExampleOfTheCatalogue is found where it is wrong, and is no finding where it is right.
func TestEveryExampleOfTheCatalogue(t *testing.T) {
	onlyRunning := map[words.Code]bool{
		words.CallsItself: true, words.LoopGoesOn: true, words.NotANumber: true, words.NilArithmetic: true, words.NilJoined: true,
		words.NoText: true, words.IteratorMissing: true, words.IteratorGiven: true, words.MessageWritten: true,
	}
	for _, e := range words.Catalogue() {
		if e.Wrong == "" {
			continue
		}
		t.Run(string(e.Code), func(t *testing.T) {
			codes, said := codesOf(t, e.Wrong)
			if !onlyRunning[e.Code] {
				require.Contains(t, codes, string(e.Code), said)
			} else {
				require.Empty(t, codes, "only running it tells: %s", said)
			}
			codes, said = codesOf(t, e.Right)
			require.Empty(t, codes, said)
		})
	}
}
