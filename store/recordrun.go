package store

import "encoding/binary"

// A run is what finds records, or what is known of fans (a head each), for the blocks from first to last: pages by the
// first bits of their keys. Runs never change but for what is forgotten. When there are enough of one level they are merged
// into one of the next, so that each entry is written once a level.
type run struct {
	no          int64
	kind        runKind
	level       int
	state       runState
	first, last int64 // blocks
	low, high   int64 // the smallest and the greatest trace in them
	bits        int   // there are 1 << bits pages
	bytes       int64 // of all pages
	done        int64 // pages that are written, or removed
}

// runKind is what a run has. The numbers are in the database.
type runKind int64

const (
	indexRuns runKind = 1
	headRuns  runKind = 2
)

// runState is whether a run is read. The numbers are in the database.
type runState int64

const (
	runLive     runState = 1
	runBuilding runState = 2 // its pages are merged from live ones
	runDead     runState = 3 // its pages are removed
)

const (
	maxPageBits = 20 // the endings of traces that are sought have that many bits at least
	pageShift   = 24 // a page's number is its run's shifted by so much, and its place
)

const (
	runColumns = `SELECT no, kind, level, state, first_block, last_block, low_id, high_id, bits, bytes, done FROM record_runs`
	allRuns    = runColumns + ` ORDER BY last_block DESC, level DESC`
	indexesOf  = runColumns + ` WHERE kind = 1 AND state = 1 ORDER BY last_block DESC`
	newestRun  = `SELECT coalesce(max(no), 0) FROM record_runs`
	insertRun  = `INSERT INTO record_runs (no, kind, level, state, first_block, last_block, low_id, high_id, bits, bytes, done) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`
	changeRun  = `UPDATE record_runs SET state = ?, bytes = ?, done = ? WHERE no = ?`
	deleteRun  = `DELETE FROM record_runs WHERE no = ?`

	savePage    = `INSERT INTO record_pages (no, body) VALUES (?, ?) ON CONFLICT (no) DO UPDATE SET body = excluded.body`
	loadPage    = `SELECT body FROM record_pages WHERE no = ?`
	loadPages   = `SELECT no, body FROM record_pages WHERE no >= ? AND no < ? ORDER BY no`
	deletePages = `DELETE FROM record_pages WHERE no >= ? AND no < ?`
	// headsOf finds the page of a key in all runs of heads, the oldest first.
	headsOf = `SELECT r.no, r.last_block, r.state, p.no, p.body FROM record_runs r JOIN record_pages p
	ON p.no = r.no * 16777216 + (? >> (62 - r.bits)) WHERE r.kind = 2 AND r.state <> 3 ORDER BY r.last_block, r.no`
)

func readRuns(v reader, query string, args ...any) (runs []*run, err error) {
	err = v.rows(query, args, func(scan func(...any) error) error {
		r := &run{}
		err := scan(&r.no, &r.kind, &r.level, &r.state, &r.first, &r.last, &r.low, &r.high, &r.bits, &r.bytes, &r.done)
		runs = append(runs, r)
		return err
	})
	return runs, err
}

func (r *run) insert(c *connection) error {
	if _, err := c.row(newestRun, nil, &r.no); err != nil {
		return err
	}
	r.no++
	return c.exec(insertRun, r.no, int64(r.kind), r.level, int64(r.state), r.first, r.last, r.low, r.high, r.bits, r.bytes, r.done)
}

// change writes what changes in a run's life.
func (r *run) change(c *connection) error {
	return c.exec(changeRun, int64(r.state), r.bytes, r.done, r.no)
}

// page is the number of the run's page on which a key stands.
func (r *run) page(key uint64) int64 { return r.no<<pageShift + int64(key>>(keyBits-r.bits)) }

// bits is how many bits the pages of so many bytes want.
func (s sizes) bits(bytes int64) (bits int) {
	for bits < maxPageBits && bytes > int64(s.pageBytes)<<bits {
		bits++
	}
	return bits
}

// pages are the bodies of neighbouring pages of one run, to be written.
type pages struct {
	r      *run
	from   int64 // the place of the first
	bodies [][]byte
}

// pagesFrom are n empty pages of a run whose pages have about so many bytes together.
func (r *run) pagesFrom(from, n, bytes int64) *pages {
	p := &pages{r, from, make([][]byte, n)}
	each := int(bytes>>r.bits)*5/4 + 64
	room := make([]byte, int(n)*each)
	for i := range p.bodies {
		p.bodies[i] = room[i*each : i*each : (i+1)*each]
	}
	return p
}

// at is the body of the page on which a key stands.
func (p *pages) at(key uint64) *[]byte { return &p.bodies[int64(key>>(keyBits-p.r.bits))-p.from] }

func (p *pages) write(c *connection) error {
	for i, body := range p.bodies {
		p.r.bytes += int64(len(body))
		if len(body) == 0 {
			continue
		}
		if err := c.exec(savePage, p.r.no<<pageShift+p.from+int64(i), body); err != nil {
			return err
		}
	}
	if !p.r.filtered() {
		return nil
	}
	return c.exec(savePage, p.r.no<<pageShift+filterPlace+p.from, p.filter())
}

// indexEntry says that what a key finds is in a block: six bytes of the key, then the kind in two bits and the block,
// counted from the first of the run, in thirty.
type indexEntry struct {
	key  uint64
	kind int
	no   int64 // block
}

const (
	indexSize  = 10
	keyLost    = keyBits - 48 // bits of a key that an entry does not have
	maxRunSpan = 1<<30 - 1    // blocks of a run
	indexKinds = 2            // bits
	refBits    = 32 - indexKinds
)

func (r *run) appendIndex(dst []byte, e indexEntry) []byte {
	key := e.key >> keyLost
	dst = append(dst, byte(key>>40), byte(key>>32), byte(key>>24), byte(key>>16), byte(key>>8), byte(key))
	return binary.BigEndian.AppendUint32(dst, uint32(e.kind)<<refBits|uint32(e.no-r.first))
}

// eachIndex calls fn for the entries of a page, the oldest block first. The last bits of the keys are 0.
func (r *run) eachIndex(page []byte, fn func(indexEntry)) {
	for ; len(page) >= indexSize; page = page[indexSize:] {
		key := uint64(binary.BigEndian.Uint16(page))<<32 | uint64(binary.BigEndian.Uint32(page[2:]))
		ref := binary.BigEndian.Uint32(page[6:])
		fn(indexEntry{key << keyLost, int(ref >> refBits), r.first + int64(ref&(1<<refBits-1))})
	}
}

// search returns the blocks of the run that have a key of a kind between two, the newest first.
func (r *run) search(v reader, kind int, first, last uint64) (blocks []int64, err error) {
	var page []byte
	if found, err := v.row(loadPage, []any{r.page(first)}, &page); err != nil || !found {
		return nil, err
	}
	first, last = first>>keyLost<<keyLost, last>>keyLost<<keyLost
	r.eachIndex(page, func(e indexEntry) {
		if e.kind == kind && e.key >= first && e.key <= last && (len(blocks) == 0 || blocks[len(blocks)-1] != e.no) {
			blocks = append(blocks, e.no)
		}
	})
	for i, j := 0, len(blocks)-1; i < j; i, j = i+1, j-1 {
		blocks[i], blocks[j] = blocks[j], blocks[i]
	}
	return blocks, nil
}
