package bindings_test

import (
	"context"
	"flag"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"moonwire/bindings"
	"moonwire/engine"
)

var keptPrograms = flag.Int("kept", 1_000, "how many random accounts TestKeptAgainstRerun tries")

// TestKeptAgainstRerun: no message can tell whether the top level has run for it.
func TestKeptAgainstRerun(t *testing.T) {
	set, err := bindings.NewSet()
	require.NoError(t, err)
	var engines [2]*engine.Engine
	for i := range engines {
		engines[i], err = engine.New(set, engine.Options{Limits: unhurried(engine.Limits{}), Rerun: i == 1})
		require.NoError(t, err)
	}
	programs, loaded, kept := *keptPrograms, 0, 0
	if testing.Short() {
		programs /= 10
	}
	for seed := range programs {
		rng := rand.New(rand.NewPCG(uint64(seed), 1))
		w := &dirtyWriter{rng: rng, clean: seed%4 != 0, slipping: seed%4 == 1}
		f := w.write()
		var says [2][]string
		for i, eng := range engines {
			p, err := bindings.Compile(context.Background(), eng, f.snapshot(), unhurried(engine.Limits{}), config())
			if err != nil {
				says[i] = append(says[i], err.Error())
				continue
			}
			says[i] = conversation(t, p, rand.New(rand.NewPCG(uint64(seed), 2)))
			if i == 0 {
				loaded++
			}
			if i == 0 && p.Build().Kept() {
				kept++
			}
		}
		require.Equal(t, says[1], says[0], "seed %d\n%s\n-- lib.lua\n%s", seed, f["main.lua"], f["lib.lua"])
	}
	t.Logf("%d accounts, %d load, the top level of %d serves several messages", programs, loaded, kept)
	require.Greater(t, 5*kept, loaded, "too few are proven to say much")
}

// conversation is what some messages of one fan are told, and what is remembered.
func conversation(t *testing.T, p *bindings.Program, rng *rand.Rand) (all []string) {
	m := newMemory()
	for range 5 {
		in := input(text(t, []string{"m1", "m2", "m3", "m4"}[rng.IntN(4)]))
		in.Memory, in.Seed = m, rng.Uint64()
		out, err := p.Answer(context.Background(), in)
		switch {
		case err != nil:
			all = append(all, err.Error())
		case out.Reply != nil:
			all = append(all, out.Reply.Content)
		default:
			all = append(all, "")
		}
		if out.SessionChanged {
			m.session = string(out.Session)
		}
		all = append(all, string(out.Session))
	}
	return all
}
