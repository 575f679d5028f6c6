package bot

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"moonwire/bindings"
	"moonwire/engine"
	"moonwire/store"
)

// How many conversations a save is tried with, and how long that may take: the swap waits for it.
const (
	triedAtMost = 200
	tryingTime  = 50 * time.Millisecond
	shownAtMost = 3 // questions in one line
)

// FlowsTried is what a build would do to those who wait.
type FlowsTried struct {
	Waiting int64 // fans who are waited for
	Tried   int
	GoOn    int
	Unsure  int            // nobody can tell without asking outside
	Differ  map[string]int // how many do not come to their question, by that
	Why     string         // the first of them, in words
}

// tryFlows tries a build with conversations of its account, without touching anything. Nil: nobody waits.
func (l *loader) tryFlows(ctx context.Context, a *Account, p *bindings.Program) *FlowsTried {
	waiting, err := l.o.Store.CountConversations(ctx, a.name)
	if err != nil || waiting == 0 {
		return nil
	}
	t := &FlowsTried{Waiting: waiting, Differ: map[string]int{}}
	rows, err := l.o.Store.Conversations(ctx, a.name, "", triedAtMost)
	if err != nil {
		return t
	}
	began := time.Now()
	for _, row := range rows {
		if row.State != store.ConversationWaits {
			continue
		}
		if time.Since(began) > tryingTime || ctx.Err() != nil {
			break
		}
		l.tryOne(ctx, a, p, row, t)
	}
	return t
}

func (l *loader) tryOne(ctx context.Context, a *Account, p *bindings.Program, row store.Conversation, t *FlowsTried) {
	row, pieces, found, err := l.o.Store.Conversation(ctx, a.name, row.OpenID)
	if err != nil || !found {
		return
	}
	out, err := p.Converse(ctx, bindings.Input{
		OpenID: row.OpenID, Now: l.o.Now, Seed: 1,
		Conversation: &bindings.Conversation{
			ID: row.ID, Flow: row.Flow, Build: row.Build, Misses: row.Misses, Pieces: pieces, Wake: bindings.WakeCheck,
			Source: func(build, file string) []byte {
				body, _ := l.o.Store.BuildFile(ctx, a.name, build, file)
				return body
			},
		},
	})
	t.Tried++
	switch progress := out.Conversation; {
	case progress != nil && progress.State == bindings.TalkReached:
		t.GoOn++
	case progress != nil && progress.State == bindings.TalkUnsure:
		t.Unsure++
	default:
		t.Differ[row.Question]++
		if t.Why == "" && progress != nil {
			t.Why = progress.Why
		} else if t.Why == "" && err != nil {
			t.Why = err.Error()
		}
	}
}

// Words is what a save does to those who wait, in one line. anew says that they are asked anew, and not by an older build.
func (t *FlowsTried) Words(anew bool) string {
	var b strings.Builder
	if t.Waiting == 0 {
		return "nobody waits"
	}
	fmt.Fprintf(&b, "%s wait; of %d tried %d go on", engine.GroupDigits(t.Waiting), t.Tried, t.GoOn)
	if t.Unsure > 0 {
		fmt.Fprintf(&b, ", %d cannot be told without asking outside", t.Unsure)
	}
	differ := 0
	for _, n := range t.Differ {
		differ += n
	}
	if differ == 0 {
		return b.String()
	}
	questions := slices.Sorted(maps.Keys(t.Differ))
	slices.SortStableFunc(questions, func(x, y string) int { return t.Differ[y] - t.Differ[x] })
	for i, q := range questions[:min(len(questions), shownAtMost)] {
		questions[i] = "「" + shortQuestion(q) + "」"
	}
	what := "go on with the build that asked, for a day,"
	if anew {
		what = "are asked anew"
	}
	fmt.Fprintf(&b, ", %d %s at %s: %s", differ, what, strings.Join(questions[:min(len(questions), shownAtMost)], " "), t.Why)
	return b.String()
}

func shortQuestion(q string) string {
	q, _, _ = strings.Cut(q, "\n")
	if r := []rune(q); len(r) > 30 {
		q = string(r[:30]) + "…"
	}
	return q
}
