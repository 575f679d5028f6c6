package luaprogram

import "strings"

// fill puts a variable and a function into a pattern: %s is the one, f( a call of the other.
func fill(pattern, v, f string) *Node {
	words := strings.ReplaceAll(pattern, "f(", "\x00(")
	words = strings.ReplaceAll(words, "%s", v)
	return expr(strings.ReplaceAll(words, "\x00", f))
}
