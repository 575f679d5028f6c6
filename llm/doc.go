// Package llm asks language models that speak the chat/completions protocol, and makes of what they say what a chat
// window can show.
//
//	client := llm.NewClient(llm.Endpoint{Base: "https://api.example.com/v1", Model: "x", Key: key}, llm.Options{})
//	answer, err := client.Chat(ctx, llm.Request{Messages: []llm.Message{{Role: llm.User, Content: "你好"}}})
//
// Answers stream: Request.StopAt ends one in time, at the end of a sentence. What a model thinks before it answers never
// comes out. An *Error says in plain words why there is no answer; it holds no key and nothing that was asked.
//
// The room knows no Lua and no WeChat, and reaches the network through a Doer that is given to it. It asks again only
// while nothing has been said. To change the rest, read
//
//	what is asked                            request.go, endpoint.go
//	one question from first to last try      client.go, retry.go, waiting.go
//	what comes back                          answer.go, event.go, stream.go, torn.go
//	how much of it is read                   bound.go
//	reasoning                                think.go, thinkers.go
//	why there is no answer                   error.go, refusal.go
//	where a text may be cut                  sentences.go
//	Markdown                                 markdown.go, markdownblock.go, plainlinks.go, htmllinks.go
//
// A Client is safe for concurrent use. The stand-in model is in llm/standin.
package llm
