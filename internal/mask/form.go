package mask

import (
	"encoding/base64"
	"encoding/hex"
	"strings"
)

// formsOf are the texts, folded, by which a secret is known where escapes have been read. A secret that looks like an
// escape itself is known by what it would be read as, too.
func formsOf(secret string) (all []string) {
	written := append(inBase64(secret), secret, latin1(secret), hex.EncodeToString([]byte(secret)))
	for _, text := range written {
		for _, form := range []string{fold(text), fold(plain(text))} {
			if len(form) >= MinSecret {
				all = append(all, form)
			}
		}
	}
	return all
}

// inBase64 is what stands for a text in the base64 of anything that holds it, at each of the three places where it may
// begin, in both alphabets. Letters at its ends that stand for a neighbour too are left out.
func inBase64(s string) (all []string) {
	for before := range 3 {
		padded := append(make([]byte, before), s...)
		from, to := (before*8+5)/6, len(padded)*8/6
		for _, alphabet := range []*base64.Encoding{base64.RawStdEncoding, base64.RawURLEncoding} {
			all = append(all, alphabet.EncodeToString(padded)[from:to])
		}
	}
	return all
}

// latin1 is what a server makes of a text that takes each byte of a header for a letter, as the standard once said.
func latin1(s string) string {
	var b strings.Builder
	for _, c := range []byte(s) {
		b.WriteRune(rune(c))
	}
	return b.String()
}

// fold makes letters alike that are taken for the same: large and small, and a plus, which is a blank in a query.
func fold(s string) string {
	for i := range len(s) {
		if c := s[i]; c == '+' || 'A' <= c && c <= 'Z' {
			return foldFrom(s, i)
		}
	}
	return s
}

func foldFrom(s string, first int) string {
	b := []byte(s)
	for i := first; i < len(b); i++ {
		switch c := b[i]; {
		case c == '+':
			b[i] = ' '
		case 'A' <= c && c <= 'Z':
			b[i] = c + 'a' - 'A'
		}
	}
	return string(b)
}
