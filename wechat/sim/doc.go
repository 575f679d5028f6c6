// Package sim is WeChat's side of the wire: a stand-in platform that pushes what fans do to a callback
// URL and answers the server API. It is a second implementation, made from the protocol and not from
// package wechat, and strict where WeChat is strict: a reply that WeChat would not show is not shown. With the
// client it shares the table of endpoints alone: which paths there are, their methods and their quotas.
//
//	p := sim.New(sim.Options{})
//	defer p.Close()
//	err := p.AddAccount(sim.Account{
//		Name: "shop", AppID: "wx1a2b3c4d5e6f7081", Secret: "0123456789abcdef", Verified: true,
//		Mode: wechat.Safe, Token: "kestrel2026", EncodingAESKey: key, CallbackURL: "http://127.0.0.1:8420/wx/shop",
//	})
//	d := p.Push(ctx, "shop", "amy", sim.Text("hello")) // signed, sealed, three attempts of five seconds
//	fmt.Println(d.Reply, d.Notice)                     // what amy's phone shows
//	http.ListenAndServe("127.0.0.1:8421", p.Handler()) // api.weixin.qq.com and /platform/ to steer it
//
// What is only assumed of WeChat, because no page states it: every attempt carries a new timestamp and
// nonce, a status other than 200 is asked again, and the failure notice appears after messages and after
// those events whose answer would be shown. Comments are listed newest first; an article has at most 100
// selected ones, and a reply 600 characters.
//
// It does not imitate money, cards, stores, devices, readers of articles beyond their comments, or review by
// people, and its QR codes are scanned by ticket or scene, not by camera. It sends nothing anywhere but to
// the callback URLs it was given. Where it listens is the caller's choice: its
// control interface asks for no password, so that belongs on loopback.
//
// To change
//
//   - what a fan can do, and the push it becomes: act.go, parseact.go, event.go, pushbody.go, envelope.go, fanmedia.go
//   - how a push is delivered, asked again and judged: deliver.go, attempt.go, judge.go, replynode.go, opened.go; the notice
//     of failure, delivery.go; what the phone shows, shown.go and transcript.go
//   - who may call the API, and what every call has in common: api.go, answer.go, token.go, tokenapi.go, quota.go, whitelist.go,
//     calllog.go; how loosely bodies are read, exact.go, loose.go, escapes.go; the words of errcodes, errtext.go
//   - one family of the API: the file of its name (custom.go, template.go, mass.go, menu.go, media.go, …), each of which lists
//     its paths in a function such as menuAPIs; what was closed, withdrawn.go
//   - faults on request: fault.go; the clock, clock.go
//   - the control interface under /platform/: control.go and the files that begin so; pages for people, pages.go, authorizepage.go
//   - what is saved: state.go, save.go
//
// A Platform is safe for concurrent use. It calls out (callback, subscribers) with no lock held.
package sim
