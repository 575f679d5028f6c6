// Package server is the HTTP edge of the house: the callback that WeChat calls, the general interface (in package api), the
// door for commands (in package admin), health, metrics and the page a person sees. It turns a request into an attempt
// for the bot and the bot's answer into bytes; what a message means is decided elsewhere.
//
//	s := server.New(fleet, server.Options{Log: log, Store: store})
//	http.Serve(listener, s.Public())
//
// Where to change what: which listener serves what in server.go; the callback in callback.go, who
// reads its pushes in package wire, the body of a push in pushbody.go, one attempt's answer and its hang-up in exchange.go; how many bytes and connections strangers may hold in
// intake.go and connections.go; who may drive a developer's listener in guard.go; the log line about a callback that
// found no account in astray.go, astrayhook.go.
//
// It refuses bodies over 1 MiB, unknown accounts and whatever the bot refuses alike: with an empty 403,
// so that a stranger learns nothing. All handlers are safe for concurrent use.
package server
