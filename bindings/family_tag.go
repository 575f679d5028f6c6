package bindings

// tagFamily describes the tags of fans.
// A table of data.
func tagFamily() Family {
	id, name := Param{Name: "id", Type: tInteger}, Param{Name: "name", Type: tString}
	return Family{
		Name: "tag",
		Doc:  Text{"The account's tags: at most 100, 20 on a fan. user.tag and user.untag give and take them.", "账号的标签:最多 100 个,每位粉丝最多 20 个。打标签用 user.tag、user.untag。"},
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
				Errors:  faults(Text{"45157: there is such a tag already, or the name is not allowed.", "45157:已有同名标签,或名字不允许。"}),
			},
			{
				Name: "tag.rename", Forms: params(id, name), Returns: answersTrue(), run: tagRename, Reach: ReachActs,
				Doc:     Text{"Changes a tag's name.", "修改标签名。"},
				Example: `on.text("改名", function() local ok, err = tag.rename(100, "老顾客") return ok and "好" or err.hint end)`, Errors: faults(),
			},
			{
				Name: "tag.delete", Forms: params(id), Returns: answersTrue(), run: tagDelete, Reach: ReachActs,
				Doc:     Text{"Deletes a tag that has no more than 100,000 fans.", "删除标签(粉丝数不超过 10 万)。"},
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
