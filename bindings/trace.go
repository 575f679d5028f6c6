package bindings

import (
	"encoding/binary"
	"errors"
	"fmt"
	"time"

	"moonwire/engine"
)

// Trace is how a turn went: enough to show why it answered so, and to run its push again on another build.
type Trace struct {
	Push     MsgRecord
	OpenID   string
	Rule     string
	Answer   string // for people: the text that the fan saw, or [image m1]
	Box      string // the error as people read it; "" = none
	Tried    []Tried
	Log      []Entry
	Warnings []string
	Sent     []string // to fans, each in one line
	Carried  bool     // it was part of a conversation or a job: its effects were answered from a journal, too
	Whole    bool     // Made has all effects with what they came to: the push can be run again
	Made     []Made
}

// Made is one effect of a turn and what it came to.
type Made struct {
	Function, Label string
	Acts            bool
	Args            uint64 // a hash
	Value           any    // plain data; nil when it is not Known
	Known           bool   // else it was a secret, or too large, or failed
	Failed          string // what failed beneath the script, or why it was refused
	Took            time.Duration
}

const (
	traceVersion = 1

	maxMadeValue = 8 << 10  // of one effect; beyond it the turn cannot be run again
	maxMadeBytes = 32 << 10 // of all
	maxTraceText = 4 << 10  // of the log, of the warnings and of what was sent, each
)

// Witness notes the effects of a turn for its trace. The zero Witness works; it belongs to the turn's goroutine.
type Witness struct {
	made []byte
	lost bool // something is not in it, or not whole
}

// Observe is for Input.Observe.
func (w *Witness) Observe(o engine.Observed) {
	if o.Kind == engine.KindLog {
		return // the lines are there
	}
	failed, value := "", []byte(nil)
	known := o.Err == nil && !o.Refused && o.Kind != engine.KindSecret
	if o.Err != nil {
		failed = o.Err.Error()
	}
	if known {
		value = appendPlain(nil, o.Value)
		known = len(value) <= maxMadeValue
	}
	args := binary.BigEndian.AppendUint64(nil, o.Args)
	head := []any{o.Function, o.Label, o.Weight == engine.Acts, args, failed, o.Took.Microseconds(), known}
	was := len(w.made)
	w.made = appendPlain(w.made, head)
	if w.lost = w.lost || !known; known {
		w.made = append(w.made, value...)
	}
	if len(w.made) > maxMadeBytes {
		w.made, w.lost = w.made[:was], true
	}
}

// Pack writes a trace as bytes for ReadTrace, with what a witness has noted; nil = nobody has watched. Its Made and Whole
// count for nothing.
func (t *Trace) Pack(w *Witness) ([]byte, error) {
	push, err := t.Push.Encode()
	if err != nil {
		return nil, err
	}
	tried, log := make([]any, 0, len(t.Tried)), make([]any, 0, len(t.Log))
	for _, one := range t.Tried {
		tried = append(tried, []any{one.Rule, one.Result})
	}
	left := maxTraceText
	for _, e := range t.Log {
		if left -= len(e.Text); left >= 0 {
			log = append(log, []any{e.Level, e.Text, e.File, e.Line})
		}
	}
	b := appendPlain(nil, []any{
		traceVersion, push, t.OpenID, t.Rule, shorten(t.Answer, maxTraceText), shorten(t.Box, maxTraceText), tried, log,
		plainTexts(t.Warnings), plainTexts(t.Sent), t.Carried, w != nil && !w.lost,
	})
	if w != nil {
		b = append(b, w.made...)
	}
	return b, nil
}

// plainTexts are the first of some texts, as many as there is room for.
func plainTexts(texts []string) []any {
	list, left := []any{}, maxTraceText
	for _, text := range texts {
		if left -= len(text); left >= 0 {
			list = append(list, text)
		}
	}
	return list
}

// ErrTrace says that the bytes of a trace are none that this program can read.
var ErrTrace = errors.New("how the turn went cannot be read; was it written by a newer program?")

// ReadTrace reads what Pack wrote.
func ReadTrace(b []byte) (t *Trace, err error) {
	defer func() {
		if recover() != nil { // a field of another type
			t, err = nil, ErrTrace
		}
	}()
	v, rest, err := readPlain(b)
	if err != nil {
		return nil, ErrTrace
	}
	head := v.([]any)
	if version := head[0].(float64); version != traceVersion {
		return nil, fmt.Errorf("%w (version %v)", ErrTrace, version)
	}
	push, err := DecodeMsgRecord([]byte(head[1].(string)))
	if err != nil {
		return nil, ErrTrace
	}
	t = &Trace{
		Push: *push, OpenID: head[2].(string), Rule: head[3].(string), Answer: head[4].(string), Box: head[5].(string),
		Warnings: textsOf(head[8]), Sent: textsOf(head[9]), Carried: head[10].(bool), Whole: head[11].(bool),
	}
	for _, one := range head[6].([]any) {
		f := one.([]any)
		t.Tried = append(t.Tried, Tried{f[0].(string), f[1].(string)})
	}
	for _, one := range head[7].([]any) {
		f := one.([]any)
		t.Log = append(t.Log, Entry{f[0].(string), f[1].(string), f[2].(string), int(f[3].(float64))})
	}
	for len(rest) > 0 {
		var m Made
		if m, rest, err = readMade(rest); err != nil {
			return nil, ErrTrace
		}
		t.Made = append(t.Made, m)
	}
	return t, nil
}

func textsOf(v any) (texts []string) {
	for _, one := range v.([]any) {
		texts = append(texts, one.(string))
	}
	return texts
}

func readMade(b []byte) (m Made, rest []byte, err error) {
	v, rest, err := readPlain(b)
	if err != nil {
		return m, nil, err
	}
	f := v.([]any)
	m = Made{
		Function: f[0].(string), Label: f[1].(string), Acts: f[2].(bool), Args: binary.BigEndian.Uint64([]byte(f[3].(string))),
		Failed: f[4].(string), Took: time.Duration(f[5].(float64)) * time.Microsecond, Known: f[6].(bool),
	}
	if m.Known {
		m.Value, rest, err = readPlain(rest)
	}
	return m, rest, err
}
