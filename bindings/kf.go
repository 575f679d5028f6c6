package bindings

import (
	"moonwire/wechat/api"
)

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
				Example: `on.text("人工", function() local on = kf.online() or {} return #on > 0 and reply.transfer() or "客服不在线，请留言" end)`, Errors: faults(),
			},
		},
	}
}

func kfList(c call) int {
	return c.request("", api.Request{Path: api.KfList.Path}, list("kf_list"))
}

func kfOnline(c call) int {
	return c.request("", api.Request{Path: api.KfOnline.Path}, list("kf_online_list"))
}
