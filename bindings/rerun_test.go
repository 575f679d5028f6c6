package bindings_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"moonwire/bindings"
)

// traced answers a push and gives how that went, as it comes back from its bytes.
func traced(t *testing.T, p *bindings.Program, in bindings.Input) (*bindings.Trace, bindings.Outcome) {
	t.Helper()
	w := &bindings.Witness{}
	in.Observe = w.Observe
	out, err := p.Answer(t.Context(), in)
	tr := bindings.Trace{
		Push:   bindings.MsgRecord{Account: "demo", Trace: in.Trace, Received: in.Now(), Seed: in.Seed, Message: in.Message},
		OpenID: fan, Rule: out.Rule, Tried: out.Tried, Log: out.Log, Warnings: out.Warnings, Sent: []string{"custom:text hi"},
	}
	if err != nil {
		tr.Box = err.Error()
	} else if out.Reply != nil {
		tr.Answer = out.Reply.Content
	}
	body, err := tr.Pack(w)
	require.NoError(t, err)
	back, err := bindings.ReadTrace(body)
	require.NoError(t, err)
	for n := range body { // half of it is an error, or less; never a panic
		_, _ = bindings.ReadTrace(body[:n])
	}
	return back, out
}

const remembers = `on.text(function(msg)
	log.warn("counting", msg.content)
	msg.session.n = (msg.session.n or 0) + 1
	local all = store.incr("all")
	return msg.session.n .. " of " .. all .. " at " .. time.now() .. " " .. math.random(1000)
end)`

// A turn is kept as it went, and run again from that it says the same, though the store has gone on.
func TestATurnIsRunAgain(t *testing.T) {
	p := program(t, remembers)
	in := input(text(t, "hi"))
	in.Memory.(*memory).session = `{"n":4}`
	tr, out := traced(t, p, in)
	require.Contains(t, out.Reply.Content, "5 of 1 at 1760000000 ")
	require.True(t, tr.Whole)
	require.Equal(t, out.Reply.Content, tr.Answer)
	require.Equal(t, out.Tried, tr.Tried)
	require.Equal(t, out.Log, tr.Log)
	require.Equal(t, []string{"custom:text hi"}, tr.Sent)
	require.Equal(t, "hi", tr.Push.Message.Content)
	var calls []string
	for _, m := range tr.Made {
		calls = append(calls, strings.TrimSpace(m.Function+" "+m.Label))
	}
	require.Equal(t, []string{"msg.session", "store.incr all"}, calls[:2])
	require.True(t, tr.Made[1].Acts)
	require.InDelta(t, 1.0, tr.Made[1].Value, 0)
	for range 2 {
		again, changed, err := p.Rerun(t.Context(), tr)
		require.NoError(t, err)
		require.Empty(t, changed)
		require.Equal(t, out.Reply.Content, again.Reply.Content)
		require.Equal(t, out.Rule, again.Rule)
	}
	require.Equal(t, "1", in.Memory.(*memory).values["all"], "nothing is done again")
}

// Another build says what it would have said, as far as the trace knows.
func TestATurnIsRunOnAnotherBuild(t *testing.T) {
	tr, _ := traced(t, program(t, remembers), input(text(t, "hi")))
	for _, tt := range []struct{ name, main, want, changed, unknown string }{
		{"another answer", `on.text(function(msg) return "so far " .. store.incr("all") end)`, "so far 1", "", ""},
		{"without the calls", `on.text("hi", "ho")`, "ho", "store.incr(all) no more", ""},
		{"another rule", `on.text("ho", "hi")`, "", "store.incr(all) no more", ""},
		{"other arguments", `on.text(function(msg) return "by five " .. store.incr("all", 5) end)`, "by five 1", "store.incr(all) with something else", ""},
		{"another key", `on.text(function(msg) return store.incr("other") end)`, "", "", "store.incr(other): a call that was not made then; it is not made now either"},
		{"another look", `on.text(function(msg) return store.get("all") end)`, "", "", "store.get(all): a call that was not made then; what it would give is not known"},
		{"the same once more", `on.text(function(msg) store.incr("all") return store.incr("all") end)`, "", "", "store.incr(all): a call that was not made then"},
		{"caught", `on.text(function(msg) pcall(store.get, "all") return "well" end)`, "", "", "store.get(all): "},
		{"a line of the log", `on.text(function(msg) log.info("x") return store.incr("all") .. "logged" end)`, "1logged", "", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			out, changed, err := program(t, tt.main).Rerun(t.Context(), tr)
			if tt.unknown != "" {
				var unknown *bindings.UnknownEffectError
				require.ErrorAs(t, err, &unknown)
				require.Contains(t, err.Error(), tt.unknown)
				return
			}
			require.NoError(t, err)
			said := ""
			if out.Reply != nil {
				said = out.Reply.Content
			}
			require.Equal(t, tt.want, said)
			require.Equal(t, tt.changed, strings.Join(changed, " "))
		})
	}
	_, _, err := program(t, `on.text(function(msg) error("no") end)`).Rerun(t.Context(), tr)
	require.ErrorContains(t, err, "main.lua:1: no")
}

// What cannot be kept is said: then the turn cannot be run again, and the rest of its trace stands.
func TestWhatATraceDoesNotHold(t *testing.T) {
	in := input(text(t, "hi"))
	in.Memory.(*memory).values = map[string]string{"long": `"` + strings.Repeat("x", 9<<10) + `"`, "short": `"s"`}
	p := program(t, `on.text(function(msg) local s = store.get("short") store.get("long") log.info(("y"):rep(3000)) log.info(("z"):rep(3000)) return s end)`)
	tr, _ := traced(t, p, in)
	require.False(t, tr.Whole)
	require.Len(t, tr.Made, 2)
	require.True(t, tr.Made[0].Known)
	require.False(t, tr.Made[1].Known)
	require.Len(t, tr.Log, 1)
	_, _, err := p.Rerun(t.Context(), tr)
	require.ErrorContains(t, err, "store.get(long): what it gave then is not kept")

	many := program(t, `on.text(function(msg) for i = 1, 900 do store.get("a key that is not very short " .. i) end return "x" end)`)
	tr, _ = traced(t, many, input(text(t, "hi")))
	require.False(t, tr.Whole)
	require.NotEmpty(t, tr.Made)

	in = input(text(t, "hi"))
	in.Memory.(*memory).broken = errors.New("the disk is away")
	tr, _ = traced(t, program(t, `on.text(function(msg) return store.get("short") end)`), in)
	require.Equal(t, "the disk is away", tr.Made[0].Failed)
	require.False(t, tr.Whole)
	_, _, err = p.Rerun(t.Context(), tr)
	require.ErrorContains(t, err, "it failed then: the disk is away")

	body, err := (&bindings.Trace{Push: bindings.MsgRecord{Account: "demo", Received: time.Unix(5, 0)}}).Pack(nil)
	require.NoError(t, err)
	tr, err = bindings.ReadTrace(body)
	require.NoError(t, err)
	require.False(t, tr.Whole, "nobody has watched")
	_, err = bindings.ReadTrace(nil)
	require.ErrorIs(t, err, bindings.ErrTrace)
}
