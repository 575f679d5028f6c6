package store

import "fmt"

// FullError says that an account keeps as much as it may, or would with what was to be written.
type FullError struct {
	Used, Room int64 // bytes of keys and values; Used is what it would be
}

func (e *FullError) Error() string {
	return fmt.Sprintf("store: the account's values would have %d bytes, and %d are allowed", e.Used, e.Room)
}

const (
	usedRoom    = `SELECT bytes FROM rooms WHERE account = ?`
	valueSize   = `SELECT length(key) + length(value) FROM kv WHERE account = ? AND key = ?`
	expiredSize = `SELECT length(key) + length(value) FROM kv WHERE account = ? AND key = ? AND expires <= ?`
	takeRoom    = `INSERT INTO rooms (account, bytes) VALUES (?, ?) ON CONFLICT (account) DO UPDATE SET bytes = rooms.bytes + excluded.bytes`
)

// take makes room for a pair of so many bytes in place of what the key has now, which may be nothing. It
// writes nothing when there is not enough; what needs no more than before always fits.
func (t *Turn) take(b *batch, key []byte, size int64) error {
	var old, used int64
	if _, err := b.row(valueSize, []any{t.key.Account, key}, &old); err != nil {
		return err
	}
	grown := size - old
	if grown > 0 && t.key.Room > 0 {
		if _, err := b.row(usedRoom, []any{t.key.Account}, &used); err != nil {
			return err
		}
		if used += grown; used > t.key.Room {
			return &FullError{Used: used, Room: t.key.Room}
		}
	}
	if grown == 0 {
		return nil
	}
	return b.exec(takeRoom, t.key.Account, grown)
}

// giveRoom gives back what an expired pair takes; args are those of the statement that removes it.
func giveRoom(b *batch, args []any) error {
	var size int64
	if ok, err := b.row(expiredSize, args, &size); err != nil || !ok {
		return err
	}
	return b.exec(takeRoom, args[0], -size)
}
