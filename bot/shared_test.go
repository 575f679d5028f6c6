package bot_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestSharedThatIsBrokenStopsOnlyWhoNeedsIt(t *testing.T) {
	many := files{"ok.lua": "return 1"}
	for i := range 70 {
		many[fmt.Sprintf("x%02d.lua", i)] = "return 1"
	}
	for _, tt := range []struct {
		name    string
		shared  files
		require string // what an account needs of it
		warned  string
		err     string // "" when it can be had
	}{
		{"not UTF-8", files{"ok.lua": "return 1", "gbk.lua": "\xb0\xa1"}, "shared.gbk", "shared/gbk.lua:1: is not UTF-8", "shared/gbk.lua:1: is not UTF-8"},
		{"the others can be had", files{"ok.lua": "return 1", "gbk.lua": "\xb0\xa1"}, "shared.ok", "shared/gbk.lua:1: is not UTF-8", ""},
		{"too many files", many, "shared.x69", "shared/x69.lua: is one", "shared/x69.lua: is one .lua file too many; a build may have 64"},
		{"the first of too many files", many, "shared.ok", "shared/x69.lua: is one", ""},
		{"nested without end", files{"ok.lua": "return 1", strings.Repeat("d/", 20) + "x.lua": ""}, "shared.ok", "folders are nested", "folders are nested deeper than 16"},
		{"too much code", files{"big.lua": strings.Repeat("f{}\n", 30_000), "ok.lua": "return 1"}, "shared.big", "", "shared/big.lua"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			h := newHouse(t, map[string]files{
				"alone":  {"main.lua": "on.text(function() return 'well' end)"},
				"needs":  {"main.lua": "local x = require '" + tt.require + "'\non.text(function() return 'well' end)"},
				"shared": tt.shared,
			})
			r := h.saved("alone", true)
			require.Contains(t, strings.Join(r.Warnings, "\n"), tt.warned)
			if tt.err == "" {
				h.saved("needs", true)
				return
			}
			require.ErrorContains(t, h.saved("needs", false).Err, tt.err)
			require.NoError(t, os.RemoveAll(filepath.Join(h.dir, "shared")))
			module := strings.TrimPrefix(tt.require, "shared.")
			h.write("shared", files{module + ".lua": "return 1"})
			h.saved("needs", true)
		})
	}
}
