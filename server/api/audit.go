package api

import (
	"context"
	"errors"
	"sync"
	"time"

	"moonwire/store"
	"moonwire/wechat/api"
)

// auditTime is how long a row may take to be written.
const auditTime = 5 * time.Second

// auditRows counts the rows of today: what is done again and again must leave the audit room for what is rare.
type auditRows struct {
	mu    sync.Mutex
	today map[auditCount]int
	day   int64
}

type auditCount struct{ account, key, method string }

// manyCounts is when all is forgotten, which costs some rows more.
const manyCounts = 10_000

// next is the number of the next row of today, from 1 on.
func (r *auditRows) next(of auditCount, now time.Time) int {
	r.mu.Lock()
	defer r.mu.Unlock()
	if day := now.Unix() / 86_400; r.today == nil || day != r.day || len(r.today) >= manyCounts {
		r.today, r.day = map[auditCount]int{}, day
	}
	r.today[of]++
	return r.today[of]
}

// acts says what is about to be changed. What WeChat has refused then was no change.
func (q *ask) acts(object string) { q.object = object }

// audit notes a change, or one of which nobody knows whether it was made. What is done is done: when it cannot be noted,
// the log says so.
func (a *Handler) audit(ctx context.Context, m *method, q *ask, err error) {
	var refused *api.Error
	if q.object == "" || m.audit == 0 || errors.As(err, &refused) {
		return
	}
	n := a.rows.next(auditCount{q.account, q.key, m.Name}, a.now())
	if n > m.audit {
		return
	}
	if n == m.audit {
		q.object += ", and what follows today"
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), auditTime)
	defer cancel()
	entry := store.AuditEntry{Account: q.account, Who: store.Actor{Kind: store.ActorKey, Name: q.key}, Act: m.Name, Object: q.object}
	if err := a.store.Audit(ctx, entry); err != nil {
		a.log.Error("a change is not in the audit", "account", q.account, "key", q.key, "method", m.Name, "error", err)
	}
}
