package api

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"

	"moonwire/bot"
	"moonwire/server/openapi"
	"moonwire/store"
)

// signalFlow hands a signal to a fan's conversation.
func signalFlow(ctx context.Context, q *ask) (any, error) {
	var body struct {
		OpenID string          `json:"openid"`
		Name   string          `json:"name"`
		ID     string          `json:"id"`
		Data   json.RawMessage `json:"data"`
	}
	if err := q.read(&body); err != nil {
		return nil, err
	}
	data := []byte("null")
	if body.Data != nil {
		data = body.Data
	}
	if len(data) > store.MaxSignal {
		return nil, openapi.BadField("data", "has more than 16 KiB")
	}
	q.acts(body.Name)
	now, err := q.accounts.Signal(ctx, q.account, store.Signal{OpenID: body.OpenID, Name: body.Name, ID: body.ID, Data: data})
	var full *store.SignalsFullError
	switch {
	case errors.As(err, &full):
		return nil, &openapi.Failure{
			Kind: openapi.Conflict, Status: http.StatusConflict, Field: "openid", Message: full.Error(),
			Hint: "no flow waits for them: does c:wait_signal name them so?", HintZH: "没有流程在等这些信号：c:wait_signal 里的名字对吗？",
		}
	case errors.Is(err, bot.ErrNotServing):
		return nil, &openapi.Failure{Kind: openapi.NotFound, Status: http.StatusNotFound, Message: "the account does not serve"}
	case err != nil:
		return nil, err
	}
	delivered := "kept"
	if now {
		delivered = "now"
	}
	return map[string]any{"delivered": delivered}, nil
}
