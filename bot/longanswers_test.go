package bot_test

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"moonwire/bot"
	"moonwire/wechat"
	"moonwire/wechat/sim"
)

// han is a text of n characters, no two of them the same: what is lost, doubled or out of order shows.
func han(n int) string {
	var b strings.Builder
	for i := range n {
		b.WriteRune(rune(0x4E00 + i))
	}
	return b.String()
}

// longScript answers with the texts of han: "2000" at once, "late 2000" after a sleep that the test ends.
func longScript() string {
	var b strings.Builder
	fmt.Fprintf(&b, "local all = %q\n", han(12000))
	b.WriteString(`on.match("^(late )?(\\d+)$", function(msg, late, n)
		if late and late ~= "" then time.sleep("1s") end
		return all:sub(1, 3 * tonumber(n))
	end)
	on.click("LONG", function() return all:sub(1, 3 * 12000) end)
	on.text("own", function(msg) for i = 1, 2 do send.text(msg.openid, "own " .. i) end return all:sub(1, 3 * 12000) end)
	on.text(function(msg) return "plain " .. msg.content end)`)
	return b.String()
}

// mayPush and mayNot are accounts that may send customer-service messages, and that may not.
const (
	mayPush = yaml
	mayNot  = "app_id: wx1a2b3c4d5e6f7081\nkind: subscription\nmode: plain\ntoken: ${env:TOKEN}\napp_secret: ${env:SECRET}\n"
)

// reader is a fan who reads a long answer to its end.
type reader struct {
	t    *testing.T
	h    *house
	s    *standIn
	chat *sim.Chat
	seen int64 // lines of the chat
	read string
}

func newReader(t *testing.T, account string) *reader {
	t.Helper()
	h, s := newStandIn(t, map[string]files{"demo": {"account.yaml": account + unhurried, "main.lua": longScript()}})
	chat, err := s.Chat("demo", "amy")
	require.NoError(t, err)
	return &reader{t: t, h: h, s: s, chat: chat}
}

// underPart is as long as what stands under a part that is followed by another.
const underPart = "\n\n<a href=\"weixin://bizmsgmenu?msgmenucontent=继续&msgmenuid=123456789012345678\">继续</a>"

var tapLine = regexp.MustCompile("\n\n<a href=\"weixin://bizmsgmenu\\?msgmenucontent=继续&msgmenuid=(\\d{18})\">继续</a>$")

// group is what the fan sees since it was last asked, once the bot is done: how each message came, and the id of the link
// under the last one.
func (r *reader) group() (via []string, id string) {
	r.t.Helper()
	require.Eventually(r.t, func() bool { return !r.h.fleet.Busy("demo", r.chat.OpenID()) }, patient, time.Millisecond)
	var texts []string
	for _, e := range r.chat.After(r.seen) {
		r.seen = e.Seq
		if e.From != "bot" {
			continue
		}
		require.Zero(r.t, e.ErrCode, "WeChat refuses nothing: %s", e.Cause)
		require.LessOrEqual(r.t, len(e.Shown.Text), wechat.TextLimit)
		via, texts = append(via, e.Via), append(texts, e.Shown.Text)
	}
	for i, text := range texts {
		link := tapLine.FindStringSubmatch(text)
		if link != nil {
			require.Equal(r.t, len(texts)-1, i, "a link stands under the last message of a group")
			id, texts[i] = link[1], text[:len(text)-len(link[0])]
		}
		if id != "" || i < len(texts)-1 {
			require.Greater(r.t, len(text), wechat.TextLimit-len("字"), "filled to the brim")
		}
	}
	r.read += strings.Join(texts, "")
	return via, id
}

// does lets the fan act, and gives the group that comes of it.
func (r *reader) does(act sim.Act) (via []string, id string) {
	r.t.Helper()
	r.s.does("amy", act)
	return r.group()
}

// first is the answer to the first act: in time, or so late that no attempt of WeChat's gets it.
func (r *reader) first(act string, n int, late bool, pushes bool) (via []string, id string) {
	r.t.Helper()
	if !late {
		return r.does(sim.Text(fmt.Sprint(n)))
	}
	done := make(chan *sim.Delivery, 1)
	go func() { done <- r.s.Push(context.Background(), "demo", "amy", sim.Text(fmt.Sprintf("late %d", n))) }()
	r.h.api.await(r.t, "sleep", 1)
	if !pushes { // join holds two attempts
		for attempt := 1; attempt < 3; attempt++ {
			r.h.clock.Add(5 * time.Second)
			r.s.windows.end()
			r.h.underWay(r.chat.OpenID(), attempt+1)
		}
	}
	r.h.pass(window)
	var d *sim.Delivery
	select {
	case d = <-done:
	case <-time.After(patient):
		r.t.Fatal("no early answer")
	}
	require.NoError(r.t, d.Err)
	require.True(r.t, d.Answered())
	r.h.api.let("sleep")
	if pushes {
		require.Nil(r.t, d.Reply)
		require.Len(r.t, d.Attempts, 1)
		return r.group()
	}
	require.Len(r.t, d.Attempts, 3)
	require.Equal(r.t, "还在处理，回复「查看」", d.Reply.Text)
	require.Equal(r.t, bot.Kept, r.h.report(0).Outcome)
	r.seen = r.chat.Last()
	return r.does(sim.Text("查看"))
}

// underWay waits until so many deliveries of a fan's turn were seen.
func (h *house) underWay(openid string, attempts int) {
	h.t.Helper()
	require.Eventually(h.t, func() bool {
		n, _ := h.fleet.UnderWay("demo", openid)
		return n >= attempts
	}, patient, time.Millisecond)
}

// TestLongAnswers: whoever may push or may not, in time or late, by taps or by the word: never is a part lost, doubled or
// out of order, each message is as full as can be, and WeChat refuses none.
func TestLongAnswers(t *testing.T) {
	group := func(first string, customs int) []string {
		return append([]string{first}, slices.Repeat([]string{"custom"}, customs)...)
	}
	for _, account := range []struct {
		name, yaml          string
		pushes              bool
		first, tapped, said []string // the longest groups that may come
	}{
		{"may push", mayPush, true, group("passive", 4), group("passive", 2), group("passive", 4)},
		{"may not push", mayNot, false, group("passive", 0), group("passive", 0), group("passive", 0)},
		{"a person's account", mayNot + "verified: true\nsubject: personal\n", false, group("passive", 0), group("passive", 0), group("passive", 0)},
	} {
		for _, n := range []int{300, 2000, 3000, 12000} {
			for _, late := range []bool{false, true} {
				for _, byWord := range []bool{false, true} {
					t.Run(fmt.Sprintf("%s, %d characters, late %t, by word %t", account.name, n, late, byWord), func(t *testing.T) {
						t.Parallel()
						r := newReader(t, account.yaml)
						want := account.first
						if late && account.pushes {
							want = slices.Repeat([]string{"custom"}, 4)
						}
						via, id := r.first("", n, late, account.pushes)
						for id != "" {
							require.Equal(t, want, via)
							act := sim.Tap("继续")
							want = account.tapped
							if byWord {
								act, want = sim.Text(" 继续"), account.said
							}
							via, id = r.does(act)
						}
						require.Equal(t, want[:len(via)], via)
						require.Equal(t, han(n), r.read)
						require.Equal(t, "plain 继续", r.s.does("amy", sim.Text("继续")), "there is no more")
						kept, err := r.h.store.KeptAnswers(t.Context(), "demo", r.chat.OpenID())
						require.NoError(t, err)
						require.Empty(t, kept)
					})
				}
			}
		}
	}
}

// What opens a window for three messages lets two follow, and what the script itself sends counts.
func TestHowManyMessagesFollow(t *testing.T) {
	t.Run("a menu tap", func(t *testing.T) {
		r := newReader(t, mayPush)
		via, id := r.does(sim.Click("LONG"))
		require.Equal(t, []string{"passive", "custom", "custom"}, via)
		require.NotEmpty(t, id)
	})
	t.Run("the script's own", func(t *testing.T) {
		r := newReader(t, mayPush)
		r.s.does("amy", sim.Text("own"))
		require.Eventually(t, func() bool { return !r.h.fleet.Busy("demo", r.chat.OpenID()) }, patient, time.Millisecond)
		var via []string
		for _, e := range r.chat.Entries() {
			if e.From == "bot" {
				via = append(via, e.Via)
				require.Zero(t, e.ErrCode)
			}
		}
		require.Equal(t, []string{"custom", "custom", "passive", "custom", "custom"}, via)
	})
}

// A link fetches its part for the fan to whom it was given, once; a second tap, or another fan's, is no message.
func TestALinkIsForOneFanAndOnce(t *testing.T) {
	r := newReader(t, mayNot)
	_, id := r.does(sim.Text("3000"))
	gone := "这一段已经发过，或者已过 24 小时"
	require.Equal(t, gone, r.s.does("bob", sim.MenuText(id, "继续")), "another fan's")
	_, next := r.does(sim.Tap("继续"))
	require.NotEqual(t, id, next)
	require.Equal(t, gone, r.s.does("amy", sim.MenuText(id, "继续")), "tapped again")
	require.Contains(t, strings.Join(r.h.report(3).Warnings, ""), "a tap on a part that was fetched before, or has run out")
	r.seen = r.chat.Last()
	for next != "" {
		_, next = r.does(sim.Tap("继续"))
	}
	require.Equal(t, han(3000), r.read)
	require.Equal(t, "plain x", r.s.does("amy", sim.MenuText("123456789012345678", "x")), "not of ours")

	r.seen = r.chat.Last()
	_, id = r.does(sim.Text("3000"))
	r.h.clock.Add(25 * time.Hour)
	require.Equal(t, gone, r.s.does("amy", sim.MenuText(id, "继续")), "it has run out")
}

// The word goes on with what the fan reads, or gives what the fan has not seen.
func TestWhatTheWordMeans(t *testing.T) {
	r := newReader(t, mayNot)
	r.does(sim.Text("2000"))
	old := r.read
	r.read = ""
	_, id := r.does(sim.Text("3000"))
	for id != "" {
		_, id = r.does(sim.Text("查看"))
	}
	require.Equal(t, han(3000), r.read, "the newest first")
	r.read = old
	for id = "more"; id != ""; {
		_, id = r.does(sim.Text("继续"))
	}
	require.Equal(t, han(2000), r.read, "then the one before it")
}

// What is left to be fetched outlives the process, and a repeat gets the part that was given.
func TestALongAnswerOutlivesTheProcess(t *testing.T) {
	r := newReader(t, mayNot)
	_, id := r.does(sim.Text("3000"))
	for id != "" {
		r.h.kill()
		r.h.open()
		_, id = r.does(sim.Tap("继续"))
		again := r.s.does("amy", sim.Again())
		require.True(t, strings.HasSuffix(r.read, strings.Split(again, "\n")[0]), "the same part again")
		r.seen = r.chat.Last()
	}
	require.Equal(t, han(3000), r.read)
}
