package bindings

import (
	"context"
)

func jssdkFamily() Family {
	return Family{
		Name: "jssdk",
		Doc:  Text{"The JS-SDK: what a page hands to wx.config.", "JS-SDK:网页 wx.config 所需的签名。"},
		Functions: []Function{{
			Name: "jssdk.sign", Forms: params(Param{Name: "url", Type: tString}), Returns: answers("signature", "table"), run: jssdkSign, Reach: ReachReads,
			Doc:     Text{"Signs a page: appId, timestamp, nonceStr, signature, url. url is the page's whole address as the browser shows it.", "为网页签名:appId、timestamp、nonceStr、signature、url。url 为浏览器显示的完整网址。"},
			Example: `on.text("签名", function() local s, err = jssdk.sign("https://example.com/page") return s and json.encode(s) or err.hint end)`,
			Errors:  faults(Text{"Raises when url is no address.", "url 不是网址时报错。"}),
		}},
	}
}

func jssdkSign(c call) int {
	link := c.text(1)
	return c.pushAnswered(c.wechat(reads, link, func(ctx context.Context, api API) (any, error) {
		s, err := api.SignJS(ctx, link)
		return map[string]any{
			"appId": s.AppID, "timestamp": float64(s.Timestamp), "nonceStr": s.NonceStr, "signature": s.Signature, "url": s.URL,
		}, err
	}))
}
