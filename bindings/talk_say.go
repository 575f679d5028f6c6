package bindings

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strconv"

	lua "github.com/yuin/gopher-lua"

	"moonwire/engine"
	"moonwire/wechat"
)

// sayFunction is the name under which errors of what a flow says appear.
var sayFunction = Function{Name: "c:say", Forms: params(), apart: true}

func talkSay(c call) int {
	k := c.running()
	reply := c.ready(c.arg(2))
	if reply == nil {
		return 0
	}
	c.turn.Bytes(c.L, textSize(reply))
	c.turn.Steps(c.L, textSize(reply)/16)
	key := saidKey(k.journal.part, reply)
	for _, e := range k.journal.entries {
		if e.said == key && !e.used {
			e.used = true
			if !e.told {
				k.out = append(k.out, *reply)
			}
			return 0
		}
	}
	if k.replaying {
		k.held = append(k.held, heldReply{key, reply})
		return 0
	}
	if why := k.journal.full(); why != "" {
		c.fail("%s", why)
	}
	k.say(key, reply)
	return 0
}

// saidKey is by what something said is recognised.
func saidKey(part int, r *wechat.Reply) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%d %+v", part, *r))
	return hex.EncodeToString(sum[:8])
}

func (k *talk) say(key string, r *wechat.Reply) {
	k.journal.note(recordSaid, key, shorten(replyWords(r), maxSaidKept))
	k.journal.entries[len(k.journal.entries)-1].used = true
	k.out = append(k.out, *r)
}

// sayHeld says what was held back, now that the question before which it stands is asked anew.
func (s *state) sayHeld(k *talk) {
	for _, h := range k.held {
		k.say(h.key, h.reply)
	}
	k.held = nil
}

// ready is a value that a flow says, as a message; nil when there is nothing to say. It raises at the line that says it.
func (c call) ready(v lua.LValue) *wechat.Reply {
	reply, err := c.state.readyReply(c.turn, v, c.state.index.flows[c.running().flow].rule())
	if err != nil {
		if e, ok := err.(*engine.ScriptError); ok {
			c.fail("%s", e.Msg)
		}
		c.fail("%s", err.Error())
	}
	return reply
}

// readyReply turns the value that a rule or a flow answers with into a message; nil when nothing is to be sent.
func (s *state) readyReply(t *engine.Turn, v lua.LValue, r *rule) (*wechat.Reply, error) {
	if text, ok := v.(lua.LString); ok {
		if where := torn(string(text)); where != "" {
			return nil, tornAnswer(t.LastTear(), string(text), r.error("the answer %s", where))
		}
		return s.checkReply(t, wechat.Reply{Type: "text", Content: string(text)}, r, nil)
	}
	a := answerOf(v)
	if a == nil {
		err := r.error("the answer is %s; want a string, a reply.* value, or nil for the next rule", describe(v))
		err.Hint = answerHint(v)
		return nil, err
	}
	if a.picks != nil {
		n, err := s.pick(t, len(a.picks))
		if err != nil {
			return nil, r.blame(err)
		}
		a = a.picks[n]
	}
	if a.model != nil {
		if s.talk != nil {
			return nil, r.error("llm.reply answers a message; in a flow ask with llm.chat and say its text")
		}
		asked, err := s.askForReply(t, a.model, r)
		if err != nil {
			return nil, err
		}
		a = asked
	}
	return s.checkReply(t, a.reply, r, a)
}

// pick chooses one of n.
func (s *state) pick(t *engine.Turn, n int) (int, error) {
	var chosen any
	err := s.inside(t, func(L *lua.LState) {
		chosen = callOf(L, t, &pickFunction).effect(engine.Effect{Kind: engine.KindRandom, Label: strconv.Itoa(n)}, func(context.Context) (any, error) {
			return float64(t.Random().IntN(n)), nil
		})
	})
	if err != nil {
		return 0, err
	}
	return min(int(chosen.(float64)), n-1), nil
}
