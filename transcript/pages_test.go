package transcript_test

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"moonwire/bindings"
	"moonwire/transcript"
)

// TestThePagesSayWhatALineMaySay holds the pages against the table, and reads what they show.
func TestThePagesSayWhatALineMaySay(t *testing.T) {
	for lang, page := range map[string]string{"en": "../docs/tests.md", "zh": "../docs/tests.zh-CN.md"} {
		body, err := os.ReadFile(page)
		require.NoError(t, err)
		for _, usage := range transcript.Usages() {
			require.Contains(t, string(body), "`"+usage+"`", page)
		}
		for _, f := range bindings.TestFunctions()[1:] {
			row := "| `" + f.Example + "` | " + f.Doc.In(lang) + " |"
			require.Contains(t, string(body), row, page)
		}
		blocks := regexp.MustCompile("(?s)```\n(# .*?)```").FindAllSubmatch(body, -1)
		require.NotEmpty(t, blocks, page)
		for _, b := range blocks {
			_, err := transcript.Read(page, b[1])
			require.NoError(t, err)
		}
		acts := regexp.MustCompile("`(\\[[a-z]+[^`…]*\\])`").FindAllStringSubmatch(string(body), -1)
		require.Greater(t, len(acts), 10, page)
		for _, a := range acts {
			if strings.HasPrefix(a[1], "[silence") {
				continue
			}
			_, err := transcript.Read(page, []byte("amy: "+a[1]+"\n"))
			require.NoError(t, err)
		}
	}
}
