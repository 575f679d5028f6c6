package bindings

import (
	"context"

	"moonwire/wechat/api"
)

func subscribeMessageFamily() Family {
	return Family{
		Name: "subscribe_message",
		Doc:  Text{"Subscription notices: to a fan who agreed to that template.", "订阅通知：只能发给同意订阅该模板的粉丝。"},
		Functions: []Function{{
			Name: "subscribe_message.send", Returns: answersTrue(), run: subscribeMessageSend, Reach: ReachActs,
			Forms:   params(Param{Name: "openid", Type: tString}, Param{Name: "template", Type: tString}, Param{Name: "data", Type: tTable}, optional("options", tTable)),
			Doc:     Text{"Sends a notice. template: an id, or an alias from account.yaml. data as in template.send. Options: page, miniprogram = {appid, pagepath}.", "发送订阅通知。template:id 或 account.yaml 中的别名。data 同 template.send。选项:page、miniprogram = {appid, pagepath}。"},
			Example: `on.text("通知", function(msg) local ok, err = subscribe_message.send(msg.openid, "TEMPLATE", { thing1 = "绿茶到货" }) return ok and "好" or err.hint end)`,
			Errors:  faults(Text{"43101: the fan has not agreed, or agreed once and has had the notice.", "43101:粉丝没有同意订阅，或一次性订阅已用完。"}),
		}},
	}
}

func subscribeMessageSend(c call) int {
	m := &api.SubscriptionMessage{ToUser: c.openid(), TemplateID: c.templateID(2), Data: c.templateData(3)}
	if tb := c.table(4); tb != nil {
		o := c.record("options", tb, "page", "miniprogram")
		m.Page, m.MiniProgram = o.text("page"), o.miniProgram()
	}
	return c.ask(m.ToUser, func(ctx context.Context, api API) error { return api.SendSubscription(ctx, m) })
}
