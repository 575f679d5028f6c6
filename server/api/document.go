package api

import "moonwire/server/openapi"

// kinds are those that failures of the general interface have (design.md §8).
func kinds() []openapi.Kind {
	return []openapi.Kind{
		openapi.RequestFailed, openapi.InvalidParameter, openapi.InvalidReply, openapi.WeChatRefused,
		openapi.Unauthorized, openapi.Forbidden, openapi.NotFound, openapi.RateLimited, openapi.Internal,
	}
}

// document is the OpenAPI document of the methods. It tells nothing of any account.
func document(all []method) []byte {
	shown := make([]openapi.Method, len(all))
	for i, m := range all {
		shown[i] = m.Method
	}
	return openapi.Document(openapi.Interface{
		Title:  "Moonwire general interface",
		Doc:    "What the owner of an Official Account asks of a running Moonwire over HTTP: JSON in, JSON out. Unknown names in a body are refused. Lists in `field` count from 1. Times are Unix seconds.",
		Prefix: Prefix + "{account}/", Key: "One of api_keys in account.yaml", Kinds: kinds(),
		Errors: []openapi.Failure{
			{Kind: openapi.RequestFailed, Message: "message/custom/send: no connection", Hint: "WeChat could not be reached: try again in a moment"},
			{Kind: openapi.InvalidParameter, Field: "touser", Message: "is missing; want a string"},
			{Kind: openapi.InvalidReply, Field: "text.content", Message: "has 2051 bytes; want at most 2048"},
			{Kind: openapi.WeChatRefused, Errcode: 45015, Message: "message/custom/send: response out of time limit", Hint: "the fan last wrote more than 48 h ago: send a template message"},
		},
	}, shown)
}
