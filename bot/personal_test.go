package bot_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"moonwire/bot"
)

// A person's account stays without the rights of the API though it is verified: calls are refused without
// asking, a late answer waits to be fetched, a long one is cut.
func TestAPersonsAccountActsLikeAnUnverifiedOne(t *testing.T) {
	const yaml = "kind: subscription\nverified: true\nsubject: personal\n"
	h := newHouse(t, map[string]files{"demo": {"account.yaml": yaml, "main.lua": `
		on.text("call", function(msg) local ok, err = send.text(msg.openid, "x") return err.errcode .. err.hint_zh end)
		on.text("long", function() return ("很长的回答。"):rep(200) end)
		on.text("slow", function() time.sleep("1s") return "done" end)`}})
	require.Contains(t, h.say(h.text("amy", "1", "call")).seen(), "48001account.yaml 说这是个人主体的账号")
	long := h.say(h.text("amy", "2", "long")).seen()
	require.True(t, strings.HasSuffix(long, "。…"), long[len(long)-20:])
	require.Contains(t, strings.Join(h.report(1).Warnings, ""), "subject: personal")
	third := h.threeInVain(h.text("amy", "3", "slow"))
	require.Equal(t, "还在处理，回复「查看」", third.seen())
	h.api.let("sleep")
	require.Equal(t, bot.Kept, h.report(2).Outcome)
	require.Empty(t, h.api.messages(), "nothing was asked of WeChat")
}
