package bot

import (
	"strings"
	"time"

	"golang.org/x/time/rate"

	"moonwire/bindings"
	"moonwire/store"
	"moonwire/wechat"
)

// How many turns a second have kept how they went, and how many of those that went wrong; what is more is left out, so that
// a flood costs nothing. So many at once may go beyond.
const (
	tracesASecond = 200
	tracesAtOnce  = store.MaxTraces
)

// tracing says of which turns it is kept how they went.
type tracing struct{ all, troubled *rate.Limiter }

func newTracing() tracing {
	return tracing{rate.NewLimiter(tracesASecond, tracesAtOnce), rate.NewLimiter(tracesASecond, tracesAtOnce)}
}

// attend lets the effects of a turn be noted, where there is room for its trace.
func (f *Fleet) attend(w *work, began time.Time, in *bindings.Input) {
	w.seed = in.Seed
	if f.tracing.all.AllowN(began, 1) {
		w.witness = &bindings.Witness{}
		in.Observe = w.witness.Observe
	}
}

// troubled reports whether somebody may want to know what went wrong.
func (w *work) troubled(r TurnReport) bool {
	if r.Err != nil || len(r.Warnings) > 0 || w.late != "" {
		return true
	}
	switch r.Outcome {
	case Answered, Acknowledged, AnsweredAsync, Unhandled, Fetched:
	default:
		return true
	}
	for _, e := range r.Log {
		if e.Level == "warn" || e.Level == "error" {
			return true
		}
	}
	return false
}

// detail is how a turn went, for its record.
func (f *Fleet) detail(w *work, rec *store.Record, r TurnReport) {
	rec.Troubled = w.troubled(r)
	if w.witness == nil && !(rec.Troubled && f.tracing.troubled.AllowN(w.received, 1)) {
		return
	}
	t := bindings.Trace{
		Push: bindings.MsgRecord{
			Account: w.account.name, Trace: w.trace, Received: w.result.began, Seed: w.seed, Message: w.message(),
		},
		OpenID: w.fan.openid, Rule: r.Rule, Answer: answerOf(w.result.out, r.Err), Sent: sentLines(w.result.out.Sent), Box: r.Box, Tried: r.Tried, Log: r.Log, Warnings: r.Warnings,
		Carried: w.result.out.Conversation != nil || w.memory.row != nil || w.timed != nil,
	}
	body, err := t.Pack(w.witness)
	if err != nil {
		f.o.Log.Warn("it is not kept how a turn went", "account", w.account.name, "trace", w.trace, "error", err.Error())
		return
	}
	rec.Detail = body
}

// answerOf is what the script answered, for people; "" after an error.
func answerOf(out bindings.Outcome, err error) string {
	if err != nil {
		return ""
	}
	lines := []string{summary(out.Reply)}
	for i := range out.More {
		lines = append(lines, summary(&out.More[i]))
	}
	return clip(strings.Join(lines, "\n"))
}

// sentLines are what a script sent besides its answer, each in one line.
func sentLines(sent []bindings.Sent) (lines []string) {
	for _, s := range sent {
		line := strings.Join([]string{s.Kind, s.To, s.Shown}, " ")
		if s.Err != nil {
			line += " (" + s.Err.Error() + ")"
		}
		lines = append(lines, clip(line))
	}
	return lines
}

// clipAt is how much of a text is compared when a push is run again.
const clipAt = 3 << 10

func clip(text string) string {
	first, _ := wechat.CutText(text, clipAt)
	return first
}
