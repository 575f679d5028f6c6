package bindings

import (
	"context"
	"net/http"
	"strings"

	lua "github.com/yuin/gopher-lua"

	"moonwire/engine"
	"moonwire/wechat/api"
)

// maxMenu is the largest menu as JSON, in bytes; WeChat's limits allow about half of it.
const maxMenu = 64 << 10

func menuCreate(c call) int {
	m := c.menu()
	if m.MatchRule != nil {
		c.fail("matchrule is for menu.add_conditional; menu.create is the menu of everybody")
	}
	return c.ask(menuNames(m), func(ctx context.Context, api API) error { return api.CreateMenu(ctx, m.Buttons) })
}

func menuAddConditional(c call) int {
	m := c.menu()
	if m.MatchRule == nil {
		c.fail("matchrule is missing; want {tag_id = …} or {client_platform_type = …}")
	}
	return c.act(menuNames(m), func(ctx context.Context, api API) (any, error) { return api.AddConditionalMenu(ctx, *m) })
}

// menuNames is how a menu is recognised: by the words on its bar.
func menuNames(m *api.Menu) string {
	names := make([]string, len(m.Buttons))
	for i := range m.Buttons {
		names[i] = m.Buttons[i].Name
	}
	return strings.Join(names, "/")
}

// menu reads argument 1: WeChat's own {button = {…}}, a list of its entries, or of button(…) and group(…).
func (c call) menu() *api.Menu {
	tb := c.table(1)
	var m *api.Menu
	var err error
	if buttonOf(tb.RawGetInt(1)) != nil {
		m = &api.Menu{}
		for _, b := range c.buttons(tb, maxInMenu, "a menu") {
			if part := b.held(); part != nil {
				c.fail("button %s holds a function; only the menu{…} of the top level can", quote(part.button.Name))
			}
			m.Buttons = append(m.Buttons, b.wire(""))
		}
		err = m.Check()
	} else {
		body, wrong := encodeJSON(c, tb, jsonDepth, maxMenu)
		if wrong != nil {
			c.fail("%s: %s", c.argument(1), wrong)
		}
		if tb.Len() > 0 {
			body = append(append([]byte(`{"button":`), body...), '}')
		}
		m, err = api.ParseMenu(body)
	}
	if err != nil {
		c.fail("%s", fieldText(err))
	}
	return m
}

func menuGet(c call) int { return c.read("", api.Request{Path: "/cgi-bin/menu/get"}, whole) }

func menuCurrent(c call) int {
	return c.read("", api.Request{Path: "/cgi-bin/get_current_selfmenu_info"}, whole)
}

// menuList puts what two calls tell into one table.
func menuList(c call) int {
	all := map[string]any{"conditionalmenu": []any{}}
	for _, path := range []string{"/cgi-bin/menu/get", "/cgi-bin/get_current_selfmenu_info"} {
		got, refused := c.wechat(reads, path, func(ctx context.Context, wx API) (any, error) {
			return readAnswer(ctx, wx, api.Request{Path: path})
		})
		if refused != nil && refused["errcode"] != float64(46003) {
			return c.pushRefusal(refused)
		}
		fields, _ := got.(map[string]any)
		for name, v := range fields {
			all[name] = v
		}
	}
	return c.push(c.give(all))
}

func menuDelete(c call) int {
	return c.write("", api.Request{Method: http.MethodGet, Path: "/cgi-bin/menu/delete"}, done)
}

func menuMatch(c call) int {
	id := c.filled(1, "an openid or a WeChat id")
	return c.read(id, api.Request{Path: "/cgi-bin/menu/trymatch", Body: map[string]any{"user_id": id}}, func(v any) any {
		if inner := field(v, "menu"); inner != nil {
			v = inner // some answers have it one level down (wechat-protocol §6.2)
		}
		return list("button")(v)
	})
}

func menuDeleteConditional(c call) int {
	id := c.filled(1, "the menuid that menu.add_conditional gave")
	return c.write(id, api.Request{Path: "/cgi-bin/menu/delconditional", Body: map[string]any{"menuid": id}}, done)
}

// statuses are what a menu event may come to (wechat-protocol §9.2).
var statuses = []string{"pending", "answered", "acknowledged", "answered_async", "failed", "late", "unhandled"}

func menuEventStatus(c call) int {
	key := c.text(1)
	told := c.effect(engine.Effect{Kind: engine.KindStore, Label: key}, func(ctx context.Context) (any, error) {
		records := c.state.p.config.Records
		if records == nil {
			return nil, errNoMemory
		}
		events, err := records.MenuEvents(ctx, key)
		if err != nil {
			return nil, err
		}
		if c.arg(1) == lua.LNil {
			return eachStatus(events), nil
		}
		return sumStatus(key, events), nil
	})
	return c.push(c.give(told))
}

func eachStatus(events []MenuEvent) []any {
	all := make([]any, len(events))
	for i, e := range events {
		one := sumStatus(e.EventKey, events[i:i+1])
		one["event"], one["menuid"] = e.Event, e.MenuID
		all[i] = one
	}
	return all
}

// sumStatus adds up the events of one key; the newest of them is the last.
func sumStatus(key string, events []MenuEvent) map[string]any {
	sum := map[string]any{"event_key": key}
	for _, status := range statuses {
		n := int64(0)
		for _, e := range events {
			n += e.Counts[status]
		}
		sum[status] = float64(n)
	}
	last := int64(0)
	for _, e := range events {
		if e.LastAt > last {
			last = e.LastAt
			sum["last_at"], sum["last_status"] = float64(e.LastAt), e.LastStatus
		}
	}
	return sum
}
