package wechat_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"moonwire/wechat"
)

func TestPagesBesideAnAPI(t *testing.T) {
	own := wechat.Pages{MP: "https://mp.weixin.qq.com", Open: "https://open.weixin.qq.com"}
	for _, tt := range []struct {
		name, api string
		given     wechat.Pages
		want      wechat.Pages
	}{
		{"nothing said", "", wechat.Pages{}, own},
		{"WeChat", "https://api.weixin.qq.com", wechat.Pages{}, own},
		{"WeChat in Shanghai", "https://sh.api.weixin.qq.com/", wechat.Pages{}, own},
		{"a host that looks like it", "https://weixin.qq.com.test", wechat.Pages{}, wechat.Pages{MP: "https://weixin.qq.com.test", Open: "https://weixin.qq.com.test"}},
		{"a stand-in", "http://127.0.0.1:8421/", wechat.Pages{}, wechat.Pages{MP: "http://127.0.0.1:8421", Open: "http://127.0.0.1:8421"}},
		{"a proxy to WeChat's API", "https://wx.internal.test/out", own, own},
		{"one of them", "https://wx.internal.test/out", wechat.Pages{MP: "https://qr.test"}, wechat.Pages{MP: "https://qr.test", Open: "https://wx.internal.test/out"}},
	} {
		t.Run(tt.name, func(t *testing.T) { require.Equal(t, tt.want, tt.given.Beside(tt.api)) })
	}
}

func TestTheSlashAfterABaseIsNotDoubled(t *testing.T) {
	require.Equal(t, "https://a.test/x/cgi-bin/showqrcode?ticket=t", wechat.Pages{MP: "https://a.test/x/"}.ShowQRCode("t"))
}
