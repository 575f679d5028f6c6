package api_test

import (
	"bufio"
	"context"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"moonwire/wechat/api"
)

func listedErrcodes(t *testing.T) []int {
	file, err := os.Open("testdata/errcodes.txt")
	require.NoError(t, err)
	defer func() { require.NoError(t, file.Close()) }()
	var codes []int
	for lines := bufio.NewScanner(file); lines.Scan(); {
		line := lines.Text()
		if strings.HasPrefix(line, "#") {
			continue
		}
		first, last, ranged := strings.Cut(line, "..")
		if !ranged {
			last = first
		}
		from, err := strconv.Atoi(first)
		require.NoError(t, err)
		to, err := strconv.Atoi(last)
		require.NoError(t, err)
		for code := from; code <= to; code++ {
			codes = append(codes, code)
		}
	}
	require.Greater(t, len(codes), 300)
	return codes
}

func TestEveryErrcodeIsExplained(t *testing.T) {
	for _, code := range listedErrcodes(t) {
		hint, hintZH, _, known := api.Explain(code)
		require.True(t, known, code)
		require.NotEmpty(t, hint, code)
		require.NotEmpty(t, hintZH, code)
		require.False(t, strings.ContainsFunc(hint, isHan) && !strings.Contains(hint, "微信开发者平台") && !strings.Contains(hint, "接口权限"), "%d: %s", code, hint)
		require.True(t, strings.ContainsFunc(hintZH, isHan), code)
	}
	_, _, class, known := api.Explain(12345678)
	require.False(t, known)
	require.Equal(t, api.ClassOther, class)
}

// Where AppID, AppSecret, the IP whitelist and the settings of pushes are found: not in the console any more.
func TestHintsNameThePresentPlaces(t *testing.T) {
	for _, code := range []int{40013, 40125, 40164, 40201, 40243, 45035, 61004} {
		hint, hintZH, _, _ := api.Explain(code)
		require.Contains(t, hint, "微信开发者平台", code)
		require.Contains(t, hintZH, "微信开发者平台", code)
	}
	for _, code := range listedErrcodes(t) {
		hint, hintZH, _, _ := api.Explain(code)
		require.NotContains(t, hint+hintZH, "基本配置", code)
	}
	for _, code := range []int{40164, 61004} {
		hint, hintZH, class, _ := api.Explain(code)
		require.Contains(t, hint+hintZH, "CIDR", code)
		require.Equal(t, api.ClassIP, class)
	}
}

func isHan(r rune) bool { return r >= 0x4E00 && r <= 0x9FFF }

func TestReactionClasses(t *testing.T) {
	tests := []struct {
		class api.Class
		codes []int
	}{
		{api.ClassToken, []int{40001, 40014, 42001}},
		{api.ClassBusy, []int{-1, -1000, 45085, 61450}},
		{api.ClassRate, []int{45011, 45066, 45061, 44007}},
		{api.ClassQuota, []int{45009, 45028, 45093, 45040, 48006}},
		{api.ClassUnreachable, []int{43004, 43005, 43019, 43101, 45015, 45047, 48002, 50005, 65315, 46004, 10700, 10703, 10706, 62751}},
		{api.ClassOpenID, []int{40003, 40031, 40032, 49003}},
		{api.ClassMedia, []int{40004, 40005, 40006, 40007, 40008, 40009, 40010, 40011, 40012, 40118, 40121, 41005, 41006, 44001, 45001, 46001}},
		{api.ClassRequest, []int{40033, 40035, 40038, 43001, 43002, 43003, 44002, 47001, 47002, 40097, 41001}},
		{api.ClassSize, []int{45002, 45003, 45004, 45005, 45006, 45007, 45008, 44003, 44004}},
		{api.ClassTemplate, []int{40036, 40037, 40034, 41028, 41029, 41030, 45012, 45013, 45014, 45026, 45027, 43100, 47003, 48011, 200011, 200014, 200019}},
		{api.ClassPermission, []int{48001, 48003, 48004, 48008, 48009, 50001, 50002, 50004, 61003, 61007, 40200}},
		{api.ClassIP, []int{40164, 61004, 89501, 89503, 89507, 45035}},
		{api.ClassSecret, []int{40125, 40243, 40013}},
		{api.ClassOAuth, []int{42007, 42002, 40030, 40029, 40163}},
	}
	token, busy, rate, quota := 0, 0, 0, 0
	for _, tt := range tests {
		for _, code := range tt.codes {
			_, _, class, _ := api.Explain(code)
			require.Equal(t, tt.class, class, code)
		}
	}
	for code := -1000; code < 100_000; code++ {
		switch _, _, class, _ := api.Explain(code); class {
		case api.ClassToken:
			token++
		case api.ClassBusy:
			busy++
		case api.ClassRate:
			rate++
		case api.ClassQuota:
			quota++
		}
	}
	require.Equal(t, []int{3, 4, 4, 5}, []int{token, busy, rate, quota}, "the classes that make the client act hold no other code")
}

func TestAPIErrorReadsWell(t *testing.T) {
	e := &api.Error{Op: "message/custom/send", Code: 45015, Hint: "window closed: send a template", Msg: "out of time limit", Rid: "1-2"}
	require.EqualError(t, e, "message/custom/send: 45015: window closed: send a template (out of time limit, rid 1-2)")
	require.EqualError(t, &api.Error{Code: 1, Hint: "h", Rid: "1-2"}, "1: h (rid 1-2)")
	require.EqualError(t, &api.Error{Code: 1, Hint: "h"}, "1: h")
	require.Equal(t, "unreachable", api.ClassUnreachable.String())
	require.Equal(t, "oauth", api.ClassOAuth.String())
	require.Equal(t, "other", api.Class(99).String())
}

func TestHintsHoldWhatTheAnswerKnows(t *testing.T) {
	tests := []struct {
		name, answer, want, wantZH, rid string
	}{
		{
			"IP", `{"errcode":40164,"errmsg":"invalid ip 203.0.113.9 ipv6 ::ffff:203.0.113.9, not in whitelist rid: 65a1b2c3-0f1e2d3c-4b5a6978"}`,
			"add 203.0.113.9", "请添加 203.0.113.9", "65a1b2c3-0f1e2d3c-4b5a6978",
		},
		{
			"IP of a call with a token", `{"errcode":61004,"errmsg":"access clientip is not registered, requestIP: 203.0.113.9 rid: 1-2-3"}`,
			"add 203.0.113.9", "请添加 203.0.113.9", "1-2-3",
		},
		{
			"template field", `{"errcode":47003,"errmsg":"argument invalid! data.thing1.value invalid rid: 1-2-3"}`,
			"field thing1", "字段 thing1", "1-2-3",
		},
		{"old hint", `{"errcode":45015,"errmsg":"response out of time limit or subscription is canceled hint: [xAbC1]"}`, "send a template", "模板消息", "xAbC1"},
		{"no tail", `{"errcode":48001,"errmsg":"api unauthorized"}`, "verified service account", "已认证的服务号", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := newRig(t, say(tt.answer))
			_, err := r.client.Call(context.Background(), probe)
			var refused *api.Error
			require.ErrorAs(t, err, &refused)
			require.Contains(t, refused.Hint, tt.want)
			require.Contains(t, refused.HintZH, tt.wantZH)
			require.Equal(t, tt.rid, refused.Rid)
			require.NotContains(t, refused.Msg, "rid")
			require.Equal(t, "tags/getidlist", refused.Op)
		})
	}
}
