package bot_test

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "write the tables of docs/ anew that are made of tests")

// words are those of a table in one language.
type tableWords struct{ page, head, speaks, silent, seconds, then, wait string }

var tableLanguages = []tableWords{
	{
		"../docs/scripts.md", "| the model | characters | may send customer-service messages | may not |",
		"speaks for %d s", "is silent for %d s, then says all", "%s s: ", "; ", "`fetch_text`",
	},
	{
		"../docs/scripts.zh-CN.md", "| 模型 | 字数 | 能发客服消息 | 不能发 |",
		"用 %d 秒说完", "先沉默 %d 秒，再一次说完", "%s 秒：", "；", "`fetch_text`",
	},
}

// checkTables holds the tables of the guides against what was seen.
func checkTables(t *testing.T, seen map[slowCase][]sight) {
	for _, words := range tableLanguages {
		page, err := os.ReadFile(words.page)
		require.NoError(t, err)
		before, rest, found := strings.Cut(string(page), words.head+"\n")
		require.True(t, found, "%s has no table with the head %s", words.page, words.head)
		table, after, _ := strings.Cut(rest, "\n\n")
		want := words.table(seen)
		if *update {
			require.NoError(t, os.WriteFile(words.page, []byte(before+words.head+"\n"+want+"\n\n"+after), 0o644))
			continue
		}
		require.Equal(t, want, table, "%s says something else than what fans see", words.page)
	}
}

func (w tableWords) table(seen map[slowCase][]sight) string {
	lines := []string{"|---|---|---|---|"}
	for _, pace := range []string{"#over", "#delay"} {
		for _, takes := range []int{3, 8, 20} {
			for _, letters := range []int{300, 2000, 3000} {
				model := map[string]string{"#over": w.speaks, "#delay": w.silent}[pace]
				lines = append(lines, fmt.Sprintf("| %s | %d | %s | %s |", fmt.Sprintf(model, takes), letters,
					w.cell(seen[slowCase{true, false, "", pace, takes, letters}]), w.cell(seen[slowCase{false, false, "", pace, takes, letters}])))
			}
		}
	}
	return strings.Join(lines, "\n")
}

// cell is what the fan sees, when, and after which taps.
func (w tableWords) cell(seen []sight) string {
	var b strings.Builder
	at := time.Duration(-1)
	for i, one := range seen {
		switch {
		case i > 0 && seen[i-1].more != "":
			b.WriteString(" → ")
		case i > 0 && one.at == at:
			b.WriteString(" + ")
		case i > 0:
			b.WriteString(w.then)
		}
		if one.at != at {
			fmt.Fprintf(&b, w.seconds, strings.TrimSuffix(fmt.Sprintf("%.1f", one.at.Seconds()), ".0"))
		}
		if at = one.at; one.text == "" {
			b.WriteString(w.wait)
		} else {
			fmt.Fprint(&b, utf8.RuneCountInString(one.text))
		}
	}
	return b.String()
}
