package bindings_test

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"moonwire/bindings"
	"moonwire/wechat/api"
)

var talks = flag.Int("talks", 300, "how many random flows are run with crashes: go test ./bindings -run RandomFlows -talks 10000")

// errCrash is the end of the process.
var errCrash = errors.New("the process is gone")

// crashing is what lasts, and ends the process before or after one of its writes.
type crashing struct {
	*memory
	left  int // writes until the crash; negative = none
	after bool
}

func (m *crashing) write(fn func() error) error {
	if m.left--; m.left == 0 && !m.after {
		m.along = nil
		return errCrash
	}
	err := fn()
	if m.left == 0 {
		return errCrash
	}
	return err
}

func (m *crashing) Incr(ctx context.Context, key string, by float64) (n float64, err error) {
	err = m.write(func() error { n, err = m.memory.Incr(ctx, key, by); return err })
	return n, err
}

func (m *crashing) Set(ctx context.Context, key string, value []byte, ttl time.Duration) error {
	return m.write(func() error { return m.memory.Set(ctx, key, value, ttl) })
}

func (m *crashing) Write(ctx context.Context, entries []byte, wait bool) error {
	return m.write(func() error { return m.memory.Write(ctx, entries, wait) })
}

// counting is WeChat, which counts what it was sent.
type counting struct {
	stubAPI
	sent map[string]int
}

func (a *counting) SendCustom(_ context.Context, o *api.Outgoing) error {
	a.sent[o.Content]++
	return nil
}

// randomFlow is a flow of random steps, and what of them there is.
type randomFlow struct {
	lua    string
	asks   int
	incrs  map[string]int
	sends  []string
	says   []string
	rememb []string // keys that hold what chance and time said
}

func newRandomFlow(r *rand.Rand) *randomFlow {
	f := &randomFlow{incrs: map[string]int{}}
	var lines []string
	for i := range 3 + r.IntN(12) {
		line := f.step(r, i)
		switch r.IntN(6) {
		case 0:
			line = "pcall(function() " + line + " end)"
		case 1:
			line = "coroutine.wrap(function() " + line + " end)()"
		}
		lines = append(lines, line)
	}
	f.lua = "on.text('开始', flow('f', function(c) local v = {}\n" + strings.Join(lines, "\n") + "\nreturn 'end ' .. table.concat(v, ' ') end, {cancel = false}))"
	return f
}

func (f *randomFlow) step(r *rand.Rand, i int) string {
	switch r.IntN(7) {
	case 0, 1:
		f.asks++
		return fmt.Sprintf(`v[#v+1] = 'q' .. c:ask('q%d?', {number = true})`, i)
	case 2:
		key := fmt.Sprint("k", r.IntN(3))
		f.incrs[key]++
		return fmt.Sprintf(`v[#v+1] = '%s=' .. store.incr('%s')`, key, key)
	case 3:
		key := fmt.Sprint("r", i)
		f.rememb = append(f.rememb, key)
		return fmt.Sprintf(`local x = math.random(1, 1000000) .. '/' .. time.now() store.set('%s', x) v[#v+1] = '%s=' .. x`, key, key)
	case 4:
		text := fmt.Sprint("send", i)
		f.sends = append(f.sends, text)
		return fmt.Sprintf(`v[#v+1] = '%s=' .. tostring(send.text('amy', '%s'))`, text, text)
	case 5:
		key := fmt.Sprint("loop", i)
		f.incrs[key] = 3
		return fmt.Sprintf(`for i = 1, 3 do store.incr('%s') end`, key)
	}
	text := fmt.Sprint("say", i)
	f.says = append(f.says, text)
	return fmt.Sprintf(`c:say('%s.')`, text)
}

// TestRandomFlowsSurviveCrashes runs random flows to their end while the process ends at random places: before and after
// each write, in the middle of calls, and before what a turn said was given. Nothing is done twice, nothing is left out,
// and each call's answer is what it was the first time.
func TestRandomFlowsSurviveCrashes(t *testing.T) {
	for n := range *talks {
		r := rand.New(rand.NewPCG(uint64(n), 7))
		f := newRandomFlow(r)
		wechat := &counting{sent: map[string]int{}}
		k := newTalking(t, "on.text('x', 'y')")
		cfg := config()
		cfg.API = wechat
		k.use(files{"main.lua": f.lua}, cfg)
		m := &crashing{memory: k.m}
		k.change = func(in *bindings.Input) { in.Memory, in.Keeper = m, m }
		said, told, doubts, end := "开始", "", 0, ""
		for turn := 0; end == ""; turn++ {
			require.Less(t, turn, 200, "flow %d:\n%s", n, f.lua)
			m.left, m.after = -1, r.IntN(2) == 0
			if r.IntN(3) > 0 {
				m.left = 1 + r.IntN(8)
			}
			out, answered := k.crashed(said, r)
			for _, w := range k.last.Warnings {
				if strings.Contains(w, "nobody knows whether") {
					doubts++
				}
			}
			if !answered {
				continue // the platform asks again
			}
			told += out + "\n"
			said = fmt.Sprint(turn)
			if i := strings.Index(out, "end "); i >= 0 {
				end = out[i:]
			}
		}
		why := fmt.Sprintf("flow %d:\n%s\n%s", n, f.lua, told)
		for key, times := range f.incrs {
			require.Equal(t, fmt.Sprint(times), k.m.values[key], why)
		}
		for _, key := range f.rememb {
			require.Contains(t, end+" ", " "+key+"="+strings.Trim(k.m.values[key], `"`)+" ", why)
		}
		missing := 0
		for _, text := range f.sends {
			require.LessOrEqual(t, wechat.sent[text], 1, why)
			missing += 1 - wechat.sent[text]
		}
		require.LessOrEqual(t, missing, doubts, why)
		for _, text := range f.says {
			require.Equal(t, 1, strings.Count(told, text+"."), why)
		}
		require.Equal(t, f.asks, strings.Count(end, "q"), why)
	}
}

// crashed gives a message to a process that may end meanwhile; answered is false when the fan got no answer. What was kept
// by then is there for the next.
func (k *talking) crashed(said string, r *rand.Rand) (out string, answered bool) {
	k.t.Helper()
	if k.conv != nil {
		k.conv.Wake = bindings.WakeMessage
	}
	got, err := k.p.Answer(context.Background(), k.input(text(k.t, said)))
	k.last = got
	if err == nil && r.IntN(6) > 0 {
		return k.take(got, err), true
	}
	if err != nil {
		require.ErrorIs(k.t, err, errCrash)
	}
	if kept := k.m.journal; len(kept) > 0 {
		if k.conv == nil {
			k.conv = &bindings.Conversation{ID: "it", Flow: "f"}
		}
		k.conv.Pieces = append(k.conv.Pieces, kept...)
	}
	k.m.journal, k.m.along = nil, nil
	return "", false
}
