package wechat

import "bytes"

// Push is one push that was signed and, where the mode wants it, encrypted by WeChat.
type Push struct {
	*Message
	// Sealed says that it came encrypted, so that its reply must be sealed.
	Sealed bool
	// Previous says that the previous token or key opened it: the change in WeChat's console has not
	// arrived everywhere yet.
	Previous bool

	// seal belongs to the pair that opened it; nil unless sealed. A function, since fmt would print
	// a pair's secrets.
	seal sealFunc
}

// opened is a Push and its Message in one piece of memory.
type opened struct {
	push    Push
	message Message
}

// Open checks and reads the body of a POST to the callback URL. The account's mode says what is
// read, whatever the query claims:
//
//   - plain: the plain fields;
//   - safe: Encrypt, which must be there;
//   - compatible: Encrypt when the body has it, and then nothing else counts; else the plain fields.
//
// The body may be used again afterwards. The error is a *Refusal.
func (c *Callback) Open(q Query, body []byte) (*Push, error) {
	if len(body) > maxBody {
		return nil, tooLarge()
	}
	s, err := c.Check(q)
	if err != nil {
		return nil, err
	}
	return c.OpenSigned(s, body)
}

// OpenSigned is Open for a query that Check has let pass.
func (c *Callback) OpenSigned(s Signed, body []byte) (*Push, error) {
	if len(body) > maxBody {
		return nil, tooLarge()
	}
	r := c.scratch()
	defer c.scratches.Put(r)
	o := new(opened)
	o.push.Message = &o.message
	o.push.Previous = s.token.previous
	if err := c.read(o, s.query, s.token, body, r); err != nil {
		return nil, err
	}
	if c.originalID != "" && o.message.ToUserName != c.originalID {
		return nil, refuse(CauseOriginalID, "meant for "+shownID(o.message.ToUserName)+", and this account is "+c.originalID)
	}
	return &o.push, nil
}

func (c *Callback) read(o *opened, q Query, token *knownToken, body []byte, r *scratch) error {
	if c.mode == Plain {
		return o.message.parsePlain(body)
	}
	out, err := readOuter(body)
	switch {
	case err != nil:
		return err
	case out.found:
		return o.readSealed(q, token, out, r)
	case c.mode == Safe:
		return refuse(CauseNotEncrypted, "the body has no Encrypt")
	}
	return o.message.parse(body)
}

// parsePlain reads the plain fields, and says so when there are none because all is encrypted.
func (m *Message) parsePlain(body []byte) error {
	err := m.parse(body)
	if err != nil && m.MsgType == "" && encryptField(m.fields) != nil {
		return refuse(CauseEncrypted, "the body has nothing but Encrypt")
	}
	return err
}

func (o *opened) readSealed(q Query, token *knownToken, out outer, r *scratch) error {
	if len(out.encrypt) == 0 {
		return malformed("Encrypt is empty")
	}
	parts := [...][]byte{token.token, []byte(q.Timestamp), []byte(q.Nonce), out.encrypt}
	var sum hexSum
	sum, r.text = signParts(r.text, parts[:])
	if !sum.equal(q.MsgSignature) {
		if q.MsgSignature == "" {
			return refuse(CauseMsgSignature, "the query has no msg_signature")
		}
		return refuse(CauseMsgSignature, "signature fits and msg_signature does not")
	}
	msg, by, err := token.decrypt(out.encrypt, r)
	if err != nil {
		return err
	}
	if err := o.message.parse(msg); err != nil {
		return err
	}
	if len(out.to) > 0 && string(out.to) != o.message.ToUserName {
		return refuse(CauseReceiver, "ToUserName outside and inside of Encrypt differ")
	}
	o.push.Sealed, o.push.seal, o.push.Previous = true, by.seal, by.previous
	return nil
}

// decrypt tries the current key, then the previous one. Of two failures the one that got further
// tells more: with the right key only the app id can be wrong.
func (t *knownToken) decrypt(b64 []byte, r *scratch) (msg []byte, by *pair, err error) {
	for _, p := range t.pairs {
		var failure error
		msg, r.plain, failure = p.sealer.open(r.plain, b64)
		if failure == nil {
			return msg, p, nil
		}
		if err == nil || failure.(*Refusal).Cause == CauseAppID {
			err = failure
		}
	}
	return nil, nil, err
}

// outer is what counts of the body around an encrypted push.
type outer struct {
	to, encrypt []byte
	found       bool // there is an Encrypt, maybe an empty one
}

// readOuter finds ToUserName and Encrypt. Blanks around the base64 text are not part of it.
func readOuter(body []byte) (outer, error) {
	if out, ok := scanOuter(body); ok {
		return out, nil
	}
	fields, err := parseTree(body, nil)
	if err != nil {
		return outer{}, err
	}
	var out outer
	if f := first(fields, "ToUserName"); f != nil {
		out.to = bytes.TrimSpace([]byte(f.Value))
	}
	if f := encryptField(fields); f != nil {
		out.encrypt, out.found = bytes.TrimSpace([]byte(f.Value)), true
	}
	return out, nil
}

// encryptField is the sealed part, which devices' pushes name in small letters.
func encryptField(fields []Field) *Field {
	if f := first(fields, "Encrypt"); f != nil {
		return f
	}
	return first(fields, "encrypt")
}

// scanOuter is readOuter for flat bodies, without a copy.
func scanOuter(body []byte) (outer, bool) {
	var out outer
	var to bool
	scan := flatScan{b: body}
	if !scan.open() {
		return out, false
	}
	for {
		name, value, state := scan.next()
		if state != scanField {
			return out, state == scanEnd
		}
		text := body[value.from:value.to]
		switch string(body[name.from:name.to]) {
		case "ToUserName":
			if !to {
				out.to, to = bytes.TrimSpace(text), true
			}
		case "Encrypt":
			if !out.found {
				out.encrypt, out.found = bytes.TrimSpace(text), true
			}
		}
	}
}

// shownID is an id for the log, if it looks like one.
func shownID(s string) string {
	const longest = 64
	if len(s) > longest || skipName([]byte(s), 0) != len(s) {
		return "(not an id)"
	}
	return s
}
