package store

import "strings"

// maxFamiliar is how many fans are remembered; each takes about 300 bytes.
const maxCachedFans = 8192

// fanCache remembers the fans of the last chunks of records as they stand in the database: reading a fan costs
// as much as writing a message, and most messages come from fans who wrote a moment ago. It belongs to one
// connection, holds while only that connection writes, and is forgotten at the first sign of another writer.
type fanCache struct {
	fans    map[fanKey]*cachedFan
	version int64
}

type cachedFan struct {
	head int64
	body []byte
}

// renew forgets everything if anybody else has written since the last time. A transaction must be open, so that
// nobody can until it ends.
func (f *fanCache) renew(c *connection) error {
	var version int64
	if _, err := c.row(dataVersion, nil, &version); err != nil {
		return err
	}
	if version != f.version || len(f.fans) > maxCachedFans {
		f.forget()
	}
	f.version = version
	return nil
}

func (f *fanCache) forget() { f.fans = nil }

func (f *fanCache) fan(k fanKey) *fanRow {
	known := f.fans[k]
	if known == nil {
		return nil
	}
	return &fanRow{head: known.head, Fan: readFan(k.openid, known.body)}
}

// keep notes a fan as it was written. The key may lie in memory that is used again.
func (f *fanCache) add(k fanKey, row *fanRow) {
	if known := f.fans[k]; known != nil {
		known.head, known.body = row.head, row.body
		return
	}
	if f.fans == nil {
		f.fans = map[fanKey]*cachedFan{}
	}
	f.fans[fanKey{strings.Clone(k.account), strings.Clone(k.openid)}] = &cachedFan{row.head, row.body}
}
