package api_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"moonwire/wechat"
	"moonwire/wechat/api"
)

func TestArgumentsAreCheckedBeforeSending(t *testing.T) {
	data := map[string]api.TemplateValue{"a": {"b"}}
	long := strings.Repeat("茶", 31)
	tests := []struct {
		name, want string
		do         func(c *client) error
	}{
		{"openid", "openid", func(c *client) error { _, err := c.UserInfo(bg(), ""); return err }},
		{"remark", "remark", func(c *client) error { return c.SetRemark(bg(), "o", long) }},
		{"tag name", "name", func(c *client) error { _, err := c.CreateTag(bg(), long); return err }},
		{"empty tag name", "name", func(c *client) error { return c.RenameTag(bg(), 1, " ") }},
		{"template receiver", "touser", func(c *client) error { _, err := c.SendTemplate(bg(), &api.TemplateMessage{}); return err }},
		{"template id", "template_id", func(c *client) error {
			_, err := c.SendTemplate(bg(), &api.TemplateMessage{ToUser: "o"})
			return err
		}},
		{"template data", "data", func(c *client) error {
			_, err := c.SendTemplate(bg(), &api.TemplateMessage{ToUser: "o", TemplateID: "T"})
			return err
		}},
		{"template url", "url", func(c *client) error {
			_, err := c.SendTemplate(bg(), &api.TemplateMessage{ToUser: "o", TemplateID: "T", URL: "e.test", Data: data})
			return err
		}},
		{"template client id", "client_msg_id", func(c *client) error {
			_, err := c.SendTemplate(bg(), &api.TemplateMessage{ToUser: "o", TemplateID: "T", ClientMsgID: strings.Repeat("x", 33), Data: data})
			return err
		}},
		{"template mini program", "miniprogram.appid", func(c *client) error {
			_, err := c.SendTemplate(bg(), &api.TemplateMessage{ToUser: "o", TemplateID: "T", MiniProgram: &api.MiniProgram{}, Data: data})
			return err
		}},
		{"notice data", "data", func(c *client) error {
			return c.SendSubscription(bg(), &api.SubscriptionMessage{ToUser: "o", TemplateID: "T"})
		}},
		{"notice keywords", "kidList", func(c *client) error { _, err := c.AddSubscriptionTemplate(bg(), "1", []int64{1}, ""); return err }},
		{"notice scene", "sceneDesc", func(c *client) error { _, err := c.AddSubscriptionTemplate(bg(), "1", []int64{1, 2}, long); return err }},
		{"titles", "limit", func(c *client) error { _, err := c.PublicTemplates(bg(), "1", 0, 31); return err }},
		{"qr nothing", "scene", func(c *client) error { _, err := c.CreateQRCode(bg(), api.QRCode{}); return err }},
		{"qr both", "scene", func(c *client) error {
			_, err := c.CreateQRCode(bg(), api.QRCode{SceneID: 1, SceneStr: "a"})
			return err
		}},
		{"qr long", "scene", func(c *client) error {
			_, err := c.CreateQRCode(bg(), api.QRCode{SceneStr: long + long + long})
			return err
		}},
		{"qr permanent number", "scene", func(c *client) error {
			_, err := c.CreateQRCode(bg(), api.QRCode{SceneID: 100_001, Permanent: true})
			return err
		}},
		{"qr permanent life", "expire_seconds", func(c *client) error {
			_, err := c.CreateQRCode(bg(), api.QRCode{SceneID: 1, Permanent: true, Life: 1})
			return err
		}},
		{"qr life", "expire_seconds", func(c *client) error {
			_, err := c.CreateQRCode(bg(), api.QRCode{SceneID: 1, Life: 721 * time.Hour})
			return err
		}},
		{"short data", "long_data", func(c *client) error { _, err := c.ShortKey(bg(), strings.Repeat("x", 4097), 0); return err }},
		{"short life", "expire_seconds", func(c *client) error { _, err := c.ShortKey(bg(), "x", 721*time.Hour); return err }},
		{"kf name", "kf_account", func(c *client) error { return c.AddKf(bg(), "anna", "n") }},
		{"kf nick", "nickname", func(c *client) error { return c.AddKf(bg(), "anna@tea", long) }},
		{"quota path", "path", func(c *client) error { _, err := c.Quota(bg(), "custom/send"); return err }},
		{"rid", "rid", func(c *client) error { _, err := c.Rid(bg(), ""); return err }},
	}
	r := newRig(t, say(`{}`))
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var field *wechat.FieldError
			require.ErrorAs(t, tt.do(r.client), &field)
			require.Equal(t, tt.want, field.Field)
		})
	}
	require.Empty(t, r.calls())
}

func TestConfigurationsThatAreRefused(t *testing.T) {
	for _, base := range []string{"api.weixin.qq.com", "ftp://x", "https://user@x", "https://x?y=1", "https://x#y", "https://", "http://%zz"} {
		_, err := api.NewClient(api.ClientConfig{AppID: "wx1", Secret: appSecret, BaseURL: base})
		require.Error(t, err, base)
		_, err = api.NewTokenSource(api.TokenConfig{AppID: "wx1", Secret: appSecret, BaseURL: base})
		require.Error(t, err, base)
	}
	_, err := api.NewClient(api.ClientConfig{Secret: appSecret})
	require.Error(t, err)
	_, err = api.NewClient(api.ClientConfig{AppID: "wx1"})
	require.Error(t, err, "without a token source the secret is needed")
	_, err = api.NewTokenSource(api.TokenConfig{AppID: "wx1"})
	require.Error(t, err)
	c, err := api.NewClient(api.ClientConfig{AppID: "wx1", Secret: appSecret})
	require.NoError(t, err)
	require.Equal(t, "wx1", c.AppID())
}
