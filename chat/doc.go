// Package chat plays conversations against a bot: a person in a terminal, or one message from the command
// line. A DevAPI stands beside the stand-in platform of `moonwire dev` and lets fans act; a Client asks
// it over HTTP; Direct does without a running stand-in and signs by itself.
//
//	client := chat.Client{Base: "http://127.0.0.1:8420"}
//	err := chat.Talk{Client: client, Account: "demo", Fan: "amy", In: os.Stdin, Out: os.Stdout}.Run(ctx)
//
// What a fan can do is written in words: a kind and its arguments, see sim.Kinds.
package chat
