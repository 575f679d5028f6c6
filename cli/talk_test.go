package cli_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"moonwire/cli"
)

// examples copies the accounts that ship with the program.
func examples(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	require.NoError(t, os.CopyFS(dir, os.DirFS(filepath.Join("..", "scripts"))))
	return dir
}

func awaitLive(t *testing.T, p *program, account string) {
	t.Helper()
	p.lines.await(t, 0, account+" is live", func(l string) bool {
		return strings.Contains(l, account+"  build ") && strings.Contains(l, " is live")
	})
}

func TestTalkToTheTeaShop(t *testing.T) {
	p, addr := startDev(t, examples(t))
	awaitLive(t, p, "demo")
	code, out, errs := run(t, "你好\n下单\n茉莉\n2\n/click TODAY\n/image\n/loc 30.25 120.15 西湖 断桥\n/sub desk-7\n/event something_new a=b\n", "chat", "demo", "--addr", addr)
	require.Zero(t, code, errs)
	for _, want := range []string{
		"amy: 你好\nbot: 你好，这里是月线茶铺", "喝点什么？", "茉莉，几杯", "2 杯茉莉，共 44 元", `[news "今日推荐：茉莉"`,
		"bot: [image ", "收到您的位置：西湖 断桥(30.2500, 120.1500)", "您在「desk-7」扫的码", "amy: [event something_new]\n",
	} {
		require.Contains(t, out, want)
	}
	require.NotContains(t, out, "故障")
	said := p.lines.await(t, 0, "a line for the message", func(l string) bool { return strings.Contains(l, `"你好"`) })
	require.Contains(t, said, "amy")
	require.Contains(t, said, "main.lua:")
}

func TestSendOneMessage(t *testing.T) {
	scripts := examples(t)
	p, addr := startDev(t, scripts)
	awaitLive(t, p, "demo")
	for _, tc := range []struct {
		name string
		args []string
		code int
		want string
	}{
		{"a click", []string{"demo", "click", "TODAY"}, cli.ExitOK, "今日推荐"},
		{"words", []string{"echo", "text", "hello", "world"}, cli.ExitOK, "bot: hello world"},
		{"an event that nobody handles", []string{"demo", "event", "whatever"}, cli.ExitOK, "success"},
		{"no such kind", []string{"demo", "klick", "TODAY"}, cli.ExitUsage, "klick"},
		{"something missing", []string{"demo", "click"}, cli.ExitUsage, "KEY"},
		{"no such account", []string{"dmeo", "text", "hi"}, cli.ExitRefused, "dmeo"},
		{"signed by itself", []string{"demo", "text", "菜单", "--scripts", scripts}, cli.ExitOK, "今日茶单"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			code, out, errs := run(t, "", append([]string{"send", "--addr", addr}, tc.args...)...)
			require.Equal(t, tc.code, code, errs)
			require.Contains(t, out+errs, tc.want)
		})
	}
	code, out, _ := run(t, "", "send", "--addr", addr, "--json", "demo", "click", "TODAY")
	require.Zero(t, code)
	var told struct {
		Reply struct{ Type string }
		Lines []struct{ From string }
	}
	require.NoError(t, json.Unmarshal([]byte(out), &told))
	require.Equal(t, "news", told.Reply.Type)
	require.Len(t, told.Lines, 2)
}

func TestNobodyThere(t *testing.T) {
	for _, args := range [][]string{{"chat", "demo"}, {"send", "demo", "text", "hi"}} {
		code, _, errs := run(t, "", append(args, "--addr", "127.0.0.1:9")...)
		require.Equal(t, cli.ExitUnreachable, code)
		require.Contains(t, errs, "moonwire dev")
	}
}

func TestUsage(t *testing.T) {
	for _, tc := range []struct {
		name string
		args []string
		code int
		want string
	}{
		{"a mistyped command", []string{"chekc"}, cli.ExitUsage, "check"},
		{"an unknown flag", []string{"dev", "--prot", "1"}, cli.ExitUsage, "--prot"},
		{"dev beyond this machine", []string{"dev", "--addr", "0.0.0.0:0"}, cli.ExitConfig, "this machine only"},
		{"no scripts", []string{"dev", "--scripts", "/nowhere", "--addr", "127.0.0.1:0", "--platform-addr", "127.0.0.1:0"}, cli.ExitConfig, "moonwire new"},
		{"a config that is not there", []string{"serve", "--config", "/nowhere.yaml"}, cli.ExitConfig, "/nowhere.yaml"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			code, _, errs := run(t, "", tc.args...)
			require.Equal(t, tc.code, code, errs)
			require.Contains(t, errs, tc.want)
		})
	}
}

func TestNewAccountIsLive(t *testing.T) {
	scripts := examples(t)
	p, addr := startDev(t, scripts)
	awaitLive(t, p, "echo")
	code, out, errs := run(t, "", "new", "shop-2", "--template", "demo", "--scripts", scripts)
	require.Zero(t, code, errs)
	require.Contains(t, out, "moonwire chat shop-2")
	awaitLive(t, p, "shop-2")
	_, out, _ = run(t, "你好\n", "chat", "shop-2", "--addr", addr)
	require.Contains(t, out, "月线茶铺")

	require.NoError(t, os.Rename(filepath.Join(scripts, "shop-2"), filepath.Join(scripts, "shop-3")))
	awaitLive(t, p, "shop-3")
	p.lines.await(t, 0, "that shop-2 is gone", func(l string) bool { return strings.Contains(l, "shop-2") && strings.Contains(l, "gone") })
	code, _, _ = run(t, "你好\n", "chat", "shop-2", "--addr", addr)
	require.Equal(t, cli.ExitRefused, code)

	for _, name := range []string{"shared", "../x", "Shop", ".x", ""} {
		code, _, errs = run(t, "", "new", name, "--scripts", scripts)
		require.Equal(t, cli.ExitUsage, code, errs)
	}
	code, _, _ = run(t, "", "new", "echo", "--scripts", scripts)
	require.Equal(t, cli.ExitConfig, code)
}
