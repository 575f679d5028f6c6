package bindings

import (
	"sync/atomic"
)

// About what parsed data costs in bytes.
const (
	sheetRowCost  = 64
	cellCost      = 16
	rowTableCost  = 1_200 // a row as scripts see it
	jsonTableCost = 1_800 // a read-only table
	jsonValueCost = 64
	indexCost     = 64 // a row in the index of one column
)

// dataQuota is how many bytes the parsed files of data/ take, for all files of a build together:
// half as much again as the files themselves may have. Two bytes of JSON can make a table of two thousand.
type dataQuota struct{ used atomic.Int64 }

// reserve counts n more bytes, less when n is negative; where they would be over limit it changes nothing.
func (q *dataQuota) reserve(n, limit int64) bool {
	if q.used.Add(n) <= limit {
		return true
	}
	q.used.Add(-n)
	return false
}

// dataLimit is how many bytes of parsed data the account may hold.
func (c call) dataLimit() int64 { return c.turn.Limits().Data / 2 * 3 }

func overDataQuota(name string, limit int64) error {
	return dataError(name, 0, "the tables of data/ would take more than %.1f MiB, one and a half times the limit data; account.yaml limits: { data: … } raises it, and CSV takes less than JSON", float64(limit)/(1<<20))
}

// jsonCost is about what a JSON text costs when it is parsed, without parsing it.
func jsonCost(raw []byte) (cost int64) {
	inside := false
	for i := 0; i < len(raw); i++ {
		switch c := raw[i]; {
		case inside && c == '\\':
			i++
		case c == '"':
			inside = !inside
		case inside:
		case c == '{' || c == '[':
			cost += jsonTableCost
		case c == ',' || c == ':':
			cost += jsonValueCost
		}
	}
	return cost
}
