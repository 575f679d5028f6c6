package api

import "fmt"

// Hint is the plain cause and cure in English, and in Chinese; it says so where the call may have been
// carried out.
func (e *TransportError) Hint() (hint, hintZH string) {
	hint, hintZH = e.advice()
	if e.base.en != "" {
		return hint + "; " + e.base.en, hintZH + ";" + e.base.zh
	}
	return hint, hintZH
}

func (e *TransportError) advice() (hint, hintZH string) {
	cause, cure, causeZH, cureZH := e.why()
	if e.MaybeDone {
		unknown := "whether the call was carried out is not known: look before trying again"
		unknownZH := "不知道这次调用有没有生效，重试前请先核对"
		if e.trouble != unreached && cure != tryAgain {
			return join(cause, cure, ": ") + "; " + unknown, join(causeZH, cureZH, ":") + ";" + unknownZH
		}
		return cause + "; " + unknown, causeZH + ";" + unknownZH
	}
	return join(cause, cure, ": "), join(causeZH, cureZH, ":")
}

// What is said where asking again may help.
const (
	tryAgain   = "try again in a moment"
	tryAgainZH = "请稍后重试"
)

func (e *TransportError) why() (cause, cure, causeZH, cureZH string) {
	switch e.trouble {
	case badStatus:
		cause, causeZH = fmt.Sprintf("HTTP %d came in place of WeChat's answer", e.Status), fmt.Sprintf("没有收到微信的回答，只有 HTTP %d", e.Status)
		if e.Status >= 500 {
			return cause, tryAgain, causeZH, tryAgainZH
		}
		return cause, "check api_base, and a proxy on the way", causeZH, "请检查 api_base 和中间的代理"
	case notMade:
		return "the request cannot be made", "check path and query", "请求无法发出", "请检查路径和参数"
	case overLimit:
		return "WeChat's answer is over 4 MiB, the most that is taken", "ask for a list in smaller pages; fetch a larger file by a program of your own, with the access_token",
			"微信的回答超过 4 MiB 的上限", "列表请分页获取；更大的文件请用自己的程序凭 access_token 下载"
	case notJSON:
		return "what came is not the JSON of an answer", "a file of temporary media is fetched with media.get; a web page comes from a proxy on the way, or a wrong api_base",
			"收到的内容不是 JSON 格式的回答", "临时素材文件请用 media.get 获取；若是网页，则来自中间的代理或写错的 api_base"
	case misled:
		return "the answer came from another host", "check api_base, and a proxy on the way", "回答来自另一台主机", "请检查 api_base 和中间的代理"
	}
	return "WeChat could not be reached", tryAgain, "连不上微信", tryAgainZH
}
