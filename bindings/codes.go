package bindings

import (
	"context"
	"math"
	"time"

	lua "github.com/yuin/gopher-lua"

	"moonwire/wechat/api"
)

func qrcodeCreate(c call) int {
	r := c.record("", c.table(1), "scene", "expire_seconds", "permanent")
	q := api.QRCode{Life: r.seconds("expire_seconds"), Permanent: r.flag("permanent")}
	switch scene := r.get("scene").(type) {
	case lua.LString:
		q.SceneStr = string(scene)
	case lua.LNumber:
		if !isInteger(scene) || scene < 1 || scene > math.MaxUint32 {
			r.fail("scene is %s; want a whole number from 1 to 4294967295", valueText(scene))
		}
		q.SceneID = uint32(scene)
	default:
		r.fail("scene is %s; want a string or a whole number", describe(scene))
	}
	if err := q.Check(); err != nil {
		c.fail("%s", fieldText(err))
	}
	return c.act(valueText(r.get("scene")), func(ctx context.Context, api API) (any, error) {
		got, err := api.CreateQRCode(ctx, q)
		code := map[string]any{"ticket": got.Ticket, "url": got.URL, "showqrcode": c.state.p.config.Pages.ShowQRCode(got.Ticket)}
		if got.ExpireSeconds > 0 {
			code["expire_seconds"] = float64(got.ExpireSeconds)
		}
		return code, err
	})
}

// seconds is a field that counts seconds, 0 when it is missing.
func (r record) seconds(name string) time.Duration {
	n := r.integer(name)
	if r.get(name) != lua.LNil && (n < 1 || n > int64(maxDuration/time.Second)) {
		r.fail("%s is %d; want a number of seconds from 1", name, n)
	}
	return time.Duration(n) * time.Second
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
	return c.read(key, api.Request{Path: "/cgi-bin/shorten/fetch", Body: map[string]any{"short_key": key}}, whole)
}
