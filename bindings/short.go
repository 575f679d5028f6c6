package bindings

import (
	"context"
	"time"

	"moonwire/wechat/api"
)

func shortFamily() Family {
	return Family{
		Name: "short",
		Doc:  Text{"Short keys: 15 letters and digits that stand for up to 4 KB of text.", "短 key:用 15 位字母数字代表最多 4 KB 的文本。"},
		Functions: []Function{
			{
				Name: "short.gen", Forms: params(Param{Name: "long_data", Type: tString}, optional("options", tTable)), Returns: answers("short_key", "string"), run: shortGen, Reach: ReachActs,
				Doc:     Text{"Keeps a text behind a short key. Options: expire_seconds, up to 30 days, which is also the default.", "把文本存成短 key。选项:expire_seconds,最长 30 天（默认）。"},
				Example: `on.text("短", function() local key, err = short.gen("https://example.com/very/long", { expire_seconds = 3600 }) return key or err.hint end)`,
				Errors:  faults(Text{"Raises when the text is empty or over 4096 bytes.", "文本为空或超过 4096 字节时报错。"}),
			},
			{
				Name: "short.fetch", Forms: params(Param{Name: "short_key", Type: tString}), Returns: answers("short", "table"), run: shortFetch, Reach: ReachReads,
				Doc:     Text{"What a short key stands for: long_data, create_time, expire_seconds (what remains).", "短 key 的内容:long_data、create_time、expire_seconds(剩余秒数)。"},
				Example: `on.match("^key (\\w+)$", function(msg, key) local s, err = short.fetch(key) return s and s.long_data or err.hint end)`, Errors: faults(),
			},
		},
	}
}

func shortGen(c call) int {
	long := c.text(1)
	var life time.Duration
	if tb := c.table(2); tb != nil {
		life = c.record("options", tb, "expire_seconds").seconds("expire_seconds")
	}
	return c.act(long, func(ctx context.Context, api API) (any, error) { return api.ShortKey(ctx, long, life) })
}

func shortFetch(c call) int {
	key := c.filled(1, "what short.gen gave")
	return c.request(key, api.Request{Path: api.ShortFetch.Path, Body: map[string]any{"short_key": key}}, whole)
}
