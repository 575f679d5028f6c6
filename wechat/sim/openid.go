package sim

import (
	"crypto/sha256"
	"encoding/base64"
)

// openIDLength is the usual length of an openid.
const openIDLength = 28

// FanOpenID derives the openid of a named fan: the same for the same app_id and name, 28 characters,
// beginning with o. A name that has this shape already is taken for the openid itself.
func FanOpenID(appID, name string) string {
	if isOpenID(name) {
		return name
	}
	sum := sha256.Sum256([]byte("moonwire fan\x00" + appID + "\x00" + name))
	return "o" + base64.RawURLEncoding.EncodeToString(sum[:])[:openIDLength-1]
}

func isOpenID(s string) bool {
	if len(s) != openIDLength || s[0] != 'o' {
		return false
	}
	for i := range len(s) {
		c := s[i]
		if !(c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '-' || c == '_') {
			return false
		}
	}
	return true
}
