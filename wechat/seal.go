package wechat

import (
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"io"
	"strconv"
)

// envelopeSize is more than the envelope of a sealed reply needs around the base64 text.
const envelopeSize = 256

// Seal turns a reply (XML of Reply.AppendXML) into the answer to p. A push that came encrypted gets
// an encrypted reply, made with the token and the key that opened it; any other gets the reply as
// it is. "success" and the empty answer are never encrypted. The envelope is XML also where pushes
// are JSON. An error means that the source of randomness failed.
func (c *Callback) Seal(p *Push, reply []byte) ([]byte, error) {
	if !p.Sealed || len(reply) == 0 || string(reply) == Success {
		return reply, nil
	}
	r := c.scratch()
	defer c.scratches.Put(r)
	if _, err := io.ReadFull(c.rand, r.random[:]); err != nil {
		return nil, fmt.Errorf("seal reply: %w", err)
	}
	return p.seal(r, c.now().Unix(), reply), nil
}

// sealFunc makes the sealed answer for a reply at now (Unix seconds), with the random bytes in r.
type sealFunc func(r *scratch, now int64, reply []byte) []byte

// envelope is the sealFunc of a pair. Its names are WeChat's, TimeStamp with a capital S.
func (p *pair) envelope(r *scratch, now int64, reply []byte) []byte {
	size := base64.StdEncoding.EncodedLen(len(reply) + len(p.sealer.appID) + sealedHead + padBlock)
	out := make([]byte, 0, size+envelopeSize)
	out = append(out, "<xml><Encrypt><![CDATA["...)
	from := len(out)
	out, r.plain = p.sealer.appendSealed(out, r.plain, r.random[:randomSize], reply)
	encrypt := out[from:]

	var timestamp, nonce [20]byte
	ts := strconv.AppendInt(timestamp[:0], now, 10)
	non := strconv.AppendUint(nonce[:0], binary.BigEndian.Uint64(r.random[randomSize:])%1e10, 10)
	parts := [...][]byte{p.token, ts, non, encrypt}
	var sum hexSum
	sum, r.text = signParts(r.text, parts[:])

	out = append(out, "]]></Encrypt><MsgSignature><![CDATA["...)
	out = append(out, sum[:]...)
	out = append(out, "]]></MsgSignature><TimeStamp>"...)
	out = append(out, ts...)
	out = append(out, "</TimeStamp><Nonce><![CDATA["...)
	out = append(out, non...)
	return append(out, "]]></Nonce></xml>"...)
}
