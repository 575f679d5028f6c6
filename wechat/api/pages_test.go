package api_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"moonwire/wechat/api"
)

func TestPagesBesideAnAPI(t *testing.T) {
	own := api.Pages{MP: "https://mp.weixin.qq.com", Open: "https://open.weixin.qq.com"}
	for _, tt := range []struct {
		name, api string
		given     api.Pages
		want      api.Pages
	}{
		{"nothing said", "", api.Pages{}, own},
		{"WeChat", "https://api.weixin.qq.com", api.Pages{}, own},
		{"WeChat in Shanghai", "https://sh.api.weixin.qq.com/", api.Pages{}, own},
		{"a host that looks like it", "https://weixin.qq.com.test", api.Pages{}, api.Pages{MP: "https://weixin.qq.com.test", Open: "https://weixin.qq.com.test"}},
		{"a stand-in", "http://127.0.0.1:8421/", api.Pages{}, api.Pages{MP: "http://127.0.0.1:8421", Open: "http://127.0.0.1:8421"}},
		{"a proxy to WeChat's API", "https://wx.internal.test/out", own, own},
		{"one of them", "https://wx.internal.test/out", api.Pages{MP: "https://qr.test"}, api.Pages{MP: "https://qr.test", Open: "https://wx.internal.test/out"}},
	} {
		t.Run(tt.name, func(t *testing.T) { require.Equal(t, tt.want, tt.given.Beside(tt.api)) })
	}
}

func TestTheSlashAfterABaseIsNotDoubled(t *testing.T) {
	require.Equal(t, "https://a.test/x/cgi-bin/showqrcode?ticket=t", api.Pages{MP: "https://a.test/x/"}.ShowQRCode("t"))
}
