package engine

// wide is how many times its default a limit may reach on a machine that belongs to the author.
const wide = 32

// WideLimits are ceilings for a machine on which nobody else's bot runs.
func WideLimits() Limits {
	var l Limits
	for _, spec := range limits {
		spec.at(&l).set(spec.std * wide)
	}
	return l
}
