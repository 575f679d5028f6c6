package account

import "fmt"

// checkAPIKey refuses a key that can be guessed, or that no Authorization header can carry; dev warns.
func (l *loader) checkAPIKey(key string) {
	const cure = "`openssl rand -hex 32` makes a good key"
	switch weak := weakKey(key); {
	case weak != "" && l.o.Dev:
		l.warn("api_keys[]", "%s; serve will refuse this account. "+cure, weak)
	case weak != "":
		l.refuse(l.about("api_keys[]", "%s. "+cure, weak))
	}
}

// The least that an API key must have.
const (
	leastKeyLength  = 16
	leastKeyVariety = 6
)

// weakKey says why a key is no good; "" when it is. It quotes nothing of it.
func weakKey(key string) string {
	different := map[rune]bool{}
	for _, c := range key {
		if c <= ' ' || c > '~' {
			return "a key has a blank or a character that is no letter, digit or sign of the English keyboard, which a header cannot carry"
		}
		different[c] = true
	}
	switch {
	case len(key) < leastKeyLength:
		return fmt.Sprintf("a key is too short: want %d characters or more, since whoever guesses it can write to all fans", leastKeyLength)
	case len(different) < leastKeyVariety:
		return fmt.Sprintf("a key has fewer than %d different characters, and whoever guesses it can write to all fans", leastKeyVariety)
	}
	return ""
}
