package bindings

// templateFamily describes the template messages.
// A table of data.
func templateFamily() Family {
	return Family{
		Name: "template",
		Doc: Text{
			"Template messages of a service account: to any fan who follows. A template is named by its id, or by its alias in account.yaml (templates).",
			"服务号模板消息,可发给任何关注者。模板用 id 或 account.yaml 里 templates 的别名指定。",
		},
		Functions: []Function{
			{
				Name: "template.send", Returns: answers("msgid", "string"), run: templateSend, Reach: ReachActs,
				Forms: params(Param{Name: "openid", Type: tString}, Param{Name: "template", Type: tString}, Param{Name: "data", Type: tTable}, optional("options", tTable)),
				Doc: Text{
					"Sends a template message and gives its msgid; whether it arrived comes later as the event TEMPLATESENDJOBFINISH. data: {key = \"text\"} or {key = {value = \"text\"}}. Options: url, miniprogram = {appid, pagepath}, client_msg_id (the same one is sent once).",
					"发送模板消息,返回 msgid;是否送达由事件 TEMPLATESENDJOBFINISH 告知。data:{键 = \"文字\"} 或 {键 = {value = \"文字\"}}。选项:url、miniprogram = {appid, pagepath}、client_msg_id(相同的只发一次)。",
				},
				Example: `on.text("付款", function(msg)
  local msgid, err = template.send(msg.openid, "order_paid", { thing1 = "绿茶", amount2 = "¥28" }, { url = "https://example.com/o/1" })
  return msgid and "已通知" or err.hint
end)`,
				Errors: faults(Text{"Raises when data is empty or a value is neither text nor number, and when the template is almost an alias.", "data 为空、值不是文字或数字,或模板名与某个别名只差一点时报错。"}),
			},
			{
				Name: "template.list", Forms: params(), Returns: answers("templates", "table[]"), run: templateList, Reach: ReachReads,
				Doc:     Text{"The account's templates: template_id, title, primary_industry, deputy_industry, content, example.", "账号的模板列表:template_id、title、primary_industry、deputy_industry、content、example。"},
				Example: `on.text("模板", function() for _, one in ipairs(template.list() or {}) do log.info(one.template_id, one.title) end return "看日志" end)`, Errors: faults(),
			},
			{
				Name: "template.add", Forms: params(Param{Name: "short_id", Type: tString}, optional("keywords", tTable)), Returns: answers("template_id", "string"), run: templateAdd, Reach: ReachActs,
				Doc:     Text{"Takes a template of the library into the account (25 at most) and gives its id. keywords: a list, for category templates only.", "从模板库添加模板(最多 25 个),返回 template_id。keywords:列表,仅类目模板需要。"},
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
					"查询被微信拦截的模板消息,参数为 template.send 返回的 msgid:列表,含 id、tmpl_msg_id、title、content、send_timestamp、openid;没有被拦截时为空。选项:limit(默认且最多 100)、largest_id(上一页最后的 id)。",
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
