// Package server is the HTTP edge of the house: the callback that WeChat calls, the general interface (通用接口)
// for the owner's other systems, health, metrics and the page a person sees. It turns a request into an attempt for the bot and the bot's answer into bytes;
// what a message means is decided elsewhere.
//
//	s := server.New(fleet, server.Options{Log: log, Store: store})
//	http.Serve(listener, s.Public())
//
// It refuses bodies over 1 MiB, unknown accounts and whatever the bot refuses alike: with an empty 403,
// so that a stranger learns nothing. The general interface answers nobody without one of the account's API
// keys; one table (methods) registers, checks and documents it. All handlers are safe for concurrent use.
package server
