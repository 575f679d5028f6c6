package bindings

// onFamily describes the rules.
// A table of data.
func onFamily() Family {
	handler := Param{Name: "handler", Type: tHandler}
	key := func(name string) Form { return Form{{Name: name, Type: tKeys}, handler} }
	bare := Form{handler}
	handlerFits := Text{
		"Raises when the handler is no function, string or reply.* value, and when called inside a handler: rules are declared at the top level.",
		"处理者不是函数、字符串或 reply.* 的值时报错;在处理函数里调用时报错:规则只能在顶层声明。",
	}
	mustRepeat := Text{
		"Raises in a turn when the rules differ from those at load: they must not depend on time or chance.",
		"某次运行声明的规则与加载时不同会报错:规则不能依赖时间或随机数。",
	}
	errs := []Text{handlerFits, mustRepeat}
	twice := Text{
		"The same key twice, compared after folding and also inside lists, is an error at load that names both lines.",
		"同一个关键字出现两次(折叠后比较,列表内也算)加载时报错,并指出两处行号。",
	}
	one := func(name, example string, k kind, en, zh string) Function {
		return Function{Name: "on." + name, Forms: []Form{bare}, Doc: Text{en, zh}, Example: example, Errors: errs, run: declare(k)}
	}
	message := func(kind_ string, en, zh string) Function {
		return one(kind_, "on."+kind_+`(function(msg) return "收到" end)`, kind{bare: fitsType, word: kind_}, en, zh)
	}
	return Family{
		Name: "on",
		Doc: Text{
			"Rules, tried in the order in which they are declared; the first answer that is not nil or false wins.",
			"规则按声明顺序尝试,第一个不是 nil 或 false 的回答生效。",
		},
		Functions: []Function{
			{
				Name: "on.text", Forms: []Form{bare, key("texts")}, run: declare(kind{bare: fitsText, keyed: fitsExact}),
				Doc: Text{
					"Any text message, or exactly this text, or one of a list. Surrounding space, letter case and full or half width do not count.",
					"任意文本消息;或恰好是这个文本、列表中的某个文本。首尾空白、大小写、全角半角不计。",
				},
				Example: `on.text({ "hi", "你好" }, function(msg) return "你好!" end)`, Errors: append([]Text{twice}, errs...),
			},
			{
				Name: "on.has", Forms: []Form{key("texts")}, run: declare(kind{keyed: fitsPart}),
				Doc: Text{
					"A text that contains this, or one of a list; compared as on.text does.",
					"包含这段文字(或列表之一)的文本,比较方式同 on.text。",
				},
				Example: `on.has("退款", "退款请打 0571-8765-4321")`, Errors: errs,
			},
			{
				Name: "on.match", Forms: []Form{{{Name: "pattern", Type: tString}, handler}}, run: declare(kind{keyed: fitsPattern}),
				Doc: Text{
					"A text that an RE2 regular expression fits, over the first 8 KiB as they were sent; what its groups catch arrives as further arguments.",
					"符合 RE2 正则的文本(取原文前 8 KiB);分组捕获的内容作为后续参数。",
				},
				Example: `on.match([[^天气\s*(\p{Han}+)$]], function(msg, city) return city .. ":晴" end)`,
				Errors:  append([]Text{{"Raises when the pattern does not compile or is too large.", "正则无法编译或过大时报错。"}}, errs...),
			},
			message("image", "A picture.", "图片消息。"),
			message("voice", "A voice message.", "语音消息。"),
			message("video", "A video.", "视频消息。"),
			message("shortvideo", "A short video.", "小视频消息。"),
			message("location", "A place that the fan sent by hand.", "粉丝主动发来的位置。"),
			message("link", "A link.", "链接消息。"),
			message("file", "A file.", "文件消息。"),
			one("subscribe", `on.subscribe(function(msg) return msg.scene and "欢迎来到 " .. msg.scene or "欢迎!" end)`,
				kind{bare: fitsEvent, word: "subscribe"}, "A new follower; msg.scene is the scene of the QR code, if one was scanned.", "新关注;扫码关注时 msg.scene 是场景值。"),
			one("unsubscribe", `on.unsubscribe(function(msg) log.info("goodbye", msg.openid) end)`,
				kind{bare: fitsEvent, word: "unsubscribe"}, "A fan left. An answer is not sent.", "取消关注。回答不会发出。"),
			{
				Name: "on.scan", Forms: []Form{bare, key("scenes")}, run: declare(kind{bare: fitsEvent, keyed: fitsScene, word: "SCAN"}),
				Doc: Text{
					"A fan who follows already scanned a QR code; with a glob on the scene: * stands for any characters, ? for one.",
					"已关注的粉丝扫了带参二维码;可用通配符匹配场景值:* 任意个字符,? 一个字符。",
				},
				Example: `on.scan("desk-*", function(msg) return msg.scene .. " 桌,请点单" end)`, Errors: errs,
			},
			{
				Name: "on.click", Forms: []Form{bare, key("keys")}, run: declare(kind{bare: fitsEvent, keyed: fitsEventKey, word: "CLICK"}),
				Doc:     Text{"A menu button was pressed: any, or the one with this key, compared as it is.", "点击菜单按钮:任意按钮,或指定 key(原样比较)。"},
				Example: `on.click("TODAY", "今日推荐:茉莉")`, Errors: append([]Text{twice}, errs...),
			},
			{
				Name: "on.view", Forms: []Form{bare, key("urls")}, run: declare(kind{bare: fitsEvent, keyed: fitsEventKey, word: "VIEW"}),
				Doc:     Text{"A menu button opened a page: any, or this URL. An answer is not sent.", "点击菜单打开网页:任意,或指定网址。回答不会发出。"},
				Example: `on.view(function(msg) log.info("opened", msg.event_key) end)`, Errors: append([]Text{twice}, errs...),
			},
			{
				Name: "on.event", Forms: []Form{{{Name: "event", Type: tString}, handler}}, run: declare(kind{keyed: fitsEvent}),
				Doc:     Text{"An event by WeChat's name, in any letter case.", "按微信事件名匹配,大小写不限。"},
				Example: `on.event("TEMPLATESENDJOBFINISH", function(msg) log.info(msg.msg_id, msg.status) end)`,
				Errors:  append([]Text{{"A name that is almost one of WeChat's raises, with the one you may have meant.", "与微信事件名只差一点的名字会报错,并给出可能的正确写法。"}}, errs...),
			},
			one("message", `on.message(function(msg) log.debug(msg.msg_type, msg.event) end)`,
				kind{bare: fitsAll}, "Every push, known or not. An answer to a push that takes none is not sent; the trace says so.", "所有推送,无论是否认识。对不可回复的推送,回答不会发出,追踪里会注明。"),
			one("fallback", `on.fallback("没听懂,回复「菜单」看看?")`,
				kind{bare: fitsFallback, stage: stageFallback}, "After all other rules, wherever it is declared: for messages of the fan and menu clicks that nothing else answered.", "在所有其他规则之后(与声明位置无关):粉丝消息和菜单点击都没有得到回答时。"),
			one("before", `on.before(function(msg) if settings.closed then return "今天休息" end end)`,
				kind{bare: fitsAll, stage: stageBefore}, "Before all other rules; an answer ends the turn.", "在所有其他规则之前;一旦回答,本轮结束。"),
		},
	}
}
