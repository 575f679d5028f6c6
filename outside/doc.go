// Package outside makes the HTTP calls of scripts to other people's servers, and refuses those that must not be made.
//
//	client := outside.NewClient(outside.Options{})           // one per process
//	shop := client.Account(outside.Policy{Account: "shop", Allow: allowed})
//	target, err := shop.Locate("https://api.example.com/orders")
//	answer, err := shop.Do(ctx, outside.Request{Method: "GET", Target: target})
//
// A *Mistake is the author's: no address of that kind can be called. An *Error says why a call came to nothing, in the
// author's words. A status of 400 and more is an answer.
//
// It knows no Lua and no file. It follows no proxy of the environment, keeps no cookie, and gives nobody a connection of
// another account: what an account may reach is looked at when its connection is made. To change the rest, read
//
//	which hosts an account.yaml allows          allowed.go, locate.go, policy.go
//	which addresses nobody reaches              address.go, wrapped.go, dial.go
//	what is sent, what may not be set           header.go, request.go
//	redirects, repeats                          redirect.go, retry.go
//	how much comes back, and how it is masked   body.go, mask.go
//	what one account, and all together, may do  client.go, connections.go
//	the words for what went wrong               error.go, cause.go
//
// A Client, an Account and a Policy are safe for concurrent use.
package outside
