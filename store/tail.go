package store

import (
	"maps"
	"slices"
	"strings"
	"sync"
)

// sizes are the bounds by which records are laid out. A test has smaller ones.
type sizes struct {
	blockRecords int // of a block; whoever wants one record reads all of the block
	// Blocks that no run covers yet are the tail; whoever reads looks through all of it. When it has so many records it is
	// sealed but for the newest: turns that ended a moment ago are the ones that are still added to.
	sealAfter, sealKeeps int
	sealBlocks           int // when it has so many blocks of few records each, it is sealed, too
	mergeRuns            int // how many runs of a level become one of the next
	pageBytes            int // of a page of a run, at most about; half at least
}

func usualSizes() sizes {
	return sizes{blockRecords: 256, sealAfter: 3072, sealKeeps: 1024, sealBlocks: 64, mergeRuns: 24, pageBytes: 12 << 10}
}

// firstBlock is the number of the first block of a new database. Those of older programs' records are below.
const firstBlock = 1 << 40

// tail is what the writer knows of the tail and of accounts, as it stands in the database. It belongs to one connection,
// holds while only that connection writes, and is forgotten at the first sign of another writer.
type tail struct {
	known    bool
	version  int64
	sizes    sizes
	runs     []*run // the newest first
	blocks   []*block
	ids      map[int64]*block
	sends    map[uint64]int64 // who sent a template message, by its key
	records  int
	next     int64 // number of the next block
	sealed   int64 // the greatest id outside of the tail
	accounts map[string]int64
}

// maxKnownAccounts is how many accounts' numbers are remembered.
const maxKnownAccounts = 1 << 16

const (
	sealedUpTo  = `SELECT coalesce(max(last_block), 0) FROM record_runs`
	tailBlocks  = `SELECT no, version FROM record_blocks WHERE no > ? ORDER BY no`
	newestBlock = `SELECT coalesce(max(no), 0) FROM record_blocks`

	accountNumber = `SELECT number FROM accounts WHERE account = ?`
	newestNumber  = `SELECT coalesce(max(number), 0) FROM accounts`
	numberAccount = `INSERT INTO accounts (account, head, number) VALUES (?, 0, ?) ON CONFLICT (account) DO UPDATE SET number = excluded.number`
)

func (t *tail) forget() { *t = tail{} }

// renew reads the tail anew if anybody else has written since the last time. A transaction must be open, so that nobody
// can until it ends.
func (t *tail) renew(c *connection, s *Store, cache *blockCache) error {
	var version int64
	if _, err := c.row(dataVersion, nil, &version); err != nil {
		return err
	}
	if t.known && t.version == version && len(t.accounts) <= maxKnownAccounts {
		return nil
	}
	*t = tail{sizes: s.sizes, version: version, ids: map[int64]*block{}, sends: map[uint64]int64{}, accounts: map[string]int64{}}
	var err error
	if t.runs, err = readRuns(c, allRuns); err != nil {
		return err
	}
	sealed := int64(0)
	for _, r := range t.runs {
		sealed, t.sealed = max(sealed, r.last), max(t.sealed, r.high)
	}
	blocks, err := readTail(c, cache, sealed)
	if err != nil {
		return err
	}
	if _, err := c.row(newestBlock, nil, &t.next); err != nil {
		return err
	}
	t.next = max(t.next+1, sealed+1, firstBlock)
	for _, b := range blocks {
		t.add(b)
	}
	t.known = true
	return nil
}

// readTail returns the blocks behind a number, the oldest first.
func readTail(v reader, cache *blockCache, sealed int64) (blocks []*block, err error) {
	var keys []blockKey
	err = v.rows(tailBlocks, []any{sealed}, func(scan func(...any) error) error {
		var k blockKey
		err := scan(&k.no, &k.version)
		keys = append(keys, k)
		return err
	})
	if err != nil {
		return nil, err
	}
	cache.drop(sealed)
	for _, k := range keys {
		b := cache.get(k)
		if b == nil {
			if b, err = readBlock(v, k.no); err != nil {
				return nil, err
			}
			if b == nil {
				continue
			}
			cache.put(b)
		}
		blocks = append(blocks, b)
	}
	return blocks, nil
}

func (t *tail) add(b *block) {
	t.blocks = append(t.blocks, b)
	t.records += len(b.entries)
	for i := range b.entries {
		t.note(b, &b.entries[i])
	}
}

// note takes up one entry of a block that is, or will be, in the tail.
func (t *tail) note(b *block, e *entry) {
	if !e.note() {
		t.ids[e.id] = b
	}
	if e.marks&markSends != 0 {
		for _, key := range sendKeys(e) {
			t.sends[key] = e.id
		}
	}
}

// sendKeys are the keys of the template messages that a record sent.
func sendKeys(e *entry) (keys []uint64) {
	r := e.record()
	for _, s := range r.Sends {
		if s.MsgID != "" {
			keys = append(keys, sendKey(e.account, r.OpenID, s.MsgID))
		}
	}
	return keys
}

func sendKey(account int64, openid, msgID string) uint64 {
	return keyOf(ofSendID, account, openid+"\x00"+msgID)
}

// take removes the first n blocks, which are sealed.
func (t *tail) take(n int) {
	rest := slices.Clone(t.blocks[n:])
	*t = tail{
		known: true, version: t.version, next: t.next, accounts: t.accounts, runs: t.runs, sizes: t.sizes,
		ids: make(map[int64]*block, t.sizes.sealAfter), sends: map[uint64]int64{},
		sealed: t.sealed,
	}
	for _, b := range rest {
		t.add(b)
	}
}

// number returns the number of an account, which gets one with its first record. The name may lie in memory that is used again.
func (t *tail) number(c *connection, s *Store, account string) (int64, error) {
	if n, ok := t.accounts[account]; ok {
		return n, nil
	}
	n, err := numberOfAccount(c, account)
	if err != nil {
		return 0, err
	}
	if n == 0 {
		if _, err := c.row(newestNumber, nil, &n); err != nil {
			return 0, err
		}
		// Not used again when its account is forgotten.
		n = max(n+1, s.now().UnixMilli()-traceEpoch)
		if err := c.exec(numberAccount, account, n); err != nil {
			return 0, err
		}
	}
	t.accounts[strings.Clone(account)] = n
	return n, nil
}

// numberOfAccount is an account's number; 0 when it has no records.
func numberOfAccount(v reader, account string) (n int64, err error) {
	_, err = v.row(accountNumber, []any{account}, &n)
	return n, err
}

// blockCache keeps the blocks of the tail, parsed, for all who read it. A transaction that has changed blocks must do
// without: its cache is nil.
type blockCache struct {
	mu     sync.Mutex
	blocks map[blockKey]*block
}

type blockKey struct{ no, version int64 }

func (c *blockCache) get(k blockKey) *block {
	if c == nil {
		return nil
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.blocks[k]
}

// put keeps a block that is committed.
func (c *blockCache) put(b *block) {
	if c == nil {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.blocks == nil {
		c.blocks = map[blockKey]*block{}
	}
	c.blocks[blockKey{b.no, b.version}] = b
}

// drop gives up the blocks up to a number, which are sealed.
func (c *blockCache) drop(sealed int64) {
	if c == nil {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	maps.DeleteFunc(c.blocks, func(k blockKey, _ *block) bool { return k.no <= sealed })
}
