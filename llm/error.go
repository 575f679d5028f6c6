package llm

import "fmt"

// Kind says why there is no answer. Scripts see it as err.kind.
type Kind string

// The kinds of errors.
const (
	Unauthorized Kind = "unauthorized" // the key is wrong, or may not use the model
	Quota        Kind = "quota"        // the account at the provider is empty
	Rate         Kind = "rate"         // too many questions at once
	Down         Kind = "down"         // the provider is not there, or fails
	Timeout      Kind = "timeout"      // nothing that can be shown came in time
	Garbage      Kind = "garbage"      // what came is not the protocol
	Budget       Kind = "budget"       // the account's own bound on tokens and questions
	Refused      Kind = "refused"      // the provider or the model does not take the question
)

// Kinds lists them in the order of the reference.
func Kinds() []Kind {
	return []Kind{Unauthorized, Quota, Rate, Down, Timeout, Garbage, Budget, Refused}
}

// Error says why there is no answer: for the author of a script, in two languages. It holds no key, no question and
// nothing that the provider said but a bounded message.
type Error struct {
	Kind         Kind
	Message      string
	Hint, HintZH string
	Status       int // of HTTP, 0 if none came
}

func (e *Error) Error() string { return string(e.Kind) + ": " + e.Message }

// hints say what to do about each kind.
var hints = map[Kind][2]string{
	Unauthorized: {"the key is wrong or has no right to this model: look at llm in account.yaml", "密钥不对，或无权使用该模型：检查 account.yaml 的 llm"},
	Quota:        {"the account at the provider has no money or no quota left", "服务商账户余额或额度不足"},
	Rate:         {"the provider takes no more questions for now; ask again later or raise its limit", "请求太频繁，服务商暂不受理；稍后再试，或提高服务商侧的限额"},
	Down:         {"the provider cannot be reached or fails; look at base in account.yaml and at the provider's status page", "服务商无法连接或出错；检查 account.yaml 的 base 和服务商状态页"},
	Timeout:      {"no whole sentence came in time; raise timeout, or take a faster model", "规定时间内没有收到完整的一句话；调大 timeout，或换更快的模型"},
	Garbage:      {"what came back is not a chat/completions answer: look at base in account.yaml", "返回的内容不是 chat/completions 的格式：检查 account.yaml 的 base"},
	Budget:       {"the budget of account.yaml (llm: budget) is spent", "account.yaml 里 llm 的 budget 已用完"},
	Refused:      {"the provider does not take this question: the message says why", "服务商不接受这次请求，原因见 message"},
}

// NewError is an error of a kind with the hints of that kind.
func NewError(k Kind, format string, args ...any) *Error {
	return &Error{Kind: k, Message: fmt.Sprintf(format, args...), Hint: hints[k][0], HintZH: hints[k][1]}
}

// Hinted is an error of a Doer that knows what to do about it.
type Hinted interface {
	error
	Hints() (en, zh string)
	Lasting() bool // asking again would come to the same
}

// Charged reports whether a question that came to nothing may have cost something all the same.
func (k Kind) Charged() bool { return k == Down || k == Timeout || k == Garbage }
