package bindings

import (
	"context"
	"fmt"
	"strings"

	"moonwire/wechat/api"
)

func tagList(c call) int {
	all, refused := c.allTags()
	return c.pushAnswered(all, refused)
}

// allTags asks for the account's tags: id, name, count.
func (c call) allTags() (tags []any, refused map[string]any) {
	got, refused := c.wechat(reads, "tags/get", func(ctx context.Context, wx API) (any, error) {
		return readAnswer(ctx, wx, api.Request{Path: "/cgi-bin/tags/get"})
	})
	return list("tags")(got).([]any), refused
}

// unknownTag is what WeChat says of an id that is no tag's, with the names that are.
func unknownTag(name string, all []any) error {
	names := make([]string, 0, len(all))
	for _, tag := range all {
		if n, ok := field(tag, "name").(string); ok {
			names = append(names, n)
		}
	}
	hint := fmt.Sprintf("no tag is called %s%s; tag.create(name) makes one", quote(name), didYouMean(name, names))
	zh := fmt.Sprintf("没有叫 %s 的标签;tag.create(name) 可以新建", quote(name))
	if len(names) > 0 {
		hint += "; the tags are " + cutText(strings.Join(names, ", "), 500)
		zh += ";现有标签:" + cutText(strings.Join(names, "、"), 500)
	}
	return &api.Error{Code: 45159, Msg: "invalid tag", Hint: hint, HintZH: zh}
}

func tagCreate(c call) int {
	name := c.text(1)
	return c.act(name, func(ctx context.Context, api API) (any, error) {
		tag, err := api.CreateTag(ctx, name)
		return map[string]any{"id": float64(tag.ID), "name": tag.Name}, err
	})
}

func tagRename(c call) int {
	id, name := int64(c.number(1, 0)), c.text(2)
	return c.ask(c.arg(1).String()+" "+name, func(ctx context.Context, api API) error { return api.RenameTag(ctx, id, name) })
}

func tagDelete(c call) int {
	return c.write(c.arg(1).String(), api.Request{
		Path: "/cgi-bin/tags/delete", Body: map[string]any{"tag": map[string]any{"id": int64(c.number(1, 0))}},
	}, done)
}

func tagMembers(c call) int {
	id := int64(c.number(1, 0))
	return c.openids(c.arg(1).String(), func(next string) api.Request {
		return api.Request{Path: "/cgi-bin/user/tag/get", Body: map[string]any{"tagid": id, "next_openid": next}}
	})
}
