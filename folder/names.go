package folder

import (
	"fmt"
	"io/fs"
	"os"
)

// Shared is the folder beside the accounts whose modules any account may require as shared.x.
const Shared = "shared"

// dataLink is the name of the link through which Kubernetes swaps all files of a ConfigMap at once.
const dataLink = "..data"

// AccountNameWords say what an account may be called.
const AccountNameWords = "an account's name is made of a-z, 0-9, _ and -, begins with a letter or a digit, has at most 64, and is not shared"

// AccountName reports whether a folder of this name is an account: [a-z0-9][a-z0-9_-]{0,63}, and not
// the reserved "shared".
func AccountName(name string) bool {
	if name == "" || len(name) > 64 || name == Shared {
		return false
	}
	for i := range len(name) {
		c := name[i]
		lower := c >= 'a' && c <= 'z' || c >= '0' && c <= '9'
		if !lower && (i == 0 || c != '_' && c != '-') {
			return false
		}
	}
	return true
}

// Accounts lists the account folders of a scripts folder in alphabetical order, and apart from them
// the folders whose names no account may have. Dot names and the shared folder are neither.
func Accounts(root *os.Root) (accounts, strange []string, err error) {
	entries, err := fs.ReadDir(root.FS(), ".")
	if err != nil {
		return nil, nil, fmt.Errorf("list accounts: %w", err)
	}
	for _, e := range entries {
		name := e.Name()
		switch {
		case name[0] == '.' || name == Shared || !isFolder(root, e):
		case AccountName(name):
			accounts = append(accounts, name)
		default:
			strange = append(strange, name)
		}
	}
	return accounts, strange, nil
}

// isFolder takes any symbolic link for a folder: what it leads to is settled, or refused by name,
// when the account is read.
func isFolder(root *os.Root, e fs.DirEntry) bool {
	if e.Type()&fs.ModeSymlink != 0 {
		info, err := root.Stat(e.Name())
		return err != nil || info.IsDir()
	}
	return e.IsDir()
}
