package store

import (
	"encoding/binary"
	"hash/fnv"
	"slices"
	"sync"
)

// Whoever asks for one fan would read a page of each run of heads, of which most do not have the fan. So every run but the one
// that has all fans has a filter (a Bloom filter), in parts: one for the pages that one step of a merge has written. It may
// name a fan too many, and none too few, also after some were forgotten. The parts lie among the pages of the run, from
// filterPlace on; a run of an older program has none, and its page is read.
const (
	filterPlace  = 1 << 23 // of a part for the pages from 0 on; those from n on have n more
	filterBits   = 12      // for each head
	filterProbes = 6       // of a head: one in 300 that is not there seems to be
	filterFront  = 9       // bytes in front of the bits: which run it is, and for how many pages in powers of two
	// maxFilters is how many bytes of filters are held, whatever the number of fans: runs that have one are of some 50,000
	// records at most, and some 48.
	maxFilters = 4 << 20
)

const (
	liveHeads   = `SELECT no, level, first_block, last_block, bits FROM record_runs WHERE kind = 2 AND state = 1 ORDER BY last_block, no`
	filterParts = `SELECT no, body FROM record_pages WHERE no >= ? AND no < ? ORDER BY no`
)

// runName tells a run from all others, also from one that had its number before.
type runName struct{ no, level, first, last, bits int64 }

func (r *run) name() runName {
	return runName{r.no, int64(r.level), r.first, r.last, int64(r.bits)}
}

func (n runName) stamp() uint64 {
	h := fnv.New64a()
	_ = binary.Write(h, binary.BigEndian, n)
	return h.Sum64()
}

// filtered reports whether a run has a filter.
func (r *run) filtered() bool { return r.kind == headRuns && r.level <= mergeLevels }

// filter is the part for these pages.
func (p *pages) filter() []byte {
	heads := 0
	for _, body := range p.bodies {
		eachHead(body, func(*headEntry) { heads++ })
	}
	part := make([]byte, filterFront+(heads*filterBits+7)/8)
	binary.BigEndian.PutUint64(part, p.r.name().stamp())
	for 1<<part[8] < len(p.bodies) {
		part[8]++
	}
	bits := part[filterFront:]
	for _, body := range p.bodies {
		eachHead(body, func(e *headEntry) {
			probes(e.key, len(bits), func(at, bit int) bool { bits[at] |= 1 << bit; return true })
		})
	}
	return part
}

// probes calls fn with the bits of a key, as far as entries have it, until fn says that it is enough.
func probes(key uint64, bytes int, fn func(at, bit int) bool) {
	h := key >> keyLost * 0x9e3779b97f4a7c15
	h = (h ^ h>>32) * 0xd6e8feb86659fd93
	one, step := uint32(h), uint32(h>>32)|1
	for range filterProbes {
		bit := uint64(one) * uint64(bytes*8) >> 32
		if !fn(int(bit/8), int(bit%8)) {
			return
		}
		one += step
	}
}

// runFilter is the filter of a run; a nil one knows nothing.
type runFilter struct {
	pageBits int // of the run
	parts    []filterPart
	bytes    int
}

type filterPart struct {
	from, pages int64
	bits        []byte
}

// may reports whether the run may have the head of a key.
func (f *runFilter) may(key uint64) bool {
	if f == nil {
		return true
	}
	page := int64(key >> (keyBits - f.pageBits))
	i, found := slices.BinarySearchFunc(f.parts, page, func(p filterPart, page int64) int { return int(min(1, max(-1, p.from-page))) })
	if !found {
		i--
	}
	bits, may := f.parts[i].bits, true
	if len(bits) == 0 {
		return false
	}
	probes(key, len(bits), func(at, bit int) bool {
		may = bits[at]>>bit&1 == 1
		return may
	})
	return may
}

// readFilter reads the filter of a run; nil when there is none, or not all of it.
func readFilter(v reader, n runName) (*runFilter, error) {
	f, next, stamp := &runFilter{pageBits: int(n.bits)}, int64(0), n.stamp()
	first := n.no<<pageShift + filterPlace
	err := v.rows(filterParts, []any{first, (n.no + 1) << pageShift}, func(scan func(...any) error) error {
		var no int64
		var body []byte
		if err := scan(&no, &body); err != nil {
			return err
		}
		if len(body) < filterFront || binary.BigEndian.Uint64(body) != stamp || body[8] > maxPageBits || no-first != next {
			return nil
		}
		p := filterPart{from: no - first, pages: 1 << body[8], bits: body[filterFront:]}
		f.parts, f.bytes, next = append(f.parts, p), f.bytes+len(body), next+p.pages
		return nil
	})
	if err != nil || next != 1<<n.bits {
		return nil, err
	}
	return f, nil
}

// runFilters holds the filters of runs that are committed.
type runFilters struct {
	mu    sync.Mutex
	held  map[runName]*runFilter
	bytes int
}

// of is the filter of a run that is live now.
func (c *runFilters) of(v reader, n runName) (*runFilter, error) {
	c.mu.Lock()
	f, known := c.held[n]
	c.mu.Unlock()
	if known || n.level > mergeLevels {
		return f, nil
	}
	f, err := readFilter(v, n)
	if err != nil {
		return nil, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if _, known := c.held[n]; known || f != nil && c.bytes+f.bytes > maxFilters {
		return f, nil
	}
	if c.held == nil {
		c.held = map[runName]*runFilter{}
	}
	c.held[n] = f // or that there is none
	if f != nil {
		c.bytes += f.bytes
	}
	return f, nil
}

// keepOnly gives up the filters of runs that are no more, when there are some.
func (c *runFilters) keepOnly(live []runName) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.held) <= 2*len(live) && c.bytes <= maxFilters/2 {
		return
	}
	for n, f := range c.held {
		if !slices.Contains(live, n) {
			delete(c.held, n)
			if f != nil {
				c.bytes -= f.bytes
			}
		}
	}
}
