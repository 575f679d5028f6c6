package transcript

import (
	"errors"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
)

// File is one file of tests.
type File struct {
	Scripts string // the folder of all accounts
	Account string
	Name    string // below the account: tests/order.chat
}

// String is how errors name the file.
func (f File) String() string { return path.Join(f.Account, f.Name) }

func (f File) path() string {
	return filepath.Join(f.Scripts, filepath.FromSlash(f.Account), filepath.FromSlash(f.Name))
}

// Bounds of what is found.
const (
	mostTests = 1_000 // files of one account
	mostDepth = 8     // folders below tests/
)

var errTooMany = errors.New("tests/ has more than 1,000 files, or folders deeper than 8")

// Find lists the tests of an account by name; one without a tests folder has none.
func Find(scripts, account string) ([]File, error) {
	root, err := os.OpenRoot(scripts)
	if err != nil {
		return nil, err
	}
	defer func() { _ = root.Close() }()
	var all []File
	tests := account + "/tests"
	err = fs.WalkDir(root.FS(), tests, func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil && name == tests && errors.Is(err, fs.ErrNotExist):
			return fs.SkipDir
		case err != nil:
			return err
		case d.Name()[0] == '.' && d.IsDir():
			return fs.SkipDir
		case d.IsDir() && strings.Count(name, "/") > mostDepth, len(all) >= mostTests:
			return errTooMany
		case d.Type().IsRegular() && IsTest(d.Name()):
			all = append(all, File{Scripts: scripts, Account: account, Name: strings.TrimPrefix(name, account+"/")})
		}
		return nil
	})
	return all, err
}

// IsChat reports whether the file is a transcript.
func (f File) IsChat() bool { return path.Ext(f.Name) == ".chat" }

// IsTest reports whether a file of this name is a test.
func IsTest(name string) bool {
	return name[0] != '.' && (path.Ext(name) == ".chat" || strings.HasSuffix(name, "_test.lua"))
}
