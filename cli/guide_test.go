package cli_test

import (
	"context"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"moonwire/chat"
	"moonwire/cli"
)

// TestTheGuideShowsEachFunction plays the account that shows what an account can do, against the stand-in.
func TestTheGuideShowsEachFunction(t *testing.T) {
	p, addr := startDev(t, examples(t))
	awaitLive(t, p, "guide")
	amy := fanOf{t: t, client: chat.Client{Base: "http://" + addr}, account: "guide", name: "amy"}
	for _, step := range []struct {
		kind string
		args []string
		want string // in the answer; "" = silence
	}{
		{"subscribe", []string{"desk-7"}, "您扫的是「desk-7」"},
		{"text", []string{"上次"}, "这是您第一次说话"},
		{"text", []string{"帮助"}, "建菜单"},
		{"image", nil, "[image "},
		{"location", []string{"30.25", "120.15", "西湖"}, "您在西湖(30.25, 120.15)"},
		{"text", []string{"图文"}, `[news "今日推荐：茉莉"`},
		{"text", []string{"音乐"}, "[music"},
		{"text", []string{"没有回复"}, ""},
		{"text", []string{"通知"}, "通知已发出，编号 "},
		{"text", []string{"我是谁"}, "关注：是"},
		{"text", []string{"关注多久"}, "已经 0 天"},
		{"text", []string{"上次"}, "您上次说话是 20"},
		{"text", []string{"看菜单"}, "现在没有菜单"},
		{"text", []string{"建菜单"}, "菜单建好了"},
		{"text", []string{"看菜单"}, "· 联系我们"},
		{"tap", []string{"今日推荐"}, "茉莉，22 元一杯"},
		{"tap", []string{"联系我们"}, "0571"},
		{"text", []string{"删菜单"}, "菜单删掉了"},
		{"text", []string{"看菜单"}, "现在没有菜单"},
		{"text", []string{"令牌"}, "拿到了，157 个字符"},
		{"text", []string{"错误1"}, "请求失败：微信说 40003"},
		{"text", []string{"错误2"}, "参数错误：main.lua:"},
		{"text", []string{"错误3"}, "抱歉，出了点问题"},
		{"text", []string{"别的"}, "没听懂"},
	} {
		told := amy.does(step.kind, step.args...)
		if step.want == "" {
			require.Nil(t, told.Reply, "%v", step.args)
			continue
		}
		require.NotNil(t, told.Reply, "%v: %s", step.args, told.Cause)
		require.Contains(t, told.Reply.String(), step.want, "%v", step.args)
	}
	require.Equal(t, "茉莉一杯", amy.line("template", "thing1: "))
	require.NotEmpty(t, amy.line("template", "time2: "))
	require.Eventually(t, func() bool { // what became of taps is written behind
		return strings.Contains(amy.says("点击").Reply.Text, "TODAY：已回复 1，失败 0，无人处理 0；最近一次 20")
	}, patience, 20e6)
	p.lines.await(t, 0, "that the template arrived", func(l string) bool { return strings.Contains(l, "模板消息 ") && strings.Contains(l, " success") })
	p.lines.await(t, 0, "which field of the reply is wrong", func(l string) bool {
		return strings.Contains(l, "✗ guide  main.lua:") && strings.Contains(l, "reply.news: title: missing")
	})
}

// does lets the fan act in any way.
func (f fanOf) does(kind string, args ...string) *chat.Told {
	f.t.Helper()
	told, err := f.client.Push(context.Background(), chat.Ask{Account: f.account, Fan: f.name, Kind: kind, Args: args})
	require.NoError(f.t, err)
	return told
}

// line is the rest of a line that a message which came by the given way holds.
func (f fanOf) line(via, start string) string {
	f.t.Helper()
	entries, err := f.client.Lines(context.Background(), f.account, f.name, 0, 0)
	require.NoError(f.t, err)
	for _, e := range entries {
		if _, rest, found := strings.Cut(e.Text, start); found && e.Via == via {
			rest, _, _ = strings.Cut(rest, "\n")
			return rest
		}
	}
	return ""
}

func TestTheGuideIsATemplate(t *testing.T) {
	dir := t.TempDir()
	code, out, errs := run(t, "", "new", "mine", "--template", "guide", "--scripts", dir)
	require.Equal(t, cli.ExitOK, code, errs)
	require.Contains(t, out, "mine")
	p, addr := startDev(t, dir)
	awaitLive(t, p, "mine")
	mine := fanOf{t: t, client: chat.Client{Base: "http://" + addr}, account: "mine", name: "amy"}
	require.Contains(t, mine.says("帮助").Reply.Text, "建菜单")
	require.Contains(t, mine.says("音乐").Reply.String(), "[music", "its files came along")
	require.Contains(t, mine.says("通知").Reply.Text, "通知已发出", "and its templates")
	require.Contains(t, mine.says("令牌").Reply.Text, "拿到了")
}
