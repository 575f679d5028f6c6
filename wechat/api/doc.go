// Package api calls WeChat's API: the client, the credentials it needs, and what its error codes mean.
//
//	client, err := api.NewClient(api.ClientConfig{AppID: appID, Secret: secret})
//	err = client.SendCustom(ctx, &api.Outgoing{ToUser: openid, MsgType: "text", Content: "hello"})
//	answer, err := client.Call(ctx, api.Request{Path: "/cgi-bin/tags/get"}) // any path there is
//
// Where to change what: one call, its repeats and its refusals in call.go, repeat.go and pacing.go; how bytes go out and
// come in in wire.go, jsonout.go and lenient.go; access_token and tickets in token.go, ticket.go and credential.go, how
// processes share them in tokenlease.go; errcodes, their classes and hints in errcodes.go, errclass.go and error.go, errors
// of the network in transporterror.go and transporthint.go. The families: custom.go, template.go, mass.go, menu.go, media.go
// and so on.
//
// Errors are *Error (the platform refused), *TransportError (it could not be asked, or nobody knows what became of the
// call) and *wechat.FieldError (an argument does not fit). None holds a secret or a token. A Client is safe for concurrent
// use.
package api
