// Package server is the HTTP edge of the house: the callback that WeChat calls, health, metrics and the
// page a person sees. It turns a request into an attempt for the bot and the bot's answer into bytes;
// what a message means is decided elsewhere.
//
//	s := server.New(fleet, server.Options{Log: log})
//	http.Serve(listener, s.Callback())
//
// It refuses bodies over 1 MiB, unknown accounts and whatever the bot refuses alike: with an empty 403,
// so that a stranger learns nothing. All handlers are safe for concurrent use.
package server
