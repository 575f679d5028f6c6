package bindings_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"moonwire/bindings"
	"moonwire/wechat"
)

// talking is one fan and what is kept of the fan's conversation, as the bot has it between turns.
type talking struct {
	t        testing.TB
	p        *bindings.Program
	m        *memory
	now      time.Time
	seed     uint64
	conv     *bindings.Conversation
	question *bindings.Question
	last     bindings.Outcome
	err      error
	source   map[string]files // by build
	change   func(*bindings.Input)
}

func newTalking(t testing.TB, main string) *talking {
	t.Helper()
	k := &talking{t: t, m: newMemory(), now: time.Unix(1_760_000_000, 0), source: map[string]files{}}
	k.save(main)
	return k
}

// save makes other scripts live.
func (k *talking) save(main string) {
	k.t.Helper()
	k.use(files{"main.lua": main}, config())
}

func (k *talking) use(f files, cfg bindings.ProgramConfig) {
	k.t.Helper()
	p, err := compileFiles(k.t, f, cfg)
	require.NoError(k.t, err)
	k.p = p
	k.source[p.Build().ID] = f
}

func (k *talking) input(m *wechat.Message) bindings.Input {
	k.seed++
	in := input(m)
	in.Memory, in.Keeper, in.Seed, in.OpenID = k.m, k.m, k.seed, fan
	in.Now = func() time.Time { return k.now }
	in.Sleep = func(context.Context, time.Duration) error { return nil }
	if in.Conversation = k.conv; k.conv != nil {
		in.Conversation.Source = func(build, file string) []byte { return []byte(k.source[build][file]) }
	}
	if k.change != nil {
		k.change(&in)
	}
	return in
}

// tell gives a push and returns what the fan is told.
func (k *talking) tell(m *wechat.Message) string {
	k.t.Helper()
	if k.conv != nil {
		k.conv.Wake = bindings.WakeMessage
	}
	out, err := k.p.Answer(context.Background(), k.input(m))
	return k.take(out, err)
}

func (k *talking) say(content string) string {
	k.t.Helper()
	return k.tell(text(k.t, content))
}

// wake lets the conversation go on without a push.
func (k *talking) wake(w bindings.Wake) string {
	k.t.Helper()
	k.conv.Wake = w
	out, err := k.p.Converse(context.Background(), k.input(nil))
	return k.take(out, err)
}

// take keeps what the turn says is to be kept.
func (k *talking) take(out bindings.Outcome, err error) string {
	k.last, k.err = out, err
	kept := k.m.journal
	k.m.journal = nil
	if p := out.Conversation; p != nil {
		switch p.State {
		case bindings.TalkWaits, bindings.TalkFailed:
			pieces := append(kept, p.Entries)
			if !p.Fresh && k.conv != nil {
				pieces = append(k.conv.Pieces, pieces...)
			}
			k.conv = &bindings.Conversation{ID: p.ID, Flow: p.Flow, Build: k.p.Build().ID, Misses: p.Misses, Cancel: p.Cancel, Pieces: pieces, Failed: p.State == bindings.TalkFailed}
			k.question = p.Question
		case bindings.TalkDiffers, bindings.TalkReached, bindings.TalkUnsure, bindings.TalkUntouched, bindings.TalkGone:
		default:
			k.conv = nil
		}
	}
	return told(out)
}

// told is all that the fan is told, a line for each message.
func told(out bindings.Outcome) string {
	var all []string
	if out.Reply != nil {
		all = append(all, shownReply(*out.Reply))
	}
	for _, r := range out.More {
		all = append(all, shownReply(r))
	}
	return strings.Join(all, " | ")
}

func shownReply(r wechat.Reply) string {
	if r.Type != "text" {
		return "[" + r.Type + " " + r.MediaID + "]"
	}
	return r.Content
}

func (k *talking) state() bindings.TalkState {
	if k.last.Conversation == nil {
		return bindings.TalkUntouched
	}
	return k.last.Conversation.State
}
