package wechat

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/subtle"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
)

// WeChat's message encryption: AES-256 in CBC mode, the first half of the key as IV, PKCS#7 with
// block 32 (so up to 32 bytes of padding), over
//
//	16 random bytes | length of the message, 4 bytes, big-endian | message | app id
const (
	aesKeyText = 43 // characters of an EncodingAESKey
	aesKeySize = 32
	padBlock   = 32
	randomSize = 16
	sealedHead = randomSize + 4
)

// Sealer encrypts and decrypts for one EncodingAESKey and app id.
type Sealer struct {
	block cipher.Block
	iv    [aes.BlockSize]byte
	appID string
}

// NewSealer takes the 43 characters of the key as WeChat's console shows them. The spare bits of
// the last one may be set, as WeChat's own decoder does not mind them.
func NewSealer(encodingAESKey, appID string) (*Sealer, error) {
	if len(encodingAESKey) != aesKeyText {
		return nil, fmt.Errorf("EncodingAESKey has %d characters; want %d", len(encodingAESKey), aesKeyText)
	}
	key, err := base64.StdEncoding.DecodeString(encodingAESKey + "=")
	if err != nil || len(key) != aesKeySize {
		return nil, errors.New("EncodingAESKey has a character other than A-Z, a-z, 0-9, + and /")
	}
	if appID == "" {
		return nil, errors.New("app id is empty; encryption needs it")
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, fmt.Errorf("EncodingAESKey: %w", err)
	}
	s := &Sealer{block: block, appID: appID}
	copy(s.iv[:], key)
	return s, nil
}

// String keeps the key out of logs and errors.
func (s *Sealer) String() string { return redacted }

// GoString keeps the key out of %#v.
func (s *Sealer) GoString() string { return redacted }

// Encrypt is the base64 text of Encrypt for msg. The random bytes must be fresh.
func (s *Sealer) Encrypt(random [16]byte, msg []byte) string {
	out, _ := s.appendSealed(nil, nil, random[:], msg)
	return string(out)
}

// Decrypt is the message in the base64 text of Encrypt. The error is a *Refusal of CauseMalformed,
// CauseAESKey or CauseAppID.
func (s *Sealer) Decrypt(b64 string) ([]byte, error) {
	msg, _, err := s.open(nil, []byte(b64))
	return msg, err
}

// appendSealed appends the base64 text to dst. It works in scratch and returns it, grown.
func (s *Sealer) appendSealed(dst, scratch, random, msg []byte) (out, grown []byte) {
	scratch = append(scratch[:0], random...)
	scratch = binary.BigEndian.AppendUint32(scratch, uint32(len(msg)))
	scratch = append(scratch, msg...)
	scratch = append(scratch, s.appID...)
	pad := padBlock - len(scratch)%padBlock
	for range pad {
		scratch = append(scratch, byte(pad))
	}
	cipher.NewCBCEncrypter(s.block, s.iv[:]).CryptBlocks(scratch, scratch)
	return base64.StdEncoding.AppendEncode(dst, scratch), scratch
}

// open decrypts in scratch, of which msg is then a part, and returns it, grown.
func (s *Sealer) open(scratch, b64 []byte) (msg, grown []byte, err error) {
	scratch, err = base64.StdEncoding.AppendDecode(scratch[:0], b64)
	switch {
	case err != nil:
		return nil, scratch, malformed("Encrypt is not base64")
	case len(scratch) == 0:
		return nil, scratch, malformed("Encrypt is empty")
	case len(scratch)%aes.BlockSize != 0:
		return nil, scratch, malformed("Encrypt is not a multiple of the AES block")
	}
	cipher.NewCBCDecrypter(s.block, s.iv[:]).CryptBlocks(scratch, scratch)
	msg, err = s.unwrap(scratch)
	return msg, scratch, err
}

// unwrap takes padding, head and app id off. msg_signature was checked before, so telling a wrong
// padding from a wrong app id helps nobody but the operator.
func (s *Sealer) unwrap(plain []byte) ([]byte, error) {
	pad := int(plain[len(plain)-1])
	if pad < 1 || pad > padBlock || pad > len(plain) {
		return nil, refuse(CauseAESKey, "what was decrypted has no padding")
	}
	body := plain[:len(plain)-pad]
	for _, b := range plain[len(body):] {
		if int(b) != pad {
			return nil, refuse(CauseAESKey, "what was decrypted has no padding")
		}
	}
	if len(body) < sealedHead {
		return nil, refuse(CauseAESKey, "what was decrypted is too short")
	}
	n := uint64(binary.BigEndian.Uint32(body[randomSize:]))
	rest := body[sealedHead:]
	if n > uint64(len(rest)) {
		return nil, refuse(CauseAESKey, "what was decrypted is shorter than its length field says")
	}
	if appID := rest[n:]; subtle.ConstantTimeCompare(appID, []byte(s.appID)) != 1 {
		return nil, refuse(CauseAppID, fmt.Sprintf("meant for app id %s, and this account is %s", shownAppID(appID), s.appID))
	}
	return rest[:n:n], nil
}

// shownAppID is the app id for the log, if it looks like one.
func shownAppID(b []byte) string {
	const longest = 32
	if !begins(b, "wx") || len(b) > longest || skipName(b, 0) != len(b) {
		return "(not an app id)"
	}
	return string(b)
}
