// Package wechat speaks the protocol of WeChat Official Accounts (公众号) where WeChat is the one who calls: the bytes
// that it pushes to a callback URL and the answers it takes. Its API is in package api.
//
// One HTTP request becomes a value, and a value one answer:
//
//	cb, err := wechat.NewCallback(wechat.CallbackConfig{
//		AppID: "wx1a2b3c4d5e6f7081", Mode: wechat.Safe,
//		Current: wechat.KeyPair{Token: token, EncodingAESKey: key},
//	})
//	push, err := cb.Open(wechat.ParseQuery(r.URL.RawQuery), body) // err is a *Refusal
//	reply := wechat.Reply{Type: "text", Content: "Open 9-18."}
//	answer, err := cb.Seal(push, reply.AppendXML(nil, push.Message, now))
//
// The account's mode decides how a push is read, never the request: a plain account reads the plain
// fields, a safe account needs the encrypted part, and a compatible account reads the encrypted part
// alone as soon as there is one.
//
// The package refuses bodies over 1 MiB, markup deeper than 16 levels or of more than 1,000
// elements, and document type declarations. It decides nothing about a message: no de-duplication,
// no timing, no store. It knows no Lua.
//
// Where to change what: signatures in query.go and signature.go; opening and sealing in open.go, seal.go and sealer.go;
// which bytes are XML at all in scan.go (fast), xmlwalk.go (strict) and veil.go; what a message holds in message.go, names.go,
// containers.go, device.go and jsonpush.go; who a fan is in fan.go and key.go; replies in reply.go, replycheck.go and
// replyxml.go; how long texts are cut in splittext.go and breakpoint.go.
//
// A Callback and a Sealer are immutable and safe for concurrent use. A Message is not changed after it was parsed and
// may be read by many goroutines.
package wechat
