package outside

import "fmt"

// Kind says what kept a call from its answer. Scripts see it as err.kind.
type Kind string

// The kinds of errors.
const (
	NotAllowed Kind = "not_allowed" // account.yaml does not allow the host
	Private    Kind = "private"     // an address that is not of the public network
	DNS        Kind = "dns"
	Connect    Kind = "connect"
	TLS        Kind = "tls"
	Timeout    Kind = "timeout"
	TooLarge   Kind = "too_large"
	Redirect   Kind = "redirect"
	Protocol   Kind = "protocol" // what came back is no HTTP, or not what was asked for
	// Interrupted: the program ended in the middle of the call, which a conversation or a job had begun.
	Interrupted Kind = "interrupted"
)

// Kinds lists them in the order of the reference.
func Kinds() []Kind {
	return []Kind{NotAllowed, Private, DNS, Connect, TLS, Timeout, TooLarge, Redirect, Protocol, Interrupted}
}

// Error is why a call came to nothing. Hint says cause and cure, HintZH the same in Chinese.
type Error struct {
	Kind         Kind
	Message      string
	Hint, HintZH string
}

func (e *Error) Error() string { return string(e.Kind) + ": " + e.Message }

// Hints is what helps, in both languages.
func (e *Error) Hints() (en, zh string) { return e.Hint, e.HintZH }

// Lasting reports whether the same call would come to the same: the operator or account.yaml closes its address.
func (e *Error) Lasting() bool { return e.Kind == NotAllowed || e.Kind == Private }

// hints are what helps where an error brings no hint of its own.
var hints = map[Kind][2]string{
	DNS: {
		"is the name spelt right? else the name server of this machine does not answer: try again later",
		"域名写对了吗？写对了就是本机的域名服务器没有应答，请稍后再试",
	},
	Connect: {
		"the server is down, or its port is another one: try again later",
		"对方服务器没有运行，或端口不对，请稍后再试",
	},
	TLS: {
		"the server's certificate is expired, for another name, or signed by nobody that this machine knows: its operator must mend it",
		"对方的证书已过期、域名不符，或不是本机信任的机构签发的，需由对方修好",
	},
	Timeout: {
		"the server is slow: answer the fan without it, or give it more time with timeout = \"20s\" (50 s at most)",
		"对方太慢：先不等它直接回复粉丝，或用 timeout = \"20s\" 多给些时间（最多 50 秒）",
	},
	TooLarge: {
		"ask for less at a time: most servers take a page or a limit in the query",
		"一次少要一些：多数接口可以在查询参数里写分页或条数",
	},
	Redirect: {
		"call the address that it leads to, if that is right",
		"如果新地址是对的，请直接请求新地址",
	},
	Protocol: {
		"is this the address of an HTTP interface, and the port the right one?",
		"这是 HTTP 接口的地址吗？端口对吗？",
	},
}

// fault makes an error with the hint of its kind.
func fault(k Kind, format string, args ...any) *Error {
	return &Error{Kind: k, Message: fmt.Sprintf(format, args...), Hint: hints[k][0], HintZH: hints[k][1]}
}

// Mistake is what the author of a script wrote wrong. Field says where: "url", "headers".
type Mistake struct{ Field, Reason string }

func (m *Mistake) Error() string { return m.Field + ": " + m.Reason }
