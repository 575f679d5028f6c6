package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// scriptsFolder refuses what cannot be the folder of all accounts.
func scriptsFolder(dir string) error {
	info, err := os.Stat(dir)
	if err == nil && info.IsDir() {
		_, err = os.ReadDir(dir)
	}
	switch {
	case errors.Is(err, fs.ErrNotExist), err == nil && !info.IsDir():
		return fmt.Errorf("no folder %s: scripts live in one folder per account, say scripts/shop/main.lua; `moonwire new shop` makes one", dir)
	case err != nil:
		return fmt.Errorf("the folder %s cannot be read: %s", dir, systemWords(err))
	case hasMain(dir):
		if accounts, _ := foldersIn(dir); !anyOf(dir, accounts, hasMain) {
			return fmt.Errorf("%s is the folder of one account: give the folder above, %s", dir, filepath.Join(dir, ".."))
		}
	}
	return nil
}
