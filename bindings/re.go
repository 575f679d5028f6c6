package bindings

import (
	"strings"
	"sync"

	lua "github.com/yuin/gopher-lua"

	"moonwire/engine"
)

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
			"RE2 正则：线性时间，支持 \\p{Han} 等。位置按字节从 1 计，同 string.find。",
		},
		Functions: []Function{
			{
				Name: "re.match", Forms: params(text, pattern), Returns: []Result{{"...", "string?"}}, run: reMatch,
				Doc:     Text{"What the groups of the first match caught, or all of it when there are no groups; nil if there is no match. A group that took no part gives nil.", "第一处匹配的各分组；没有分组时为整个匹配；不匹配为 nil。未参与的分组为 nil。"},
				Example: `local city = re.match("天气 杭州", [[^天气\s*(\p{Han}+)$]])`, Errors: errs,
			},
			{
				Name: "re.find", Forms: params(text, pattern), Returns: []Result{{"from", "integer?"}, {"to", "integer?"}, {"...", "string?"}}, run: reFind,
				Doc:     Text{"Where the first match begins and ends, then what its groups caught; nil if there is none.", "第一处匹配的起止位置及各分组；不匹配为 nil。"},
				Example: `local from, to = re.find("买 3 杯", [[\d+]])`, Errors: errs,
			},
			{
				Name: "re.find_all", Forms: params(text, pattern, optional("limit", tInteger)), Returns: []Result{{"matches", "string[]|string[][]"}}, run: reFindAll,
				Doc:     Text{"All matches, or the first few: a list of texts (the group, if there is one), of lists with several groups.", "所有（或前几处）匹配：字符串列表（有一个分组时为分组内容），多个分组时为列表的列表。"},
				Example: `for _, n in ipairs(re.find_all("3 杯茶 2 块饼", [[\d+]])) do log.debug(n) end`, Errors: errs,
			},
			{
				Name: "re.gsub", Forms: params(text, pattern, Param{Name: "replacement", Type: tReplace}, optional("limit", tInteger)), Returns: []Result{{"text", "string"}, {"count", "integer"}}, run: reGsub,
				Doc:     Text{"Replaces matches: by a template with $1 or ${name}, by the entry of a table, or by what a function of the groups gives; nil leaves the match. Gives the text and how many.", "替换匹配：模板($1、${name})、查表，或以分组为参数的函数；返回 nil 则保留原文。返回新文本和次数。"},
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

// patterns keeps the compiled expressions that the scripts of a build used: they are literals nearly
// always, and compiling one costs more than matching it.
type patterns struct {
	mu   sync.Mutex
	all  map[string]*engine.Regexp
	size int // of all together
}

// maxPatterns and maxPatternSize bound how many are kept, and how many instructions they may have together;
// a script that makes up more compiles them anew.
const (
	maxPatterns    = 200
	maxPatternSize = 20_000
)

func (p *patterns) compile(pattern string) (*engine.Regexp, error) {
	p.mu.Lock()
	re := p.all[pattern]
	p.mu.Unlock()
	if re != nil {
		return re, nil
	}
	re, err := engine.CompileRegexp(pattern)
	if err != nil {
		return nil, err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.all == nil {
		p.all = map[string]*engine.Regexp{}
	}
	if _, known := p.all[pattern]; !known && len(p.all) < maxPatterns && p.size+re.Size() <= maxPatternSize {
		p.all[strings.Clone(pattern)] = re
		p.size += re.Size()
	}
	return re, nil
}

// pattern is the expression in argument 2.
func (c call) pattern() *engine.Regexp {
	c.turn.Steps(c.L, 1000)
	re, err := c.state.p.patterns.compile(c.text(2))
	if err != nil {
		c.fail("%s: %s", c.argument(2), err)
	}
	return re
}

// group is what group n of a match caught; nil when it took no part.
func (c call) group(s string, match []int, n int) lua.LValue {
	from, to := match[2*n], match[2*n+1]
	if from < 0 {
		return lua.LNil
	}
	c.turn.Bytes(c.L, to-from)
	return lua.LString(strings.Clone(s[from:to]))
}

// groups pushes what the groups caught, or the whole match when there are none.
func (c call) groups(s string, match []int) int {
	if len(match) == 2 {
		return c.push(c.group(s, match, 0))
	}
	n := len(match)/2 - 1
	for i := 1; i <= n; i++ {
		c.L.Push(c.group(s, match, i))
	}
	return n
}

func (c call) first(s string) []int {
	match, err := c.pattern().Find(c.turn, c.L, s)
	if err != nil {
		c.fail("%s", err)
	}
	return match
}

func reMatch(c call) int {
	s := c.text(1)
	match := c.first(s)
	if match == nil {
		return c.push(lua.LNil)
	}
	return c.groups(s, match)
}

func reFind(c call) int {
	s := c.text(1)
	match := c.first(s)
	if match == nil {
		return c.push(lua.LNil)
	}
	c.L.Push(lua.LNumber(match[0] + 1))
	c.L.Push(lua.LNumber(match[1]))
	if len(match) == 2 {
		return 2
	}
	return 2 + c.groups(s, match)
}

func reTest(c call) int {
	return c.push(lua.LBool(c.pattern().Match(c.turn, c.L, c.text(1))))
}

// most is the optional count in argument n, -1 for all.
func (a arguments) most(n int) int {
	if !a.has(n) {
		return -1
	}
	count := a.number(n, 0)
	if count < 0 || count > 1<<30 {
		a.failArg(n, "is "+lua.LNumber(count).String(), "a count from 0")
	}
	return int(count)
}

func reFindAll(c call) int {
	s := c.text(1)
	held := c.turn.Hold()
	defer held.Drop()
	found := c.pattern().FindAll(&held, c.L, s, c.most(3))
	if len(found) >= lua.MaxArrayIndex {
		c.fail("%d matches; a list holds %d", len(found), lua.MaxArrayIndex-1)
	}
	list := c.L.CreateTable(len(found), 0)
	c.L.Push(list) // where the weighing finds it
	for _, match := range found {
		c.turn.Steps(c.L, len(match))
		if len(match) <= 4 {
			list.Append(textOrEmpty(c.group(s, match, len(match)/2-1)))
			continue
		}
		groups := c.L.CreateTable(len(match)/2-1, 0)
		for i := 1; i < len(match)/2; i++ {
			groups.Append(textOrEmpty(c.group(s, match, i)))
		}
		list.Append(groups)
	}
	return 1
}

// textOrEmpty keeps a list without holes: a group that took no part is an empty text.
func textOrEmpty(v lua.LValue) lua.LValue {
	if v == lua.LNil {
		return lua.LString("")
	}
	return v
}

func reGsub(c call) int {
	s, re, with := c.text(1), c.pattern(), c.arg(3)
	held := c.turn.Hold()
	defer held.Drop()
	found := re.FindAll(&held, c.L, s, c.most(4))
	matches := held.Size()
	var out []byte
	at := 0
	for _, match := range found {
		c.turn.Steps(c.L, 10+len(match))
		held.Set(matches + cap(out))
		before := len(out)
		out = append(out, s[at:match[0]]...)
		out = c.replace(out, re, s, match, with)
		c.turn.Bytes(c.L, len(out)-before)
		if int64(len(out)) > c.turn.Limits().String {
			c.turn.Bytes(c.L, len(out)) // raises
		}
		at = match[1]
	}
	c.L.Push(lua.LString(string(append(out, s[at:]...))))
	c.L.Push(lua.LNumber(len(found)))
	return 2
}

// replace appends what takes the place of one match: a template with $1, the entry of a table, or what a
// function gives back; nil or false leaves the match as it is.
func (c call) replace(out []byte, re *engine.Regexp, s string, match []int, with lua.LValue) []byte {
	whole := s[match[0]:match[1]]
	first := len(match)/2 - 1
	if first > 1 {
		first = 1
	}
	var v lua.LValue
	switch with := with.(type) {
	case lua.LString:
		re.ChargeExpand(c.turn, c.L, string(with), match)
		return re.Expand(out, string(with), s, match)
	case *lua.LTable:
		v = c.L.GetTable(with, c.group(s, match, first))
	default:
		top := c.L.GetTop()
		c.L.Push(with)
		n := c.groups(s, match)
		c.L.Call(n, 1)
		v = c.L.Get(-1)
		c.L.SetTop(top)
	}
	switch v := v.(type) {
	case lua.LString:
		return append(out, v...)
	case lua.LNumber:
		return append(out, v.String()...)
	}
	if lua.LVAsBool(v) {
		c.fail("the replacement is %s; want a string, a number, or nil to leave the match", describe(v))
	}
	return append(out, whole...)
}
