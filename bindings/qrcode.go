package bindings

import (
	"context"
	"math"

	lua "github.com/yuin/gopher-lua"

	"moonwire/wechat/api"
)

func qrcodeFamily() Family {
	return Family{
		Name: "qrcode",
		Doc:  Text{"Parametric QR codes: whoever scans one arrives in on.subscribe or on.scan with msg.scene.", "带参数二维码：扫码者进入 on.subscribe 或 on.scan,msg.scene 为场景值。"},
		Functions: []Function{{
			Name: "qrcode.create", Forms: params(Param{Name: "code", Type: tTable}), Returns: answers("code", "table"), run: qrcodeCreate, Reach: ReachActs,
			Doc: Text{
				"Makes a code and gives ticket, url (its content), expire_seconds and showqrcode (the address of the picture). Fields: scene (a number, or a text of up to 64 characters), expire_seconds (up to 2592000, else WeChat's half a minute), permanent = true (an account has 100,000; a number goes to 100000).",
				"生成二维码，返回 ticket、url(内容)、expire_seconds、showqrcode(图片地址)。字段:scene(数字，或最多 64 字的文字)、expire_seconds(最多 2592000,缺省为微信的半分钟左右)、permanent = true(永久码，每账号 10 万个，数字不超过 100000)。",
			},
			Example: `on.text("桌码", function() local code, err = qrcode.create{ scene = "desk-7", expire_seconds = 3600 } return code and code.showqrcode or err.hint end)`,
			Errors:  faults(Text{"Raises when scene is missing, too long or out of range.", "scene 缺失、过长或超出范围时报错。"}),
		}},
	}
}

func qrcodeCreate(c call) int {
	r := c.record("", c.table(1), "scene", "expire_seconds", "permanent")
	q := api.QRCode{Life: r.seconds("expire_seconds"), Permanent: r.flag("permanent")}
	switch scene := r.get("scene").(type) {
	case lua.LString:
		q.SceneStr = string(scene)
	case lua.LNumber:
		if !isInteger(scene) || scene < 1 || scene > math.MaxUint32 {
			r.fail("scene is %s; want a whole number from 1 to 4294967295", valueText(scene))
		}
		q.SceneID = uint32(scene)
	default:
		r.fail("scene is %s; want a string or a whole number", describe(scene))
	}
	if err := q.Check(); err != nil {
		c.failField(err)
	}
	return c.act(valueText(r.get("scene")), func(ctx context.Context, api API) (any, error) {
		got, err := api.CreateQRCode(ctx, q)
		code := map[string]any{"ticket": got.Ticket, "url": got.URL, "showqrcode": c.state.p.config.Pages.ShowQRCode(got.Ticket)}
		if got.ExpireSeconds > 0 {
			code["expire_seconds"] = float64(got.ExpireSeconds)
		}
		return code, err
	})
}
