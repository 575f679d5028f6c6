package account

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"strings"
)

// The values that dev makes up for an account that lacks them. They follow from the name alone, so that a
// restart, the stand-in platform and `moonwire send` agree; they guard nothing.

func derivedAppID(account string) string { return "wx" + derivedHex("app_id", account, 16) }

func derivedToken(account string) string { return "dev" + derivedHex("token", account, 24) }

func derivedSecret(account string) string { return derivedHex("app_secret", account, 32) }

// derivedAPIKey is another one for each name; "" for a key without.
func derivedAPIKey(account, name string) string {
	if name != "" {
		account += " " + name
	}
	return derivedHex("api_key", account, 32)
}

func derivedHookSecret(account, hook string) string { return derivedHex(hook, account, 32) }

// derivedAESKey is 43 letters and digits. The last one is never replaced, since only one in four is
// possible there.
func derivedAESKey(account string) string {
	sum := sha256.Sum256([]byte("moonwire dev encoding_aes_key " + account))
	return strings.NewReplacer("+", "A", "/", "B").Replace(base64.RawStdEncoding.EncodeToString(sum[:]))
}

func derivedHex(what, account string, n int) string {
	sum := sha256.Sum256([]byte("moonwire dev " + what + " " + account))
	return hex.EncodeToString(sum[:])[:n]
}
