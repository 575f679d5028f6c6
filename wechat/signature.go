package wechat

import (
	"bytes"
	"crypto/sha1"
	"crypto/subtle"
	"encoding/hex"
)

// hexSum is a signature as WeChat writes it: 40 lower-case hex digits.
type hexSum [2 * sha1.Size]byte

// Sign is WeChat's signature of the parts: SHA-1 over the parts sorted by their bytes (not by
// number) and joined without separator, in lower-case hex. The parts are token, timestamp, nonce,
// and for msg_signature also the base64 text of Encrypt.
func Sign(parts ...string) string {
	list := make([][]byte, len(parts))
	for i, p := range parts {
		list[i] = []byte(p)
	}
	sum, _ := signParts(nil, list)
	return string(sum[:])
}

// signParts sorts parts and signs them. It works in scratch and returns it, grown, for the next time.
func signParts(scratch []byte, parts [][]byte) (hexSum, []byte) {
	for i := 1; i < len(parts); i++ {
		for j := i; j > 0 && bytes.Compare(parts[j], parts[j-1]) < 0; j-- {
			parts[j], parts[j-1] = parts[j-1], parts[j]
		}
	}
	scratch = scratch[:0]
	for _, p := range parts {
		scratch = append(scratch, p...)
	}
	sum := sha1.Sum(scratch)
	var out hexSum
	hex.Encode(out[:], sum[:])
	return out, scratch
}

// equal compares in constant time. Upper-case digits do not count: WeChat sends none.
func (h *hexSum) equal(given string) bool {
	var g hexSum
	if len(given) != len(g) {
		return false
	}
	copy(g[:], given)
	return subtle.ConstantTimeCompare(h[:], g[:]) == 1
}
