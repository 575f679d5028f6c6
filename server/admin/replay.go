package admin

import (
	"context"
	"errors"
	"net/http"
	"time"

	"moonwire/bot"
	"moonwire/server/openapi"
)

// ReplayBody is the body of traces/replay.
type ReplayBody struct {
	Account string           `json:"account"`
	Trace   string           `json:"trace,omitempty"`
	Since   int64            `json:"since,omitempty"`
	Limit   int              `json:"limit,omitempty"`
	Build   string           `json:"build,omitempty"`
	Files   []DraftFile      `json:"files,omitempty"`
	Media   map[string]int64 `json:"media,omitempty"`
}

// Replayed is one push that was run again.
type Replayed struct {
	Trace    string   `json:"trace"`
	Received int64    `json:"received_ms"`
	Did      string   `json:"did"`
	Result   string   `json:"result"`
	Why      string   `json:"why,omitempty"`
	Before   Said     `json:"before"`
	After    Said     `json:"after"`
	Calls    []string `json:"calls"`
}

// Said is what a turn answered.
type Said struct {
	Rule   string `json:"rule"`
	Answer string `json:"answer"`
}

// Replay is the answer of traces/replay.
type Replay struct {
	Turns []Replayed `json:"turns"`
	More  bool       `json:"more"`
}

func replayShape() shape {
	return object("",
		need("account", accountName()), may("trace", traceRef("One turn: its trace, an ending of it, or WeChat's msg_id")),
		may("since", whole("All that are kept since then, Unix seconds").Within(0, 1<<40)), may("limit", whole("How many of them, the newest; 100 unless told").Within(1, bot.MaxReplayed)),
		may("build", buildID()),
		may("files", list("A folder in place of a build", object("", need("name", text("").Within(1, 256)), need("base64", text("")))).Within(1, maxDraftFiles)),
		may("media", table("Its files of media/ by name, with their sizes in bytes", whole("")).Within(0, maxDraftFiles)))
}

func replayedShape() shape {
	said := func() shape { return object("", need("rule", text("")), need("answer", text(""))) }
	return object("",
		need("turns", list("The newest first", object("",
			need("trace", text("")), need("received_ms", whole("")), need("did", text("What the fan did")), need("result", text("`unknown`: it cannot be run again to its end").OneOf(bot.ReplayResults()...)), may("why", text("")),
			need("before", said()), need("after", said()), need("calls", list("That are made no more, or with something else", text("")))))),
		need("more", yesNo("The time was over before all were run")))
}

const replayedExample = `{"turns":[{"trace":"M3K8Q2A7QK","received_ms":1772416805123,"did":"said \"几点开门\"","result":"differs","before":{"rule":"main.lua:3 on.text(\"几点开门\")","answer":"九点"},"after":{"rule":"main.lua:3 on.text(\"几点开门\")","answer":"八点"},"calls":[]}],"more":false}`

func replay(ctx context.Context, q *ask) (any, error) {
	var body struct {
		Account, Trace, Build string
		Since                 int64
		Limit                 int
		drafted
	}
	if err := q.read(&body); err != nil {
		return nil, err
	}
	r := bot.ReplayOf{Ref: body.Trace, Limit: body.Limit, Build: body.Build}
	if r.Limit == 0 {
		r.Limit = 100
	}
	if body.Since > 0 {
		r.Since = time.Unix(body.Since, 0)
	}
	if len(body.Files) > 0 {
		d, err := body.draft()
		if err != nil {
			return nil, err
		}
		r.Draft = &d
	}
	all, more, err := q.fleet.Replay(ctx, body.Account, r)
	switch {
	case errors.Is(err, bot.ErrNotServing):
		return nil, &openapi.Failure{Kind: openapi.Conflict, Status: http.StatusConflict, Field: "account", Message: "the account does not serve"}
	case errors.Is(err, bot.ErrNoTurn):
		return nil, &openapi.Failure{Kind: openapi.NotFound, Status: http.StatusNotFound, Field: "trace", Message: err.Error()}
	case err != nil && r.Draft != nil:
		return nil, &openapi.Failure{Kind: openapi.InvalidParameter, Status: http.StatusBadRequest, Field: "files", Message: "the folder cannot serve: " + err.Error()}
	case err != nil:
		return nil, err
	}
	answer := Replay{Turns: []Replayed{}, More: more}
	for _, one := range all {
		answer.Turns = append(answer.Turns, Replayed{
			Trace: one.Trace, Received: one.Received.UnixMilli(), Did: one.Did, Result: string(one.Result), Why: one.Why,
			Before: Said(one.Before), After: Said(one.After), Calls: append([]string{}, one.Calls...),
		})
	}
	return answer, nil
}
