package engine_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	lua "github.com/yuin/gopher-lua"

	"moonwire/engine"
)

// journal answers effects with what it holds, in order, and then keeps what they come to.
type journal struct {
	held        []any
	asked, made []string // functions and labels
	broken      error
}

func (j *journal) Recall(_ *lua.LState, e engine.Effect) (any, bool) {
	j.asked = append(j.asked, e.Function+" "+e.Label)
	if len(j.asked) > len(j.held) {
		return nil, false
	}
	return j.held[len(j.asked)-1], true
}

func (j *journal) Make(ctx context.Context, e engine.Effect, fn func(context.Context) (any, error)) (any, error) {
	j.made = append(j.made, e.Function+" "+e.Label)
	if j.broken != nil {
		return nil, j.broken
	}
	v, err := fn(ctx)
	j.held = append(j.held, v)
	return v, err
}

// follow runs the rule of a script with a journal, and tells what an observer heard.
func (w *world) follow(t *testing.T, main string, j *journal, l engine.Limits) (answer string, seen []engine.Observed, err error) {
	t.Helper()
	b, err := w.compile(map[string]string{"main.lua": main}, l)
	require.NoError(t, err)
	k := &kept{}
	err = w.engine.Do(t.Context(), b, engine.TurnOptions{Host: k, Observe: func(o engine.Observed) { seen = append(seen, o) }}, func(turn *engine.Turn) error {
		turn.SetJournal(j)
		v, err := turn.Call(k.rules[0])
		answer = v.String()
		return err
	})
	return answer, seen, err
}

// TestAJournalAnswersWhatWasMade in place of making it again: nothing is charged for it, and nobody is told.
func TestAJournalAnswersWhatWasMade(t *testing.T) {
	w := doer(t)
	const main = `rule(function() return act("a") .. act("b") .. os.time() .. math.random() end)`
	j := &journal{}
	first, seen, err := w.follow(t, main, j, engine.Limits{StoreCalls: 2})
	require.NoError(t, err)
	require.Equal(t, []string{"act a", "act b", "os.time ", "math.random "}, j.asked)
	require.Equal(t, j.asked, j.made)
	require.Len(t, seen, 4)

	again := &journal{held: j.held}
	answer, seen, err := w.follow(t, main, again, engine.Limits{StoreCalls: 2})
	require.NoError(t, err)
	require.Equal(t, first, answer)
	require.Equal(t, j.asked, again.asked)
	require.Empty(t, again.made)
	require.Empty(t, seen)

	begun := &journal{held: []any{"x"}}
	_, seen, err = w.follow(t, `rule(function() act("a") act("b") act("c") end)`, begun, engine.Limits{StoreCalls: 2})
	require.NoError(t, err, "the first of the three cost nothing")
	require.Equal(t, []string{"act b", "act c"}, begun.made)
	require.Len(t, seen, 2)
}

// TestAJournalIsToldBoundedLabels, the same when it keeps and when it is asked.
func TestAJournalIsToldBoundedLabels(t *testing.T) {
	j := &journal{}
	_, _, err := doer(t).follow(t, `rule(function() act(("x"):rep(300)) end)`, j, engine.Limits{})
	require.NoError(t, err)
	require.Equal(t, j.asked, j.made)
	require.Len(t, j.made[0], len("act ")+256)
}

// TestAJournalThatHoldsNonsense costs the turn an error that says what is missing.
func TestAJournalThatHoldsNonsense(t *testing.T) {
	for _, c := range []struct{ name, body, want string }{
		{"the time", "os.time()", "main.lua:1: os.time: the clock does not answer"},
		{"a date", "os.date()", "main.lua:1: os.date: the clock does not answer"},
		{"chance", "math.random()", "main.lua:1: math.random: no random number to be had"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, _, err := doer(t).follow(t, `rule(function() return `+c.body+` end)`, &journal{held: []any{"nonsense"}}, engine.Limits{})
			require.EqualError(t, err, c.want)
			_, _, err = doer(t).follow(t, `rule(function() return `+c.body+` end)`, &journal{broken: errors.New("the disk is gone")}, engine.Limits{})
			require.EqualError(t, err, c.want)
		})
	}
}

// TestOutsideIsToldOfLongWaits only: what the store or the clock takes does not count.
func TestOutsideIsToldOfLongWaits(t *testing.T) {
	kinds := map[string]engine.Kind{
		"store": engine.KindStore, "clock": engine.KindClock, "random": engine.KindRandom, "log": engine.KindLog,
		"wechat": engine.KindWeChat, "http": engine.KindHTTP, "wait": engine.KindWait, "media": engine.KindMedia, "secret": engine.KindSecret, "model": engine.KindModel,
	}
	var told []string
	l := newLab(t, engine.Native{Name: "handler", Fn: func(L *lua.LState) int { keptOf(L).rules = append(keptOf(L).rules, L.Get(1)); return 0 }}, engine.Native{Name: "effect", Fn: func(L *lua.LState) int {
		_, err := engine.TurnOf(L).Effect(L, engine.Effect{Kind: kinds[L.CheckString(1)]}, func(context.Context) (any, error) {
			told = append(told, "made")
			return nil, nil
		})
		require.NoError(t, err)
		return 0
	}})
	for name, kind := range kinds {
		t.Run(name, func(t *testing.T) {
			w := &world{t, l.eng}
			b := w.build(`handler(function() effect("` + name + `") end)`)
			told = nil
			k := &kept{}
			outside := func(waits bool) { told = append(told, map[bool]string{true: "out", false: "back"}[waits]) }
			require.NoError(t, l.eng.Do(t.Context(), b, engine.TurnOptions{Host: k, Outside: outside}, func(turn *engine.Turn) error {
				_, err := turn.Call(k.rules[0])
				return err
			}))
			want := "out made back"
			switch kind {
			case engine.KindStore, engine.KindClock, engine.KindRandom, engine.KindLog:
				want = "made"
			}
			require.Equal(t, want, strings.Join(told, " "))
		})
	}
}
