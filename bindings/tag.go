package bindings

import (
	"context"
	"fmt"
	"strings"

	lua "github.com/yuin/gopher-lua"

	"moonwire/wechat/api"
)

func tagFamily() Family {
	id, name := Param{Name: "id", Type: tInteger}, Param{Name: "name", Type: tString}
	return Family{
		Name: "tag",
		Doc:  Text{"The account's tags: at most 100, 20 on a fan. user.tag and user.untag give and take them.", "账号的标签：最多 100 个，每位粉丝最多 20 个。打标签用 user.tag、user.untag。"},
		Functions: []Function{
			{
				Name: "tag.list", Forms: params(), Returns: answers("tags", "Tag[]"), run: tagList, Reach: ReachReads,
				Doc:     Text{"All tags: id, name, count (how many fans).", "全部标签:id、name、count(粉丝数)。"},
				Example: `on.text("标签", function() for _, t in ipairs(tag.list() or {}) do log.info(t.id, t.name, t.count) end return "看日志" end)`, Errors: faults(),
			},
			{
				Name: "tag.create", Forms: params(name), Returns: answers("tag", "Tag"), run: tagCreate, Reach: ReachActs,
				Doc:     Text{"Makes a tag and gives it: id, name. A name has up to 30 characters.", "新建标签并返回:id、name。名字最多 30 字。"},
				Example: `on.text("建标签", function() local t, err = tag.create("vip") return t and tostring(t.id) or err.hint end)`,
				Errors:  faults(Text{"45157: there is such a tag already, or the name is not allowed.", "45157:已有同名标签，或名字不允许。"}),
			},
			{
				Name: "tag.rename", Forms: params(id, name), Returns: answersTrue(), run: tagRename, Reach: ReachActs,
				Doc:     Text{"Changes a tag's name.", "修改标签名。"},
				Example: `on.text("改名", function() local ok, err = tag.rename(100, "老顾客") return ok and "好" or err.hint end)`, Errors: faults(),
			},
			{
				Name: "tag.delete", Forms: params(id), Returns: answersTrue(), run: tagDelete, Reach: ReachActs,
				Doc:     Text{"Deletes a tag that has no more than 100,000 fans.", "删除标签（粉丝数不超过 10 万）。"},
				Example: `on.text("删标签", function() local ok, err = tag.delete(100) return ok and "删了" or err.hint end)`, Errors: faults(),
			},
			{
				Name: "tag.members", Forms: params(id), Returns: []Result{{"next", "fun(): string?"}}, run: tagMembers, Reach: ReachReads,
				Doc:     Text{"Walks over the openids of the fans that have a tag, page by page.", "遍历有某标签的粉丝 openid,自动翻页。"},
				Example: `on.text("会员", function() local n = 0 for openid in tag.members(100) do n = n + 1 end return n .. " 人" end)`,
				Errors:  []Text{{"Raises with errcode and hint when WeChat refuses a page.", "微信拒绝某一页时带 errcode 与 hint 报错。"}, faultCalled},
			},
		},
	}
}

func tagList(c call) int {
	all, refused := c.allTags()
	return c.pushAnswered(all, refused)
}

// allTags asks for the account's tags: id, name, count.
func (c call) allTags() (tags []any, refused map[string]any) {
	got, refused := c.wechat(reads, "tags/get", func(ctx context.Context, wx API) (any, error) {
		return readAnswer(ctx, wx, api.Request{Path: api.TagList.Path})
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
	return c.request(c.arg(1).String(), api.Request{
		Path: api.TagDelete.Path, Body: map[string]any{"tag": map[string]any{"id": int64(c.number(1, 0))}},
	}, done)
}

func tagMembers(c call) int {
	id := int64(c.number(1, 0))
	return c.eachOpenID(c.arg(1).String(), func(next string) api.Request {
		return api.Request{Path: api.TagMembers.Path, Body: map[string]any{"tagid": id, "next_openid": next}}
	})
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
