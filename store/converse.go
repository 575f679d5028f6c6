package store

import (
	"context"
	"fmt"
	"time"
)

// Talk is the conversation that a turn carries on: which, and how far its journal goes.
type Talk struct {
	ID     string
	Flow   string
	Build  string // that runs
	Fresh  bool   // it begins in this turn: what the fan had under way ends
	Pieces int    // of the journal until now
	Life   time.Duration
}

// TalkEnd is what becomes of a conversation with the end of a turn.
type TalkEnd struct {
	Talk
	State    ConversationState // "" = it is over
	Entries  []byte            // the last piece of its journal; none = nothing is added
	Kind     string
	Question string
	Detail   []byte
	Misses   int
	Timeout  time.Duration // of the question, from now; 0 = none
	KeepDue  bool          // it was asked before: when it is due stays as it is
	Why      string        // it failed
}

// Converse says which conversation the turn carries on from here: Note and what changes the store write to its journal.
func (t *Turn) Converse(k Talk) { t.talk = &k }

// Along says what the next change of the store adds to the journal, in its own transaction, by what it came to; nil:
// nothing.
func (t *Turn) Along(entries func(value any) []byte) { t.along = entries }

// noted adds to the journal what goes with a change that has come to value.
func (t *Turn) noted(b *batch, value any) error {
	along := t.along
	if along == nil {
		return nil
	}
	t.along = nil
	return t.addEntries(b, along(value))
}

// stillCarried makes sure, before a change that the journal tells of, that the conversation is where the turn left it: the
// change could not be taken back.
func (t *Turn) stillCarried(b *batch) error {
	if t.along == nil || t.talk == nil || t.talk.Fresh {
		return nil
	}
	return t.isAt(b, t.talk.ID, t.talk.Pieces)
}

// isAt reports as ErrOvertaken that the fan's conversation is another one, or has gone on.
func (t *Turn) isAt(b *batch, id string, pieces int) error {
	var nowID string
	var nowPieces int
	found, err := b.row(whereConversation, []any{t.key.Account, t.key.OpenID}, &nowID, &nowPieces)
	if err == nil && (!found || nowID != id || nowPieces != pieces) {
		err = ErrOvertaken
	}
	return err
}

// Note adds entries to the journal of the conversation; with wait it returns once they are on the disk. It claims the
// turn's message like every other write.
func (t *Turn) Note(ctx context.Context, entries []byte, wait bool) error {
	if len(entries) > MaxPiece {
		return fmt.Errorf("%w: a piece of a journal may have %d bytes", ErrTooLarge, MaxPiece)
	}
	var in *batch
	err := t.do(ctx, wait, func(b *batch) error {
		if err := t.enter(b); err != nil {
			return err
		}
		in = b
		return t.addEntries(b, entries)
	})
	if in != nil {
		t.last = in
	}
	return err
}

// addEntries writes a piece of the journal, unless the conversation has gone on without this turn.
func (t *Turn) addEntries(b *batch, entries []byte) error {
	if t.key.Job != nil {
		return t.addToJob(b, entries)
	}
	k := t.talk
	if k == nil {
		return ErrOvertaken
	}
	if err := t.reach(b); err != nil {
		return err
	}
	s := t.store
	now := s.now()
	n, err := b.change(advanceConversation, k.Build, now.UnixMilli(), now.Add(resumeAfter).UnixMilli(), t.key.Account, t.key.OpenID, k.ID, k.Pieces)
	if err != nil {
		return err
	}
	if n == 0 {
		return ErrOvertaken
	}
	k.Pieces++
	ok, err := b.addPiece(t.key.Account, k.ID, k.Pieces, entries)
	if err == nil && !ok {
		err = ErrOvertaken
	}
	return err
}

// reach makes the row of a conversation that begins.
func (t *Turn) reach(b *batch) error {
	k := t.talk
	if !k.Fresh {
		return nil
	}
	k.Fresh = false
	now := t.store.now()
	return b.startConversation(Conversation{
		Account: t.key.Account, OpenID: t.key.OpenID, ID: k.ID, Flow: k.Flow, Build: k.Build, State: ConversationRunning,
		Started: now, Changed: now, Expires: now.Add(k.Life), Due: now.Add(resumeAfter), Why: DueResume,
	})
}

// startConversation puts a conversation in the place of what the fan has under way.
func (b *batch) startConversation(c Conversation) error {
	if err := b.endConversationOf(c.Account, c.OpenID); err != nil {
		return err
	}
	return b.exec(insertConversation, c.Account, c.OpenID, c.ID, c.Flow, c.Build, c.State, c.Kind, c.Question, present(c.Detail), c.Misses, c.Pieces,
		c.Started.UnixMilli(), c.Changed.UnixMilli(), c.Expires.UnixMilli(), sqlDue(c.AskDue), sqlDue(c.Due), c.Why)
}

// endConversationOf ends what a fan has under way.
func (b *batch) endConversationOf(account, openid string) error {
	if err := b.exec(dropJournalsOfFan, account, account, openid); err != nil {
		return err
	}
	return b.exec(dropConversation, account, openid)
}

// overtaken looks, before a turn ends, whether the conversation is still where the turn left it.
func (t *Turn) overtaken(b *batch, end *TalkEnd) error {
	if end == nil {
		return nil
	}
	if t.talk == nil || t.talk.ID != end.ID {
		t.Converse(end.Talk)
	}
	if t.talk.Fresh {
		return nil
	}
	return t.isAt(b, end.ID, t.talk.Pieces)
}

// keepTalk ends the turn's part of a conversation.
func (t *Turn) keepTalk(b *batch, end *TalkEnd) error {
	if end == nil {
		return nil
	}
	k, account, openid := t.talk, t.key.Account, t.key.OpenID
	if end.State == "" {
		if k.Fresh { // it began and ended in one turn; what the fan had before is over all the same
			return b.endConversationOf(account, openid)
		}
		if err := b.dropJournal(account, k.ID); err != nil {
			return err
		}
		return b.exec(endConversation, account, openid, k.ID)
	}
	if err := t.reach(b); err != nil {
		return err
	}
	was, pieces := k.Pieces, k.Pieces
	if len(end.Entries) > 0 {
		pieces++
		if ok, err := b.addPiece(account, k.ID, pieces, end.Entries); err != nil || !ok {
			return orOvertaken(err)
		}
	}
	now := t.store.now()
	ask, due, why, err := t.dueOf(b, end, now)
	if err != nil {
		return err
	}
	n, err := b.change(leaveConversation, k.Build, end.State, end.Kind, end.Question, present(end.Detail), end.Misses, pieces, now.UnixMilli(),
		sqlDue(ask), sqlDue(due), why, account, openid, k.ID, was)
	if err == nil && n == 0 {
		err = ErrOvertaken
	}
	k.Pieces = pieces
	return err
}

func orOvertaken(err error) error {
	if err == nil {
		return ErrOvertaken
	}
	return err
}

// dueOf is when a conversation that waits goes on by itself, and why: whichever comes first of the question's time, the
// flow's, and a signal that came while the turn ran.
func (t *Turn) dueOf(b *batch, end *TalkEnd, now time.Time) (ask, due time.Time, why string, err error) {
	if end.State != ConversationWaits {
		return ask, due, end.Why[:min(len(end.Why), maxWhy)], nil
	}
	all, err := readConversations(b, oneConversation, t.key.Account, t.key.OpenID)
	if err != nil || len(all) == 0 {
		return ask, due, why, orOvertaken(err)
	}
	due, why = all[0].Expires, DueExpire
	switch {
	case end.KeepDue:
		ask = all[0].AskDue
	case end.Timeout > 0:
		ask = now.Add(end.Timeout)
	}
	if !ask.IsZero() && ask.Before(due) {
		due, why = ask, DueTimeout
	}
	if end.Kind == WaitSignal {
		there, err := hasSignal(b, t.key.Account, t.key.OpenID, end.Question, now)
		if err != nil {
			return ask, due, why, err
		}
		if there {
			due, why = now, DueSignal
		}
	}
	return ask, due, why, nil
}
