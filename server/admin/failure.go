package admin

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"

	"moonwire/bot"
	"moonwire/engine"
	"moonwire/server/openapi"
	"moonwire/store"
)

// failureOf is what an operator is told of an error. The causes are his to mend, so he gets their words.
func failureOf(err error) *openapi.Failure {
	var own *openapi.Failure
	switch {
	case errors.As(err, &own):
		return own
	case errors.Is(err, bot.ErrNoAccount):
		return &openapi.Failure{Kind: openapi.NotFound, Status: http.StatusNotFound, Field: "account", Message: err.Error()}
	case errors.Is(err, bot.ErrNothingOlder), errors.Is(err, bot.ErrFollowsFolders):
		return &openapi.Failure{Kind: openapi.Conflict, Status: http.StatusConflict, Message: err.Error()}
	case errors.Is(err, store.ErrNoBuild):
		return &openapi.Failure{
			Kind: openapi.NotFound, Status: http.StatusNotFound, Field: "build", Message: plainWords(err),
			Hint: "`moonwire builds ACCOUNT` lists those that are kept", HintZH: "`moonwire builds 账号` 列出保留着的构建",
		}
	case errors.Is(err, store.ErrNoJob):
		return &openapi.Failure{
			Kind: openapi.NotFound, Status: http.StatusNotFound, Field: "id", Message: plainWords(err),
			Hint: "`moonwire jobs list ACCOUNT` lists them", HintZH: "`moonwire jobs list 账号` 列出全部任务",
		}
	case errors.Is(err, store.ErrEveryStays):
		return &openapi.Failure{
			Kind: openapi.Conflict, Status: http.StatusConflict, Field: "id", Message: plainWords(err),
			Hint: "take it out of the script, or hold the account's jobs (`moonwire jobs hold ACCOUNT`)", HintZH: "从脚本里去掉它，或暂停该账号的任务（`moonwire jobs hold 账号`）",
		}
	case errors.Is(err, store.ErrJobRuns), errors.Is(err, store.ErrJobOver), errors.Is(err, store.ErrJobsFull):
		return &openapi.Failure{Kind: openapi.Conflict, Status: http.StatusConflict, Field: "id", Message: plainWords(err)}
	case errors.Is(err, bot.ErrNoConversation):
		return &openapi.Failure{
			Kind: openapi.NotFound, Status: http.StatusNotFound, Field: "openid", Message: err.Error(),
			Hint: "`moonwire flows list ACCOUNT` lists who is in one", HintZH: "`moonwire flows list 账号` 列出正在对话的粉丝",
		}
	case errors.Is(err, store.ErrLive):
		return &openapi.Failure{
			Kind: openapi.Conflict, Status: http.StatusConflict, Field: "account", Message: "the account is live",
			Hint: "disable it first (`moonwire accounts disable ACCOUNT`), or move its folder away", HintZH: "先停用它（`moonwire accounts disable 账号`），或移走它的文件夹",
		}
	case errors.Is(err, store.ErrTaken):
		return &openapi.Failure{
			Kind: openapi.Conflict, Status: http.StatusConflict, Field: "name", Message: plainWords(err),
			Hint: "choose another name, or forget that account first", HintZH: "换一个名字，或先清除（forget）那个账号",
		}
	case errors.Is(err, context.DeadlineExceeded):
		return &openapi.Failure{Kind: openapi.RequestFailed, Status: http.StatusGatewayTimeout, Message: "it was not done in time; what was begun may still be finished"}
	}
	return &openapi.Failure{Kind: openapi.Conflict, Status: http.StatusConflict, Message: plainWords(err), Cause: err}
}

// plainWords leaves out which room of ours speaks.
func plainWords(err error) string { return strings.TrimPrefix(err.Error(), "store: ") }

// known refuses an account that nothing is known of, and guesses which one is meant.
func (q *ask) known(ctx context.Context, field, name string) error {
	all, err := q.accounts(ctx)
	if err != nil {
		return err
	}
	if _, there := all[name]; there {
		return nil
	}
	f := &openapi.Failure{Kind: openapi.NotFound, Status: http.StatusNotFound, Field: field, Message: fmt.Sprintf("there is no account %q", name)}
	if near := nearest(name, all); near != "" {
		f.Hint, f.HintZH = "did you mean "+near+"?", "是不是 "+near+"？"
	}
	return f
}

// nearest is the name that a mistyped one most likely stands for.
func nearest[V any](name string, names map[string]V) string {
	return engine.Nearest(name, slices.Sorted(maps.Keys(names)))
}

// noMethod guesses which method is meant.
func (h *Handler) noMethod(name string) *openapi.Failure {
	f := &openapi.Failure{Kind: openapi.NotFound, Status: http.StatusNotFound, Message: "there is no such method; GET " + Prefix + documentName + " lists them"}
	if near := nearest(name, h.methods); near != "" {
		f.Hint, f.HintZH = "did you mean "+near+"?", "是不是 "+near+"？"
	}
	return f
}

// document is the OpenAPI document of the methods.
func document(all []method) []byte {
	shown := make([]openapi.Method, len(all))
	for i, m := range all {
		shown[i] = m.Method
	}
	return openapi.Document(openapi.Interface{
		Title:  "Moonwire admin interface",
		Doc:    "What operators ask of a running Moonwire: JSON in, JSON out. The commands are made of it. Unknown names in a body are refused. Times are Unix seconds.",
		Prefix: Prefix, Key: "The second line of admin.token in the data folder",
		Kinds:  []openapi.Kind{openapi.RequestFailed, openapi.InvalidParameter, openapi.Unauthorized, openapi.NotFound, openapi.Conflict, openapi.RateLimited, openapi.Internal},
		Errors: []openapi.Failure{{Kind: openapi.NotFound, Field: "account", Message: `there is no account "sh0p"`, Hint: "did you mean shop?"}},
	}, shown)
}
