package bindings

import (
	"context"
	"net/url"
	"strconv"

	"moonwire/engine"
	"moonwire/wechat/api"
)

func userFamily() Family {
	openid := Param{Name: "openid", Type: tString}
	tag := Param{Name: "tag", Type: tTag}
	one := func(name, example string, run func(call) int, en, zh string, more ...Param) Function {
		return Function{
			Name: "user." + name, Forms: params(append([]Param{openid}, more...)...), Returns: answersTrue(), run: run, Reach: ReachActs,
			Doc: Text{en, zh}, Example: `on.text("试", function(msg) local ok, err = ` + example + ` return ok and "好" or err.hint end)`, Errors: faults(),
		}
	}
	return Family{
		Name: "user",
		Doc:  Text{"The account's fans, by openid.", "账号的粉丝，以 openid 指定。"},
		Functions: []Function{
			{
				Name: "user.get", Forms: params(openid), Returns: answers("user", "User"), run: userGet, Reach: ReachReads,
				Doc: Text{
					"What WeChat tells of a fan: subscribe (1 or 0), subscribe_time, remark, tagid_list, unionid, subscribe_scene, qr_scene, qr_scene_str. Name and picture are not told since 2021.",
					"微信提供的粉丝信息:subscribe(1 或 0)、subscribe_time、remark、tagid_list、unionid、subscribe_scene、qr_scene、qr_scene_str。2021 年起不含昵称头像。",
				},
				Example: `on.text("我", function(msg) local u, err = user.get(msg.openid) return u and time.format(u.subscribe_time, "%Y-%m-%d") or err.hint end)`, Errors: faults(),
			},
			{
				Name: "user.get_all", Forms: params(Param{Name: "openids", Type: tTable}), Returns: answers("users", "User[]"), run: userGetAll, Reach: ReachReads,
				Doc:     Text{"What WeChat tells of many fans, in the order given; every 100 are one call.", "批量获取粉丝信息，顺序与参数一致；每 100 个算一次调用。"},
				Example: `on.text("他们", function(msg) local users = user.get_all{ msg.openid } return users and users[1].openid end)`, Errors: faults(),
			},
			{
				Name: "user.subscribe_time", Forms: params(openid), Returns: answers("time", "integer"), run: userSubscribeTime, Reach: ReachReads,
				Doc:     Text{"When the fan followed, in Unix seconds; nil if they do not follow.", "关注时间(Unix 秒);未关注则为 nil。"},
				Example: `on.text("多久", function(msg) local t = user.subscribe_time(msg.openid) return t and time.format(t, "%Y-%m-%d") end)`, Errors: faults(),
			},
			{
				Name: "user.last_message_time", Forms: params(openid), Returns: []Result{{"time", "integer?"}}, run: userLastMessageTime, Reach: ReachReads,
				Doc: Text{
					"When the fan last sent a message before the one being answered, in Unix seconds; nil if never. WeChat has no such call: the engine keeps it, so it knows of nothing from before it ran. Menu taps and other events do not count.",
					"粉丝上一次发消息的时间（不含正在处理的这条），Unix 秒；从未则为 nil。微信没有此接口，由引擎记录，引擎运行前的消息不知道。菜单点击等事件不计。",
				},
				Example: `on.text("上次", function(msg) local t = user.last_message_time(msg.openid) return t and time.format(t, "%m-%d %H:%M") or "第一次见" end)`,
				Errors:  []Text{{"Raises at the top level; counts as a store operation.", "在顶层调用时报错；计入存储次数。"}},
			},
			{
				Name: "user.list", Forms: params(), Returns: []Result{{"next", "fun(): string?"}}, run: userList, Reach: ReachReads,
				Doc:     Text{"Walks over the openids of all followers, page by page; every 10,000 are one call.", "遍历全部关注者的 openid,自动翻页；每 10000 个算一次调用。"},
				Example: `on.text("数数", function() local n = 0 for openid in user.list() do n = n + 1 end return n .. " 人" end)`,
				Errors:  []Text{{"Raises with errcode and hint when WeChat refuses a page: a loop cannot take nil, err.", "微信拒绝某一页时带 errcode 与 hint 报错，因为循环无法接收 nil, err。"}, faultCalled},
			},
			one("remark", `user.remark(msg.openid, "老顾客")`, userRemark, "Sets the account's own name for a fan, up to 29 characters; \"\" removes it.", "设置粉丝备注名，最多 29 字;\"\" 清除。", Param{Name: "remark", Type: tString}),
			{
				Name: "user.tags", Forms: params(openid), Returns: answers("names", "string[]"), run: userTags, Reach: ReachReads,
				Doc:     Text{"The names of a fan's tags; two calls.", "粉丝身上的标签名；两次调用。"},
				Example: `on.text("标签", function(msg) return table.concat(user.tags(msg.openid) or {}, "、") end)`, Errors: faults(),
			},
			tagging(one("tag", `user.tag(msg.openid, "vip")`, userTagging(true), "Gives a fan a tag, by its name (two calls) or its id (one).", "给粉丝打标签，用名字（两次调用）或 id(一次)。", tag)),
			tagging(one("untag", `user.untag(msg.openid, "vip")`, userTagging(false), "Takes a tag off a fan, by its name (two calls) or its id (one).", "取消粉丝的标签，用名字（两次调用）或 id(一次)。", tag)),
			one("block", `user.block("oSPAMMER")`, userBlocking(true), "Puts a fan on the blacklist: their messages do not arrive any more.", "把粉丝拉黑，之后收不到其消息。"),
			one("unblock", `user.unblock("oSPAMMER")`, userBlocking(false), "Takes a fan off the blacklist.", "把粉丝移出黑名单。"),
		},
	}
}

// tagging adds to the errors of a function that takes a tag's name that no tag has it.
func tagging(f Function) Function {
	f.Errors = faults(Text{"Gives nil, err with errcode 45159 when no tag has this name; err.hint lists the tags.", "没有这个名字的标签时返回 nil, err(45159),err.hint_zh 列出已有标签。"})
	return f
}

// usersAtOnce is how many fans one call of user/info/batchget takes (wechat-protocol §6.3).
const usersAtOnce = 100

func userGet(c call) int {
	id := c.openid()
	return c.request(id, api.InfoOf(id), whole)
}

func userSubscribeTime(c call) int {
	id := c.openid()
	return c.request(id, api.InfoOf(id), func(v any) any {
		if field(v, "subscribe") != float64(1) {
			return nil
		}
		return field(v, "subscribe_time")
	})
}

func userGetAll(c call) int {
	openids := c.fans(1, c.table(1))
	users := c.L.CreateTable(len(openids), 0)
	c.L.Push(users) // where the weighing finds it
	for len(openids) > 0 {
		n := min(len(openids), usersAtOnce)
		got, refused := c.someUsers(openids[:n])
		if refused != nil {
			return c.pushRefusal(refused)
		}
		for _, one := range got {
			users.Append(c.toLua(one))
		}
		openids = openids[n:]
	}
	markList(users)
	return 1
}

func (c call) someUsers(openids []string) (users []any, refused map[string]any) {
	asked := make([]map[string]string, len(openids))
	for i, id := range openids {
		asked[i] = map[string]string{"openid": id, "lang": "zh_CN"}
	}
	got, refused := c.wechat(reads, openids[0]+" and "+strconv.Itoa(len(openids)-1), func(ctx context.Context, wx API) (any, error) {
		return readAnswer(ctx, wx, api.Request{Path: api.UserInfoBatch.Path, Body: map[string]any{"user_list": asked}})
	})
	return list("user_info_list")(got).([]any), refused
}

func userLastMessageTime(c call) int {
	id := c.openid()
	at := c.effect(engine.Effect{Kind: engine.KindStore, Label: id}, func(ctx context.Context) (any, error) {
		records := c.state.p.config.Records
		if records == nil {
			return nil, errNoMemory
		}
		at, found, err := records.LastMessage(ctx, id)
		if err != nil || !found {
			return nil, err
		}
		return float64(at), nil
	})
	return c.push(c.toLua(at))
}

func userList(c call) int {
	return c.eachOpenID("", func(next string) api.Request {
		return api.Request{Path: api.UserList.Path, Query: url.Values{"next_openid": {next}}}
	})
}

func userRemark(c call) int {
	id, remark := c.openid(), c.text(2)
	return c.ask(id, func(ctx context.Context, api API) error { return api.SetRemark(ctx, id, remark) })
}

func userTags(c call) int {
	id := c.openid()
	ids, refused := c.wechat(reads, id, func(ctx context.Context, wx API) (any, error) {
		return readAnswer(ctx, wx, api.Request{Path: api.TagsOf.Path, Body: map[string]any{"openid": id}})
	})
	if refused != nil {
		return c.pushRefusal(refused)
	}
	all, refused := c.allTags()
	if refused != nil {
		return c.pushRefusal(refused)
	}
	names := []any{}
	for _, id := range list("tagid_list")(ids).([]any) {
		for _, tag := range all {
			if field(tag, "id") == id {
				names = append(names, field(tag, "name"))
			}
		}
	}
	return c.push(c.toLua(names))
}

func userTagging(on bool) func(call) int {
	return func(c call) int {
		openid := c.openid()
		id, refused := c.tagID(2)
		if refused != nil {
			return c.pushRefusal(refused)
		}
		return c.ask(openid+" "+c.arg(2).String(), func(ctx context.Context, api API) error {
			if on {
				return api.TagUsers(ctx, id, []string{openid})
			}
			return api.UntagUsers(ctx, id, []string{openid})
		})
	}
}

func userBlocking(on bool) func(call) int {
	return func(c call) int {
		id := c.openid()
		return c.ask(id, func(ctx context.Context, api API) error {
			if on {
				return api.Block(ctx, []string{id})
			}
			return api.Unblock(ctx, []string{id})
		})
	}
}
