package bot

import (
	"context"
	"time"

	"moonwire/bindings"
	"moonwire/store"
	"moonwire/wechat"
)

// oldBuildLife is how long after its last entry a conversation goes on with the build that wrote that, where the live one
// does not come to the question that the fan was asked.
const oldBuildLife = 24 * time.Hour

// converses reports whether the fan of a piece of work may be in a conversation, or begin one.
func (w *work) converses() bool { return w.fan.openid != "" && w.account.conversing.Load() }

// act runs what the work does, with the conversation that its fan has under way.
func (f *Fleet) act(w *work, in bindings.Input) (bindings.Outcome, error) {
	if !w.converses() {
		return w.action(f.life, w.release.program, in)
	}
	row, pieces, found, err := f.o.Store.Conversation(f.life, w.account.name, w.fan.openid)
	if err != nil {
		return bindings.Outcome{}, err
	}
	in.Keeper = w.memory
	w.memory.build = w.release.program.Build().ID
	if !found {
		return w.action(f.life, w.release.program, in)
	}
	w.memory.row = &row
	in.Conversation = f.conversation(w.account.name, row, pieces)
	program := w.release.program
	if cut := w.push == nil && row.State == store.ConversationRunning; cut && row.Build != w.release.build {
		if old := f.loader.oldProgram(f.life, w.account, w.release, row.Build); old != nil { // what it began it ends
			program, w.memory.build = old, old.Build().ID
		}
	}
	out, err := w.action(f.life, program, in)
	p := out.Conversation
	if p == nil || p.State != bindings.TalkDiffers && p.State != bindings.TalkGone {
		return out, err
	}
	return f.actElsewhere(w, in, out)
}

// conversation is a row as a program takes it.
func (f *Fleet) conversation(account string, row store.Conversation, pieces [][]byte) *bindings.Conversation {
	_, cancel := bindings.ReadDetail(row.Detail)
	return &bindings.Conversation{
		ID: row.ID, Flow: row.Flow, Build: row.Build, Misses: row.Misses, Pieces: pieces, Cancel: cancel,
		Failed: row.State == store.ConversationFailed || row.State == store.ConversationGone,
		Source: func(build, file string) []byte {
			body, err := f.o.Store.BuildFile(f.life, account, build, file)
			if err != nil {
				return nil
			}
			return body
		},
	}
}

// actElsewhere lets a conversation go on that the live build does not come to: with the build that wrote its last entry, and
// else with the live one, which then asks anew; or it ends where no build has its flow. first has done nothing but ask
// on.before.
func (f *Fleet) actElsewhere(w *work, in bindings.Input, first bindings.Outcome) (bindings.Outcome, error) {
	row, why := w.memory.row, first.Conversation.Why
	if program := f.oldProgram(w, *row); program != nil {
		w.memory.build = program.Build().ID
		out, err := program.Converse(f.life, in)
		p := out.Conversation
		failed := err != nil || p == nil || p.State == bindings.TalkDiffers || p.State == bindings.TalkGone
		if !failed || w.memory.noted { // what it has done cannot be undone
			first.Warnings = append(first.Warnings, "the conversation goes on with build "+w.memory.build+", which asked: in build "+w.release.build+" "+why)
			return joined(first, out), err
		}
	}
	w.memory.build = w.release.program.Build().ID
	if first.Conversation.State == bindings.TalkGone {
		return f.actWithout(w, in, first)
	}
	in.Conversation.Lenient = true
	first.Warnings = append(first.Warnings, "the fan is asked anew: "+why)
	out, err := w.release.program.Converse(f.life, in)
	return joined(first, out), err
}

// actWithout lets the rules have a push whose conversation no build can go on with.
func (f *Fleet) actWithout(w *work, in bindings.Input, first bindings.Outcome) (bindings.Outcome, error) {
	first.Warnings = append(first.Warnings, "the conversation ends: "+first.Conversation.Why)
	gone := first.Conversation
	if in.Message == nil {
		return first, nil
	}
	in.Conversation, in.Asked = nil, true
	w.memory.noted = true // by rules, which are not asked twice
	out, err := w.release.program.Answer(f.life, in)
	if out.Conversation == nil { // else another takes its place
		out.Conversation = gone
	}
	return joined(first, out), err
}

// joined is what came of a turn that went on in another program.
func joined(first, out bindings.Outcome) bindings.Outcome {
	out.Tried = append(first.Tried, out.Tried...)
	out.Warnings = append(first.Warnings, out.Warnings...)
	out.Log = append(first.Log, out.Log...)
	out.Sent = append(first.Sent, out.Sent...)
	out.Asked = append(first.Asked, out.Asked...)
	if !out.SessionChanged {
		out.Session, out.SessionChanged = first.Session, first.SessionChanged
	}
	return out
}

// oldProgram is the build that wrote the last entry of a conversation, as long as that may go on with it; nil when it may
// not, or is the live one.
func (f *Fleet) oldProgram(w *work, row store.Conversation) *bindings.Program {
	if f.o.Dev || row.Build == w.release.build || f.o.Now().Sub(row.Changed) > oldBuildLife {
		return nil
	}
	return f.loader.oldProgram(f.life, w.account, w.release, row.Build)
}

// talkEnd is what becomes of the fan's conversation with the end of the turn; nil: it is none of the turn's.
func (w *work) talkEnd() *store.TalkEnd {
	p := w.result.out.Conversation
	if p == nil || w.leaves() {
		return nil
	}
	end := &store.TalkEnd{
		Talk:    store.Talk{ID: p.ID, Flow: p.Flow, Build: w.memory.build, Fresh: p.Fresh, Life: p.Life},
		Entries: p.Entries, Misses: p.Misses, Why: p.Why,
	}
	if row := w.memory.row; row != nil && row.ID == p.ID {
		end.Pieces = row.Pieces
	}
	switch p.State {
	case bindings.TalkUntouched, bindings.TalkDiffers, bindings.TalkReached, bindings.TalkUnsure:
		return nil
	case bindings.TalkFailed:
		end.State, end.Detail = store.ConversationFailed, p.PackDetail()
	case bindings.TalkGone:
		end.State, end.Entries = store.ConversationGone, nil
	case bindings.TalkWaits:
		end.State, end.Detail = store.ConversationWaits, p.PackDetail()
		end.Kind, end.Question, end.KeepDue = p.Question.Kind, p.Question.Text, !p.Asked
		end.Timeout = p.Question.Timeout
	}
	return end
}

// Carry, Along and Write make memory a bindings.Keeper.
func (m *memory) Carry(c bindings.Carried) {
	k := store.Talk{ID: c.ID, Flow: c.Flow, Build: m.build, Fresh: c.Fresh, Life: c.Life}
	if m.row != nil && m.row.ID == c.ID {
		k.Pieces = m.row.Pieces
	}
	m.turn.Converse(k)
}

func (m *memory) Along(entries func(value any) []byte) {
	m.along = entries != nil
	m.turn.Along(entries)
}

func (m *memory) Write(ctx context.Context, entries []byte, wait bool) error {
	err := m.note(m.turn.Note(ctx, entries, wait))
	m.noted = m.noted || err == nil
	return err
}

// questionTakes reports whether a fan is waited for with a question that a message answers: then a word in it fetches
// nothing.
func (f *Fleet) questionTakes(a *Account, who fan, m *wechat.Message) bool {
	if !a.conversing.Load() || who.openid == "" {
		return false
	}
	row, found, err := f.o.Store.FindConversation(f.life, a.name, who.openid)
	if err != nil || !found || row.State != store.ConversationWaits {
		return false
	}
	q, _ := bindings.ReadDetail(row.Detail)
	if q == nil || !q.OfFan() {
		return false
	}
	_, fits := q.Accept(m)
	return fits
}
