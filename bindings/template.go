package bindings

import (
	"context"
	"fmt"
	"maps"
	"slices"

	lua "github.com/yuin/gopher-lua"

	"moonwire/engine"
	"moonwire/wechat/api"
)

// maxData is how many values a template message may have; WeChat's templates have a handful.
const maxData = 100

// templateID is the template that argument n names, by its alias in account.yaml or its id.
func (c call) templateID(n int) string {
	name := c.text(n)
	aliases := c.state.p.config.Templates
	if id, ok := aliases[name]; ok {
		return id
	}
	if name == "" {
		c.failArg(n, "is empty", "the id of a template, or its alias in account.yaml")
	}
	if near := engine.Nearest(name, slices.Sorted(maps.Keys(aliases))); near != "" {
		c.fail("%s: account.yaml has no template %s; did you mean %s?", c.argument(n), quote(name), near)
	}
	return name
}

// templateData reads the values of a template message: {key = "text"} or {key = {value = "text"}}.
func (c call) templateData(n int) map[string]api.TemplateValue {
	data := map[string]api.TemplateValue{}
	var names []string
	c.table(n).ForEach(func(k, _ lua.LValue) {
		if _, ok := k.(lua.LString); !ok {
			c.failArg(n, "has a value without a name", "{name = \"text\"}, with the names of the template, such as thing1")
		}
		names = append(names, keyText(k))
	})
	slices.Sort(names)
	if len(names) > maxData {
		c.failArg(n, plural(len(names), "value"), "at most 100")
	}
	for _, name := range names {
		data[name] = api.TemplateValue{Value: c.templateValue(name, c.table(n).RawGetString(name))}
	}
	return data
}

func (c call) templateValue(name string, v lua.LValue) string {
	if tb, ok := v.(*lua.LTable); ok {
		v = c.record(brief(name), tb, "value", "color").get("value")
	}
	switch v.Type() {
	case lua.LTString, lua.LTNumber:
		text := valueText(v)
		c.readText(brief(name), len(name)+len(text))
		return text
	case lua.LTNil:
		c.fail("%s has no value; want {%s = \"text\"}, with names as keys", brief(name), brief(name))
	}
	c.fail("%s is %s; want a string or a number", brief(name), describe(v))
	return ""
}

// miniProgram is the field miniprogram of options, nil when there is none.
func (r record) miniProgram() *api.MiniProgram {
	tb := r.inner("miniprogram")
	if tb == nil {
		return nil
	}
	m := r.c.record("miniprogram", tb, "appid", "pagepath")
	return &api.MiniProgram{AppID: m.required("appid"), PagePath: m.text("pagepath")}
}

func templateSend(c call) int {
	m := &api.TemplateMessage{ToUser: c.openid(), TemplateID: c.templateID(2), Data: c.templateData(3)}
	if tb := c.table(4); tb != nil {
		o := c.record("options", tb, "url", "miniprogram", "client_msg_id")
		m.URL, m.MiniProgram, m.ClientMsgID = o.text("url"), o.miniProgram(), o.text("client_msg_id")
	}
	if err := m.Check(); err != nil {
		c.fail("%s", fieldText(err))
	}
	return c.act(m.ToUser, func(ctx context.Context, api API) (any, error) { return api.SendTemplate(ctx, m) })
}

func templateList(c call) int {
	return c.read("", api.Request{Path: "/cgi-bin/template/get_all_private_template"}, list("template_list"))
}

func templateAdd(c call) int {
	short := c.filled(1, "the number of a template in the library, such as TM00015")
	body := map[string]any{"template_id_short": short}
	if tb := c.table(2); tb != nil {
		body["keyword_name_list"] = c.texts(2, tb)
	}
	return c.write(short, api.Request{Path: "/cgi-bin/template/api_add_template", Body: body}, part("template_id"))
}

func templateDelete(c call) int {
	id := c.templateID(1)
	return c.write(id, api.Request{Path: "/cgi-bin/template/del_private_template", Body: map[string]any{"template_id": id}}, done)
}

// maxBlocked is the largest page of blocked messages.
const maxBlocked = 100

func templateBlocked(c call) int {
	id := c.filled(1, "the msgid that template.send gave")
	body := map[string]any{"tmpl_msg_id": id, "largest_id": int64(0), "limit": int64(maxBlocked)}
	if tb := c.table(2); tb != nil {
		o := c.record("options", tb, "largest_id", "limit")
		if o.get("limit") != lua.LNil {
			body["limit"] = o.integer("limit")
			if n := o.integer("limit"); n < 1 || n > maxBlocked {
				o.fail("limit is %d; want 1 to %d", n, maxBlocked)
			}
		}
		body["largest_id"] = o.integer("largest_id")
	}
	return c.read(id+" "+fmt.Sprint(body["largest_id"]), api.Request{Path: "/wxa/sec/queryblocktmplmsg", Body: body}, listOrOne("msginfo"))
}

func templateIndustry(c call) int {
	return c.read("", api.Request{Path: "/cgi-bin/template/get_industry"}, whole)
}
