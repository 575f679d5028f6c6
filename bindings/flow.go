package bindings

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"time"

	lua "github.com/yuin/gopher-lua"

	"moonwire/engine"
	"moonwire/wechat"
)

// Bounds of flows.
const (
	maxFlows       = 200
	maxFlowName    = 64      // bytes
	maxFlowArgs    = 8 << 10 // bytes of JSON that a flow is started with
	maxCancelWords = 20
	flowTimeout    = 24 * time.Hour // where none is given
	maxFlowTimeout = 30 * 24 * time.Hour
	maxFlowText    = 1 << 10 // bytes of the texts of its options
)

// declaredFlow is a flow as the dry run of a build saw it. Immutable after that.
type declaredFlow struct {
	name      string
	file      string
	line      int
	timeout   time.Duration
	cancel    []string
	cancelled string // what a fan is told who cancelled
	missed    string // … and one who was not understood
	expires   bool   // it has an on_timeout
}

// runningFlow is the Lua half of a flow, in one turn.
type runningFlow struct{ fn, onTimeout lua.LValue }

// flowValue is what flow(…) gives. A script holds it as a value it cannot look into.
type flowValue struct{ n int }

// flowOf is the ordinal of the flow that a Lua value stands for; false for any other value.
func flowOf(v lua.LValue) (n int, is bool) {
	u, ok := v.(*lua.LUserData)
	if !ok {
		return 0, false
	}
	f, ok := u.Value.(flowValue)
	return f.n, ok
}

// flowMeta is the metatable of all flows: their methods.
var flowMeta = func() *lua.LTable {
	var none *lua.LState
	methods, meta := none.CreateTable(0, 1), none.CreateTable(0, 2)
	methods.RawSetString("start", methodOf(&flowStartEntry))
	meta.RawSetString("__index", methods)
	meta.RawSetString("__metatable", lua.LFalse)
	return meta
}()

// Flows are the names of the flows that the scripts declare, in order.
func (p *Program) Flows() []string {
	names := make([]string, len(p.index().flows))
	for i := range names {
		names[i] = p.index().flows[i].name
	}
	return names
}

// HasFlow reports whether the scripts declare a flow of that name.
func (p *Program) HasFlow(name string) bool { return p.index().flow(name) >= 0 }

// flow is the ordinal of a flow; -1 for none.
func (x *index) flow(name string) int {
	return slices.IndexFunc(x.flows, func(f declaredFlow) bool { return f.name == name })
}

// flowDeclare is flow(name, fn, options?).
func flowDeclare(c call) int {
	if !c.turn.Loading() {
		c.fail("flows are declared at the top level, not inside a handler")
	}
	s, n := c.state, len(c.state.flows)
	name, options := c.text(1), c.table(3)
	if s.draft {
		s.index.flows = append(s.index.flows, c.newFlow(name, options))
	} else if n >= len(s.index.flows) || s.index.flows[n].name != name {
		c.fail("this flow was not declared so when the script was loaded; flows must not depend on time or chance")
	}
	running := runningFlow{fn: c.arg(2), onTimeout: lua.LNil}
	if options != nil {
		running.onTimeout = options.RawGetString("on_timeout")
	}
	s.flows = append(s.flows, running)
	u := c.L.NewUserData()
	u.Value, u.Metatable = flowValue{n}, flowMeta
	return c.push(u)
}

// newFlow checks a flow of the dry run.
func (c call) newFlow(name string, options *lua.LTable) declaredFlow {
	x := c.state.index
	switch {
	case name == "" || len(name) > maxFlowName:
		c.failArg(1, "is "+plural(len(name), "byte")+" long", fmt.Sprintf("1 to %d bytes", maxFlowName))
	case len(x.flows) == maxFlows:
		c.fail("more than %d flows", maxFlows)
	}
	if n := x.flow(name); n >= 0 {
		first := &x.flows[n]
		c.fail("%s is a flow already at %s:%d; conversations are kept under the name, so each needs its own", quote(name), first.file, first.line)
	}
	f := declaredFlow{name: name, timeout: flowTimeout, cancel: []string{"取消"}, cancelled: "好的，已取消。", missed: "没能看懂您的回复，这次先到这里。"}
	f.file, f.line = c.turn.Where(c.L)
	if options == nil {
		return f
	}
	r := c.record("options", options, "timeout", "cancel", "cancelled", "missed", "on_timeout")
	if r.get("timeout") != lua.LNil {
		f.timeout = r.duration("timeout", maxFlowTimeout)
	}
	if v := r.get("cancel"); v == lua.LFalse {
		f.cancel = nil
	} else if v != lua.LNil {
		f.cancel = r.words("cancel", maxCancelWords)
	}
	for field, text := range map[string]*string{"cancelled": &f.cancelled, "missed": &f.missed} {
		if r.get(field) != lua.LNil {
			*text = r.text(field)
		}
		if len(*text) > maxFlowText {
			r.fail("%s has %d bytes; want at most %d", field, len(*text), maxFlowText)
		}
	}
	f.expires = r.function("on_timeout") != nil
	return f
}

// duration is a field that is a duration from a second on.
func (r record) duration(name string, most time.Duration) time.Duration {
	d, ok := durationOf(r.get(name))
	if !ok || d < time.Second || d > most {
		r.fail("%s is %s; want a duration from 1s to %s, such as \"30m\"", name, quote(valueText(r.get(name))), shortDuration(most))
	}
	return d
}

// shortDuration writes whole days as such.
func shortDuration(d time.Duration) string {
	if d%(24*time.Hour) == 0 {
		return fmt.Sprintf("%dd", d/(24*time.Hour))
	}
	return d.String()
}

// words is a field that is a word, or a list of them; each once.
func (r record) words(name string, most int) (words []string) {
	switch v := r.get(name).(type) {
	case lua.LString:
		words = []string{r.text(name)}
	case *lua.LTable:
		tb := r.args.open(v)
		if tb.Len() > most {
			r.fail("%s has %d words; want at most %d", name, tb.Len(), most)
		}
		for i := 1; i <= tb.Len(); i++ {
			word, ok := tb.RawGetInt(i).(lua.LString)
			if !ok {
				r.fail("%s: item %d is %s; want a string", name, i, describe(tb.RawGetInt(i)))
			}
			r.args.readText(name, string(word))
			words = append(words, string(word))
		}
	default:
		r.fail("%s is %s; want a word or a list of words", name, describe(v))
	}
	for i, word := range words {
		if fold(word) == "" {
			r.fail("%s: item %d is empty", name, i+1)
		}
		if slices.ContainsFunc(words[:i], func(w string) bool { return fold(w) == fold(word) }) {
			r.fail("%s: %s stands there twice", name, quote(word))
		}
	}
	return words
}

// rule is a flow in the place of the rule that answers.
func (f *declaredFlow) rule() *rule {
	return &rule{name: "flow", label: label(f.file, f.line, "flow", []string{f.name}), file: f.file, line: f.line}
}

// cancels reports whether a message leaves the conversation.
func cancels(words []string, m *wechat.Message) bool {
	if m.IsEvent() || m.MsgType != "text" {
		return false
	}
	said := fold(m.Content)
	return slices.ContainsFunc(words, func(w string) bool { return fold(w) == said })
}

// newConversationID makes an id for a conversation: no two are alike.
func (s *state) newConversationID() string {
	s.conversations++
	var b [16]byte
	binary.BigEndian.PutUint64(b[:], s.in.Seed)
	binary.BigEndian.PutUint64(b[8:], uint64(s.conversations))
	sum := sha256.Sum256(append(b[:], s.p.config.Account+"\x00"+s.in.Trace+"\x00"+s.openID()...))
	return hex.EncodeToString(sum[:8])
}

// flowStart is the method start of a flow.
func flowStart(c call) int {
	n, _ := flowOf(c.arg(1))
	f := &c.state.index.flows[n]
	to := c.text(2)
	if to == "" || len(to) > maxOpenID {
		c.failArg(2, "is "+quote(to), "the openid of a fan, such as msg.openid")
	}
	var args []any
	if c.has(3) {
		args = []any{c.plainArg(3, maxFlowArgs)}
	}
	replace := false
	if tb := c.table(4); tb != nil {
		replace = c.record("options", tb, "replace").flag("replace")
	}
	if k := c.state.talk; k != nil && replace && to == c.state.openID() {
		c.fail("this would end the conversation that runs; c:become(flow, args) goes over to another flow")
	}
	begun := Begun{ID: c.state.newConversationID(), OpenID: to, Flow: f.name, Build: c.state.p.build.ID, Replace: replace, Timeout: f.timeout}
	begun.Entries = appendPlain(nil, []any{recordBegin, f.name, listOf(args), nil})
	v := c.remember(acts, to, func(ctx context.Context, m Memory) (any, error) {
		started, err := m.Begin(ctx, begun)
		if err != nil || !started {
			return nil, err
		}
		return begun.ID, nil
	})
	if id, started := v.(string); started {
		return c.pushText(id)
	}
	return c.pushRefusal(map[string]any{
		"kind": "busy", "message": "the fan is in a conversation already",
		"hint": "start it later, or end the other one with {replace = true}", "hint_zh": "等它结束再开始，或用 {replace = true} 结束原来的对话",
	})
}

// listOf is never nil, which is no list.
func listOf(args []any) []any {
	if args == nil {
		return []any{}
	}
	return args
}

// plainArg is argument n as plain data of at most so many bytes of JSON.
func (c call) plainArg(n, most int) any {
	if _, err := c.encodeJSON(c.arg(n), jsonDepth, most); err != nil {
		c.fail("%s: %s", c.argument(n), err)
	}
	v, err := c.turn.FromLua(c.arg(n), engine.Caps{Bytes: most, Depth: jsonDepth})
	if err != nil {
		c.fail("%s: %s", c.argument(n), err)
	}
	return v
}

// flowSignal is flow.signal(openid, name, data?, options?).
func flowSignal(c call) int {
	s := Signal{OpenID: c.openid(), Name: c.text(2)}
	if s.Name == "" || len(s.Name) > maxFlowName {
		c.failArg(2, "is "+quote(s.Name), fmt.Sprintf("a name of 1 to %d bytes", maxFlowName))
	}
	s.Data = []byte("null")
	if c.has(3) {
		b, err := c.encodeJSON(c.arg(3), jsonDepth, MaxSignal)
		if err != nil {
			c.fail("%s: %s", c.argument(3), err)
		}
		s.Data = b
	}
	if tb := c.table(4); tb != nil {
		s.ID = c.record("options", tb, "id").bytes("id")
	}
	v := c.remember(acts, s.OpenID, func(ctx context.Context, m Memory) (any, error) {
		delivered, err := m.Signal(ctx, s)
		var full *SignalsFullError
		if errors.As(err, &full) {
			return map[string]any{"wrong": full.Error()}, nil
		}
		return string(delivered), err
	})
	if kept, full := v.(map[string]any); full {
		c.fail("%s", kept["wrong"])
	}
	return c.pushText(v.(string))
}
