package store

import (
	"cmp"
	"context"
	"slices"
	"time"
)

// Message is a recorded turn. Again is never set.
type Message struct {
	Record
	Cursor int64 // for MessageFilter.Before
}

// MessageFilter chooses messages; the zero filter means the newest 50.
type MessageFilter struct {
	OpenID   string    // "" = every fan
	Before   int64     // the Cursor of the last message of the page before; 0 = from the newest
	Since    time.Time // our clock
	Statuses []Status  // none = all
	Limit    int       // default 50, at most 500
}

func (f *MessageFilter) limit() int {
	if f.Limit <= 0 {
		return defaultPage
	}
	return min(f.Limit, maxPage)
}

const (
	defaultPage = 50
	maxPage     = 500
)

// MaxEndings is how many messages Endings finds at most.
const MaxEndings = 20

// Message finds a turn by its trace, or the last ten digits of it, or else by WeChat's message id, or else
// by a unique ending of its trace, of four digits at least; with every Record handed in before. Several with the same
// ending are ErrAmbiguous.
func (s *Store) Message(ctx context.Context, account, ref string) (m Message, ok bool, err error) {
	if ref == "" {
		return Message{}, false, nil
	}
	err = s.look(ctx, account, func(v *lookup) error {
		var all []Message
		if len(ref) >= shortTrace {
			if all, err = v.endings(ref, 1); err != nil {
				return err
			}
		}
		if len(all) == 0 {
			if all, err = v.byMsgID(ref); err != nil {
				return err
			}
		}
		if len(all) == 0 && len(ref) < shortTrace {
			if all, err = v.endings(ref, 2); err != nil {
				return err
			}
		}
		if len(all) > 1 {
			return ErrAmbiguous
		}
		if ok = len(all) == 1; ok {
			m = all[0]
		}
		return nil
	})
	return m, ok, err
}

// Endings finds the turns whose traces end so, the newest first, up to MaxEndings; an ending has four digits at least.
func (s *Store) Endings(ctx context.Context, account, ending string) (all []Message, err error) {
	err = s.look(ctx, account, func(v *lookup) (err error) {
		all, err = v.endings(ending, MaxEndings)
		return err
	})
	return all, err
}

// endings finds up to limit messages by an ending of their trace, or all of it.
func (v *lookup) endings(ending string, limit int) (all []Message, err error) {
	low, mask, fits := traceEnding(ending)
	if !fits {
		return nil, nil
	}
	first, last := endingKeys(low, len(ending))
	key := searchKey{kind: keyTrace, first: first, last: last, before: maxID}
	if len(ending) == traceLength {
		key.low, key.high = low, low
	}
	err = v.each(key, func(f found) (bool, error) {
		if f.id&mask == low {
			all = append(all, v.message(&f))
		}
		return len(all) >= limit && len(ending) == traceLength, nil
	})
	if err == nil && !v.moved {
		all, err = v.oldEndings(all, low, mask)
	}
	// In the order of traces: what was written later may have begun before.
	slices.SortStableFunc(all, func(a, b Message) int { return cmp.Compare(b.Cursor, a.Cursor) })
	return all[:min(limit, len(all))], err
}

func (v *lookup) byMsgID(id string) (all []Message, err error) {
	err = v.each(oneKey(keyMsg, keyOf(ofMsgID, v.number, id)), func(f found) (bool, error) {
		if f.msgID() == id {
			all = append(all, v.message(&f))
		}
		return len(all) > 0, nil
	})
	if err == nil && len(all) == 0 && !v.moved {
		return v.oldByMsgID(id)
	}
	return all, err
}

// Messages lists turns, newest first, with every Record handed in before.
func (s *Store) Messages(ctx context.Context, account string, f MessageFilter) (list []Message, err error) {
	err = s.look(ctx, account, func(v *lookup) error {
		l := &listing{lookup: v, filter: f}
		if err := l.read(); err != nil {
			return err
		}
		list = l.found
		return nil
	})
	return list, err
}

// listing is a page of messages that is read.
type listing struct {
	*lookup
	filter MessageFilter
	found  []Message
	// The page begins behind the message at the cursor, or when there is none any more, with those of older traces.
	skipping bool
	older    bool
}

// listSlack is how much older than its time a record may be written: turns run side by side.
const listSlack = time.Hour

func (l *listing) read() error {
	key, err := l.begin()
	if err != nil {
		return err
	}
	since := int64(0)
	if !l.filter.Since.IsZero() {
		since = idAt(l.filter.Since)
		key.low = max(0, since-int64(listSlack/time.Millisecond)<<traceSerial)
	}
	fan := fanKeyOf(l.number, l.filter.OpenID)
	enough := false
	err = l.each(key, func(f found) (bool, error) {
		switch {
		case l.skipping:
			l.skipping = f.id != l.filter.Before
			return false, nil
		case l.older && f.id >= l.filter.Before, f.id < since, fan != 0 && (f.fan != fan || f.openID() != l.filter.OpenID):
			return f.id < key.low, nil
		}
		if m := l.message(&f); len(l.filter.Statuses) == 0 || slices.Contains(l.filter.Statuses, m.Status) {
			l.found = append(l.found, m)
		}
		enough = len(l.found) >= l.filter.limit()
		return enough, nil
	})
	if err == nil && !enough && !l.moved {
		return l.readOld(since)
	}
	return err
}

// begin says what is to be looked through.
func (l *listing) begin() (searchKey, error) {
	key := oneKey(keyAccount, keyOf(ofNumber, l.number, ""))
	if l.filter.OpenID != "" {
		key = oneKey(keyFan, fanKeyOf(l.number, l.filter.OpenID))
	}
	before := l.filter.Before
	if before == 0 {
		return key, nil
	}
	trace := oneKey(keyTrace, traceKey(before))
	trace.low, trace.high = before, before
	if there, err := l.oldHas(before); there || err != nil {
		key.before = 0
		return key, err
	}
	err := l.each(trace, func(f found) (bool, error) {
		if f.id == before {
			key.before, l.skipping = f.no, true
		}
		return l.skipping, nil
	})
	l.older = !l.skipping
	return key, err
}

// settleRecords writes the waiting records, so that a reader sees them.
func (s *Store) settleRecords(ctx context.Context) {
	if s.records.waiting() == 0 {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, s.wait)
	defer cancel()
	_ = s.Flush(ctx) // the reader is better served with what is there than with this error
}
