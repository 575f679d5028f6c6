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

func templateFamily() Family {
	return Family{
		Name: "template",
		Doc: Text{
			"Template messages of a service account: to any fan who follows. A template is named by its id, or by its alias in account.yaml (templates).",
			"服务号模板消息，可发给任何关注者。模板用 id 或 account.yaml 里 templates 的别名指定。",
		},
		Functions: []Function{
			{
				Name: "template.send", Returns: answers("msgid", "string"), run: templateSend, Reach: ReachActs,
				Forms: params(Param{Name: "openid", Type: tString}, Param{Name: "template", Type: tString}, Param{Name: "data", Type: tTable}, optional("options", tTable)),
				Doc: Text{
					"Sends a template message and gives its msgid; whether it arrived comes later as the event TEMPLATESENDJOBFINISH. data: {key = \"text\"} or {key = {value = \"text\"}}. Options: url, miniprogram = {appid, pagepath}, client_msg_id (the same one is sent once).",
					"发送模板消息，返回 msgid;是否送达由事件 TEMPLATESENDJOBFINISH 告知。data:{键 = \"文字\"} 或 {键 = {value = \"文字\"}}。选项:url、miniprogram = {appid, pagepath}、client_msg_id(相同的只发一次)。",
				},
				Example: `on.text("付款", function(msg)
  local msgid, err = template.send(msg.openid, "order_paid", { thing1 = "绿茶", amount2 = "¥28" }, { url = "https://example.com/o/1" })
  return msgid and "已通知" or err.hint
end)`,
				Errors: faults(Text{"Raises when data is empty or a value is neither text nor number, and when the template is almost an alias.", "data 为空、值不是文字或数字，或模板名与某个别名只差一点时报错。"}),
			},
			{
				Name: "template.list", Forms: params(), Returns: answers("templates", "table[]"), run: templateList, Reach: ReachReads,
				Doc:     Text{"The account's templates: template_id, title, primary_industry, deputy_industry, content, example.", "账号的模板列表:template_id、title、primary_industry、deputy_industry、content、example。"},
				Example: `on.text("模板", function() for _, one in ipairs(template.list() or {}) do log.info(one.template_id, one.title) end return "看日志" end)`, Errors: faults(),
			},
			{
				Name: "template.add", Forms: params(Param{Name: "short_id", Type: tString}, optional("keywords", tTable)), Returns: answers("template_id", "string"), run: templateAdd, Reach: ReachActs,
				Doc:     Text{"Takes a template of the library into the account (25 at most) and gives its id. keywords: a list, for category templates only.", "从模板库添加模板（最多 25 个），返回 template_id。keywords:列表，仅类目模板需要。"},
				Example: `on.text("加模板", function() local id, err = template.add("TM00015") return id or err.hint end)`, Errors: faults(),
			},
			{
				Name: "template.delete", Forms: params(Param{Name: "template", Type: tString}), Returns: answersTrue(), run: templateDelete, Reach: ReachActs,
				Doc:     Text{"Takes a template out of the account.", "从账号删除模板。"},
				Example: `on.text("删模板", function() local ok, err = template.delete("order_paid") return ok and "删了" or err.hint end)`, Errors: faults(),
			},
			{
				Name: "template.blocked", Forms: params(Param{Name: "msgid", Type: tString}, optional("options", tTable)), Returns: answers("blocked", "table[]"), run: templateBlocked, Reach: ReachReads,
				Doc: Text{
					"What WeChat held back of a template message, by the msgid that template.send gave: a list of id, tmpl_msg_id, title, content, send_timestamp, openid; empty when nothing was. Options: limit (100 at most and unless told), largest_id (the last id of the page before).",
					"查询被微信拦截的模板消息，参数为 template.send 返回的 msgid:列表，含 id、tmpl_msg_id、title、content、send_timestamp、openid;没有被拦截时为空。选项:limit(默认且最多 100)、largest_id(上一页最后的 id)。",
				},
				Example: `on.text("拦截", function() local list, err = template.blocked("2918131553548107776") return list and #list .. " 条被拦截" or err.hint end)`, Errors: faults(),
			},
			{
				Name: "template.industry", Forms: params(), Returns: answers("industry", "table"), run: templateIndustry, Reach: ReachReads,
				Doc:     Text{"What the account's templates are about: primary_industry and secondary_industry, each with first_class and second_class.", "账号模板所属行业:primary_industry、secondary_industry,各含 first_class、second_class。"},
				Example: `on.text("行业", function() local i = template.industry() return i and i.primary_industry.first_class end)`, Errors: faults(),
			},
		},
	}
}

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
func (a arguments) templateData(n int) map[string]api.TemplateValue {
	data := map[string]api.TemplateValue{}
	var names []string
	a.table(n).ForEach(func(k, _ lua.LValue) {
		if _, ok := k.(lua.LString); !ok {
			a.failArg(n, "has a value without a name", "{name = \"text\"}, with the names of the template, such as thing1")
		}
		names = append(names, keyText(k))
	})
	slices.Sort(names)
	if len(names) > maxData {
		a.failArg(n, "has "+plural(len(names), "value"), "at most 100")
	}
	for _, name := range names {
		data[name] = api.TemplateValue{Value: a.templateValue(name, a.table(n).RawGetString(name))}
	}
	return data
}

func (a arguments) templateValue(name string, v lua.LValue) string {
	if tb, ok := v.(*lua.LTable); ok {
		v = a.record(brief(name), tb, "value", "color").get("value")
	}
	switch v.Type() {
	case lua.LTString, lua.LTNumber:
		text := valueText(v)
		a.readText(brief(name), name)
		a.readText(brief(name), text)
		return text
	case lua.LTNil:
		a.fail("%s has no value; want {%s = \"text\"}, with names as keys", brief(name), brief(name))
	}
	a.fail("%s is %s; want a string or a number", brief(name), describe(v))
	return ""
}

// miniProgram is the field miniprogram of options, nil when there is none.
func (r record) miniProgram() *api.MiniProgram {
	tb := r.inner("miniprogram")
	if tb == nil {
		return nil
	}
	m := r.args.record("miniprogram", tb, "appid", "pagepath")
	return &api.MiniProgram{AppID: m.required("appid"), PagePath: m.text("pagepath")}
}

func templateSend(c call) int {
	m := &api.TemplateMessage{ToUser: c.openid(), TemplateID: c.templateID(2), Data: c.templateData(3)}
	if tb := c.table(4); tb != nil {
		o := c.record("options", tb, "url", "miniprogram", "client_msg_id")
		m.URL, m.MiniProgram, m.ClientMsgID = o.text("url"), o.miniProgram(), o.text("client_msg_id")
	}
	if err := m.Check(); err != nil {
		c.failField(err)
	}
	return c.act(m.ToUser, func(ctx context.Context, api API) (any, error) { return api.SendTemplate(ctx, m) })
}

func templateList(c call) int {
	return c.request("", api.Request{Path: api.TemplateList.Path}, list("template_list"))
}

func templateAdd(c call) int {
	short := c.filled(1, "the number of a template in the library, such as TM00015")
	body := map[string]any{"template_id_short": short}
	if tb := c.table(2); tb != nil {
		body["keyword_name_list"] = c.texts(2, tb)
	}
	return c.request(short, api.Request{Path: api.TemplateAdd.Path, Body: body}, part("template_id"))
}

func templateDelete(c call) int {
	id := c.templateID(1)
	return c.request(id, api.Request{Path: api.TemplateDelete.Path, Body: map[string]any{"template_id": id}}, done)
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
	return c.request(id+" "+fmt.Sprint(body["largest_id"]), api.Request{Path: api.TemplateBlocked.Path, Body: body}, listOrOne("msginfo"))
}

func templateIndustry(c call) int {
	return c.request("", api.Request{Path: api.TemplateIndustry.Path}, whole)
}
