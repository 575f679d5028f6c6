package store

import "slices"

// How often runs are merged. Those that find records are merged once, to some 50,000 records each, so that they go when their
// blocks do. Heads end in one run that has all fans.
const mergeLevels = 2

// Merging is done in steps, each a few pages and within one transaction: what is forgotten meanwhile is taken out of what is
// built, too, and a process that dies leaves the rest to the next.
const (
	stepPages   = 32  // that a step writes at most
	removePages = 256 // that a step removes
	headWork    = 4   // entries of an index that a head counts for
)

// plan begins the merges that are due. A transaction is open.
func (t *tail) plan(c *connection) error {
	if inputs := t.fewFans(); len(inputs) > 0 {
		if err := t.begin(c, inputs, mergeLevels+1); err != nil {
			return err
		}
	}
	for _, kind := range []runKind{indexRuns, headRuns} {
		for level := 1; level <= mergeLevels; level++ {
			inputs := t.due(kind, level)
			if len(inputs) == 0 {
				continue
			}
			if err := t.begin(c, inputs, level+1); err != nil {
				return err
			}
		}
	}
	return nil
}

// due are the runs of a level that are to be merged now, the oldest first; none = not yet.
func (t *tail) due(kind runKind, level int) (inputs []*run) {
	for _, old := range []bool{true, false} { // records of older programs are moved beside those that come
		inputs = inputs[:0]
		for _, r := range slices.Backward(t.runs) {
			if r.kind != kind || r.level != level+1 || r.state != runBuilding {
				continue
			}
			return nil // one at a time
		}
		for _, r := range slices.Backward(t.runs) {
			if r.kind == kind && r.level == level && r.state == runLive && (r.last < firstBlock) == old && !t.merging(r) {
				inputs = append(inputs, r)
			}
		}
		switch {
		case len(inputs) < t.sizes.mergeRuns:
		case level < mergeLevels:
			return inputs[:t.sizes.mergeRuns]
		case kind == headRuns:
			return t.upTo(inputs[t.sizes.mergeRuns-1])
		}
	}
	return nil
}

// fewFans are all live heads, when those of the same fans stand in several runs: when the runs are together twice as large as
// the one that has all fans. Whoever asks for a fan then reads few pages. With many fans the runs are merged by their number before.
func (t *tail) fewFans() (inputs []*run) {
	var newest *run
	var all, some int64
	n := 0
	for _, r := range slices.Backward(t.runs) {
		switch {
		case r.kind != headRuns || r.state != runLive:
		case r.level > mergeLevels:
			all = r.bytes
		default:
			some, newest, n = some+r.bytes, r, n+1
		}
	}
	if n < minFold || some < 2*all {
		return nil
	}
	return t.upTo(newest)
}

// minFold is how many runs of heads there are at least before the few fans' are merged.
const minFold = 3

// upTo are all live heads up to a run; none, while one of them is being merged.
func (t *tail) upTo(last *run) (inputs []*run) {
	for _, r := range slices.Backward(t.runs) {
		if r.kind != headRuns || r.last > last.last || r.state == runDead {
			continue
		}
		if r.state != runLive {
			return nil
		}
		inputs = append(inputs, r)
	}
	return inputs
}

// merging reports whether a run is being merged.
func (t *tail) merging(r *run) bool {
	return slices.ContainsFunc(t.runs, func(b *run) bool {
		return b.state == runBuilding && b.kind == r.kind && b.first <= r.first && r.last <= b.last
	})
}

func (t *tail) begin(c *connection, inputs []*run, level int) error {
	b := &run{kind: inputs[0].kind, level: level, state: runBuilding, first: inputs[0].first, low: inputs[0].low}
	var bytes int64
	for _, r := range inputs {
		b.first, b.last, bytes = min(b.first, r.first), max(b.last, r.last), bytes+r.bytes
		b.high = max(b.high, r.high)
		if r.low != 0 && (b.low == 0 || r.low < b.low) {
			b.low = r.low
		}
	}
	if b.last-b.first > maxRunSpan && b.kind == indexRuns {
		return nil
	}
	b.bits = t.sizes.bits(bytes)
	if err := b.insert(c); err != nil {
		return err
	}
	t.runs = append(t.runs, b)
	t.order()
	return nil
}

func (t *tail) order() {
	slices.SortStableFunc(t.runs, func(a, b *run) int { return int(min(1, max(-1, b.last-a.last))) })
}

// work does one step of what is to be done with runs and returns how much that was; 0 = nothing is.
func (t *tail) work(c *connection) (int, error) {
	var next *run
	for _, r := range t.runs {
		if r.state != runLive && (next == nil || r.level < next.level) {
			next = r
		}
	}
	switch {
	case next == nil:
		return 0, nil
	case next.state == runDead:
		return t.remove(c, next)
	}
	return t.merge(c, next)
}

// remove removes some pages of a dead run, and the run with the last.
func (t *tail) remove(c *connection, r *run) (int, error) {
	from := r.no << pageShift
	if err := c.exec(deletePages, from+r.done, from+r.done+removePages); err != nil {
		return 0, err
	}
	if r.done += removePages; r.done < 1<<r.bits {
		return removePages, r.change(c)
	}
	if err := c.exec(deletePages, from+filterPlace, from+1<<pageShift); err != nil {
		return 0, err
	}
	t.runs = slices.DeleteFunc(t.runs, func(other *run) bool { return other == r })
	return removePages, c.exec(deleteRun, r.no)
}

// merge builds some pages of a run, and takes it for its inputs with the last.
func (t *tail) merge(c *connection, b *run) (int, error) {
	var inputs []*run
	least, bytes := b.bits, int64(0)
	for _, r := range slices.Backward(t.runs) {
		if r.kind == b.kind && r.state == runLive && b.first <= r.first && r.last <= b.last {
			inputs = append(inputs, r)
			least, bytes = min(least, r.bits), bytes+r.bytes
		}
	}
	slices.SortStableFunc(inputs, func(a, b *run) int { return int(min(1, max(-1, a.last-b.last))) })
	m := &merging{conn: c, out: b}
	for 2<<m.shift <= stepPages && m.shift < b.bits-least {
		m.shift++
	}
	m.pages = b.pagesFrom(b.done, 1<<m.shift, bytes)
	if err := m.run(inputs); err != nil {
		return 0, err
	}
	if b.done += 1 << m.shift; b.done >= 1<<b.bits {
		b.state, b.done = runLive, 0
		for _, r := range inputs {
			r.state, r.done = runDead, 0
			if err := r.change(c); err != nil {
				return 0, err
			}
		}
	}
	return m.moved + 64, b.change(c)
}

// merging is one step of a merge.
type merging struct {
	conn  *connection
	out   *run
	shift int // it builds 1 << shift pages
	pages *pages
	moved int

	heads  []mergedHead
	places map[headPlace]int
}

type headPlace struct {
	key     uint64
	account int64
}

type mergedHead struct {
	headEntry
	head *head // once there was more than one
}

func (m *merging) run(inputs []*run) error {
	if m.out.kind == headRuns {
		m.places = map[headPlace]int{}
	}
	for _, r := range inputs {
		if err := m.input(r); err != nil {
			return err
		}
	}
	for i := range m.heads {
		h := &m.heads[i]
		if h.head != nil {
			h.body = appendHead(nil, h.head)
		}
		page := m.pages.at(h.key)
		*page = appendHeadEntry(*page, &h.headEntry)
	}
	return m.pages.write(m.conn)
}

// input takes what a run has for the pages of this step.
func (m *merging) input(r *run) error {
	slice, sliceBits := m.pages.from>>m.shift, m.out.bits-m.shift
	from, count := slice<<max(0, r.bits-sliceBits), int64(1)<<max(0, r.bits-sliceBits)
	if r.bits < sliceBits {
		from = slice >> (sliceBits - r.bits)
	}
	first := r.no<<pageShift + from
	return m.conn.rows(loadPages, []any{first, first + count}, func(scan func(...any) error) error {
		var no int64
		var page []byte
		if err := scan(&no, &page); err != nil {
			return err
		}
		mine := func(key uint64) bool { return int64(key>>(keyBits-sliceBits)) == slice }
		if m.out.kind == headRuns {
			eachHead(page, func(e *headEntry) {
				if mine(e.key) {
					m.add(e)
				}
			})
			return nil
		}
		r.eachIndex(page, func(e indexEntry) {
			if mine(e.key) {
				page := m.pages.at(e.key)
				*page = m.out.appendIndex(*page, e)
				m.moved++
			}
		})
		return nil
	})
}

// add takes a head, which may be of a fan of whom an older one is there.
func (m *merging) add(e *headEntry) {
	m.moved += headWork
	place := headPlace{e.key, e.account}
	i, there := m.places[place]
	if there && !m.heads[i].is(e.account, string(e.openid)) { // another fan with the same key
		i = slices.IndexFunc(m.heads, func(h mergedHead) bool { return h.is(e.account, string(e.openid)) })
		there = i >= 0
	}
	if !there {
		m.places[place] = len(m.heads)
		m.heads = append(m.heads, mergedHead{headEntry: *e})
		return
	}
	if h := &m.heads[i]; h.head == nil {
		h.head = readHead(h.body)
	}
	m.heads[i].head.then(readHead(e.body))
}
