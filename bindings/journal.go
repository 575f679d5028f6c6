package bindings

import (
	"context"
	"errors"
	"fmt"
	"time"

	lua "github.com/yuin/gopher-lua"

	"moonwire/engine"
	"moonwire/outside"
	"moonwire/wechat/api"
)

// JournalLimits bound a journal.
type JournalLimits struct {
	Entries int
	Bytes   int
}

// Limits of journals.
var (
	ConversationJournal = JournalLimits{Entries: 1_000, Bytes: 1 << 20}
	JobJournal          = JournalLimits{Entries: 2_200, Bytes: 4 << 20}
)

// maxRemembered is how large one answer may be that only looked at something, in bytes; what acted is kept as it is.
const maxRemembered = 64 << 10

// Keeper is where the entries of a journal go while its turn runs.
type Keeper interface {
	// Carry says whose journal it is from here on.
	Carry(c Carried)
	// Write adds entries; with wait it returns once they are on the disk, and nobody else has the right to act.
	Write(ctx context.Context, entries []byte, wait bool) error
	// Along says what the next change of Memory adds in its own transaction, by what the change came to; nil: nothing.
	Along(entries func(value any) []byte)
}

// Carried is a conversation that a turn carries on.
type Carried struct {
	ID, Flow string
	Fresh    bool          // it begins here: what the fan had under way ends
	Life     time.Duration // of the flow, for one that is fresh
}

// Journal is what a run of a script, of a conversation or a job, has done so far: another run is answered from it. It
// belongs to one turn. Made by ReadJournal.
type Journal struct {
	limits  JournalLimits
	keeper  Keeper // nil: nothing is kept
	entries []*entry
	records int                 // read or written: entries, and what became of them
	byNo    map[int]*entry      // by the number of the record
	effects map[string][]*entry // not used in this run yet, in order
	count   int                 // entries
	size    int                 // bytes of all records
	pending []byte              // records that are not kept yet
	turns   int                 // that have ended, or in a job runs that went on
	part    int                 // which function runs: 0 the main one
	begun   *beginning          // how a conversation began

	onNew func(L *lua.LState, e engine.Effect) // told of an effect that is not in the journal; may suspend
	quiet func() bool                          // nobody needs to hear what is only noted
	doubt func(e engine.Effect)                // told of an effect of which nobody knows whether it was made
}

// entry is one thing that was done: an effect, a question, or something said.
type entry struct {
	no       int
	effect   string // key of an effect
	value    any
	intended bool      // nobody knows whether it was made
	question *Question // of a question
	answer   *given    // nil: it waits
	said     string    // of something said
	words    string    // the beginning of that
	told     bool      // its turn has ended: the fan was told
	used     bool      // this run has come to it
}

// beginning is how a conversation began.
type beginning struct {
	flow    string
	args    []any
	message []byte // nil: nobody said anything
}

// given is what a question was answered with.
type given struct {
	how     string // message, timeout, signal
	value   any
	message []byte
}

// The records of a journal.
const (
	recordBegin    = "b"
	recordEffect   = "e"
	recordIntent   = "i"
	recordOutcome  = "o"
	recordUndone   = "x"
	recordQuestion = "q"
	recordAnswer   = "a"
	recordSaid     = "s"
	recordTurn     = "t"
)

// ErrJournal says that the bytes of a journal are none that this program can read.
var ErrJournal = errors.New("the journal cannot be read; was it written by a newer program?")

// ReadJournal takes up what a journal has, piece by piece as Keeper was given it.
func ReadJournal(pieces [][]byte, limits JournalLimits, keeper Keeper) (*Journal, error) {
	j := &Journal{limits: limits, keeper: keeper, byNo: map[int]*entry{}, effects: map[string][]*entry{}}
	for _, piece := range pieces {
		for len(piece) > 0 {
			v, rest, err := readPlain(piece)
			record, ok := v.([]any)
			if err != nil || !ok || len(record) == 0 || !j.apply(record) {
				return nil, ErrJournal
			}
			j.size += len(piece) - len(rest)
			piece = rest
		}
	}
	return j, nil
}

// note adds a record, which is kept with the next that must be.
func (j *Journal) note(record ...any) {
	was := len(j.pending)
	j.pending = appendPlain(j.pending, record)
	j.size += len(j.pending) - was
	j.apply(record)
}

// apply takes a record in; false for one that cannot be.
func (j *Journal) apply(record []any) (ok bool) {
	defer func() {
		if recover() != nil {
			ok = false // a field of another type
		}
	}()
	no := j.records
	j.records++
	switch record[0].(string) {
	case recordBegin:
		j.begun = &beginning{flow: record[1].(string), args: record[2].([]any)}
		if m, said := record[3].(string); said {
			j.begun.message = []byte(m)
		}
	case recordEffect:
		j.addEffect(&entry{no: no, effect: record[1].(string), value: record[2]})
	case recordIntent:
		j.addEffect(&entry{no: no, effect: record[1].(string), intended: true})
	case recordOutcome:
		e := j.byNo[int(record[1].(float64))]
		e.value, e.intended = record[2], false
	case recordUndone:
		j.byNo[int(record[1].(float64))].used = true
	case recordQuestion:
		j.add(&entry{no: no, question: unpackQuestion(record[1].(map[string]any))})
	case recordAnswer:
		g := &given{how: record[2].(string), value: record[3]}
		if m, said := record[4].(string); said {
			g.message = []byte(m)
		}
		e := j.byNo[int(record[1].(float64))]
		e.answer, e.told = g, false
	case recordSaid:
		e := &entry{no: no, said: record[1].(string)}
		if len(record) > 2 {
			e.words = record[2].(string)
		}
		j.add(e)
	case recordTurn:
		j.turns++
		for _, e := range j.entries {
			e.told = true
		}
	default:
		return false
	}
	return true
}

func (j *Journal) add(e *entry) {
	j.entries = append(j.entries, e)
	j.byNo[e.no] = e
	j.count++
}

func (j *Journal) addEffect(e *entry) {
	j.add(e)
	j.effects[e.effect] = append(j.effects[e.effect], e)
}

// number says by which number a record may be spoken of.
func number(n int) any { return float64(n) }

// effectKey is by what effects are recognised: which function runs, and what it called with which label.
func (j *Journal) effectKey(e engine.Effect) string {
	return fmt.Sprintf("%d %s %s", j.part, e.Function, e.Label)
}

// Recall is part of engine.Journal.
func (j *Journal) Recall(L *lua.LState, e engine.Effect) (value any, made bool) {
	switch e.Kind {
	case engine.KindSecret:
		return nil, false // it must not be written down
	case engine.KindLog:
		return nil, j.quiet != nil && j.quiet()
	}
	if found := j.next(j.effectKey(e)); found != nil {
		if found.intended {
			if e.Weight == engine.Reads { // its answer was too large to be kept
				return nil, false
			}
			if j.doubt != nil {
				j.doubt(e)
			}
			return doubtful(e.Kind), true
		}
		return found.value, true
	}
	if why := j.full(); why != "" {
		engine.TurnOf(L).Fail(L, "%s", why)
	}
	if j.onNew != nil {
		j.onNew(L, e)
	}
	return nil, false
}

// next is the first entry of an effect that this run has not come to yet.
func (j *Journal) next(key string) *entry {
	waiting := j.effects[key]
	for i, e := range waiting {
		if !e.used {
			e.used = true
			j.effects[key] = waiting[i+1:]
			return e
		}
	}
	return nil
}

// full says why nothing more can be kept; "" when something can.
func (j *Journal) full() string {
	afresh := "c:become(flow, args) starts afresh"
	if j.limits == JobJournal {
		afresh = "job.continue(args) goes on with a fresh one"
	}
	switch {
	case j.count >= j.limits.Entries:
		return fmt.Sprintf("%d calls and questions are noted already, which is all that a journal holds; %s", j.count, afresh)
	case j.size >= j.limits.Bytes:
		return fmt.Sprintf("the answers to its calls and questions have %d bytes already, and a journal holds %d; %s", j.size, j.limits.Bytes, afresh)
	}
	return ""
}

// Make is part of engine.Journal. What changes the store is kept in the transaction that changes it. What others see is
// kept before it is made, and again when it has come to something: whoever finds the first without the second knows that
// nobody knows.
func (j *Journal) Make(ctx context.Context, e engine.Effect, fn func(context.Context) (any, error)) (any, error) {
	switch {
	case e.Kind == engine.KindSecret, e.Kind == engine.KindLog:
		return fn(ctx)
	case e.Weight == engine.Reads:
		return j.look(ctx, e, fn)
	case e.Kind == engine.KindStore:
		return j.change(ctx, e, fn)
	}
	return j.act(ctx, e, fn)
}

func (j *Journal) look(ctx context.Context, e engine.Effect, fn func(context.Context) (any, error)) (any, error) {
	v, err := fn(ctx)
	if err != nil || passing(v) {
		return v, err
	}
	switch n := len(appendPlain(nil, v)); {
	case n <= maxRemembered:
		j.note(recordEffect, j.effectKey(e), v)
	case j.limits == JobJournal: // looked at again
		j.note(recordIntent, j.effectKey(e))
	default:
		return nil, &tooLongError{n}
	}
	j.entries[len(j.entries)-1].used = true
	return v, nil
}

// tooLongError is an answer that a journal has no room for.
type tooLongError struct{ bytes int }

func (e *tooLongError) Error() string {
	return fmt.Sprintf("the answer has %d bytes; what a conversation looks at is kept, and at most %d bytes of one answer", e.bytes, maxRemembered)
}

// passing reports whether a value says only that the call did not come about: asked again it may.
func passing(v any) bool {
	kept, ok := v.(map[string]any)
	return ok && (kept["full"] != nil || kept["wrong"] != nil || kept["none"] != nil)
}

// change makes a change of the store, whose entry is in the same transaction.
func (j *Journal) change(ctx context.Context, e engine.Effect, fn func(context.Context) (any, error)) (any, error) {
	kept := false
	if j.keeper != nil {
		j.keeper.Along(func(value any) []byte {
			kept = true
			return appendPlain(j.pending[:len(j.pending):len(j.pending)], []any{recordEffect, j.effectKey(e), value})
		})
	}
	v, err := fn(ctx)
	if j.keeper != nil {
		j.keeper.Along(nil)
	}
	if err != nil || passing(v) {
		return v, err
	}
	j.note(recordEffect, j.effectKey(e), v)
	j.entries[len(j.entries)-1].used = true
	if kept {
		j.pending = nil
	}
	return v, nil
}

// act makes what others see.
func (j *Journal) act(ctx context.Context, e engine.Effect, fn func(context.Context) (any, error)) (any, error) {
	no := j.records
	j.note(recordIntent, j.effectKey(e))
	mine := j.entries[len(j.entries)-1]
	mine.used = true
	if err := j.keep(ctx, true); err != nil {
		return nil, err
	}
	v, err := fn(ctx)
	switch {
	case err != nil:
		return v, err
	case passing(v):
		j.note(recordUndone, number(no))
	default:
		j.note(recordOutcome, number(no), v)
	}
	return v, j.keep(ctx, false)
}

// keep hands on what is not kept yet.
func (j *Journal) keep(ctx context.Context, wait bool) error {
	if j.keeper == nil || len(j.pending) == 0 {
		return nil
	}
	err := j.keeper.Write(ctx, j.pending, wait)
	if err == nil {
		j.pending = nil
	}
	return err
}

// Pending hands over the records that go with the end of the turn.
func (j *Journal) Pending() []byte {
	p := j.pending
	j.pending = nil
	return p
}

// doubtful is what an effect gives of which nobody knows whether it was made, in the shape of its kind's refusals.
func doubtful(k engine.Kind) any {
	const hint, zh = "the program ended in the middle of this call: it may have been done or not; ask the other side before you do it again",
		"调用到一半程序退出了：可能已经办成，也可能没有；重做之前请先向对方核实"
	if k == engine.KindHTTP {
		return outsideFault(&outside.Error{Kind: outside.Interrupted, Message: "nobody knows whether the call was made", Hint: hint, HintZH: zh})
	}
	refused := refusal(&api.Error{Code: -1, Msg: "nobody knows whether the call was made", Hint: hint, HintZH: zh}, acts)
	return map[string]any{"refused": refused}
}
