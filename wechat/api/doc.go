// Package api calls WeChat's API: the client, the credentials it needs, and what its error codes mean.
//
//	client, err := api.NewClient(api.ClientConfig{AppID: appID, Secret: secret})
//	err = client.SendCustom(ctx, &api.Outgoing{ToUser: openid, MsgType: "text", Content: "hello"})
//	answer, err := client.Call(ctx, api.Request{Path: api.TagList.Path}) // any path there is
//
// There is one way to call, Client.Call; what checks its arguments first has a method of its own, such as SendCustom, and
// ends there too. What is known of a path (method, effect, quota) is its Endpoint.
//
// To change
//
//   - which calls there are, what is repeated, counted as reading, or paced: one row of endpoints.go; how it is used, endpoint.go,
//     repeat.go and pacing.go
//   - which paths a script may name: path.go
//   - one call, its repeats and its refusals: request.go, call.go, answer.go; how long it may wait, waitbudget.go
//   - how bytes go out and come in: wire.go, jsonout.go, lenient.go (what WeChat varies), plainjson.go (what a script gets)
//   - access_token and ticket: token.go, ticket.go, credential.go; how processes share them, tokenlease.go
//   - errcodes, their classes and hints: errcodes.go, errclass.go, error.go; errors of the network, transporterror.go and
//     transporthint.go; which secrets are masked, redact.go and secret.go
//   - a family of messages or objects: custom.go and customwire.go, template.go, subscribemessage.go, mass.go, menu.go and
//     menucheck.go, user.go, tag.go, media.go, mediarules.go, material.go, qrcode.go, shortkey.go, oauth.go, jssdk.go; addresses of pages, pages.go
//
// Errors are *Error (the platform refused), *TransportError (it could not be asked, or nobody knows what became of the
// call) and *wechat.FieldError (an argument does not fit). None holds a secret or a token. A Client is safe for concurrent
// use.
package api
