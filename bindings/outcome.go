package bindings

import "moonwire/wechat"

// Outcome is what became of a push. After an error it still holds what is known: the rules tried, the log.
type Outcome struct {
	Reply          *wechat.Reply  // nil: nothing to say; a text may be longer than one message
	More           []wechat.Reply // of a conversation: what follows the reply, in order
	Conversation   *Progress      // what became of the fan's conversation; nil = nothing
	Session        []byte         // JSON; nil with SessionChanged: the session is empty now
	SessionChanged bool
	Following      *Following  // what follows the reply, once it is there; nil = nothing
	FromModel      bool        // a language model wrote the answer
	Rule           string      // the rule that answered or failed: `main.lua:12 on.text("下单")`
	Handled        bool        // a rule answered, be it with silence
	Ran            bool        // a rule other than on.before ran to its end, with an answer or without
	Hook           *HookAnswer // of a hook
	Continued      *Continued  // a job goes on; nil: it is done
	Tried          []Tried
	Warnings       []string // for the trace: a text was cut, an answer was dropped
	Log            []Entry
	Sent           []Sent  // to fans, by the script itself; after an error too
	Asked          []Asked // of language models; after an error too
}

// Tried is one rule that fitted the push and was asked, in order.
type Tried struct {
	Rule   string // `main.lua:12 on.text("下单")`
	Result string // nil, false, text, news, …, none, error
}
