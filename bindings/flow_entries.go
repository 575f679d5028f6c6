package bindings

// A table of data.

func flowFamily() Family {
	return Family{
		Name: "flow",
		Doc: Text{
			"Conversations that survive anything. A flow reads like straight code, but a fan who has not answered yet is only a row in the store: it outlives a save, a restart and a killed process. " +
				"The function runs from its start again for each answer; what it asked, and every call that reaches outside (store, http, send, llm, user, time, chance), is answered from the conversation's journal, so nothing happens twice. A flow has no msg.session: its locals are its memory. A journal holds 1,000 calls and questions and 1 MiB.",
			"扛得住一切的多轮对话。流程写起来像顺序执行的代码，而还没回答的粉丝只是库里的一行：保存脚本、重启、进程被杀都不影响。" +
				"每来一个回答，函数都从头运行；问过的问题和所有涉及外部的调用（store、http、send、llm、user、时间、随机数）都由对话日志作答，所以什么都不会做两遍。流程里没有 msg.session：局部变量就是它的记忆。一份日志最多 1000 次调用和提问、1 MiB。",
		},
		Functions: append([]Function{{
			Name:    "flow",
			Forms:   params(Param{Name: "name", Type: tString}, Param{Name: "fn", Type: tFlowFunc}, optional("options", tTable)),
			Returns: []Result{{"flow", "Flow"}}, run: flowDeclare,
			Doc: Text{
				"Declares a flow, and gives a value that stands in place of a handler: what the rule's pattern catches arrives behind c. What the function returns (a text, a reply.* value) are its last words. A fan has one conversation at a time; starting another ends the first. " +
					"Options: timeout = \"2h\" for the whole of it (24h; 30d at most), on_timeout = function(c) c:say(\"…\") end, cancel = {\"取消\", \"quit\"} (\"取消\" if nothing is said, false for none), cancelled = what a fan is told who cancels, missed = what a fan is told whose answers did not fit three times.",
				"声明一个流程，返回值可以放在处理函数的位置：规则里匹配到的内容跟在 c 后面传入。函数返回的文本或 reply.* 是最后一句话。一个粉丝同时只有一个对话；开始新的就结束旧的。" +
					"选项：timeout = \"2h\" 整个对话的时限（默认 24h，最长 30d），on_timeout = function(c) c:say(\"…\") end，cancel = {\"取消\", \"quit\"}（默认「取消」，false 为没有），cancelled = 取消时告诉粉丝的话，missed = 三次都没答对时告诉粉丝的话。",
			},
			Example: flowExample,
			Errors: []Text{
				{"Raises inside a handler, and at load when two flows have one name, with both lines: conversations are kept under it.", "在处理函数里调用时报错；两个流程同名时加载报错，并指出两处行号：对话按名字保存。"},
				{"Raises in a turn when the flows differ from those at load: they must not depend on time or chance.", "某次运行声明的流程与加载时不同会报错：流程不能依赖时间或随机数。"},
			},
		}, {
			Name:    "flow.signal",
			Forms:   params(Param{Name: "openid", Type: tString}, Param{Name: "name", Type: tString}, optional("data", tPlain), optional("options", tTable)),
			Returns: []Result{{"delivered", "string"}}, run: flowSignal, Reach: ReachActs,
			Doc: Text{
				`News for a fan's conversation: wakes one that waits by c:wait_signal ("now"), or is kept for 7 days ("kept"). {id = "…"}: the same id counts once.`,
				`给某个粉丝的对话送消息：正在 c:wait_signal 等它的会被唤醒（"now"），否则保留 7 天（"kept"）。{id = "…"}：同一个 id 只算一次。`,
			},
			Example: `on.text("到账", function(msg) return flow.signal(msg.openid, "paid", { yuan = 28 }, { id = "P-7" }) end)`,
			Errors:  []Text{{"Raises when data is no plain data or has more than 16 KiB of JSON, and when 100 signals are kept for the fan already.", "data 不是普通数据、JSON 超过 16 KiB，或已为该粉丝保留了 100 个信号时报错。"}},
		}, flowStartEntry}, talkEntries()...),
	}
}

const flowExample = `local order = flow("order", function(c)
  local what = c:ask("喝点什么?", { one_of = { "茶", "咖啡" }, retry = "茶还是咖啡?" })
  local n = c:ask("几杯?", { integer = true, min = 1, max = 9, timeout = "30m" })
  if not n then return "下次再点吧" end
  if not c:confirm(("%d 杯%s,下单?"):format(n, what)) then return "没下单" end
  return ("第 %d 单，好了"):format(store.incr("orders"))
end, { timeout = "2h", on_timeout = function(c) c:say("订单已关闭") end })

on.text("下单", order)`

var flowStartEntry = Function{
	Name:    "Flow:start",
	Forms:   params(Param{Name: "self", Type: tFlow}, Param{Name: "openid", Type: tString}, optional("args", tPlain), optional("options", tTable)),
	Returns: []Result{{"id", "string?"}, {"err", "FlowError?"}}, run: flowStart, Reach: ReachActs,
	Doc: Text{
		"Begins the flow with a fan who has not asked for it; args arrives behind c. It runs behind this turn, and what it says goes out as customer-service messages. {replace = true} ends another conversation of the fan.",
		"主动和粉丝开始这个流程；args 跟在 c 后面传入。它在本轮之后运行，说的话以客服消息发出。{replace = true} 结束该粉丝正在进行的其他对话。",
	},
	Example: `local ask = flow("ask", function(c, about) return c:ask(about .. "怎么样?") end)
on.text("回访", function(msg) local id, err = ask:start(msg.openid, "昨天的茶") return id and "好" or err.hint end)`,
	Errors: []Text{{"Gives nil, err with kind = \"busy\" when the fan is in a conversation. With replace it raises in that very conversation: c:become goes over to a flow.", "粉丝正在对话中时返回 nil, err，kind 为 \"busy\"。在同一个对话里用 replace 会报错：请用 c:become 转入流程。"}},
}

// self is the c of a method.
func self(rest ...Param) []Form {
	return params(append([]Param{{Name: "self", Type: tTalk}}, rest...)...)
}

// inFlow is an example of a method of c.
func inFlow(body string) string {
	return `on.text("开始", flow("demo", function(c)
  ` + body + `
end))`
}

func talkEntries() []Function {
	question, options := Param{Name: "question", Type: tString}, optional("options", tTable)
	asks := Text{"Raises when an option is unknown or does not fit, in on_timeout, and when the journal is full.", "选项未知或不合适、在 on_timeout 里、对话日志已满时报错。"}
	return []Function{
		{
			Name: "c:ask", Forms: self(question, options), Returns: []Result{{"answer", "any"}, {"why", "string?"}}, run: talkAsk,
			Doc: Text{
				"Asks, and gives the answer. One of text = true (as if nothing is said: a trimmed text, of a voice message what WeChat understood), number, integer, date (\"YYYY-MM-DD\"), phone (its digits), yes_no (true or false), one_of = {…} (the word of the list), media (true, or \"image\": {type, media_id, pic_url?, recognition?}), location ({x, y, label}), any (the message). " +
					"min and max bound a number, or the characters of a text. What does not fit gets retry; the third time the conversation ends. timeout = \"30m\" gives nil, \"timeout\". id names the question, so that its words may change while fans wait.",
				"提问并返回回答。种类任选其一：text = true（默认：去掉首尾空白的文本，语音则取微信识别的文字）、number、integer、date（\"YYYY-MM-DD\"）、phone（只留数字）、yes_no（true 或 false）、one_of = {…}（列表里的词）、media（true 或 \"image\"：{type, media_id, pic_url?, recognition?}）、location（{x, y, label}）、any（消息本身）。" +
					"min、max 限制数值，或文本的字数。不合适的回答得到 retry，第三次对话结束。timeout = \"30m\" 到时返回 nil, \"timeout\"。id 给问题命名，这样粉丝等待期间可以改措辞。",
			},
			Example: inFlow(`local n = c:ask("几杯?", { integer = true, min = 1, max = 9, retry = "1 到 9 杯" }) return n .. " 杯"`), Errors: []Text{asks},
		},
		{
			Name: "c:confirm", Forms: self(question, options), Returns: []Result{{"yes", "boolean?"}, {"why", "string?"}}, run: talkConfirm,
			Doc:     Text{"Asks for yes or no.", "问是或否。"},
			Example: inFlow(`if c:confirm("下单?") then return "好" end return "不要了"`), Errors: []Text{asks},
		},
		{
			Name: "c:choose", Forms: self(question, Param{Name: "choices", Type: tTable}, options), Returns: []Result{{"key", "string?"}, {"index", "integer|string"}}, run: talkChoose,
			Doc: Text{
				"Asks for one of some choices, which stand numbered below the question: texts, or {key = …, label = …}. The fan answers with the number or the words.",
				"在几个选项里选一个，选项编号列在问题下面：文本，或 {key = …, label = …}。粉丝回复编号或文字。",
			},
			Example: inFlow(`local key, i = c:choose("哪种?", { { key = "lj", label = "龙井" }, { key = "ml", label = "茉莉" } }) return key`), Errors: []Text{asks},
		},
		{
			Name: "c:say", Forms: self(Param{Name: "answer", Type: tAnswer}), run: talkSay,
			Doc: Text{
				"Says something without waiting. The texts of one turn are one message; other kinds and what follows them go out as customer-service messages, in order.",
				"说一句话，不等回答。同一轮的文本合成一条；其他种类及其后的内容按顺序以客服消息发出。",
			},
			Example: inFlow(`c:say("稍等") return "好了"`), Errors: []Text{{"Raises when WeChat would not take it.", "微信不会接受的内容会报错。"}},
		},
		{
			Name: "c:wait_event", Forms: self(Param{Name: "events", Type: tKeys}, options), Returns: []Result{{"msg", "Message?"}, {"why", "string?"}}, run: talkWaitEvent,
			Doc: Text{
				"Waits for an event by WeChat's name, or for one of several. Messages of the fan go to the rules meanwhile; a cancel word ends it all the same. {timeout = \"10m\"} gives nil, \"timeout\".",
				"等待某个（或几个之一）微信事件。期间粉丝的消息交给规则；取消词照样有效。{timeout = \"10m\"} 到时返回 nil, \"timeout\"。",
			},
			Example: inFlow(`local scan = c:wait_event("SCAN", { timeout = "10m" }) return scan and scan.event_key or "没扫"`), Errors: []Text{asks},
		},
		{
			Name: "c:wait_signal", Forms: self(Param{Name: "name", Type: tString}, options), Returns: []Result{{"data", "any"}, {"why", "string?"}}, run: talkWaitSignal, Reach: ReachActs,
			Doc: Text{
				"Waits for a signal: flow.signal, or POST /api/v1/ACCOUNT/flows/signal. One that came earlier is taken at once. {timeout = \"1d\"} gives nil, \"timeout\".",
				"等待信号：flow.signal 或 POST /api/v1/账号/flows/signal。先到的信号立即取用。{timeout = \"1d\"} 到时返回 nil, \"timeout\"。",
			},
			Example: inFlow(`local paid = c:wait_signal("paid", { timeout = "1d" }) return paid and "收到" or "没付"`), Errors: []Text{asks},
		},
		{
			Name: "c:become", Forms: self(Param{Name: "flow", Type: tFlow}, optional("args", tPlain)), run: talkBecome,
			Doc: Text{"Goes over to a flow, with a journal of its own: for conversations that go on and on. Nothing behind it runs.", "转入一个流程，用新的日志：适合没完没了的对话。后面的代码不再运行。"},
			Example: `local game
game = flow("game", function(c, n)
  local again = c:confirm(("第 %d 局，再来?"):format(n or 1))
  if again then c:become(game, (n or 1) + 1) end
  return "下次见"
end)
on.text("玩", game)`, Errors: []Text{asks},
		},
		{
			Name: "c:stop", Forms: self(optional("answer", tAnswer)), run: talkStop,
			Doc:     Text{"Ends the conversation, with last words or without. Nothing behind it runs.", "结束对话，可带最后一句话。后面的代码不再运行。"},
			Example: inFlow(`if not c:confirm("继续?") then c:stop("再见") end return "继续"`), Errors: []Text{{"Raises when the conversation is over.", "对话已结束时报错。"}},
		},
	}
}
