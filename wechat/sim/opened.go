package sim

import (
	"errors"
	"fmt"
	"strconv"

	"moonwire/wechat"
)

// open takes a reply out of its envelope. Safe mode wants an envelope, plain mode takes none.
func (s *settings) open(answer []byte) ([]byte, error) {
	root, err := parseReply(answer)
	if err != nil {
		return nil, err
	}
	sealed := root.child("Encrypt") != nil
	switch {
	case !sealed && s.Mode == wechat.Safe:
		return nil, errors.New("the reply is not encrypted; safe mode wants it so")
	case sealed && s.Mode == wechat.Plain:
		return nil, errors.New("the reply is encrypted; the account is in plain mode")
	case !sealed:
		return answer, nil
	}
	secret, stamp, nonce := root.value("Encrypt"), root.value("TimeStamp"), root.value("Nonce")
	if _, err := strconv.ParseInt(stamp, 10, 64); err != nil {
		return nil, fmt.Errorf("the envelope's TimeStamp must be a number (capital S); it is %q", stamp)
	}
	if root.value("MsgSignature") != wechat.Sign(s.Token, stamp, nonce, secret) {
		return nil, errors.New("the envelope's MsgSignature is wrong")
	}
	opened, err := s.sealer.Decrypt(secret)
	if err != nil {
		return nil, fmt.Errorf("the reply cannot be decrypted: %w", err)
	}
	return opened, nil
}
