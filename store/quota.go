package store

import "fmt"

// FullError says that an account keeps as much as it may, or would with what was to be written.
type FullError struct {
	Used, Quota int64 // bytes of keys and values; Used is what it would be
}

func (e *FullError) Error() string {
	return fmt.Sprintf("store: the account's values would have %d bytes, and %d are allowed", e.Used, e.Quota)
}

const (
	usedBytes   = `SELECT bytes FROM rooms WHERE account = ?`
	valueSize   = `SELECT length(key) + length(value) FROM kv WHERE account = ? AND key = ?`
	expiredSize = `SELECT length(key) + length(value) FROM kv WHERE account = ? AND key = ? AND expires <= ?`
	addBytes    = `INSERT INTO rooms (account, bytes) VALUES (?, ?) ON CONFLICT (account) DO UPDATE SET bytes = rooms.bytes + excluded.bytes`
)

// charge makes room for a pair of so many bytes in place of what the key has now, which may be nothing. It
// writes nothing when there is not enough; what needs no more than before always fits.
func (t *Turn) charge(b *batch, key []byte, size int64) error {
	var old, used int64
	if _, err := b.row(valueSize, []any{t.key.Account, key}, &old); err != nil {
		return err
	}
	grown := size - old
	if grown > 0 && t.key.Quota > 0 {
		if _, err := b.row(usedBytes, []any{t.key.Account}, &used); err != nil {
			return err
		}
		if used += grown; used > t.key.Quota {
			return &FullError{Used: used, Quota: t.key.Quota}
		}
	}
	if grown == 0 {
		return nil
	}
	return b.exec(addBytes, t.key.Account, grown)
}

// refund gives back what an expired pair takes; args are those of the statement that removes it.
func refund(b *batch, args []any) error {
	var size int64
	if ok, err := b.row(expiredSize, args, &size); err != nil || !ok {
		return err
	}
	return b.exec(addBytes, args[0], -size)
}
