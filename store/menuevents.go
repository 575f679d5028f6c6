package store

import (
	"cmp"
	"context"
	"slices"
	"time"
)

// MenuFilter chooses menu events; the zero filter means all that are kept.
type MenuFilter struct {
	EventKey string    // "" = every key
	MenuID   string    // "" = every menu
	Since    time.Time // rounded down to the hour
}

// MenuEvent is what became of the events of one button.
type MenuEvent struct {
	Event, EventKey, MenuID string
	Counts                  map[Status]int64 // without those that are 0
	Repeats                 int64            // further deliveries of the same push: an earlier answer was late or lost
	MeanLatency, MaxLatency time.Duration
	Last                    MenuLast
}

// MenuLast is the newest event of a button.
type MenuLast struct {
	Trace      string
	OpenID     string
	CreateTime int64 // WeChat's clock, Unix seconds
	Received   time.Time
	Status     Status
	Error      string
}

const hourMillis = int64(time.Hour / time.Millisecond)

type buttonKey struct {
	account, eventKey, event, menuID string
	hour                             int64
}

// buttonRow is what one transaction adds to a row of menu_events.
type buttonRow struct {
	counts                         [statuses]int64
	repeats, timed, total, longest int64
	lastAt                         int64
	last                           []byte
}

func (l *recordBatch) button(account string, r *Record) *buttonRow {
	k := buttonKey{account, r.EventKey, r.Event, r.MenuID, r.Received.UnixMilli() / hourMillis}
	row, ok := l.buttons[k]
	if !ok {
		row = &buttonRow{}
		l.buttons[k] = row
	}
	return row
}

// count adds a record, or with sign -1 takes back what was added for it.
func (b *buttonRow) count(id int64, r *Record, sign int64) {
	b.counts[min(r.Status, statuses-1)] += sign
	b.repeats += sign * int64(max(0, r.Attempts-1))
	if r.Latency > 0 {
		b.timed += sign
		b.total += sign * r.Latency.Microseconds()
	}
	if sign < 0 {
		return
	}
	b.longest = max(b.longest, r.Latency.Microseconds())
	if at := r.Received.UnixMilli(); at >= b.lastAt {
		b.lastAt, b.last = at, appendLast(nil, id, r)
	}
}

const saveButton = `
INSERT INTO menu_events (account, event_key, event, menu_id, hour,
	pending, answered, acknowledged, answered_async, failed, late, unhandled,
	repeats, timed, latency_sum, latency_max, last_at, last)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (account, event_key, event, menu_id, hour) DO UPDATE SET
	pending = menu_events.pending + excluded.pending,
	answered = menu_events.answered + excluded.answered,
	acknowledged = menu_events.acknowledged + excluded.acknowledged,
	answered_async = menu_events.answered_async + excluded.answered_async,
	failed = menu_events.failed + excluded.failed,
	late = menu_events.late + excluded.late,
	unhandled = menu_events.unhandled + excluded.unhandled,
	repeats = menu_events.repeats + excluded.repeats,
	timed = menu_events.timed + excluded.timed,
	latency_sum = menu_events.latency_sum + excluded.latency_sum,
	latency_max = CASE WHEN excluded.latency_max > menu_events.latency_max THEN excluded.latency_max ELSE menu_events.latency_max END,
	last = CASE WHEN excluded.last_at >= menu_events.last_at THEN excluded.last ELSE menu_events.last END,
	last_at = CASE WHEN excluded.last_at >= menu_events.last_at THEN excluded.last_at ELSE menu_events.last_at END`

func (b *buttonRow) save(c *connection, k buttonKey) error {
	n := b.counts
	return c.exec(saveButton, k.account, k.eventKey, k.event, k.menuID, k.hour,
		n[Pending], n[Answered], n[Acknowledged], n[AnsweredAsync], n[Failed], n[Late], n[Unhandled],
		b.repeats, b.timed, b.total, b.longest, b.lastAt, append([]byte{}, b.last...))
}

func appendLast(dst []byte, id int64, r *Record) []byte {
	dst = putNumber(dst, fieldTrace, id)
	dst = putText(dst, fieldOpenID, r.OpenID)
	dst = putNumber(dst, fieldCreateTime, r.CreateTime)
	dst = putTime(dst, fieldReceived, r.Received)
	dst = putNumber(dst, fieldStatus, int64(r.Status))
	return putText(dst, fieldError, r.Error)
}

func readLast(body []byte) (last MenuLast) {
	eachField(body, func(field int, n int64, text string) {
		switch field {
		case fieldTrace:
			last.Trace = formatTrace(n)
		case fieldOpenID:
			last.OpenID = text
		case fieldCreateTime:
			last.CreateTime = n
		case fieldReceived:
			last.Received = timeOf(n)
		case fieldStatus:
			last.Status = Status(n)
		case fieldError:
			last.Error = text
		}
	})
	return last
}

const sumButtons = `
SELECT event_key, event, menu_id, pending, answered, acknowledged, answered_async, failed, late, unhandled,
	repeats, timed, latency_sum, latency_max, last_at, last
FROM menu_events WHERE account = ? AND hour >= ?`

// MenuEvents sums up an account's menu events per button, the most recently used first, with every
// Record handed in before.
func (s *Store) MenuEvents(ctx context.Context, account string, f MenuFilter) ([]MenuEvent, error) {
	s.settleRecords(ctx)
	query, args := sumButtons, []any{account, int64(0)}
	if !f.Since.IsZero() {
		args[1] = f.Since.UnixMilli() / hourMillis
	}
	if f.EventKey != "" {
		query, args = query+" AND event_key = ?", append(args, f.EventKey)
	}
	if f.MenuID != "" {
		query, args = query+" AND menu_id = ?", append(args, f.MenuID)
	}
	sums := map[buttonKey]*buttonRow{}
	err := s.committed(ctx).rows(query, args, func(scan func(...any) error) error { return addHour(sums, scan) })
	if err != nil {
		return nil, err
	}
	var events []MenuEvent
	for k, b := range sums {
		events = append(events, b.event(k))
	}
	slices.SortFunc(events, func(a, b MenuEvent) int {
		return cmp.Or(b.Last.Received.Compare(a.Last.Received), cmp.Compare(a.EventKey, b.EventKey), cmp.Compare(a.Event, b.Event))
	})
	return events, nil
}

// addHour adds one row of menu_events to the sum of its button.
func addHour(sums map[buttonKey]*buttonRow, scan func(...any) error) error {
	var k buttonKey
	var b buttonRow
	n := &b.counts
	err := scan(&k.eventKey, &k.event, &k.menuID, &n[Pending], &n[Answered], &n[Acknowledged], &n[AnsweredAsync],
		&n[Failed], &n[Late], &n[Unhandled], &b.repeats, &b.timed, &b.total, &b.longest, &b.lastAt, &b.last)
	if err != nil {
		return err
	}
	sum, ok := sums[k]
	if !ok {
		sums[k] = &b
		return nil
	}
	for i := range n {
		sum.counts[i] += n[i]
	}
	sum.repeats, sum.timed, sum.total = sum.repeats+b.repeats, sum.timed+b.timed, sum.total+b.total
	sum.longest = max(sum.longest, b.longest)
	if b.lastAt >= sum.lastAt {
		sum.lastAt, sum.last = b.lastAt, b.last
	}
	return nil
}

func (b *buttonRow) event(k buttonKey) MenuEvent {
	e := MenuEvent{
		Event: k.event, EventKey: k.eventKey, MenuID: k.menuID, Counts: map[Status]int64{},
		Repeats: b.repeats, MaxLatency: durationOf(b.longest), Last: readLast(b.last),
	}
	for status, n := range b.counts {
		if n != 0 {
			e.Counts[Status(status)] = n
		}
	}
	if b.timed > 0 {
		e.MeanLatency = durationOf(b.total / b.timed)
	}
	return e
}
