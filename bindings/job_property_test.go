package bindings_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"moonwire/bindings"
)

// newRandomJob is a job of random steps.
func newRandomJob(r *rand.Rand) *randomFlow {
	f := &randomFlow{incrs: map[string]int{}}
	var lines []string
	for i := range 3 + r.IntN(12) {
		line := f.step(r, i)
		if strings.Contains(line, "c:ask") || strings.Contains(line, "c:say") {
			key := fmt.Sprint("large", i)
			line = fmt.Sprintf("local x = store.get('large') v[#v+1] = '%s=' .. #x store.incr('%s')", key, key)
			f.incrs[key], f.says, f.asks = 1, nil, 0
		}
		if r.IntN(6) == 0 {
			line = "pcall(function() " + line + " end)"
		}
		lines = append(lines, line)
	}
	f.lua = "task('t', function(args) local v = {}\n" + strings.Join(lines, "\n") + "\nstore.set('end', table.concat(v, ' ') .. ' ' .. job.due .. ' ' .. args.n) end)"
	return f
}

// TestRandomJobsSurviveCrashes runs random jobs while the process ends at random places: before and after each write, and in
// the middle of calls. Nothing is done twice, nothing is left out but what nobody knows of, and that is told.
func TestRandomJobsSurviveCrashes(t *testing.T) {
	for n := range *talks {
		r := rand.New(rand.NewPCG(uint64(n), 11))
		f := newRandomJob(r)
		wechat := &counting{sent: map[string]int{}}
		k := newTalking(t, "on.text('x', 'y')")
		cfg := config()
		cfg.API = wechat
		k.use(files{"main.lua": f.lua}, cfg)
		k.m.values["large"] = `"` + strings.Repeat("x", 100<<10) + `"`
		m := &crashing{memory: k.m}
		k.change = func(in *bindings.Input) { in.Memory, in.Keeper = m, m }
		var pieces [][]byte
		doubts, crashes := 0, 0
		why := func() string { return fmt.Sprintf("job %d, after %d crashes:\n%s\n%v", n, crashes, f.lua, k.m.values) }
		for over := false; !over; {
			m.left, m.after = -1, r.IntN(2) == 0
			if crashes < 5 && r.IntN(3) > 0 {
				m.left = 1 + r.IntN(8)
			}
			due := k.now
			if crashes > 0 {
				due = due.Add(1) // as the row has it, which may be another
			}
			out, err := k.p.RunJob(context.Background(), k.input(nil), bindings.JobRun{ID: "t", Kind: "task", Name: "t", Args: []byte(`{"n":7}`), Due: due, Pieces: pieces})
			for _, w := range out.Warnings {
				if strings.Contains(w, "nobody knows whether") {
					doubts++
				}
			}
			over = err == nil
			pieces, k.m.journal, k.m.along = append(pieces, k.m.journal...), nil, nil
			if !over {
				require.ErrorIs(t, err, errCrash, why())
				crashes++
			}
		}
		end := " " + k.m.values["end"]
		for key, times := range f.incrs {
			require.Equal(t, fmt.Sprint(times), k.m.values[key], why())
		}
		for _, key := range f.rememb {
			require.Contains(t, end+" ", key+"="+strings.Trim(k.m.values[key], `"`)+" ", why())
		}
		missing := 0
		for _, text := range f.sends {
			require.LessOrEqual(t, wechat.sent[text], 1, why())
			missing += 1 - wechat.sent[text]
		}
		require.LessOrEqual(t, missing, doubts, why())
		require.Contains(t, end, " 7", why())
	}
}

// TestAJobThatEndsTheProcessEachTime is given up.
func TestAJobThatEndsTheProcessEachTime(t *testing.T) {
	k := newTalking(t, `task("t", function() store.incr("n") for i = 1, 50 do store.incr("m") end end)`)
	m := &crashing{memory: k.m}
	k.change = func(in *bindings.Input) { in.Memory, in.Keeper = m, m }
	var pieces [][]byte
	for runs := 1; ; runs++ {
		require.Less(t, runs, 20)
		m.left, m.after = 3, true
		_, err := k.p.RunJob(context.Background(), k.input(nil), bindings.JobRun{ID: "t", Kind: "task", Name: "t", Pieces: pieces})
		pieces, k.m.journal, k.m.along = append(pieces, k.m.journal...), nil, nil
		if errors.Is(err, bindings.ErrInterrupted) {
			require.Equal(t, 7, runs)
			break
		}
		require.ErrorIs(t, err, errCrash)
	}
	require.Equal(t, "1", k.m.values["n"])
}
