package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"moonwire/check"
	"moonwire/folder"
	"moonwire/words"
)

// accountPath is where an account of the scripts folder lies that is given by its name; what is there under that name is a
// path.
func (c *checker) accountPath(scripts, given string) string {
	if _, err := os.Lstat(given); errors.Is(err, fs.ErrNotExist) && folder.AccountName(given) {
		return filepath.Join(scripts, given)
	}
	return given
}

// path finds out whether a path is the folder of all accounts, one account, or something in it.
func (c *checker) path(ctx context.Context, path string) error {
	path = filepath.Clean(path)
	info, err := os.Stat(path)
	if err != nil {
		return fmt.Errorf("%s: %s", path, systemWords(err))
	}
	abs, err := filepath.Abs(path)
	if err != nil {
		return err
	}
	if !info.IsDir() {
		abs = filepath.Dir(abs)
	}
	if _, err := os.ReadDir(abs); err != nil {
		return fmt.Errorf("%s: %s", path, systemWords(err))
	}
	if dir := upTo(abs, hasMain); dir != "" {
		return c.named(ctx, dir, path)
	}
	accounts, strange := foldersIn(abs)
	if anyOf(abs, append(accounts, strange...), hasMain) {
		return c.all(ctx, abs, accounts, strange)
	}
	if dir := upTo(abs, almostAccount); dir != "" {
		return c.named(ctx, dir, path)
	}
	if anyOf(abs, accounts, hasLua) {
		return c.all(ctx, abs, accounts, strange)
	}
	return fmt.Errorf("%s: no account here: an account is a folder with a main.lua", path)
}

// named looks over the account in dir, if it may be one by its name.
func (c *checker) named(ctx context.Context, dir, path string) error {
	name := filepath.Base(dir)
	if !folder.AccountName(name) {
		return fmt.Errorf("%s: %q cannot be an account: %s", path, name, folder.AccountNameWords)
	}
	return c.account(ctx, filepath.Dir(dir), name)
}

func (c *checker) all(ctx context.Context, dir string, accounts, strange []string) error {
	for _, name := range strange {
		c.add(name, check.Of("", 0, words.Say(words.FolderName).Cured(words.Text{EN: folder.AccountNameWords})).Doubt())
	}
	for _, name := range accounts {
		if err := c.account(ctx, dir, name); err != nil {
			return err
		}
	}
	return nil
}

// upTo returns the first folder, from dir upwards, that fits; "" for none.
func upTo(dir string, fits func(string) bool) string {
	for ; dir != filepath.Dir(dir); dir = filepath.Dir(dir) {
		if fits(dir) {
			return dir
		}
	}
	return ""
}

func anyOf(dir string, names []string, fits func(string) bool) bool {
	for _, name := range names {
		if fits(filepath.Join(dir, name)) {
			return true
		}
	}
	return false
}

// hasMain reports whether a folder is an account by what is in it.
func hasMain(dir string) bool {
	entries, _ := os.ReadDir(dir) // by its listing: some file systems take Main.lua for main.lua
	for _, e := range entries {
		if e.Name() == "main.lua" {
			return true
		}
	}
	return false
}

// almostAccount reports whether a folder was meant to be an account.
func almostAccount(dir string) bool {
	entries, _ := os.ReadDir(dir)
	for _, e := range entries {
		if name := strings.ToLower(e.Name()); name == "account.yaml" || strings.HasPrefix(name, "main.lua") {
			return true
		}
	}
	return false
}

func hasLua(dir string) bool {
	found, _ := filepath.Glob(filepath.Join(dir, "*.lua"))
	return len(found) > 0
}

func foldersIn(dir string) (accounts, strange []string) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, nil
	}
	defer root.Close()
	accounts, strange, err = folder.Accounts(root)
	if err != nil {
		return nil, nil
	}
	return accounts, strange
}
