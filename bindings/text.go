package bindings

import (
	"strings"
	"unicode"

	lua "github.com/yuin/gopher-lua"

	"moonwire/wechat"
)

func textFamily() Family {
	s, part := Param{Name: "text", Type: tString}, Param{Name: "part", Type: tString}
	long := Text{"Raises when part has more than 64 KiB.", "part 超过 64 KiB 时报错。"}
	return Family{
		Name: "text",
		Doc: Text{
			"Texts by characters, as people count them: a Chinese character is one, so is an emoji of a whole family, a flag, or a letter with its accents. The functions of string count bytes, of which a Chinese character has three.",
			"按字处理文本：一个汉字算一个，一家人的表情、一面国旗、带声调的字母也各算一个。string 的函数按字节计，一个汉字占三个字节。",
		},
		Functions: append([]Function{
			{
				Name: "text.len", Forms: params(s), Returns: []Result{{"count", "integer"}}, run: textLen,
				Doc:     Text{"How many characters it has.", "有多少个字。"},
				Example: `on.text(function(msg) if text.len(msg.content) > 200 then return "太长了，请少于 200 字" end end)`, Errors: []Text{wantsText},
			},
			{
				Name: "text.sub", Forms: params(s, Param{Name: "from", Type: tInteger}, optional("to", tInteger)), Returns: []Result{{"part", "string"}}, run: textSub,
				Doc:     Text{"The characters from one place to another, both included; places count from 1, or with -1 from the end, as in string.sub. No character is torn.", "从某处到某处的字，两端都含；从 1 数起，-1 表示最后一个，与 string.sub 相同。不会把字切坏。"},
				Example: `on.text(function(msg) return "您说的是：" .. text.sub(msg.content, 1, 10) .. "…" end)`, Errors: []Text{wantsText},
			},
			{
				Name: "text.find", Forms: params(s, part, optional("from", tInteger)), Returns: []Result{{"from", "integer?"}, {"to", "integer?"}}, run: textFind,
				Doc:     Text{"Where a part stands for the first time: its first and last character; nil if it does not. The part is taken as it is, no pattern.", "某一段首次出现的位置：第一个字和最后一个字；没有则为 nil。按原样查找，不是模式。"},
				Example: `local from, to = text.find("我要红茶两杯", "红茶")`, Errors: []Text{wantsText, long},
			},
			{
				Name: "text.starts", Forms: params(s, part), Returns: []Result{{"yes", "boolean"}}, run: textStarts,
				Doc:     Text{"Whether it begins with these characters.", "是否以这些字开头。"},
				Example: `on.text(function(msg) if text.starts(msg.content, "订单") then return "查到了" end end)`, Errors: []Text{wantsText},
			},
			{
				Name: "text.ends", Forms: params(s, part), Returns: []Result{{"yes", "boolean"}}, run: textEnds,
				Doc:     Text{"Whether it ends with these characters.", "是否以这些字结尾。"},
				Example: `on.text(function(msg) if text.ends(msg.content, "吗？") then return "是的" end end)`, Errors: []Text{wantsText},
			},
		}, textsMade(s)...),
	}
}

// textsMade are the functions that make another text of one, and text.width.
func textsMade(s Param) []Function {
	return []Function{
		{
			Name: "text.trim", Forms: params(s), Returns: []Result{{"text", "string"}}, run: textTrim,
			Doc:     Text{"Without the blanks at both ends, those of full width and without width included.", "去掉两端的空白，包括全角空格和零宽空格。"},
			Example: `local name = text.trim("  小明 ")`, Errors: []Text{wantsText},
		},
		{
			Name: "text.split", Forms: params(s, optional("separator", tKeys)), Returns: []Result{{"parts", "string[]"}}, run: textSplit,
			Doc: Text{
				"Its parts between the separators: one, or any of a list. Without one it is split at blanks, also of full width, and no part is empty; with \"\" into characters.",
				"按分隔符拆开：一个，或列表中的任意一个。不给分隔符则按空白（含全角空格）拆，没有空的段；给 \"\" 则逐字拆开。",
			},
			Example: `for _, tea in ipairs(text.split("红茶，绿茶、乌龙", { "，", "、" })) do log.debug(tea) end`,
			Errors:  []Text{wantsText, {"Raises for a list with more than 16 separators, an empty one in it, one of more than 64 KiB, and for more than 262,143 parts.", "分隔符超过 16 个、列表中有空串、某个超过 64 KiB、或拆出超过 262143 段时报错。"}},
		},
		{
			Name: "text.fold", Forms: params(s), Returns: []Result{{"text", "string"}}, run: textFold,
			Doc:     Text{"What on.text compares by: without blanks at the ends, letters small, full width as half width. Texts that fold alike are the same to it.", "on.text 比较时所用的样子：去掉两端空白，字母小写，全角变半角。折叠后相同的文本，on.text 视为相同。"},
			Example: `on.text(function(msg) if text.fold(msg.content) == text.fold("VIP") then return "您是贵宾" end end)`, Errors: []Text{wantsText},
		},
		{
			Name: "text.width", Forms: params(s), Returns: []Result{{"columns", "integer"}}, run: textWidth,
			Doc:     Text{"How many columns it takes where every letter is as wide as another: a Chinese character two, a Latin letter one. For lists in which something stands below something.", "在等宽字体里占几列：汉字两列，英文字母一列。用于对齐列表。"},
			Example: `local function line(name, price) return name .. (" "):rep(12 - text.width(name)) .. price end`, Errors: []Text{wantsText},
		},
		{
			Name: "text.plain", Forms: params(s), Returns: []Result{{"text", "string"}}, run: textPlain,
			Doc: Text{
				"Without markup: of <a href=\"…\">word</a> the word is left. For what fans wrote and you show to others: a name with a link in it is no link any more, and nothing that is put beside it makes it one.",
				"去掉标记：<a href=\"…\">词</a> 只剩下词。用于把粉丝写的内容显示给别人：名字里的链接不再是链接，旁边拼上什么也不会变回链接。",
			},
			Example: `on.text("排行", function() return "第一名：" .. text.plain(store.get("first") or "") end)`, Errors: []Text{wantsText},
		},
	}
}

var wantsText = Text{"Raises when the text is no string.", "text 不是字符串时报错。"}

func textLen(c call) int {
	n := 0
	for x := c.characters(c.text(1)); x.next(); {
		n++
	}
	return c.push(lua.LNumber(n))
}

// countOf is how many characters a text has.
func (c call) countOf(s string) (n int) {
	for x := c.characters(s); x.next(); {
		n++
	}
	return n
}

func textSub(c call) int {
	s, from, to := c.text(1), int(c.number(2, 1)), int(c.number(3, -1))
	if from < 0 || to < -1 {
		n := c.countOf(s)
		from, to = fromEnd(from, n), fromEnd(to, n)
	}
	x := c.characters(s)
	for n := 1; n < from && x.next(); n++ {
	}
	begin := x.at
	if to == -1 {
		return c.pushText(strings.Clone(s[begin:]))
	}
	for n := max(from, 1); n <= to && x.next(); n++ {
	}
	return c.pushText(strings.Clone(s[begin:x.at]))
}

// fromEnd turns a place counted from the end, -1 being the last of n, into one counted from 1.
func fromEnd(place, n int) int {
	if place >= 0 {
		return place
	}
	return max(0, n+place+1)
}

func textFind(c call) int {
	s, part, from := c.text(1), c.part(2, c.text(2)), int(c.number(3, 1))
	if from < 0 {
		from = fromEnd(from, c.countOf(s))
	}
	x, n := c.characters(s), 1
	for ; n < from; n++ {
		if !x.next() {
			return c.push(lua.LNil)
		}
	}
	if part == "" {
		c.L.Push(lua.LNumber(n))
		c.L.Push(lua.LNumber(n - 1))
		return 2
	}
	f := c.finder(s, part, x.at)
	if !f.next() {
		return c.push(lua.LNil)
	}
	for ; x.at < f.begin; n++ {
		x.next()
	}
	c.L.Push(lua.LNumber(n))
	c.L.Push(lua.LNumber(n - 1 + c.countOf(part)))
	return 2
}

func textStarts(c call) int {
	s, part := c.text(1), c.text(2)
	c.turn.Steps(c.L, len(part)/64)
	return c.push(lua.LBool(strings.HasPrefix(s, part) && c.border(s, len(part))))
}

func textEnds(c call) int {
	s, part := c.text(1), c.text(2)
	c.turn.Steps(c.L, len(part)/64)
	return c.push(lua.LBool(strings.HasSuffix(s, part) && c.border(s, len(s)-len(part))))
}

// border reports whether a character ends at a place of s, or one begins.
func (c call) border(s string, at int) bool {
	x := c.characters(s)
	x.reach(at)
	return x.at == at
}

// blank reports whether a character shows as nothing but space, or as nothing.
func blank(r rune) bool {
	return unicode.IsSpace(r) || r == '\u200B' || r == '\u2060' || r == '\uFEFF'
}

func textTrim(c call) int {
	s := c.text(1)
	c.turn.Steps(c.L, 1+len(s)/16)
	return c.pushText(strings.Clone(strings.TrimFunc(s, blank)))
}

func textFold(c call) int {
	rest := strings.TrimSpace(c.text(1))
	c.turn.Bytes(c.L, len(rest))
	var b strings.Builder // at most three times as long as it
	for rest != "" {
		piece := cutText(rest, 1<<10)
		if piece == "" {
			piece = rest[:1] // no UTF-8
		}
		rest = rest[len(piece):]
		c.turn.Steps(c.L, 1+len(piece)/4)
		b.WriteString(foldCharacters(piece))
	}
	return c.pushText(strings.TrimSpace(b.String()))
}

func textWidth(c call) int {
	n := 0
	for x := c.characters(c.text(1)); x.next(); {
		n += x.width
	}
	return c.push(lua.LNumber(n))
}

func textPlain(c call) int {
	s := c.text(1)
	c.turn.Steps(c.L, 1+len(s)/4)
	c.turn.Bytes(c.L, len(s))
	return c.pushText(withoutMarkup(wechat.Clean(s)))
}
