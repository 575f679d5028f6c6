package admin

import (
	"context"

	"moonwire/bot"
	"moonwire/server/openapi"
	"moonwire/store"
)

func fanName() shape { return text("The fan's openid").Within(1, 128) }

// maxFlowsPage is how many conversations one page shows.
const maxFlowsPage = 500

// Conversation is what one fan has under way. Times are Unix seconds.
type Conversation struct {
	OpenID   string `json:"openid"`
	ID       string `json:"id"`
	Flow     string `json:"flow"`
	Build    string `json:"build"`
	State    string `json:"state"`
	Kind     string `json:"kind,omitempty"`
	Question string `json:"question,omitempty"`
	Misses   int    `json:"misses"`
	Pieces   int    `json:"pieces"`
	Started  int64  `json:"started"`
	Changed  int64  `json:"changed"`
	Expires  int64  `json:"expires"`
	Due      int64  `json:"due,omitempty"`
	Why      string `json:"why,omitempty"`

	Journal []Step `json:"journal,omitempty"` // flows/show alone tells it
}

// Step is one thing that a conversation has done, in the words of its author.
type Step struct {
	What   string `json:"what"`
	Text   string `json:"text"`
	TextZH string `json:"text_zh"`
}

func stepShape() shape {
	return object("",
		need("what", text("`unsure` is a call that was cut in its middle, `waits` what is still to come").OneOf(bot.StepWhats()...)), need("text", text("")), need("text_zh", text("The same in Chinese")))
}

func conversationShape() shape { return object("", conversationFields()...) }

// toldShape is conversationShape with the journal.
func toldShape() shape {
	return object("", append(conversationFields(), may("journal", list("What it has done, in order", stepShape())))...)
}

func conversationFields() []openapi.Prop {
	return []openapi.Prop{
		need("openid", text("")), need("id", text("c.id of the flow")), need("flow", text("")), need("build", text("That wrote its last entry")),
		need("state", text("").OneOf("starting", "running", "waits", "failed", "gone")), may("kind", text("Of what it waits for")),
		may("question", text("As the fan was asked; of events and signals their names")), need("misses", whole("Messages in a row that did not fit")),
		need("pieces", whole("Of its journal")), need("started", whole("Unix seconds")), need("changed", whole("")), need("expires", whole("When the flow as a whole ends")),
		may("due", whole("When it goes on by itself")), may("why", text("It goes on then: timeout, expire, signal, resume; or why it failed")),
	}
}

const toldExample = `{"openid":"oXbY0amy0000000000000000009f","id":"3b1f09c2aa71d4e0","flow":"order","build":"3f9c12ab","state":"waits","kind":"number","question":"几杯?","misses":0,"pieces":2,"started":1772416805,"changed":1772416900,"expires":1772424005,"due":1772418700,"why":"timeout","journal":[{"what":"begun","text":"began with 「下单」","text_zh":"始于「下单」"},{"what":"asked","text":"asked 「喝点什么?」 → 「茶」","text_zh":"问「喝点什么?」 → 「茶」"},{"what":"waits","text":"waits for an answer to 「几杯?」","text_zh":"等待回答「几杯?」"}]}`

const conversationExample = `{"openid":"oXbY0amy0000000000000000009f","id":"3b1f09c2aa71d4e0","flow":"order","build":"3f9c12ab","state":"waits","kind":"number","question":"几杯?","misses":0,"pieces":2,"started":1772416805,"changed":1772416900,"expires":1772424005,"due":1772418700,"why":"timeout"}`

func conversationOf(c store.Conversation) Conversation {
	return Conversation{
		OpenID: c.OpenID, ID: c.ID, Flow: c.Flow, Build: c.Build, State: string(c.State), Kind: c.Kind, Question: c.Question, Misses: c.Misses, Pieces: c.Pieces,
		Started: unix(c.Started), Changed: unix(c.Changed), Expires: unix(c.Expires), Due: unix(c.Due), Why: c.Why,
	}
}

// ofFan is the body of methods about one fan's conversation.
type ofFan struct {
	Account string `json:"account"`
	OpenID  string `json:"openid"`
	Build   string `json:"build"`
}

func (q *ask) ofFan() (o ofFan, err error) {
	err = q.read(&o)
	return o, err
}

func listFlows(ctx context.Context, q *ask) (any, error) {
	var body struct {
		Account string `json:"account"`
		After   string `json:"after"`
		Limit   int    `json:"limit"`
	}
	if err := q.read(&body); err != nil {
		return nil, err
	}
	if body.Limit == 0 {
		body.Limit = 50
	}
	found, err := q.fleet.Conversations(ctx, body.Account, body.After, body.Limit)
	if err != nil {
		return nil, err
	}
	answer := struct {
		Conversations []Conversation `json:"conversations"`
		Next          *string        `json:"next"`
	}{[]Conversation{}, nil}
	for _, c := range found {
		answer.Conversations = append(answer.Conversations, conversationOf(c))
	}
	if n := len(found); n == body.Limit {
		answer.Next = &found[n-1].OpenID
	}
	return answer, nil
}

func showFlow(ctx context.Context, q *ask) (any, error) {
	o, err := q.ofFan()
	if err != nil {
		return nil, err
	}
	c, steps, err := q.fleet.ConversationOf(ctx, o.Account, o.OpenID)
	if err != nil {
		return nil, err
	}
	shown := conversationOf(c)
	for _, step := range steps {
		shown.Journal = append(shown.Journal, Step(step))
	}
	return shown, nil
}

func endFlow(ctx context.Context, q *ask) (any, error) {
	o, err := q.ofFan()
	if err != nil {
		return nil, err
	}
	return struct{}{}, q.fleet.EndConversation(ctx, o.Account, o.OpenID, q.by)
}

func resumeFlow(ctx context.Context, q *ask) (any, error) {
	o, err := q.ofFan()
	if err != nil {
		return nil, err
	}
	if err := q.fleet.ResumeConversation(ctx, o.Account, o.OpenID, o.Build, q.by); err != nil {
		return nil, err
	}
	return struct{}{}, nil
}
