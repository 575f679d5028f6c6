package bindings

// qrcodeFamily describes the parametric QR codes.
// A table of data.
func qrcodeFamily() Family {
	return Family{
		Name: "qrcode",
		Doc:  Text{"Parametric QR codes: whoever scans one arrives in on.subscribe or on.scan with msg.scene.", "带参数二维码:扫码者进入 on.subscribe 或 on.scan,msg.scene 为场景值。"},
		Functions: []Function{{
			Name: "qrcode.create", Forms: params(Param{Name: "code", Type: tTable}), Returns: answers("code", "table"), run: qrcodeCreate, Reach: ReachActs,
			Doc: Text{
				"Makes a code and gives ticket, url (its content), expire_seconds and showqrcode (the address of the picture). Fields: scene (a number, or a text of up to 64 characters), expire_seconds (up to 2592000, else WeChat's half a minute), permanent = true (an account has 100,000; a number goes to 100000).",
				"生成二维码,返回 ticket、url(内容)、expire_seconds、showqrcode(图片地址)。字段:scene(数字,或最多 64 字的文字)、expire_seconds(最多 2592000,缺省为微信的半分钟左右)、permanent = true(永久码,每账号 10 万个,数字不超过 100000)。",
			},
			Example: `on.text("桌码", function() local code, err = qrcode.create{ scene = "desk-7", expire_seconds = 3600 } return code and code.showqrcode or err.hint end)`,
			Errors:  faults(Text{"Raises when scene is missing, too long or out of range.", "scene 缺失、过长或超出范围时报错。"}),
		}},
	}
}

// shortFamily describes the short keys.
// A table of data.
func shortFamily() Family {
	return Family{
		Name: "short",
		Doc:  Text{"Short keys: 15 letters and digits that stand for up to 4 KB of text.", "短 key:用 15 位字母数字代表最多 4 KB 的文本。"},
		Functions: []Function{
			{
				Name: "short.gen", Forms: params(Param{Name: "long_data", Type: tString}, optional("options", tTable)), Returns: answers("short_key", "string"), run: shortGen, Reach: ReachActs,
				Doc:     Text{"Keeps a text behind a short key. Options: expire_seconds, up to 30 days, which is also the default.", "把文本存成短 key。选项:expire_seconds,最长 30 天(默认)。"},
				Example: `on.text("短", function() local key, err = short.gen("https://example.com/very/long", { expire_seconds = 3600 }) return key or err.hint end)`,
				Errors:  faults(Text{"Raises when the text is empty or over 4096 bytes.", "文本为空或超过 4096 字节时报错。"}),
			},
			{
				Name: "short.fetch", Forms: params(Param{Name: "short_key", Type: tString}), Returns: answers("short", "table"), run: shortFetch, Reach: ReachReads,
				Doc:     Text{"What a short key stands for: long_data, create_time, expire_seconds (what remains).", "短 key 的内容:long_data、create_time、expire_seconds(剩余秒数)。"},
				Example: `on.match("^key (\\w+)$", function(msg, key) local s, err = short.fetch(key) return s and s.long_data or err.hint end)`, Errors: faults(),
			},
		},
	}
}
