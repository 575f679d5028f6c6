package account

import "fmt"

// checkAPIKey refuses a key that can be guessed, or that no Authorization header can carry; dev warns.
func (l *loader) checkAPIKey(key string) error {
	if weak := weakKey(key); weak != "" && l.o.Dev {
		l.warn("api_keys[]", "%s; serve will refuse this account. `openssl rand -hex 32` makes a good key", weak)
	} else if weak != "" {
		return l.about("api_keys[]", "%s: whoever guesses it can write to all fans. `openssl rand -hex 32` makes a good key", weak)
	}
	return nil
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
			return "a key has a blank or a character beyond ASCII, which a header cannot carry"
		}
		different[c] = true
	}
	switch {
	case len(key) < leastKeyLength:
		return fmt.Sprintf("a key is too short: want %d characters or more", leastKeyLength)
	case len(different) < leastKeyVariety:
		return fmt.Sprintf("a key has fewer than %d different characters", leastKeyVariety)
	}
	return ""
}
