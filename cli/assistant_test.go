package cli_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"moonwire/chat"
	"moonwire/cli"
	"moonwire/llm/standin"
)

// TestTheAssistantNeedsNoKey: whoever has downloaded the program talks to a language model a minute later.
func TestTheAssistantNeedsNoKey(t *testing.T) {
	dir := t.TempDir()
	code, out, errs := run(t, "", "new", "helper", "--template", "assistant", "--scripts", dir)
	require.Equal(t, cli.ExitOK, code, errs)
	require.Contains(t, out, "helper")
	p, addr := startDev(t, dir)
	awaitLive(t, p, "helper")
	amy := fanOf{t: t, client: chat.Client{Base: "http://" + addr}, account: "helper", name: "amy"}
	require.Contains(t, amy.says("你好").Reply.Text, "我是替身模型")
	require.Contains(t, amy.says("还在吗").Reply.Text, "您第 2 句说的是：「还在吗」", "it knows what was said before")
	require.Equal(t, "查到了：80 元一两", amy.says(`#tool=price:{"tea":"龙井"}`).Reply.Text)
	require.Equal(t, standin.Han(300), amy.says("#han=300 #think").Reply.Text)
	require.Contains(t, amy.says("#status=401").Reply.Text, "答不上来")
	require.Contains(t, amy.says("清空").Reply.Text, "重新开始")
	p.lines.await(t, 0, "what it cost and took", func(l string) bool {
		return strings.Contains(l, "? standin: ") && strings.HasSuffix(l, " s") && strings.Contains(l, " tokens, 0.")
	})
	p.lines.await(t, 0, "why there was no answer", func(l string) bool {
		return strings.Contains(l, "the language model did not answer: unauthorized")
	})
}
