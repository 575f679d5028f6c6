// Package admin is the door for commands: POST /admin/v1/{method} on the operator's listener, with the token of this
// process, JSON in and JSON out. The command line uses it, and a console will.
//
//	handler := admin.New(fleet, admin.Options{Token: token, Store: st, Log: log, Noise: limiter}) // serves below admin.Prefix
//	err := admin.Client{URL: url, Token: token}.Call(ctx, "accounts/list", nil, &answer)
//
// Where to change what: a method is a row of the table in table.go (name, shapes, example, function), from which its
// checks, the OpenAPI document, the refusals and the tests are made; nothing else has to know of it. What it asks for and
// answers is in views.go; the functions are in accounts.go, builds.go, jobs.go and audit.go. Who may come in: token.go. Words and status of
// errors: failure.go. The other side of it: client.go.
//
// A request without the token, with another one or for what is not there is refused alike; the server's guards refuse
// other hosts and other origins before. Every change is made for an actor and stands in the audit by the same commit
// that makes it. No answer, error or log line holds the token. A Handler is safe for concurrent use.
package admin
