package engine

import "math/rand/v2"

// chance is a turn's own: the same seed gives the same numbers, whatever other turns draw.
type chance struct {
	seed   uint64 // TurnOptions.Seed
	random *rand.Rand
}

// Random is the turn's source of chance. It is seeded by TurnOptions.Seed when it is first asked for.
func (c *chance) Random() *rand.Rand {
	if c.random == nil {
		c.Reseed(c.seed)
	}
	return c.random
}

// Reseed begins the turn's chance anew: math.randomseed.
func (c *chance) Reseed(seed uint64) { c.random = rand.New(rand.NewPCG(seed, seed^0x9e3779b97f4a7c15)) }
