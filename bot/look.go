package bot

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"

	"moonwire/account"
	"moonwire/folder"
)

// look is what one look at an account has found: what its folder holds, or what was published.
type look struct {
	yaml  []byte
	blind error            // why account.yaml cannot be read
	snap  *folder.Snapshot // nil when the folder cannot be read, for the reason err, and when nobody has looked at it
	err   error
	// stored is the build of the store that shall serve in place of what the folder has; "" = the folder is followed.
	stored string
}

// look looks at an account's folder, or in the store where that says what is live.
func (l *loader) look(ctx context.Context, a *Account) look {
	if l.o.Published {
		return l.lookAtRow(ctx, a)
	}
	root, err := os.OpenRoot(l.o.Scripts)
	if err != nil {
		return look{err: err, blind: err}
	}
	defer func() { _ = root.Close() }()
	k := l.lookAtFolder(root, a.name, a.seen())
	k.stored = a.row().pinnedOver(k.mark())
	return k
}

// lookAtFolder reads a folder. account.yaml is read by itself when the rest cannot be.
func (l *loader) lookAtFolder(root *os.Root, name string, seen []folder.Media) (k look) {
	limits := l.o.Ceilings.Folder()
	if k.snap, k.err = folder.ReadAgain(root, name, limits, seen); k.err == nil {
		k.yaml, _ = k.snap.File(account.FileName)
		return k
	}
	k.yaml, k.blind = folder.Config(root, name, limits)
	return k
}

// lookAtRow reads what was published.
func (l *loader) lookAtRow(ctx context.Context, a *Account) look {
	k := look{stored: a.row().Build}
	config, err := l.o.Store.Config(ctx, a.name)
	k.yaml, k.blind = config.Bytes, err
	if k.stored == "" {
		k.err = errNotPublished
	}
	if err != nil {
		k.err = fmt.Errorf("what was published cannot be read: %w", err)
	}
	return k
}

// mark tells one state of a folder from the next, account.yaml aside, also when it cannot be read. What a rollback is
// pinned over is a mark.
func (k look) mark() string {
	if k.snap != nil {
		return k.snap.Sign
	}
	if k.err == nil {
		return ""
	}
	sum := sha256.Sum256([]byte("unreadable: " + k.err.Error()))
	return hex.EncodeToString(sum[:])
}

// sign tells all that a load depends on from the next.
func (k look) sign() string {
	blind := ""
	if k.blind != nil {
		blind = k.blind.Error()
	}
	return fmt.Sprintf("%s %s %x %s", k.stored, k.mark(), k.made(), blind)
}

// made tells one account.yaml from the next.
func (k look) made() [sha256.Size]byte { return sha256.Sum256(k.yaml) }

// unsettled reports that the folder was being written.
func (k look) unsettled() bool { return errors.Is(k.err, folder.ErrUnsettled) }
