package cli

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"moonwire/account"
	"moonwire/bindings"
)

// luarc tells the Lua language server what Moonwire's Lua is: 5.1 without the libraries that are not there.
const luarc = `{
  "runtime.version": "Lua 5.1",
  "runtime.builtin": { "io": "disable", "debug": "disable", "package": "disable", "ffi": "disable", "jit": "disable", "utf8": "disable", "bit": "disable", "bit32": "disable" },
  "runtime.path": ["?.lua"],
  "workspace.library": [".types"],
  "workspace.checkThirdParty": false
}
`

func typesCommand() *cobra.Command {
	var dir string
	cmd := &cobra.Command{
		Use: "types", Short: "Write completion and documentation for editors with the Lua language server", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			changed, err := writeTypes(dir)
			if err != nil {
				return exitWith(ExitConfig, err)
			}
			word := "written"
			if !changed {
				word = "up to date"
			}
			_, err = fmt.Fprintf(cmd.OutOrStdout(), "%s and %s are %s\n", filepath.Join(dir, ".types", "moonwire.lua"), filepath.Join(dir, ".luarc.json"), word)
			return err
		},
	}
	cmd.Flags().StringVar(&dir, "scripts", "./scripts", "folder of the accounts")
	return cmd
}

// writeTypes writes the editor's files, only when they differ, so that no editor reloads for nothing.
func writeTypes(dir string) (changed bool, err error) {
	if info, err := os.Stat(dir); err != nil || !info.IsDir() {
		return false, fmt.Errorf("no folder %s: say with --scripts where the accounts are; `moonwire new shop` makes the first", dir)
	}
	if err := os.MkdirAll(filepath.Join(dir, ".types"), 0o755); err != nil {
		return false, fmt.Errorf("%s cannot be made: %s", filepath.Join(dir, ".types"), systemWords(err))
	}
	files := account.FileReader{Limit: 4 << 20}
	for name, body := range map[string]string{filepath.Join(".types", "moonwire.lua"): bindings.Types(), ".luarc.json": luarc} {
		path := filepath.Join(dir, name)
		old, err := files.Read(path)
		var unfit *account.FileError
		if errors.As(err, &unfit) {
			return false, fmt.Errorf("%s: %s", path, unfit.Why)
		}
		if err == nil && (bytes.Equal(old, []byte(body)) || name == ".luarc.json") {
			continue // settings of an editor may have been added to
		}
		if err := os.WriteFile(path, []byte(body), 0o644); err != nil {
			return false, fmt.Errorf("%s cannot be written: %s", path, systemWords(err))
		}
		changed = true
	}
	return changed, nil
}
