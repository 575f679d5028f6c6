package bindings_test

import (
	"context"
	"encoding/json"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"moonwire/bindings"
	"moonwire/engine"
	"moonwire/wechat"
)

// manyFans answers each call with a full page of openids.
type manyFans struct {
	bindings.API
	page []byte
}

func (m manyFans) Call(context.Context, wechat.Request) (wechat.Answer, error) {
	return wechat.Answer{JSON: m.page, Body: m.page}, nil
}

// TestWalksAreWeighed keeps walks of whose page little was taken: no variable reaches what is left.
func TestWalksAreWeighed(t *testing.T) {
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
	p, err := bindings.Compile(t.Context(), eng, script.snapshot(), engine.Limits{Memory: 6 << 20}, cfg)
	require.NoError(t, err)
	_, err = p.Answer(t.Context(), input(text(t, "x")))
	require.ErrorContains(t, err, "over the limit memory of 6.0 MiB")
}
