package bindings

// subscribeMessageFamily describes the subscription notices.
// A table of data.
func subscribeMessageFamily() Family {
	return Family{
		Name: "subscribe_message",
		Doc:  Text{"Subscription notices: to a fan who agreed to that template.", "订阅通知:只能发给同意订阅该模板的粉丝。"},
		Functions: []Function{{
			Name: "subscribe_message.send", Returns: answersTrue(), run: subscribeMessageSend, Reach: ReachActs,
			Forms:   params(Param{Name: "openid", Type: tString}, Param{Name: "template", Type: tString}, Param{Name: "data", Type: tTable}, optional("options", tTable)),
			Doc:     Text{"Sends a notice. template: an id, or an alias from account.yaml. data as in template.send. Options: page, miniprogram = {appid, pagepath}.", "发送订阅通知。template:id 或 account.yaml 中的别名。data 同 template.send。选项:page、miniprogram = {appid, pagepath}。"},
			Example: `on.text("通知", function(msg) local ok, err = subscribe_message.send(msg.openid, "TEMPLATE", { thing1 = "绿茶到货" }) return ok and "好" or err.hint end)`,
			Errors:  faults(Text{"43101: the fan has not agreed, or agreed once and has had the notice.", "43101:粉丝没有同意订阅,或一次性订阅已用完。"}),
		}},
	}
}

// kfFamily describes the human agents.
// A table of data.
func kfFamily() Family {
	return Family{
		Name: "kf",
		Doc:  Text{"Human customer-service agents. reply.transfer hands a fan to one.", "人工客服。reply.transfer 把粉丝转给客服。"},
		Functions: []Function{
			{
				Name: "kf.list", Forms: params(), Returns: answers("agents", "table[]"), run: kfList, Reach: ReachReads,
				Doc:     Text{"All agents: kf_account, kf_nick, kf_id, kf_wx and others.", "全部客服:kf_account、kf_nick、kf_id、kf_wx 等。"},
				Example: `on.text("客服", function() local all = kf.list() or {} return #all .. " 位客服" end)`, Errors: faults(),
			},
			{
				Name: "kf.online", Forms: params(), Returns: answers("agents", "table[]"), run: kfOnline, Reach: ReachReads,
				Doc:     Text{"The agents who are online: kf_account, status, kf_id, accepted_case.", "在线客服:kf_account、status、kf_id、accepted_case。"},
				Example: `on.text("人工", function() local on = kf.online() or {} return #on > 0 and reply.transfer() or "客服不在线,请留言" end)`, Errors: faults(),
			},
		},
	}
}

// massFamily describes the mass messages.
// A table of data.
func massFamily() Family {
	message := Param{Name: "message", Type: tTable}
	wrong := Text{"Raises when nobody is addressed or in two ways, an openid comes twice, the message is missing or has an unknown field.", "没有收件人、收件人写了两种、openid 重复、缺少内容或含未知字段时报错。"}
	return Family{
		Name: "mass",
		Doc: Text{
			"Mass messages, written as WeChat's JSON: text = {content}, image = {media_id} or images = {media_ids, recommend}, voice, mpvideo, mpnews = {media_id}, wxcard = {card_id}. A subscription account has one a day; a fan of a service account gets four a month.",
			"群发,写法同微信 JSON:text = {content}、image = {media_id} 或 images = {media_ids, recommend}、voice、mpvideo、mpnews = {media_id}、wxcard = {card_id}。订阅号每天 1 条,服务号每位粉丝每月 4 条。",
		},
		Functions: []Function{
			{
				Name: "mass.preview", Forms: params(message), Returns: answers("msg_id", "string"), run: massPreview, Reach: ReachActs,
				Doc:     Text{"Shows a mass message to one fan: touser (an openid) or towxname (a WeChat id). 100 a day.", "把群发内容发给一位粉丝预览:touser(openid)或 towxname(微信号)。每天 100 次。"},
				Example: `on.text("预览", function(msg) local id, err = mass.preview{ touser = msg.openid, text = { content = "新茶上市" } } return id and "看看" or err.hint end)`, Errors: faults(wrong),
			},
			{
				Name: "mass.send", Forms: params(message), Returns: answers("sent", "table"), run: massSend, Reach: ReachActs,
				Doc: Text{
					"Sends a mass message to filter = {is_to_all = true}, filter = {tag_id = …} or touser = {openids}, and gives msg_id (and msg_data_id of articles). clientmsgid keeps it from going out twice. The outcome comes as the event MASSSENDJOBFINISH.",
					"群发给 filter = {is_to_all = true}、filter = {tag_id = …} 或 touser = {openid 列表},返回 msg_id(图文另有 msg_data_id)。clientmsgid 防止重复发送。结果由事件 MASSSENDJOBFINISH 告知。",
				},
				Example: `on.text("群发", function(msg) local sent, err = mass.send{ filter = { tag_id = 100 }, text = { content = "新茶上市" }, clientmsgid = "spring-1" } return sent and sent.msg_id or err.hint end)`,
				Errors:  faults(wrong, Text{"45028: no mass message left this month or day; 45065: this clientmsgid was sent already, and err.msg_id is the message that went out.", "45028:额度已用完;45065:这个 clientmsgid 已发过,err.msg_id 是当时那条群发。"}),
			},
			{
				Name: "mass.delete", Forms: params(Param{Name: "msg_id", Type: tString}, optional("article_idx", tInteger)), Returns: answersTrue(), run: massDelete, Reach: ReachActs,
				Doc:     Text{"Removes the page of an article or video that was sent; the card stays in the chats. article_idx counts from 1; all without it.", "删除已群发图文或视频的页面,聊天里的卡片仍在。article_idx 从 1 开始,不给则全部删除。"},
				Example: `on.match("^撤回 (\\d+)$", function(msg, id) local ok, err = mass.delete(id) return ok and "撤了" or err.hint end)`, Errors: faults(Text{"Raises when msg_id is no id.", "msg_id 不是数字 id 时报错。"}),
			},
			{
				Name: "mass.get", Forms: params(Param{Name: "msg_id", Type: tString}), Returns: answers("sent", "table"), run: massGet, Reach: ReachReads,
				Doc:     Text{"How far a mass message is: msg_id, msg_status (SENDING, SEND_SUCCESS, SEND_FAIL, DELETE).", "群发进度:msg_id、msg_status(SENDING、SEND_SUCCESS、SEND_FAIL、DELETE)。"},
				Example: `on.match("^进度 (\\d+)$", function(msg, id) local s, err = mass.get(id) return s and s.msg_status or err.hint end)`, Errors: faults(),
			},
		},
	}
}
