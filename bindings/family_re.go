package bindings

// reFamily describes re.*.
// A table of data.
func reFamily() Family {
	text, pattern := Param{Name: "text", Type: tString}, Param{Name: "pattern", Type: tString}
	errs := []Text{{
		"Raises when the pattern does not compile, repeats something more than 100 times, or would be too much work for a text of this length.",
		"正则无法编译、重复次数超过 100、或对此长度的文本工作量过大时报错。",
	}}
	return Family{
		Name: "re",
		Doc: Text{
			"RE2 regular expressions: linear in time, with \\p{Han} and the like. Places count bytes from 1, as in string.find.",
			"RE2 正则:线性时间,支持 \\p{Han} 等。位置按字节从 1 计,同 string.find。",
		},
		Functions: []Function{
			{
				Name: "re.match", Forms: params(text, pattern), Returns: []Result{{"...", "string?"}}, run: reMatch,
				Doc:     Text{"What the groups of the first match caught, or all of it when there are no groups; nil if there is no match. A group that took no part gives nil.", "第一处匹配的各分组;没有分组时为整个匹配;不匹配为 nil。未参与的分组为 nil。"},
				Example: `local city = re.match("天气 杭州", [[^天气\s*(\p{Han}+)$]])`, Errors: errs,
			},
			{
				Name: "re.find", Forms: params(text, pattern), Returns: []Result{{"from", "integer?"}, {"to", "integer?"}, {"...", "string?"}}, run: reFind,
				Doc:     Text{"Where the first match begins and ends, then what its groups caught; nil if there is none.", "第一处匹配的起止位置及各分组;不匹配为 nil。"},
				Example: `local from, to = re.find("买 3 杯", [[\d+]])`, Errors: errs,
			},
			{
				Name: "re.find_all", Forms: params(text, pattern, optional("limit", tInteger)), Returns: []Result{{"matches", "string[]|string[][]"}}, run: reFindAll,
				Doc:     Text{"All matches, or the first few: a list of texts (the group, if there is one), of lists with several groups.", "所有(或前几处)匹配:字符串列表(有一个分组时为分组内容),多个分组时为列表的列表。"},
				Example: `for _, n in ipairs(re.find_all("3 杯茶 2 块饼", [[\d+]])) do log.debug(n) end`, Errors: errs,
			},
			{
				Name: "re.gsub", Forms: params(text, pattern, Param{Name: "replacement", Type: tReplace}, optional("limit", tInteger)), Returns: []Result{{"text", "string"}, {"count", "integer"}}, run: reGsub,
				Doc:     Text{"Replaces matches: by a template with $1 or ${name}, by the entry of a table, or by what a function of the groups gives; nil leaves the match. Gives the text and how many.", "替换匹配:模板($1、${name})、查表,或以分组为参数的函数;返回 nil 则保留原文。返回新文本和次数。"},
				Example: `local plain = re.gsub("a1b22", [[\d+]], "<$0>")`,
				Errors:  append([]Text{{"Raises when a replacement is neither string nor number, and when the text would be over 4 MiB.", "替换值不是字符串或数字、或结果超过 4 MiB 时报错。"}}, errs...),
			},
			{
				Name: "re.test", Forms: params(text, pattern), Returns: []Result{{"found", "boolean"}}, run: reTest,
				Doc:     Text{"Whether there is a match.", "是否匹配。"},
				Example: `if re.test("13800000000", [[^1\d{10}$]]) then log.debug("phone") end`, Errors: errs,
			},
		},
	}
}
