package wechat

import (
	"fmt"
	"strconv"
	"time"
)

// maxEcho bounds what Verify gives back: the signature does not cover echostr, so it must not serve
// to reflect a stranger's text. WeChat's are about twenty digits.
const maxEcho = 256

// Verify answers the check of the callback URL: GET with signature, timestamp, nonce and echostr.
// The echo must be answered as text/plain with nothing around it. It is in the clear in every mode
// of an Official Account. The error is a *Refusal.
func (c *Callback) Verify(q Query) (echo string, err error) {
	r := c.scratch()
	defer c.scratches.Put(r)
	if _, err := c.signedBy(q, r); err != nil {
		return "", err
	}
	if q.EchoStr == "" || len(q.EchoStr) > maxEcho {
		return "", malformed(fmt.Sprintf("echostr has %d bytes; want 1 to %d", len(q.EchoStr), maxEcho))
	}
	return q.EchoStr, nil
}

func (c *Callback) scratch() *scratch { return c.scratches.Get().(*scratch) }

// Signed is a query that WeChat has signed.
type Signed struct {
	query Query
	token *knownToken
}

// Check is the part of Open that needs no body: who signed the query, and when. Every push is signed so, in each
// mode; msg_signature covers Encrypt and can be checked only with the body. The error is a *Refusal.
func (c *Callback) Check(q Query) (Signed, error) {
	r := c.scratch()
	defer c.scratches.Put(r)
	token, err := c.admit(q, r)
	return Signed{q, token}, err
}

func (c *Callback) admit(q Query, r *scratch) (*knownToken, error) {
	token, err := c.signedBy(q, r)
	if err != nil {
		return nil, err
	}
	return token, c.fresh(q.Timestamp)
}

// signedBy finds the token that made signature = SHA-1 over token, timestamp and nonce, sorted.
func (c *Callback) signedBy(q Query, r *scratch) (*knownToken, error) {
	for i := range c.tokens {
		t := &c.tokens[i]
		parts := [...][]byte{t.token, []byte(q.Timestamp), []byte(q.Nonce)}
		var sum hexSum
		sum, r.text = signParts(r.text, parts[:])
		if sum.equal(q.Signature) {
			return t, nil
		}
	}
	switch {
	case q.Signature == "":
		return nil, refuse(CauseSignature, "the query has no signature")
	case len(c.tokens) > 1:
		return nil, refuse(CauseSignature, "neither the current nor the previous token made it")
	}
	return nil, refuse(CauseSignature, "the token did not make it")
}

// fresh refuses timestamps too far from now.
func (c *Callback) fresh(timestamp string) error {
	if c.maxSkew <= 0 {
		return nil
	}
	sec, err := strconv.ParseInt(timestamp, 10, 64)
	if err != nil {
		return refuse(CauseStale, "the timestamp is not a number")
	}
	off := c.now().Sub(time.Unix(sec, 0))
	if off.Abs() > c.maxSkew {
		return refuse(CauseStale, fmt.Sprintf("the timestamp is %s off, max_skew is %s", off.Round(time.Second), c.maxSkew))
	}
	return nil
}
