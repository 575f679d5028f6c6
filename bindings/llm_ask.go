package bindings

import (
	"cmp"
	"context"
	"errors"
	"math"
	"time"

	"moonwire/engine"
	"moonwire/llm"
)

// Model is the account's language model. Its errors are *llm.Error.
type Model interface {
	// Ask asks on behalf of a fan, "" = nobody's, and counts what it costs.
	Ask(ctx context.Context, openid string, r llm.Request) (*llm.Answer, error)
	// Begin is Ask for an answer that may go out in two: it gives the answer once it is whole, or, as cut says, what are
	// whole sentences of it by then, and the rest that is coming. No whole sentence: it goes on waiting. The rest is nil
	// when the answer is whole.
	Begin(ctx context.Context, openid string, r llm.Request, cut Cut) (*llm.Answer, Coming, error)
	// MayUse says why a script may not name a model; nil when it may. "" is the account's own.
	MayUse(model string) error
	// MaxTokens is how many tokens an answer may have.
	MaxTokens() int
	// Label says that a passive reply must say who wrote it.
	Label() bool
	// Cost is what an answer costs, in the operator's money.
	Cost(u llm.Usage) float64
}

// Cut says when the whole sentences of an answer that have come go out before the rest.
type Cut struct {
	Closing <-chan struct{} // then, if there are any; nil: the answer goes out whole
	// Say gives them to the fan, unless nobody is there; Begin goes on until the answer is whole. nil: Begin is over with them.
	Say func(sentences string) (said bool)
}

// Asked is one question to a language model.
type Asked struct {
	Model   string
	Usage   llm.Usage
	Cost    float64
	Took    time.Duration // until its answer was whole
	Partial bool
	Failed  llm.Kind // "" = it answered

	Warnings []string // what an author should know of the answer
}

func mayUse(m Model, model string) error {
	if m == nil {
		return nil
	}
	return m.MayUse(model)
}

func mostTokens(m Model) int {
	if m == nil {
		return 1 << 20
	}
	return m.MaxTokens()
}

// question is what is asked in the rounds of one conversation with a model.
type question struct {
	llm.Request
	tools []tool
	cut   Cut // zero: the answer is given whole
}

// maxRounds is how often the model may ask for tools before it must answer.
const maxRounds = 5

// converse asks, runs the tools that the model asks for, and asks again with what they gave. Both results are plain data.
func (c call) converse(q *question) (answer, refused map[string]any) {
	q.Tools = describeTools(q.tools)
	prompt, completion := 0.0, 0.0
	for round := 0; ; round++ {
		if round == maxRounds {
			q.Tools = nil
		}
		if answer, refused = c.askModel(q); refused != nil {
			return nil, refused
		}
		prompt, completion = prompt+answer["prompt"].(float64), completion+answer["completion"].(float64)
		calls, _ := answer["calls"].([]any)
		if len(calls) == 0 || round == maxRounds {
			answer["prompt"], answer["completion"] = prompt, completion
			return answer, nil
		}
		q.Messages = append(q.Messages, c.runTools(q, answer, calls)...)
	}
}

// askModel asks once. The answer is plain data, so that a journal can keep it.
func (c call) askModel(q *question) (answer, refused map[string]any) {
	v := c.effect(engine.Effect{Kind: engine.KindModel, Label: cmp.Or(q.Model, "default")}, func(ctx context.Context) (any, error) {
		m := c.state.p.config.Model
		if m == nil {
			return refusedBy(noModel()), nil
		}
		c.state.askedAt = c.state.now()
		q.MaxText = int(min(c.state.p.build.Limits.Answer, math.MaxInt32))
		a, coming, err := askOrBegin(ctx, m, c.state.fan(), q)
		if c.state.coming = coming; coming != nil {
			return modelData(a), nil
		}
		c.state.out.Asked = append(c.state.out.Asked, c.state.asked(m, q.Model, a, err))
		if err != nil {
			c.state.warnOf(err)
			return refusedBy(err), nil
		}
		for _, warning := range modelWarnings(a) {
			c.state.warn("%s", warning)
		}
		return modelData(a), nil
	})
	kept, _ := v.(map[string]any)
	if refused, ok := kept["refused"].(map[string]any); ok {
		return nil, refused
	}
	return kept, nil
}

func askOrBegin(ctx context.Context, m Model, openid string, q *question) (*llm.Answer, Coming, error) {
	if q.cut.Closing == nil {
		a, err := m.Ask(ctx, openid, q.Request)
		return a, nil, err
	}
	return m.Begin(ctx, openid, q.Request, q.cut)
}

func noModel() *llm.Error {
	e := llm.NewError(llm.Unauthorized, "account.yaml has no llm")
	e.Hint = "write llm: { base: https://…/v1, model: …, key: \"${env:…}\" } into account.yaml"
	e.HintZH = "在 account.yaml 里写上 llm: { base: https://…/v1, model: …, key: \"${env:…}\" }"
	return e
}

// refusedBy is an error as plain data. One that is not the model's ends with the turn, whose time is over.
func refusedBy(err error) map[string]any {
	var e *llm.Error
	if !errors.As(err, &e) {
		e = llm.NewError(llm.Timeout, "the turn is over")
	}
	return map[string]any{"refused": map[string]any{"kind": string(e.Kind), "message": e.Message, "hint": e.Hint, "hint_zh": e.HintZH}}
}

func modelData(a *llm.Answer) map[string]any {
	calls := make([]any, len(a.Calls))
	for i, one := range a.Calls {
		calls[i] = map[string]any{"id": one.ID, "name": one.Name, "arguments": one.Arguments}
	}
	return map[string]any{
		"text": a.Text, "partial": a.Partial, "finish": a.Finish, "model": a.Model, "calls": calls,
		"prompt": float64(a.Usage.Prompt), "completion": float64(a.Usage.Completion),
	}
}

// asked is for whoever watches what models cost.
func (s *state) asked(m Model, model string, a *llm.Answer, err error) Asked {
	asked := Asked{Model: model, Took: s.now().Sub(s.askedAt)}
	var e *llm.Error
	switch {
	case a != nil:
		asked.Model, asked.Usage, asked.Partial, asked.Cost = cutText(a.Model, maxModelName), a.Usage, a.Partial, m.Cost(a.Usage)
	case errors.As(err, &e):
		asked.Failed = e.Kind
	default:
		asked.Failed = llm.Timeout
	}
	return asked
}

// modelWarnings are what an author should know of an answer.
func modelWarnings(a *llm.Answer) (all []string) {
	if why := a.Unfinished(); why != "" && a.Finish != llm.FinishStopAt {
		all = append(all, "the language model's answer is not whole: "+why)
	}
	if a.Thought {
		all = append(all, "the language model began with its thoughts, and said only later that they were; write thinks: true below llm in account.yaml")
	}
	return all
}

func (s *state) warnOf(err error) {
	var e *llm.Error
	if errors.As(err, &e) {
		s.warn("the language model did not answer: %s (%s)", e.Error(), e.Hint)
	}
}

// maxModelName is how many bytes are kept of what a provider calls its model.
const maxModelName = 100

// fan is whose turn it is, "" = nobody's.
func (s *state) fan() string {
	switch {
	case s.in == nil:
		return ""
	case s.in.Message != nil:
		return s.in.Message.OpenID()
	}
	return s.in.OpenID
}
