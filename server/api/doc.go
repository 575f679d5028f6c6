// Package api is the general interface (通用接口) for the owner's other systems: POST /api/v1/{account}/{method} with
// an API key of the account, JSON in and JSON out.
//
//	handler := api.New(fleet, api.Options{Store: st, Log: log, Now: time.Now, Noise: limiter}) // serves below api.Prefix
//
// Where to change what: a method is a row of the table in table.go (name, shapes, example, function), from which its
// checks, the OpenAPI document (document.go) and the tests are made; shapes.go has the shapes that several methods share;
// what a shape is, and how a body is read, is in package openapi. The functions: messages.go, users.go, templates.go,
// menus.go, call.go. Who may ask, and how often: key.go. Words and status of errors: failure.go.
//
// Whether an account exists is told to its key holders only. A body is bounded before it is parsed. No error holds a
// secret or more of a body than the name of a field. A Handler is safe for concurrent use.
package api
