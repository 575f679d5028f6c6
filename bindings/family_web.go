package bindings

// oauthFamily describes web authorization.
// A table of data.
func oauthFamily() Family {
	return Family{
		Name: "oauth",
		Doc:  Text{"Web authorization: pages in WeChat that learn who looks at them.", "网页授权:让微信内的网页知道访问者是谁。"},
		Functions: []Function{
			{
				Name: "oauth.url", Forms: params(Param{Name: "page", Type: tTable}), Returns: []Result{{"url", "string"}}, run: oauthURL,
				Doc: Text{
					"The address to send a user to; they come back to redirect_uri with a code. Fields: redirect_uri, scope (snsapi_base, the default, or snsapi_userinfo), state (letters and digits), forcePopup. May be used at the top level, as in a menu.",
					"授权页地址;用户授权后带 code 回到 redirect_uri。字段:redirect_uri、scope(默认 snsapi_base,或 snsapi_userinfo)、state(字母数字)、forcePopup。可在顶层使用,例如写在菜单里。",
				},
				Example: `menu{ button("会员", { view = oauth.url{ redirect_uri = "https://example.com/me", state = "menu" } }) }`,
				Errors:  []Text{{"Raises when redirect_uri is missing or no address, for an unknown scope and a state with other characters.", "redirect_uri 缺失或不是网址、scope 未知、state 含其他字符时报错。"}},
			},
			{
				Name: "oauth.user", Forms: params(Param{Name: "code", Type: tString}), Returns: answers("user", "table"), run: oauthUser, Reach: ReachActs,
				Doc: Text{
					"Who the user is that came back with this code: openid, scope, unionid, is_snapshotuser, and after snsapi_userinfo nickname, headimgurl and the like. A code works once, for 5 minutes. The user's web tokens stay with the engine.",
					"code 对应的用户:openid、scope、unionid、is_snapshotuser;snsapi_userinfo 还有 nickname、headimgurl 等。code 5 分钟内有效,只能用一次。网页 token 不会给脚本。",
				},
				Example: `on.match("^code (\\w+)$", function(msg, code) local who, err = oauth.user(code) return who and who.openid or err.hint end)`,
				Errors:  faults(Text{"40029: the code is not valid; 40163: it was used already.", "40029:code 无效;40163:code 已被使用。"}),
			},
		},
	}
}

// jssdkFamily describes the signature for pages that use the JS-SDK.
// A table of data.
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
