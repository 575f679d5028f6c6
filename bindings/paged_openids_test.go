package bindings_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"moonwire/bindings"
	"moonwire/engine"
	"moonwire/wechat/api"
)

// manyFans answers each call with a full page of openids.
type manyFans struct {
	bindings.API
	page []byte
}

func (m manyFans) Call(context.Context, api.Request) (api.Answer, error) {
	return api.Answer{JSON: m.page, Body: m.page}, nil
}

// TestUsersUnderWayAreWeighed asks for more users than a turn may hold, some hundred at a time.
func TestUsersUnderWayAreWeighed(t *testing.T) {
	users := make([]any, 100)
	for i := range users {
		users[i] = map[string]any{"openid": fan, "remark": strings.Repeat("x", 5_000) + strconv.Itoa(i)}
	}
	page, err := json.Marshal(map[string]any{"user_info_list": users})
	require.NoError(t, err)
	cfg := config()
	cfg.API = manyFans{page: page}
	eng, err := theEngine()
	require.NoError(t, err)
	script := files{"main.lua": `on.text(function(msg) local all = {} for i = 1, 2000 do all[i] = msg.openid end pcall(user.get_all, all) return "ESCAPED" end)`}
	p, err := bindings.Compile(t.Context(), eng, script.snapshot(), unhurried(engine.Limits{Memory: 4 << 20}), cfg)
	require.NoError(t, err)
	_, err = p.Answer(t.Context(), input(text(t, "x")))
	require.ErrorContains(t, err, "over the limit memory of 4.0 MiB")
}

// TestAWalkOverOpenIDsIsPaidFor by the openid, beside the loop of the script.
func TestAWalkOverOpenIDsIsPaidFor(t *testing.T) {
	openids := strings.Repeat(`"`+fan+`",`, 9_999) + `"` + fan + `"`
	cfg := config()
	cfg.API = manyFans{page: []byte(`{"data":{"openid":[` + openids + `]},"next_openid":""}`)}
	p, err := compileFiles(t, files{"main.lua": `on.text(function() local n = 0 for id in user.list() do n = n + 1 end return tostring(n) end)`}, cfg)
	require.NoError(t, err)
	p.Build().Limits.Instructions = 80_000
	_, err = p.Answer(t.Context(), input(text(t, "x")))
	require.ErrorContains(t, err, "over the limit instructions")
	p.Build().Limits.Instructions = 150_000
	require.Equal(t, "10000", answer(t, p, text(t, "x")).Reply.Content)
}

// TestPagedOpenIDsAreWeighed keeps walks of whose page little was taken: no variable reaches what is left.
func TestPagedOpenIDsAreWeighed(t *testing.T) {
	openids := make([]string, 10_000)
	for i := range openids {
		openids[i] = fmt.Sprintf("oTESTfan%020d", i)
	}
	page, err := json.Marshal(map[string]any{"total": 1 << 20, "count": len(openids), "data": map[string]any{"openid": openids}, "next_openid": "next"})
	require.NoError(t, err)
	cfg := config()
	cfg.API = manyFans{page: page}
	eng, err := theEngine()
	require.NoError(t, err)
	script := files{"main.lua": `on.text(function() local all = {} for i = 1, 15 do all[i] = user.list() all[i]() end store.get("k") return "ESCAPED" end)`}
	p, err := bindings.Compile(t.Context(), eng, script.snapshot(), unhurried(engine.Limits{Memory: 6 << 20}), cfg)
	require.NoError(t, err)
	_, err = p.Answer(t.Context(), input(text(t, "x")))
	require.ErrorContains(t, err, "over the limit memory of 6.0 MiB")
}
