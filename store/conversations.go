package store

import (
	"context"
	"errors"
	"time"
)

// ConversationState says how a conversation stands. The words are in the database.
type ConversationState string

// The states.
const (
	ConversationStarting ConversationState = "starting" // its first run is still to come
	ConversationRunning  ConversationState = "running"  // a turn has written of it, and not ended yet
	ConversationWaits    ConversationState = "waits"
	ConversationFailed   ConversationState = "failed" // its script raised; nothing wakes it
	ConversationGone     ConversationState = "gone"   // no build that may run it has the flow; nothing wakes it
)

// Why a conversation goes on by itself when it is due.
const (
	DueTimeout = "timeout" // of the question
	DueExpire  = "expire"  // of the flow
	DueSignal  = "signal"  // one is there
	DueResume  = "resume"  // it has not begun, or its last run was cut short
)

// Conversation is what a fan has under way. A fan has one at most.
type Conversation struct {
	Account, OpenID string
	ID              string
	Flow            string
	Build           string // that wrote the last entry
	State           ConversationState
	Kind            string // of what it waits for
	Question        string // of signals the name
	Detail          []byte
	Misses          int
	Pieces          int
	Started         time.Time
	Changed         time.Time // when its turns last wrote, or it was let go on
	Expires         time.Time
	AskDue          time.Time // the question has waited long enough; zero: never
	Due             time.Time // zero: it does not go on by itself
	Why             string    // it goes on then; or why it failed
}

// What is kept of conversations that are over, and of their text.
const (
	// KeepFailed is how long a conversation is kept that failed, or whose flow is gone.
	KeepFailed = 7 * 24 * time.Hour
	// MaxDetail bounds Detail, maxWhy Why and Question, in bytes.
	MaxDetail = 32 << 10
	maxWhy    = 2 << 10
	// resumeAfter is how long a turn may write to a conversation without ending before another takes over.
	resumeAfter = 10 * time.Minute
)

// Why a conversation is not written.
var (
	// ErrOvertaken says that a conversation went on, ended or was replaced while a turn ran it: the turn counts for nothing.
	ErrOvertaken = errors.New("store: the conversation has gone on without this turn")
	// ErrBusy says that the fan is in a conversation.
	ErrBusy = errors.New("store: the fan is in a conversation")
)

const (
	conversationColumns = `SELECT account, openid, id, flow, build, state, kind, question, detail, misses, pieces, started, changed, expires, ask_due, due, why FROM conversations`
	oneConversation     = conversationColumns + ` WHERE account = ? AND openid = ?`
	whereConversation   = `SELECT id, pieces FROM conversations WHERE account = ? AND openid = ?`
	someConversations   = conversationColumns + ` WHERE account = ? AND openid > ? ORDER BY openid LIMIT ?`
	dueConversations    = conversationColumns + ` WHERE due <= ? ORDER BY due LIMIT ?`
	nextConversation    = `SELECT min(due) FROM conversations WHERE due > ?`
	anyConversation     = `SELECT 1 FROM conversations WHERE account = ? LIMIT 1`
	countConversations  = `SELECT count(*) FROM conversations WHERE account = ? AND state = 'waits'`
	conversationBuilds  = `SELECT build, max(changed) FROM conversations WHERE account = ? GROUP BY build ORDER BY 2 DESC LIMIT ?`

	dropConversation   = `DELETE FROM conversations WHERE account = ? AND openid = ?`
	dropJournalsOfFan  = `DELETE FROM journals WHERE account = ? AND owner IN (SELECT id FROM conversations WHERE account = ? AND openid = ?)`
	insertConversation = `INSERT INTO conversations (account, openid, id, flow, build, state, kind, question, detail, misses, pieces, started, changed, expires, ask_due, due, why)
	VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`
	advanceConversation = `UPDATE conversations SET build = ?, state = 'running', pieces = pieces + 1, changed = ?, due = ?, why = 'resume'
	WHERE account = ? AND openid = ? AND id = ? AND pieces = ?`
	leaveConversation = `UPDATE conversations SET build = ?, state = ?, kind = ?, question = ?, detail = ?, misses = ?, pieces = ?, changed = ?, ask_due = ?, due = ?, why = ?
	WHERE account = ? AND openid = ? AND id = ? AND pieces = ?`
	leaseConversation  = `UPDATE conversations SET due = ? WHERE account = ? AND openid = ? AND id = ? AND due = ?`
	hastenConversation = `UPDATE conversations SET due = ? WHERE account = ? AND openid = ? AND state = 'running' AND why = 'resume'`
	endConversation    = `DELETE FROM conversations WHERE account = ? AND openid = ? AND id = ?`
	resumeOn           = `UPDATE conversations SET build = ?, state = 'running', changed = ?, due = ?, why = 'resume' WHERE account = ? AND openid = ? AND id = ?`
)

func scanConversation(scan func(...any) error) (c Conversation, err error) {
	var started, changed, expires int64
	var ask, due *int64
	err = scan(&c.Account, &c.OpenID, &c.ID, &c.Flow, &c.Build, &c.State, &c.Kind, &c.Question, &c.Detail, &c.Misses, &c.Pieces, &started, &changed, &expires, &ask, &due, &c.Why)
	c.Started, c.Changed, c.Expires = time.UnixMilli(started), time.UnixMilli(changed), time.UnixMilli(expires)
	c.AskDue, c.Due = readDue(ask), readDue(due)
	return c, err
}

func readConversations(v reader, query string, args ...any) (all []Conversation, err error) {
	err = v.rows(query, args, func(scan func(...any) error) error {
		c, err := scanConversation(scan)
		all = append(all, c)
		return err
	})
	return all, err
}

func readDue(millis *int64) time.Time {
	if millis == nil {
		return time.Time{}
	}
	return time.UnixMilli(*millis)
}

// sqlDue is a time to come; NULL for the zero time.
func sqlDue(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.UnixMilli()
}

// Conversation is what a fan has under way, with the pieces of its journal; found is false when there is nothing.
func (s *Store) Conversation(ctx context.Context, account, openid string) (c Conversation, pieces [][]byte, found bool, err error) {
	v := s.committed(ctx)
	all, err := readConversations(v, oneConversation, account, openid)
	if err != nil || len(all) == 0 {
		return c, nil, false, err
	}
	pieces, err = readJournal(v, account, all[0].ID)
	return all[0], pieces, err == nil, err
}

// FindConversation is Conversation without the journal.
func (s *Store) FindConversation(ctx context.Context, account, openid string) (c Conversation, found bool, err error) {
	all, err := readConversations(s.committed(ctx), oneConversation, account, openid)
	if err != nil || len(all) == 0 {
		return c, false, err
	}
	return all[0], true, nil
}

// HasConversations reports whether any fan of an account has something under way.
func (s *Store) HasConversations(ctx context.Context, account string) (bool, error) {
	var one int
	return s.committed(ctx).row(anyConversation, []any{account}, &one)
}

// CountConversations counts the fans of an account who are waited for.
func (s *Store) CountConversations(ctx context.Context, account string) (n int64, err error) {
	_, err = s.committed(ctx).row(countConversations, []any{account}, &n)
	return n, err
}

// Conversations lists those of an account by openid, behind one.
func (s *Store) Conversations(ctx context.Context, account, after string, limit int) ([]Conversation, error) {
	return readConversations(s.committed(ctx), someConversations, account, after, limit)
}

// MaxOldBuilds is how many builds besides the live one conversations may hold and go on with.
const MaxOldBuilds = 5

// ConversationBuilds are the builds that conversations of an account were last written by, the one that was used last
// first, as many as they may hold.
func (s *Store) ConversationBuilds(ctx context.Context, account string) ([]string, error) {
	return readConversationBuilds(s.committed(ctx), account)
}

func readConversationBuilds(v reader, account string) (builds []string, err error) {
	err = v.rows(conversationBuilds, []any{account, MaxOldBuilds + 1}, func(scan func(...any) error) error {
		var build string
		var changed int64
		err := scan(&build, &changed)
		builds = append(builds, build)
		return err
	})
	return builds, err
}

// DueConversations are some of those that go on by themselves by now, of all accounts, the longest due first.
func (s *Store) DueConversations(ctx context.Context, limit int) ([]Conversation, error) {
	return readConversations(s.committed(ctx), dueConversations, s.now().UnixMilli(), limit)
}

// NextConversation is when the first conversation is due that is not due yet; the zero time: none is.
func (s *Store) NextConversation(ctx context.Context) (time.Time, error) {
	var due *int64
	_, err := s.committed(ctx).row(nextConversation, []any{s.now().UnixMilli()}, &due)
	return readDue(due), err
}

// LeaseConversation puts off when a conversation is due; false: another process has done so, or it has gone on.
func (s *Store) LeaseConversation(ctx context.Context, c Conversation, lease time.Duration) (ours bool, err error) {
	err = s.writer.do(ctx, true, func(b *batch) error {
		n, err := b.change(leaseConversation, s.now().Add(lease).UnixMilli(), c.Account, c.OpenID, c.ID, c.Due.UnixMilli())
		ours = n == 1
		return err
	})
	return ours && err == nil, err
}

// HastenConversation lets a conversation go on now whose turn was cut short.
func (s *Store) HastenConversation(ctx context.Context, account, openid string) error {
	return s.writer.do(ctx, true, func(b *batch) error {
		return b.exec(hastenConversation, s.now().UnixMilli(), account, openid)
	})
}

// EndConversation ends what a fan has under way; found is false when that is something else by now.
func (s *Store) EndConversation(ctx context.Context, c Conversation, by Actor) (found bool, err error) {
	err = s.writer.do(ctx, true, func(b *batch) error {
		n, err := b.change(endConversation, c.Account, c.OpenID, c.ID)
		if found = n == 1; err != nil || !found {
			return err
		}
		if err := b.dropJournal(c.Account, c.ID); err != nil {
			return err
		}
		return s.noteAudit(b, AuditEntry{Account: c.Account, Who: by, Act: "flow.end", Object: c.Flow + " " + c.ID})
	})
	return found, err
}

// ResumeConversation lets a conversation go on, on a build; found is false when it is something else by now.
func (s *Store) ResumeConversation(ctx context.Context, c Conversation, build string, by Actor) (found bool, err error) {
	err = s.writer.do(ctx, true, func(b *batch) error {
		n, err := b.change(resumeOn, build, s.now().UnixMilli(), s.now().UnixMilli(), c.Account, c.OpenID, c.ID)
		if found = n == 1; err != nil || !found {
			return err
		}
		return s.noteAudit(b, AuditEntry{Account: c.Account, Who: by, Act: "flow.resume", Object: c.Flow + " " + c.ID + " " + build})
	})
	return found, err
}

// dropPruned removes the journal of a conversation before the conversation goes; args are those of the removal.
func dropPruned(b *batch, args []any) error {
	return b.exec(`DELETE FROM journals WHERE account = ? AND owner IN (SELECT id FROM conversations WHERE account = ? AND openid = ? AND id = ? AND due IS NULL AND changed <= ?)`,
		append([]any{args[0]}, args...)...)
}
