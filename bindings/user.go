package bindings

import (
	"context"
	"net/url"
	"strconv"

	lua "github.com/yuin/gopher-lua"

	"moonwire/engine"
	"moonwire/wechat/api"
)

// usersAtOnce is how many fans one call of user/info/batchget takes (wechat-protocol §6.3).
const usersAtOnce = 100

func userInfo(openid string) api.Request {
	return api.Request{Path: "/cgi-bin/user/info", Query: url.Values{"openid": {openid}, "lang": {"zh_CN"}}}
}

func userGet(c call) int {
	id := c.openid()
	return c.read(id, userInfo(id), whole)
}

func userSubscribeTime(c call) int {
	id := c.openid()
	return c.read(id, userInfo(id), func(v any) any {
		if field(v, "subscribe") != float64(1) {
			return nil
		}
		return field(v, "subscribe_time")
	})
}

func userGetAll(c call) int {
	openids := c.fans(1, c.table(1))
	users := c.L.CreateTable(len(openids), 0)
	c.L.Push(users) // where the measure of memory finds it
	for len(openids) > 0 {
		n := min(len(openids), usersAtOnce)
		got, refused := c.someUsers(openids[:n])
		if refused != nil {
			return c.pushRefusal(refused)
		}
		for _, one := range got {
			users.Append(c.give(one))
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
		return readAnswer(ctx, wx, api.Request{Path: "/cgi-bin/user/info/batchget", Body: map[string]any{"user_list": asked}})
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
	return c.push(c.give(at))
}

func userList(c call) int {
	return c.openids("", func(next string) api.Request {
		return api.Request{Path: "/cgi-bin/user/get", Query: url.Values{"next_openid": {next}}}
	})
}

func userRemark(c call) int {
	id, remark := c.openid(), c.text(2)
	return c.ask(id, func(ctx context.Context, api API) error { return api.SetRemark(ctx, id, remark) })
}

func userTags(c call) int {
	id := c.openid()
	ids, refused := c.wechat(reads, id, func(ctx context.Context, wx API) (any, error) {
		return readAnswer(ctx, wx, api.Request{Path: "/cgi-bin/tags/getidlist", Body: map[string]any{"openid": id}})
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
	return c.push(c.give(names))
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

// tagID is the id of the tag in argument n, which is an id or a name.
func (c call) tagID(n int) (id int64, refused map[string]any) {
	if id, ok := c.arg(n).(lua.LNumber); ok {
		return int64(id), nil
	}
	name := c.filled(n, "the name of a tag, or its id")
	all, refused := c.allTags()
	if refused != nil {
		return 0, refused
	}
	for _, tag := range all {
		if id, ok := field(tag, "id").(float64); ok && field(tag, "name") == name {
			return int64(id), nil
		}
	}
	refused = refusal(unknownTag(name, all), reads)
	c.tellRefused(refused)
	return 0, refused
}
