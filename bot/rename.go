package bot

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"moonwire/folder"
)

// renamingFile says, in the folder of scripts, which account is being renamed, in two lines: from and to. A process that is
// killed between the folder and the rows leaves it, and the next start puts the folder back. Its name is no account's.
const renamingFile = ".moonwire-renaming"

// beginRename says that an account's folder is about to move.
func (f *Fleet) beginRename(from, to string) error {
	root, err := os.OpenRoot(f.o.Scripts)
	if err != nil {
		return err
	}
	defer func() { _ = root.Close() }()
	file, err := root.OpenFile(renamingFile, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("another account is being renamed; if no process does that, remove %s from the folder of scripts", renamingFile)
	}
	if err != nil {
		return err
	}
	_, err = file.WriteString(from + "\n" + to + "\n")
	return errors.Join(err, file.Sync(), file.Close())
}

// endRename says that the folder and the rows have the same name again.
func (f *Fleet) endRename() {
	root, err := os.OpenRoot(f.o.Scripts)
	if err == nil {
		defer func() { _ = root.Close() }()
		err = root.Remove(renamingFile)
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		f.o.Log.Warn("the note of a rename that is over could not be removed; no account can be renamed until it is", "file", renamingFile, "error", err.Error())
	}
}

// undoRename ends what a killed process has begun: where the rows have not moved, the folder goes back to where it was.
// Other processes may be renaming right now; then nothing is done.
func (f *Fleet) undoRename(root *os.Root, known func(account string) (bool, error)) error {
	note, err := root.ReadFile(renamingFile)
	if err != nil || !f.o.Store.Alone() {
		return nil
	}
	from, to, _ := strings.Cut(strings.TrimSuffix(string(note), "\n"), "\n")
	if folder.AccountName(from) && folder.AccountName(to) {
		moved, err := known(to)
		if err != nil {
			return err
		}
		_, gone := root.Lstat(from)
		if info, err := root.Lstat(to); !moved && errors.Is(gone, fs.ErrNotExist) && err == nil && info.IsDir() {
			if err := root.Rename(to, from); err != nil {
				return fmt.Errorf("the folder of an account whose rename was cut off could not be put back: %w", err)
			}
			f.o.Log.Warn("a rename was cut off: the account has its old name", "account", from, "name", to)
		}
	}
	f.endRename()
	return nil
}
