package bindings

import (
	"context"
	"strings"

	lua "github.com/yuin/gopher-lua"

	"moonwire/engine"
	"moonwire/wechat/api"
)

// pagedOpenIDs is an iterator over a list of openids that WeChat gives page by page. It belongs to one turn.
type pagedOpenIDs struct {
	fn   Function
	of   string // which list
	page func(next string) api.Request
	left []any
	size int // bytes of the page that left is the rest of, about
	next string
	last bool
}

// eachOpenID gives an iterator over all pages. Each page is an effect of its own, made when a script comes to it.
func (c call) eachOpenID(of string, page func(next string) api.Request) int {
	w := &pagedOpenIDs{fn: *c.fn, of: of, page: page}
	w.fn.apart = true
	return c.push(engine.NewHolding(w.step, &lua.LUserData{Value: w, Metatable: lua.LNil}))
}

// Holds tells the weighing of the turn of the page: openids of 28 bytes, each with its header in an interface.
func (w *pagedOpenIDs) Holds(func(lua.LValue)) (bytes int) { return w.size }

// step is the iterator that the script calls.
func (w *pagedOpenIDs) step(L *lua.LState) int {
	t := engine.TurnOf(L)
	c := callOf(L, t, &w.fn)
	t.Steps(L, 5)
	for len(w.left) == 0 && !w.last {
		w.fetch(c)
	}
	if len(w.left) == 0 {
		return c.push(lua.LNil)
	}
	openid := w.left[0]
	w.left = w.left[1:]
	return c.push(c.toLua(openid))
}

// fetch gets the next page. The last one may lack its list (wechat-protocol §6.3).
func (w *pagedOpenIDs) fetch(c call) {
	got, refused := c.wechat(reads, strings.TrimSpace(w.of+" "+w.next), func(ctx context.Context, api API) (any, error) {
		v, err := readAnswer(ctx, api, w.page(w.next))
		if err != nil {
			return nil, err
		}
		return map[string]any{"openid": list("openid")(field(v, "data")), "next_openid": field(v, "next_openid")}, nil
	})
	if refused != nil {
		c.fail("%s: %s", c.toLua(refused["errcode"]).String(), refused["hint"])
	}
	w.left, _ = field(got, "openid").([]any)
	w.size = 64 * cap(w.left)
	next, _ := field(got, "next_openid").(string)
	w.last = len(w.left) == 0 || next == "" || next == w.next
	w.next = next
}
