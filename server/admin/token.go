package admin

import (
	"crypto/sha256"
	"crypto/subtle"
	"net/http"
	"strings"
	"unicode"
	"unicode/utf8"

	"moonwire/server/openapi"
	"moonwire/store"
)

// AsHeader is where who holds the token says who he is.
const AsHeader = "Moonwire-As"

// maxAs is how many bytes of that are kept.
const maxAs = 64

// holdsToken reports whether a request carries the token, in the same time whatever it carries. Where there is none, h.token is
// the digest of nothing that can be sent.
func (h *Handler) holdsToken(r *http.Request) bool {
	given := sha256.Sum256([]byte(openapi.Bearer(r.Header)))
	return subtle.ConstantTimeCompare(given[:], h.token[:]) == 1
}

// actor is who asks. The token is all that is proven, and makes it a cli; the name is what the asker says of himself.
func actor(header http.Header) store.Actor {
	said := strings.Map(func(c rune) rune {
		if c == utf8.RuneError || !unicode.IsGraphic(c) {
			return -1
		}
		return c
	}, header.Get(AsHeader))
	for len(said) > maxAs {
		_, size := utf8.DecodeLastRuneInString(said)
		said = said[:len(said)-size]
	}
	return store.Actor{Kind: store.ActorCLI, Name: strings.TrimSpace(said)}
}
