package cli_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"moonwire/chat"
	"moonwire/wechat/sim"
)

const slowScript = `
on.text("slow 6", function(msg) store.incr("runs") time.sleep("6s") return "after six" end)
on.text("slow 20", function(msg) store.incr("runs") time.sleep("20s") return "after twenty" end)
on.text("quick", function(msg) store.incr("runs") return "at once" end)
on.text("runs", function(msg) return tostring(store.get("runs") or 0) end)
`

// fanOf is one fan of a running dev.
type fanOf struct {
	t       *testing.T
	client  chat.Client
	account string
	name    string
}

func (f fanOf) says(text string) *chat.Told {
	f.t.Helper()
	told, err := f.client.Push(context.Background(), chat.Ask{Account: f.account, Fan: f.name, Kind: "text", Args: []string{text}})
	require.NoError(f.t, err)
	return told
}

func (f fanOf) repeats() *chat.Told {
	f.t.Helper()
	told, err := f.client.Push(context.Background(), chat.Ask{Account: f.account, Fan: f.name, Kind: "again"})
	require.NoError(f.t, err)
	return told
}

// sees waits until the fan's phone shows a text that came by the given way.
func (f fanOf) sees(via, text string) {
	f.t.Helper()
	deadline := time.Now().Add(patience)
	for after := int64(0); time.Now().Before(deadline); {
		entries, err := f.client.Lines(context.Background(), f.account, f.name, after, 5*time.Second)
		require.NoError(f.t, err)
		if slices.ContainsFunc(entries, func(e sim.Entry) bool { return e.Via == via && e.ErrCode == 0 && e.Text == text }) {
			return
		}
		if len(entries) > 0 {
			after = entries[len(entries)-1].Seq
		}
	}
	require.FailNow(f.t, "the fan does not see "+text)
}

// TestFiveSeconds plays slow handlers against the stand-in with its real five seconds and three attempts.
func TestFiveSeconds(t *testing.T) {
	if testing.Short() {
		t.Skip("takes half a minute; not in short mode")
	}
	scripts := t.TempDir()
	for account, late := range map[string]string{"joins": "join", "pushes": "push", "fetches": "fetch"} {
		appID := "wx00000000000000" + account[:2]
		write(t, scripts, map[string]string{
			account + "/account.yaml": "app_id: " + strings.Map(hexOnly, appID) + "\nkind: service\nmode: safe\nlate: " + late + "\nfetch_text: reply 1\nfetch_word: 1\n",
			account + "/main.lua":     slowScript,
		})
	}
	p, addr := startDev(t, scripts)
	for _, account := range []string{"joins", "pushes", "fetches"} {
		p.lines.await(t, 0, account+" is live", func(l string) bool {
			return strings.Contains(l, account+"  build ") && strings.Contains(l, " is live")
		})
	}
	fan := func(t *testing.T, account, name string) fanOf {
		return fanOf{t, chat.Client{Base: "http://" + addr}, account, name}
	}
	t.Run("slow handlers", func(t *testing.T) {
		t.Run("six seconds reach the second attempt", func(t *testing.T) {
			t.Parallel()
			f := fan(t, "joins", "amy")
			told := f.says("slow 6")
			require.NotNil(t, told.Reply, "%+v", told.Delivery)
			require.Equal(t, "after six", told.Reply.Text)
			require.GreaterOrEqual(t, len(told.Attempts), 2)
			require.Equal(t, "after six", f.repeats().Reply.Text, "a later repeat gets the same answer")
			require.Equal(t, "1", f.says("runs").Reply.Text)
		})
		t.Run("twenty seconds are pushed", func(t *testing.T) {
			t.Parallel()
			f := fan(t, "pushes", "bob")
			told := f.says("slow 20")
			require.Nil(t, told.Reply)
			require.Equal(t, sim.Silence, told.Attempts[len(told.Attempts)-1].Verdict, "success ended the attempts")
			f.sees("custom", "after twenty")
			require.Equal(t, "1", f.says("runs").Reply.Text)
		})
		t.Run("twenty seconds are fetched", func(t *testing.T) {
			t.Parallel()
			f := fan(t, "fetches", "eve")
			require.Equal(t, "reply 1", f.says("slow 20").Reply.Text)
			require.Eventually(t, func() bool {
				told := f.says("1")
				return told.Reply != nil && told.Reply.Text == "after twenty"
			}, patience, time.Millisecond)
			require.Equal(t, "1", f.says("runs").Reply.Text)
		})
	})
	f := fan(t, "joins", "zoe")
	f.says("quick")
	require.Equal(t, "at once", f.repeats().Reply.Text)
	require.Equal(t, "at once", f.repeats().Reply.Text)
	require.Equal(t, "2", f.says("runs").Reply.Text, "the six-second run, and one of this fan")
}

// hexOnly makes an app_id of letters that one may have.
func hexOnly(r rune) rune {
	if strings.ContainsRune("0123456789abcdefwx", r) {
		return r
	}
	return '0' + r%10
}
