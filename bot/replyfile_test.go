package bot_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"moonwire/bot"
	"moonwire/wechat/sim"
)

const (
	addMaterial = "/cgi-bin/material/add_material"
)

// filesHouse answers "cup" at once and "late cup" after a sleep that the test ends.
func filesHouse(t *testing.T, more string) (*house, *standIn) {
	return newStandIn(t, map[string]files{"demo": {
		"account.yaml": yaml + more + unhurried, "media/cup.png": cup,
		"main.lua": "on.text('cup', reply.image('media/cup.png'))\non.text('late cup', function() time.sleep('1s') return reply.image('media/cup.png') end)",
	}})
}

// late lets the fan ask for what comes too late for its push.
func late(h *house, p func() *delivery) *delivery {
	d := p()
	h.api.await(h.t, "sleep", 1)
	h.pass(window)
	h.wait("early answer", d.answered)
	h.api.let("sleep")
	return d
}

// TestALatePushWithAMediaIDThatIsGone is sent again, once, with the file uploaded anew.
func TestALatePushWithAMediaIDThatIsGone(t *testing.T) {
	for _, tt := range []struct {
		name            string
		times           int
		outcome         bot.Outcome
		uploads, custom int
	}{
		{"once", 1, bot.AnsweredAsync, 2, 2},
		{"again and again", 0, bot.Failed, 2, 2},
	} {
		t.Run(tt.name, func(t *testing.T) {
			h, s := filesHouse(t, "")
			require.Contains(t, s.does("amy", sim.Text("cup")), "image")
			h.report(0)
			s.AddFault(sim.Fault{Path: "message/custom/send", ErrCode: 40007, Times: tt.times})
			pushed := make(chan struct{})
			go func() {
				defer close(pushed)
				s.Push(context.Background(), "demo", "amy", sim.Text("late cup"))
			}()
			h.api.await(t, "sleep", 1)
			h.pass(window)
			h.wait("early answer", pushed)
			h.api.let("sleep")
			r := h.report(1)
			require.Equal(t, tt.outcome, r.Outcome)
			require.Equal(t, tt.uploads, s.count(mediaUpload))
			require.Equal(t, tt.custom, s.count(customSend))
		})
	}
}

// TestAnAnswerThatWaitsOutlivesItsMediaID: its file is looked up again when the fan asks for it.
func TestAnAnswerThatWaitsOutlivesItsMediaID(t *testing.T) {
	left := func(t *testing.T) (*house, *standIn, string) {
		h, s := filesHouse(t, "late: fetch\n")
		h.say(h.text("amy", "1", "cup"))
		first := h.report(0).Answer
		h.pass(60 * time.Hour)
		d := late(h, func() *delivery { return h.deliver(h.text("amy", "2", "late cup")) })
		require.Contains(t, d.seen(), "查看")
		require.Equal(t, bot.Kept, h.report(1).Outcome)
		require.Equal(t, first, h.report(1).Answer)
		require.Equal(t, 1, s.count(mediaUpload))
		return h, s, first
	}
	t.Run("still good", func(t *testing.T) {
		h, s, first := left(t)
		h.restart()
		require.Contains(t, h.say(h.text("amy", "3", "查看")).seen(), "image")
		r := h.report(2)
		require.Equal(t, bot.Fetched, r.Outcome)
		require.Equal(t, first, r.Answer)
		require.Empty(t, r.Warnings)
		require.Equal(t, 1, s.count(mediaUpload))
	})
	t.Run("gone", func(t *testing.T) {
		h, s, first := left(t)
		h.restart()
		h.pass(20 * time.Hour)
		given := h.say(h.text("amy", "3", "查看"))
		r := h.report(2)
		require.Equal(t, bot.Fetched, r.Outcome)
		require.Regexp(t, `^\[image [\w-]{20,}\]$`, r.Answer)
		require.NotEqual(t, first, r.Answer)
		require.Contains(t, given.body, r.Answer[len("[image "):len(r.Answer)-1])
		require.Equal(t, 2, s.count(mediaUpload))
		require.Equal(t, "success", h.say(h.text("amy", "4", "查看")).seen(), "it is given once")
	})
	t.Run("the upload fails", func(t *testing.T) {
		h, s, first := left(t)
		h.pass(20 * time.Hour)
		s.AddFault(sim.Fault{Path: mediaUpload, ErrCode: 45001})
		h.say(h.text("amy", "3", "查看"))
		r := h.report(2)
		require.Equal(t, first, r.Answer, "as it was left")
		require.Len(t, r.Warnings, 1)
		require.Contains(t, r.Warnings[0], "media/cup.png could not be looked up again for the answer that was left: ")
	})
	t.Run("the file is gone", func(t *testing.T) {
		h, _, first := left(t)
		require.NoError(t, os.Remove(filepath.Join(h.dir, "demo/media/cup.png")))
		h.pass(20 * time.Hour)
		h.say(h.text("amy", "3", "查看"))
		require.Equal(t, first, h.report(2).Answer)
	})
}

// TestAMenuWithAPicture is pushed with the picture in the library, and again when the picture is another.
func TestAMenuWithAPicture(t *testing.T) {
	h, s := newStandIn(t, map[string]files{"demo": {
		"account.yaml": yaml, "media/cup.png": cup, "main.lua": `menu{ button("茶杯", { media_id = "media/cup.png" }) }`,
	}})
	require.NoError(t, h.pushed(0).Err)
	require.Equal(t, 1, s.count(addMaterial))
	h.write("demo", files{"media/cup.png": cup + "another"})
	require.NoError(t, h.pushed(1).Err)
	require.Equal(t, 2, s.count(addMaterial))
	h.close()
	h.open()
	h.save(2)
	h.close()
	require.Equal(t, 2, s.count(createMenu), "a start with the menu that was pushed last")
}
