package cli_test

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestARefusedSaveIsLoggedOnce finds in one line what is wrong, and where, and neither of them twice.
func TestARefusedSaveIsLoggedOnce(t *testing.T) {
	const good = "on.text('hi')\n"
	for _, tt := range []struct {
		name, file, body string
		once             []string // what the line says
		shown            string   // of the file
	}{
		{"a script", "main.lua", "local a = 1\nerror('no tea today')\n", []string{"main.lua:2", "serving", "no tea today'"}, "▸  2 │ error("},
		{"a key", "account.yaml", "app_id: wx1a2b3c4d5e6f7081\nkind: service\nmode: safe\ncolour: red\n", []string{"account.yaml:4", "unknown key"}, "▸ 4 │ colour: …"},
	} {
		for _, first := range []bool{false, true} {
			t.Run(tt.name+map[bool]string{true: " at the start"}[first], func(t *testing.T) {
				scripts := t.TempDir()
				file, msg := filepath.Join("shop", tt.file), "save refused"
				write(t, scripts, map[string]string{
					"shop/account.yaml": "app_id: wx1a2b3c4d5e6f7081\nmode: plain\nkind: service\ntoken: ${env:TOKEN}\n", "shop/main.lua": good,
				})
				if first {
					write(t, scripts, map[string]string{file: tt.body})
					msg = "account not served"
				}
				p, _ := startServe(t, map[string]string{"TOKEN": testToken}, scripts, t.TempDir())
				if !first {
					p.lines.await(t, 0, "that shop serves", func(l string) bool { return strings.Contains(l, "build live") })
					write(t, scripts, map[string]string{file: tt.body})
				}
				line := p.lines.await(t, 0, "that it is refused", func(l string) bool { return strings.Contains(l, msg) })
				for _, once := range tt.once {
					if first && once == "serving" {
						continue
					}
					require.Equal(t, 1, strings.Count(line, once), "%s: %s", once, line)
				}
				require.Contains(t, line, tt.shown)
				require.Equal(t, 1, strings.Count(line, "shop"), line)
			})
		}
	}
}
