package chat_test

import (
	"context"
	"io"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"moonwire/chat"
	"moonwire/wechat/sim"
)

// TestAConversationFromAPipe stands on the screen as on the phone, the fan's lines included.
func TestAConversationFromAPipe(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	out, err := w.talk("hello\n  good   day  \n\n/click TODAY\n/sub desk-7\n/loc 30.25 120.15 West Lake\n/event something_new a=b\n/image PIC-1\n")
	require.NoError(t, err)
	require.Equal(t, strings.Join([]string{
		"amy: hello", "bot: you say hello",
		"amy: good   day", "bot: you say good   day",
		"amy: [click TODAY]", "bot: event CLICK TODAY",
		"amy: [subscribe scene=desk-7]", "bot: event subscribe qrscene_desk-7",
		`amy: [location 30.25 120.15 "West Lake"]`, "bot: you say",
		"amy: [event something_new]", "bot: event something_new",
		"amy: [image PIC-1]", "bot: you say",
	}, "\n")+"\n", squeezed(out))
}

// squeezed is a text without what stands at the ends of its lines.
func squeezed(text string) string {
	var all []string
	for line := range strings.SplitSeq(text, "\n") {
		all = append(all, strings.TrimRight(line, " "))
	}
	return strings.Join(all, "\n")
}

// TestAPersonTypes sees a prompt, and not what she typed once more.
func TestAPersonTypes(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	out, err := w.talk("hello\n\nthere\n/quit\nnever said\n", interactive)
	require.NoError(t, err)
	require.Equal(t, "amy: bot: you say hello\namy: amy: bot: you say there\namy: ", out)
	require.Len(t, w.lines("amy"), 4)
}

// TestWaysToEnd a conversation before the input does.
func TestWaysToEnd(t *testing.T) {
	for _, word := range []string{"/quit", "/exit"} {
		w := newTown(t)
		out, err := w.talk(word + "\nnever said\n")
		require.NoError(t, err)
		require.Empty(t, out)
		require.Empty(t, w.lines("amy"))
	}
}

// TestWordsOfTheTerminal are no acts of a fan.
func TestWordsOfTheTerminal(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct{ name, typed, want string }{
		{"help", "/help", "Write something, or one of these:\n"},
		{"a question mark", "/?", "Write something, or one of these:\n"},
		{"a slash alone", "/", "Write something, or one of these:\n"},
		{"no such word", "/dance with me", "there is no /dance; /help lists what there is\n"},
		{"an act without its key", "/click", "click wants: click KEY\n"},
		{"an act that is not possible", "/again", "\n"},
		{"a clock without a time", "/time", "/time +49h\n"},
		{"a clock with two", "/time 1h 2h", "/time +49h\n"},
		{"a clock with no time", "/time tomorrow", "move: want a duration such as 49h or -10m\n"},
		{"a fan without a name", "/as", ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			w := newTown(t)
			out, err := w.talk(tc.typed + "\n")
			require.NoError(t, err)
			if tc.want == "" {
				require.Empty(t, out)
			}
			require.Contains(t, out, tc.want)
			require.Empty(t, w.lines("amy"), "nothing was said")
			require.NotContains(t, out, "amy: ")
		})
	}
}

// TestEveryWordOfHelpIsKnown, and so is every kind of act behind a slash.
func TestEveryWordOfHelpIsKnown(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	help, err := w.talk("/help\n")
	require.NoError(t, err)
	var words []string
	for word := range strings.FieldsSeq(help) {
		if strings.HasPrefix(word, "/") && word != "/quit" {
			words = append(words, word)
		}
	}
	require.Greater(t, len(words), 10)
	for _, usage := range sim.Kinds() {
		name, _, _ := strings.Cut(usage, " ")
		words = append(words, "/"+name, "/"+strings.ToUpper(name))
	}
	out, err := w.talk(strings.Join(words, "\n") + "\n")
	require.NoError(t, err)
	require.NotContains(t, out, "there is no /")
}

// TestAnotherFan goes on with the same account.
func TestAnotherFan(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	out, err := w.talk("one\n/as bob\ntwo\n/as amy\nthree\n")
	require.NoError(t, err)
	require.Equal(t, "amy: one\nbot: you say one\nbob: two\nbot: you say two\namy: three\nbot: you say three\n", out)
	require.Equal(t, []string{"fan: two", "bot: you say two"}, w.lines("bob"))
}

// TestTheClockFromATerminal takes a sign in front, as people write it.
func TestTheClockFromATerminal(t *testing.T) {
	w := newTown(t)
	start := w.platform.Now()
	for _, tc := range []struct{ typed, want string }{{"/time +49h", "49h0m0s"}, {"/time -1h", "48h0m0s"}, {"/time 30m", "48h30m0s"}} {
		out, err := w.talk(tc.typed + "\n")
		require.NoError(t, err)
		require.Equal(t, tc.want, w.platform.Now().Sub(start).String())
		require.Equal(t, "WeChat's clock says "+w.platform.Now().Local().Format(time.DateTime)+"\n", out)
	}
}

// TestAPipeWaitsForTheBot says no line before the bot is done with the one above it.
func TestAPipeWaitsForTheBot(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	var working atomic.Bool
	w.answers(func(s said) string {
		working.Store(s.Content == "work")
		return ""
	})
	w.busyAs(func(_, openid string) bool {
		if working.CompareAndSwap(true, false) {
			w.pushText(openid, "done at last")
			return true
		}
		return false
	})
	out, err := w.talk("work\nand now\n")
	require.NoError(t, err)
	require.Equal(t, "amy: work\nbot: done at last\namy: and now\n", out)
}

// TestAPipeThatWaitsTooLong says which line the bot is at.
func TestAPipeThatWaitsTooLong(t *testing.T) {
	w := newTown(t)
	w.busyAs(func(string, string) bool { return true })
	out, err := w.talk("/click TODAY\nand now\n", func(t *chat.Talk) { t.Wait = time.Millisecond })
	require.EqualError(t, err, `the bot is still at work on "click TODAY" after 1ms, so the lines below it are not said; --wait says how long to wait`)
	require.Equal(t, "amy: [click TODAY]\nbot: event CLICK TODAY\n", out)
}

// TestAPersonWaitsForNobody and sees what the bot pushes when it comes, above a new prompt.
func TestAPersonWaitsForNobody(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	var done atomic.Bool
	w.busyAs(func(string, string) bool { return !done.Load() })
	typed, keys := io.Pipe()
	var out screen
	over := make(chan error, 1)
	go func() {
		over <- chat.Talk{Client: w.client, Account: "shop", Fan: "amy", In: typed, Out: &out, Wait: patient, Interactive: true}.Run(t.Context())
	}()
	_, err := io.WriteString(keys, "one\ntwo\n")
	require.NoError(t, err)
	out.await(t, "bot: you say two\namy: ")
	w.pushText(openID("amy"), "late")
	done.Store(true)
	out.await(t, "bot: late\namy: ")
	require.NoError(t, keys.Close())
	require.NoError(t, <-over)
	require.Equal(t, "amy: bot: you say one\namy: bot: you say two\namy: \nbot: late\namy: ", out.String())
}

// TestWhatFollowsTheLastAnswer is shown when it comes within a second.
func TestWhatFollowsTheLastAnswer(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	typed, keys := io.Pipe()
	var out screen
	over := make(chan error, 1)
	go func() {
		over <- chat.Talk{Client: w.client, Account: "shop", Fan: "amy", In: typed, Out: &out, Wait: patient}.Run(t.Context())
	}()
	_, err := io.WriteString(keys, "one\n")
	require.NoError(t, err)
	out.await(t, "bot: you say one\n")
	w.pushText(openID("amy"), "by the way")
	require.NoError(t, keys.Close())
	require.NoError(t, <-over)
	require.Equal(t, "amy: one\nbot: you say one\nbot: by the way\n", out.String())
}

// TestWhatWasThereBefore is not shown again.
func TestWhatWasThereBefore(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	_, err := w.client.Push(t.Context(), chat.Ask{Account: "shop", Fan: "amy", Kind: "text", Args: []string{"yesterday"}})
	require.NoError(t, err)
	out, err := w.talk("today\n")
	require.NoError(t, err)
	require.Equal(t, "amy: today\nbot: you say today\n", out)
}

// TestWhatNeverReachesTheBot is said to.
func TestWhatNeverReachesTheBot(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	_, err := w.client.Push(t.Context(), chat.Ask{Account: "shop", Fan: "amy", Kind: "subscribe"})
	require.NoError(t, err)
	w.api("/cgi-bin/tags/members/batchblacklist", map[string]any{"openid_list": []string{openID("amy")}})
	out, err := w.talk("hello\n")
	require.NoError(t, err)
	require.Contains(t, out, "not delivered: ")
	require.NotContains(t, out, "bot: ")
}

// TestNobodyToTalkTo is said before the first line is typed.
func TestNobodyToTalkTo(t *testing.T) {
	w := newTown(t)
	out, err := w.talk("hello\n", interactive, func(t *chat.Talk) { t.Account = "shpo" })
	require.EqualError(t, err, "nobody is called shpo")
	require.Empty(t, out)
	w.server.Close()
	_, err = w.talk("hello\n")
	require.ErrorIs(t, err, chat.ErrUnreachable)
}

// TestADeskThatGoesAway ends a conversation, whatever is typed next.
func TestADeskThatGoesAway(t *testing.T) {
	t.Parallel()
	for _, next := range []string{"hello", "/time 1h"} {
		w := newTown(t)
		typed, keys := io.Pipe()
		var out screen
		over := make(chan error, 1)
		go func() {
			over <- chat.Talk{Client: w.client, Account: "shop", Fan: "amy", In: typed, Out: &out, Wait: patient, Interactive: true}.Run(t.Context())
		}()
		out.await(t, "amy: ")
		w.server.Close()
		_, err := io.WriteString(keys, next+"\n")
		require.NoError(t, err)
		require.ErrorIs(t, <-over, chat.ErrUnreachable)
	}
}

// TestAnEndedConversation is no error, whether it waits for a line or for the bot.
func TestAnEndedConversation(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct{ name, typed, seen string }{{"waiting for a line", "", "amy: "}, {"waiting for the bot", "one\n", "bot: you say one\n"}} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			w := newTown(t)
			w.busyAs(func(string, string) bool { return true })
			typed, keys := io.Pipe()
			var out screen
			ctx, stop := context.WithCancel(t.Context())
			over := make(chan error, 1)
			go func() {
				over <- chat.Talk{Client: w.client, Account: "shop", Fan: "amy", In: typed, Out: &out, Wait: patient, Interactive: tc.typed == ""}.Run(ctx)
			}()
			_, err := io.WriteString(keys, tc.typed)
			require.NoError(t, err)
			out.await(t, tc.seen)
			stop()
			require.NoError(t, <-over)
			require.NoError(t, keys.Close())
		})
	}
}

// TestALineTooLong ends the input with an error, after what was said before it.
func TestALineTooLong(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	out, err := w.talk("hello\n" + strings.Repeat("x", 1<<20) + "\n")
	require.ErrorContains(t, err, "too long")
	require.Contains(t, out, "bot: you say hello\n")
}

// TestPrint writes lines of a chat as on the phone.
func TestPrint(t *testing.T) {
	for _, tc := range []struct {
		name  string
		entry sim.Entry
		want  string
	}{
		{"the fan", sim.Entry{From: "fan", Text: "hi"}, "amy: hi\n"},
		{"the bot", sim.Entry{From: "bot", Text: "hello"}, "bot: hello\n"},
		{"the platform", sim.Entry{From: "platform", Text: sim.Notice}, "WeChat: " + sim.Notice + "\n"},
		{"several lines", sim.Entry{From: "bot", Text: "a\nb\n\nc"}, "bot: a\n     b\n     \n     c\n"},
		{"a remark", sim.Entry{From: "bot", Text: "hello", Cause: "to all fans"}, "bot: hello   (to all fans)\n"},
		{"refused", sim.Entry{From: "bot", Text: "hello", ErrCode: 45015, Cause: "response out of time limit"}, "bot: hello   ✗ not shown: 45015 response out of time limit\n"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			var out strings.Builder
			chat.Print(&out, "amy", tc.entry)
			require.Equal(t, tc.want, out.String())
		})
	}
}
