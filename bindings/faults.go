package bindings

// The errors that all functions share which call WeChat.
var (
	faultRefused = Text{
		"Gives nil, err when WeChat refuses; err has errcode, errmsg, hint (cause and cure), hint_zh (the same in Chinese) and rid.",
		"微信拒绝时返回 nil, err;err 含 errcode、errmsg、hint_zh(原因和办法)、hint(同上,英文)、rid。",
	}
	faultCalled = Text{
		"Raises when an argument is wrong, at the top level, and after 20 calls to WeChat in a turn.",
		"参数不对、在顶层调用、或一轮内调用微信超过 20 次时报错。",
	}
)

// faults are the errors of a function that calls WeChat; special ones come first.
func faults(special ...Text) []Text {
	return append(special, faultRefused, faultCalled)
}

// The results that functions share which call WeChat.
func answers(name, lua string) []Result { return []Result{{name, lua + "?"}, {"err", "WeChatError?"}} }

func answersTrue() []Result { return answers("ok", "true") }
