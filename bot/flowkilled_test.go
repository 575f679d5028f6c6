package bot_test

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"moonwire/bot"
	"moonwire/wechat"
)

// killedFlow asks seven things, and counts after each.
const killedFlow = `on.text("开始", flow("f", function(c)
  for i = 1, 7 do
    local n = c:ask("第 " .. i .. " 个?", {number = true})
    for j = 1, 3 do store.incr("k" .. i .. "." .. j) end
    store.set("chance" .. i, math.random(1, 1e9))
    c:say("记下 " .. n)
  end
  store.set("over", true)
end, {cancel = false}))
on.text(function() return store.get("over") and "完了" or "没听懂" end)`

// playTalk is a fan who says one number after the other, from one on, until the conversation is over. What a process has
// not answered it is told again, as the platform does.
func playTalk(ctx context.Context, fleet *bot.Fleet, from string, out io.Writer) error {
	fleet.Load(ctx, "demo")
	n, err := strconv.Atoi(from)
	if err != nil {
		return err
	}
	for ; ; n++ {
		content := strconv.Itoa(n)
		if n == 0 {
			content = "开始"
		}
		ts := strconv.FormatInt(time.Now().Unix(), 10)
		q := wechat.Query{Signature: wechat.Sign("tokentoken", ts, "nonce"), Timestamp: ts, Nonce: "nonce"}
		d := newDelivery(push{account: "demo", fan: "amy"})
		fmt.Fprintln(out, "begin", n)
		fleet.Receive("demo", q, bodyOf(fmt.Sprintf(`<xml><ToUserName>gh_demo</ToUserName><FromUserName>amy</FromUserName><CreateTime>%s</CreateTime><MsgType>text</MsgType><Content>%s</Content><MsgId>%d</MsgId></xml>`, ts, content, n+1)), d)
		<-d.answered
		fmt.Fprintln(out, "told", n, strings.ReplaceAll(d.seen(), "\n", "/"))
	}
}

// TestAConversationOfAKilledProcess is carried on by the next process, wherever the first was killed: nothing is done twice
// and nothing is left out.
func TestAConversationOfAKilledProcess(t *testing.T) {
	h := newHouse(t, map[string]files{"demo": {"main.lua": killedFlow, "account.yaml": "mode: plain\ntoken: ${env:TOKEN}\nkind: subscription\nlate: fetch\n" + unhurried}})
	h.close()
	r, n, kills := rand.New(rand.NewPCG(1, 2)), 0, 0
	for over := false; !over; kills++ {
		require.Less(t, kills, 60)
		child := startKilled(h, "talk "+strconv.Itoa(n))
		for range r.IntN(3) {
			told := child.next("told")
			number, said, _ := strings.Cut(told, " ")
			n, _ = strconv.Atoi(number)
			n++
			if over = strings.Contains(said, "完了"); over {
				break
			}
		}
		if !over {
			child.next("begin")
			time.Sleep(time.Duration(r.IntN(12)) * time.Millisecond) // how far it gets is another thing each time
		}
		child.kill()
	}
	h.reopen()
	for i := 1; i <= 7; i++ {
		for j := 1; j <= 3; j++ {
			require.Equal(t, "1", keptValue(t, h, fmt.Sprintf("k%d.%d", i, j)), "after %d kills", kills)
		}
		require.NotEmpty(t, keptValue(t, h, fmt.Sprint("chance", i)))
	}
	_, found := h.conversation("amy")
	require.False(t, found)
}
