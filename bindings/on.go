package bindings

import (
	"fmt"
	"slices"
	"strings"

	lua "github.com/yuin/gopher-lua"

	"moonwire/engine"
)

func onFamily() Family {
	return Family{
		Name: "on",
		Doc: Text{
			"Rules, tried in the order in which they are declared; the first answer that is not nil or false wins.",
			"规则按声明顺序尝试，第一个不是 nil 或 false 的回答生效。",
		},
		Functions: slices.Concat(onMessages(), onEvents(), onPhases(), []Function{onHook()}),
	}
}

var (
	onHandler = Param{Name: "handler", Type: tHandler}
	onErrors  = []Text{{
		"Raises when the handler is no function, string or reply.* value, and when called inside a handler: rules are declared at the top level.",
		"处理者不是函数、字符串或 reply.* 的值时报错；在处理函数里调用时报错：规则只能在顶层声明。",
	}, {
		"Raises in a turn when the rules differ from those at load: they must not depend on time or chance.",
		"某次运行声明的规则与加载时不同会报错：规则不能依赖时间或随机数。",
	}}
	onTwice = Text{
		"The same key twice, compared after folding and also inside lists, is an error at load that names both lines.",
		"同一个关键字出现两次（折叠后比较，列表内也算）加载时报错，并指出两处行号。",
	}
)

// onKeys is the form with keys of this name before the handler.
func onKeys(name string) Form { return Form{{Name: name, Type: tKeys}, onHandler} }

// onBare describes a function that takes a handler alone.
func onBare(name, example string, k kind, en, zh string) Function {
	return Function{Name: "on." + name, Forms: []Form{{onHandler}}, Doc: Text{en, zh}, Example: example, Errors: onErrors, run: declare(k)}
}

// onType describes the function for all messages of one type.
func onType(name, en, zh string) Function {
	return onBare(name, "on."+name+`(function(msg) return "收到" end)`, kind{bare: fitsType, word: name}, en, zh)
}

// onMessages are the rules for what fans send.
func onMessages() []Function {
	return []Function{
		{
			Name: "on.text", Forms: []Form{{onHandler}, onKeys("texts")}, run: declare(kind{bare: fitsText, keyed: fitsExact}),
			Doc: Text{
				"Any text message, or exactly this text, or one of a list. Surrounding space, letter case and full or half width do not count.",
				"任意文本消息；或恰好是这个文本、列表中的某个文本。首尾空白、大小写、全角半角不计。",
			},
			Example: `on.text({ "hi", "你好" }, function(msg) return "你好!" end)`, Errors: append([]Text{onTwice}, onErrors...),
		},
		{
			Name: "on.has", Forms: []Form{onKeys("texts")}, run: declare(kind{keyed: fitsPart}),
			Doc: Text{
				"A text that contains this, or one of a list; compared as on.text does.",
				"包含这段文字（或列表之一）的文本，比较方式同 on.text。",
			},
			Example: `on.has("退款", "退款请打 0571-8765-4321")`, Errors: onErrors,
		},
		{
			Name: "on.match", Forms: []Form{{{Name: "pattern", Type: tString}, onHandler}}, run: declare(kind{keyed: fitsPattern}),
			Doc: Text{
				"A text that an RE2 regular expression fits, over the first 8 KiB as they were sent; what its groups catch arrives as further arguments.",
				"符合 RE2 正则的文本（取原文前 8 KiB）；分组捕获的内容作为后续参数。",
			},
			Example: `on.match([[^天气\s*(\p{Han}+)$]], function(msg, city) return city .. ":晴" end)`,
			Errors:  append([]Text{{"Raises when the pattern does not compile or is too large.", "正则无法编译或过大时报错。"}}, onErrors...),
		},
		onType("image", "A picture.", "图片消息。"),
		onType("voice", "A voice message.", "语音消息。"),
		onType("video", "A video.", "视频消息。"),
		onType("shortvideo", "A short video.", "小视频消息。"),
		onType("location", "A place that the fan sent by hand.", "粉丝主动发来的位置。"),
		onType("link", "A link.", "链接消息。"),
		onType("file", "A file.", "文件消息。"),
	}
}

// onEvents are the rules for what fans do.
func onEvents() []Function {
	return []Function{
		onBare("subscribe", `on.subscribe(function(msg) return msg.scene and "欢迎来到 " .. msg.scene or "欢迎!" end)`,
			kind{bare: fitsEvent, word: "subscribe"}, "A new follower; msg.scene is the scene of the QR code, if one was scanned.", "新关注；扫码关注时 msg.scene 是场景值。"),
		onBare("unsubscribe", `on.unsubscribe(function(msg) log.info("goodbye", msg.openid) end)`,
			kind{bare: fitsEvent, word: "unsubscribe"}, "A fan left. An answer is not sent.", "取消关注。回答不会发出。"),
		{
			Name: "on.scan", Forms: []Form{{onHandler}, onKeys("scenes")}, run: declare(kind{bare: fitsEvent, keyed: fitsScene, word: "SCAN"}),
			Doc: Text{
				"A fan who follows already scanned a QR code; with a glob on the scene: * stands for any characters, ? for one.",
				"已关注的粉丝扫了带参二维码；可用通配符匹配场景值:* 任意个字符,? 一个字符。",
			},
			Example: `on.scan("desk-*", function(msg) return msg.scene .. " 桌，请点单" end)`, Errors: onErrors,
		},
		{
			Name: "on.click", Forms: []Form{{onHandler}, onKeys("keys")}, run: declare(kind{bare: fitsEvent, keyed: fitsEventKey, word: "CLICK"}),
			Doc:     Text{"A menu button was pressed: any, or the one with this key, compared as it is.", "点击菜单按钮：任意按钮，或指定 key(原样比较)。"},
			Example: `on.click("TODAY", "今日推荐：茉莉")`, Errors: append([]Text{onTwice}, onErrors...),
		},
		{
			Name: "on.view", Forms: []Form{{onHandler}, onKeys("urls")}, run: declare(kind{bare: fitsEvent, keyed: fitsEventKey, word: "VIEW"}),
			Doc:     Text{"A menu button opened a page: any, or this URL. An answer is not sent.", "点击菜单打开网页：任意，或指定网址。回答不会发出。"},
			Example: `on.view(function(msg) log.info("opened", msg.event_key) end)`, Errors: append([]Text{onTwice}, onErrors...),
		},
		{
			Name: "on.event", Forms: []Form{{{Name: "event", Type: tString}, onHandler}}, run: declare(kind{keyed: fitsEvent}),
			Doc:     Text{"An event by WeChat's name, in any letter case.", "按微信事件名匹配，大小写不限。"},
			Example: `on.event("TEMPLATESENDJOBFINISH", function(msg) log.info(msg.msg_id, msg.status) end)`,
			Errors:  append([]Text{{"A name that is almost one of WeChat's raises, with the one you may have meant.", "与微信事件名只差一点的名字会报错，并给出可能的正确写法。"}}, onErrors...),
		},
	}
}

// onPhases are the rules for every push, whatever it is, before and after all others.
func onPhases() []Function {
	return []Function{
		onBare("message", `on.message(function(msg) log.debug(msg.msg_type, msg.event) end)`,
			kind{bare: fitsAll}, "Every push, known or not. An answer to a push that takes none is not sent; the trace says so.", "所有推送，无论是否认识。对不可回复的推送，回答不会发出，追踪里会注明。"),
		onBare("fallback", `on.fallback("没听懂，回复「菜单」看看?")`,
			kind{bare: fitsFallback, phase: phaseFallback}, "After all other rules, wherever it is declared: for messages of the fan and menu clicks that nothing else answered.", "在所有其他规则之后（与声明位置无关）：粉丝消息和菜单点击都没有得到回答时。"),
		onBare("before", `on.before(function(msg) if settings.closed then return "今天休息" end end)`,
			kind{bare: fitsAll, phase: phaseBefore}, "Before all other rules; an answer ends the turn.", "在所有其他规则之前；一旦回答，本轮结束。"),
	}
}

// declare is the native behind a function of on.*: (handler) or (keys, handler).
func declare(k kind) func(call) int {
	return func(c call) int {
		n := c.count()
		keys := lua.LValue(lua.LNil)
		if n == 2 {
			keys = c.arg(1)
		}
		c.state.declare(c, k, keys, c.arg(n))
		return 0
	}
}

// declare takes a rule of the top level. In the dry run of a build it is checked and put on the index; in
// a turn, it must be the one that the index has at this place.
func (s *state) declare(c call, k kind, keys, handler lua.LValue) {
	if !c.turn.Loading() {
		c.fail("rules are declared at the top level, not inside a handler")
	}
	n := len(s.handlers)
	if s.draft {
		s.index.add(c.rule(s.index, k, c.keys(keys)))
	} else if n >= len(s.index.rules) || !s.index.rules[n].same(c, k, keys) {
		c.fail("this rule was not declared so when the script was loaded; rules must not depend on time or chance")
	}
	s.handlers = append(s.handlers, handler)
}

// same compares a rule with what a turn declares, without making anything.
func (r *rule) same(c call, k kind, keys lua.LValue) bool {
	if r.kind != k {
		return false
	}
	switch v := keys.(type) {
	case *lua.LNilType:
		return len(r.keys) == 0
	case lua.LString:
		c.turn.Steps(c.L, len(v)/8)
		return len(r.keys) == 1 && r.keys[0] == string(v)
	case *lua.LTable:
		v = c.open(v)
		return v.Len() == len(r.keys) && r.sameList(c, v)
	}
	return false
}

func (r *rule) sameList(c call, tb *lua.LTable) bool {
	for i, key := range r.keys {
		c.turn.Steps(c.L, len(key)/8)
		if s, ok := tb.RawGetInt(i + 1).(lua.LString); !ok || string(s) != key {
			return false
		}
	}
	return true
}

// keys reads the key or the list of keys of a rule.
func (a arguments) keys(v lua.LValue) []string {
	switch v := v.(type) {
	case lua.LString:
		return []string{string(v)}
	case *lua.LTable:
		tb := a.open(v)
		n := tb.Len()
		if n > maxKeys {
			a.failArg(1, fmt.Sprintf("has %d texts", n), fmt.Sprintf("at most %d", maxKeys))
		}
		var all []string
		for i := 1; i <= n; i++ {
			s, ok := tb.RawGetInt(i).(lua.LString)
			if !ok {
				a.fail("%s: item %d is %s; want a string", a.argument(1), i, describe(tb.RawGetInt(i)))
			}
			all = append(all, string(s))
		}
		if len(all) == 0 {
			a.failArg(1, "is an empty list", "a list of strings")
		}
		return all
	}
	return nil
}

// rule checks what was declared and makes the rule, and its keys as they are compared.
func (c call) rule(x *index, k kind, keys []string) (r rule, compared []string) {
	c.refuseMany(x, keys)
	file, line := c.turn.Where(c.L)
	r = rule{kind: k, name: c.fn.Name, fits: k.fits(keys != nil), keys: keys, file: file, line: line, label: label(file, line, c.fn.Name, keys)}
	compared = keys
	switch r.fits {
	case fitsExact:
		compared = c.foldedKeys(keys)
		c.refuseTwice(x, compared, keys, x.exact)
	case fitsPart:
		compared = c.foldedKeys(keys)
	case fitsEvent:
		if k.word == "" {
			c.checkEventName(1, keys[0])
		}
	case fitsEventKey:
		c.refuseTwice(x, pressedKeys(k.word, keys), keys, x.pressed)
	case fitsHook:
		c.refuseTwice(x, keys, keys, x.hooks)
	case fitsPattern:
		r.re = c.rulePattern(x, keys[0])
	}
	c.refuseMuch(x, compared)
	return r, compared
}

// refuseMany refuses more rules and keys than a build may have, and long keys.
func (c call) refuseMany(x *index, keys []string) {
	if len(x.rules) >= maxRules || x.draft.keys+len(keys) > maxKeys {
		c.fail("more than %d rules or %d keys; move the table to data/ and look it up in one rule", maxRules, maxKeys)
	}
	for _, k := range keys {
		if len(k) > maxKeyText {
			c.failArg(1, fmt.Sprintf("has a text of %d bytes", len(k)), fmt.Sprintf("at most %d", maxKeyText))
		}
		c.turn.Steps(c.L, 5*len(k))
	}
}

// refuseMuch refuses keys that are too much text together with those before.
func (c call) refuseMuch(x *index, compared []string) {
	size := x.draft.bytes
	for _, k := range compared {
		size += len(k)
	}
	if size > maxKeyTexts {
		c.fail("the keys of all rules up to here have %d bytes; want at most %d. Move the table to data/ and look it up in one rule", size, maxKeyTexts)
	}
}

// rulePattern compiles the pattern of a rule.
func (c call) rulePattern(x *index, pattern string) *engine.Regexp {
	re, err := c.state.p.engine.Regexp(pattern)
	if err != nil {
		c.fail("%s: %s", c.argument(1), err)
	}
	if err := re.Admit(maxMatched); err != nil {
		c.fail("%s: the pattern is too large for texts of %d bytes, which fans may send", c.argument(1), maxMatched)
	}
	if x.draft.patterns += re.Size(); x.draft.patterns > maxPatternRules {
		c.fail("the patterns of on.match are too large together; move some into one rule")
	}
	return re
}

func (a arguments) foldedKeys(keys []string) []string {
	folded := make([]string, len(keys))
	for i, k := range keys {
		if folded[i] = fold(k); folded[i] == "" {
			a.failArg(1, "has an empty text", "a text with something in it")
		}
	}
	return folded
}

func pressedKeys(event string, keys []string) []string {
	all := make([]string, len(keys))
	for i, k := range keys {
		all[i] = pressedKey(event, k)
	}
	return all
}

// refuseTwice refuses a key that a rule has already, or that stands in the list twice.
func (c call) refuseTwice(x *index, keys, written []string, taken map[string]int) {
	mine := map[string]bool{}
	for i, k := range keys {
		if n, ok := taken[k]; ok {
			first := &x.rules[n]
			c.fail("%s has a rule already at %s:%d; only the first would ever be asked", quote(written[i]), first.file, first.line)
		}
		if mine[k] {
			c.fail("%s stands in the list twice", quote(written[i]))
		}
		mine[k] = true
	}
}

func (a arguments) checkEventName(n int, name string) {
	if name == "" {
		a.failArg(n, "is empty", "the name of an event, such as CLICK")
	}
	for _, e := range eventNames {
		if strings.EqualFold(e, name) {
			return
		}
	}
	if near := engine.Nearest(name, eventNames); near != "" {
		a.fail("%s: WeChat has no event %s; did you mean %s? For a new event, use on.message and compare msg.event", a.argument(n), quote(name), near)
	}
}
