package store

import (
	"context"
	"time"
)

// Fan is what is known of one fan of one account. Times are by WeChat's clock unless said otherwise;
// a zero time means that nothing of the kind was seen yet.
type Fan struct {
	OpenID      string
	FirstSeen   time.Time // our clock
	ReceivedAt  time.Time // our clock: the newest push
	MessageAt   time.Time // the newest message that is no event
	MessageType string
	MessageID   string
	EventAt     time.Time // the newest event that was the fan's own act
	Event       string
	// Windows in which customer-service messages may be sent, as far as we can count, at most one
	// of each kind; those that have run out are left out.
	Windows []Window
}

// InteractionAt is when the fan last did anything.
func (f *Fan) InteractionAt() time.Time {
	if f.EventAt.After(f.MessageAt) {
		return f.EventAt
	}
	return f.MessageAt
}

// LastMessage is the newest message (no event) of a fan.
type LastMessage struct {
	CreateTime int64 // Unix seconds, WeChat's clock
	MsgType    string
	MsgID      string
}

// Fan returns what is known of a fan, with every Record handed in before.
func (s *Store) Fan(ctx context.Context, account, openid string) (f Fan, ok bool, err error) {
	err = s.look(ctx, account, func(v *lookup) error {
		h, err := v.head(openid)
		if err != nil || h == nil {
			return err
		}
		f, ok = h.fan(openid, s.now()), true
		return nil
	})
	return f, ok, err
}

// head is all that is known of a fan; nil = nothing.
func (v *lookup) head(openid string) (h *head, err error) {
	if openid == "" {
		return nil, nil
	}
	if !v.moved {
		if h, err = v.oldHead(openid); err != nil {
			return nil, err
		}
	}
	if v.number == 0 {
		return h, nil
	}
	then := func(later *head) {
		if h == nil {
			h = &head{}
		}
		h.then(later)
	}
	key := fanKeyOf(v.number, openid)
	if err := v.sealedHeads(key, openid, then); err != nil {
		return nil, err
	}
	err = v.tailHeads(key, key, func(of string, one *head) {
		if of == openid {
			then(one)
		}
	})
	return h, err
}

// tailHeads calls then for what each record in the tail adds to the head of its fan, for the fans of the account whose keys
// are in a range, the oldest record first.
func (v *lookup) tailHeads(first, last uint64, then func(openid string, one *head)) error {
	tail, err := v.tail()
	if err != nil {
		return err
	}
	for _, b := range tail {
		for i := range b.entries {
			e := &b.entries[i]
			if e.account != v.number || e.fan == 0 || e.fan < first || e.fan > last {
				continue
			}
			r, one := e.record(), &head{}
			one.touch(&r)
			then(r.OpenID, one)
		}
	}
	return nil
}

// sealedHeads calls fn with what each run says of a fan, the oldest first.
func (v *lookup) sealedHeads(key uint64, openid string, fn func(*head)) error {
	var runs []runName
	err := v.rows(liveHeads, nil, func(scan func(...any) error) error {
		var n runName
		err := scan(&n.no, &n.level, &n.first, &n.last, &n.bits)
		if n.last >= v.from() {
			runs = append(runs, n)
		}
		return err
	})
	if err != nil {
		return err
	}
	v.store.filters.keepOnly(runs)
	for _, n := range runs {
		filter, err := v.store.filters.of(v, n)
		if err != nil {
			return err
		}
		if !filter.may(key) {
			continue
		}
		var page []byte
		r := run{no: n.no, bits: int(n.bits)}
		if _, err := v.row(loadPage, []any{r.page(key)}, &page); err != nil {
			return err
		}
		eachHead(page, func(e *headEntry) {
			if e.is(v.number, openid) {
				fn(readHead(e.body))
			}
		})
	}
	return nil
}

// fan is what a head says by now.
func (h *head) fan(openid string, now time.Time) Fan {
	f := h.Fan
	f.OpenID, f.Windows = openid, h.windows()
	f.Windows = f.open(now)
	return f
}

// LastMessage returns the fan's newest message; ok is false when none was seen, which means unknown.
func (s *Store) LastMessage(ctx context.Context, account, openid string) (LastMessage, bool, error) {
	f, ok, err := s.Fan(ctx, account, openid)
	if err != nil || !ok || f.MessageAt.IsZero() {
		return LastMessage{}, false, err
	}
	return LastMessage{CreateTime: f.MessageAt.Unix(), MsgType: f.MessageType, MsgID: f.MessageID}, true, nil
}

// open returns the windows that have not run out.
func (f *Fan) open(now time.Time) (open []Window) {
	for _, w := range f.Windows {
		if w.Expires.After(now) {
			open = append(open, w)
		}
	}
	return open
}
