package sim

import (
	"net/url"
	"strconv"

	"moonwire/wechat"
)

// plain is the push before sealing, in the account's format.
func (s *settings) plain(o *outgoing) []byte {
	if s.JSON {
		return o.json()
	}
	return o.xml()
}

// seal makes the body and the query of one attempt. Each attempt is signed and sealed anew.
func (p *Platform) seal(s *settings, o *outgoing) (query, body string) {
	stamp, nonce := strconv.FormatInt(p.Now().Unix(), 10), p.ids.number(9)
	q := url.Values{}
	q.Set("signature", wechat.Sign(s.Token, stamp, nonce))
	q.Set("timestamp", stamp)
	q.Set("nonce", nonce)
	q.Set("openid", o.from)
	plain := s.plain(o)
	if s.Mode == wechat.Plain {
		return q.Encode(), string(plain)
	}
	secret := s.sealer.Encrypt(p.ids.random16(), plain)
	q.Set("encrypt_type", "aes")
	q.Set("msg_signature", wechat.Sign(s.Token, stamp, nonce, secret))
	return q.Encode(), s.wrap(o, plain, secret)
}

// wrap puts the ciphertext beside the plain fields in compatible mode, and alone in safe mode.
func (s *settings) wrap(o *outgoing, plain []byte, secret string) string {
	if s.JSON {
		sealed := `"Encrypt":` + string(quoteJSON(secret)) + `}`
		if s.Mode == wechat.Compatible {
			return string(plain[:len(plain)-1]) + "," + sealed
		}
		return `{"ToUserName":` + string(quoteJSON(o.to)) + "," + sealed
	}
	sealed := "<Encrypt>" + cdata(secret) + "</Encrypt></xml>"
	if s.Mode == wechat.Compatible {
		return string(plain[:len(plain)-len("</xml>")]) + sealed
	}
	return "<xml><ToUserName>" + cdata(o.to) + "</ToUserName>" + sealed
}

// address is the callback URL with the platform's parameters behind the account's own.
func (s *settings) address(query string) string {
	u, err := url.Parse(s.CallbackURL)
	if err != nil { // checked when the account was set up
		return s.CallbackURL
	}
	if u.RawQuery != "" {
		query = u.RawQuery + "&" + query
	}
	u.RawQuery = query
	return u.String()
}
