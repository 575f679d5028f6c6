package bot_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"moonwire/bot"
)

// A person's account stays without the rights of the API though it is verified: calls are refused without
// asking, a late answer waits to be fetched, and so does the rest of a long one.
func TestAPersonsAccountActsLikeAnUnverifiedOne(t *testing.T) {
	const yaml = "kind: subscription\nverified: true\nsubject: personal\n"
	h := newHouse(t, map[string]files{"demo": {"account.yaml": yaml, "main.lua": `
		on.text("call", function(msg) local ok, err = send.text(msg.openid, "x") return err.errcode .. err.hint_zh end)
		on.text("long", function() return ("很长的回答。"):rep(200) end)
		on.text("slow", function() time.sleep("1s") return "done" end)`}})
	require.Contains(t, h.say(h.text("amy", "1", "call")).seen(), "48001account.yaml 说这是个人主体的账号")
	long := h.say(h.text("amy", "2", "long")).seen()
	first, link, _ := strings.Cut(long, "\n\n")
	require.Regexp(t, `^<a href="weixin://bizmsgmenu\?msgmenucontent=继续&msgmenuid=\d{18}">继续</a>$`, link)
	require.Contains(t, strings.Join(h.report(1).Warnings, ""), "subject: personal")
	rest := h.say(h.text("amy", "4", "继续")).seen()
	require.Equal(t, strings.Repeat("很长的回答。", 200), first+rest)
	require.Equal(t, bot.Fetched, h.report(2).Outcome)
	third := h.threeInVain(h.text("amy", "3", "slow"))
	require.Equal(t, "还在处理，回复「查看」", third.seen())
	h.api.let("sleep")
	require.Equal(t, bot.Kept, h.report(3).Outcome)
	require.Empty(t, h.api.messages(), "nothing was asked of WeChat")
}
