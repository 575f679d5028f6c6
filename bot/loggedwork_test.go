package bot_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// TestTheLogTellsOfJobs that cannot be looked for, that are dead, and of times that were missed.
func TestTheLogTellsOfJobs(t *testing.T) {
	const script = `
local slow = task("slow", function() time.sleep("1s") end)
on.text("slow", function() return after(0, slow, nil, { id = "j" }) end)
on.text("later", function() return after("1m", slow, nil, { id = "j" }) end)
every("30 14 * * *", function() end, { name = "tick" })`
	asks := func(word string) func(*house) { return func(h *house) { h.say(h.text("amy", "1", word)) } }
	for _, tt := range []struct {
		name   string
		before func(h *house)
		damage string
		act    func(h *house)
		want   string
	}{
		{"none of any account", func(*house) {}, "ALTER TABLE jobs RENAME TO away", func(h *house) { h.fleet.Stir() }, `level=WARN msg="jobs cannot be looked for; it is tried again" error=.*jobs`},
		{"none of one account", func(*house) {}, "ALTER TABLE jobs RENAME TO away", func(h *house) { h.clock.Add(26 * time.Hour); h.fleet.Stir() }, `level=WARN msg="the jobs of an account cannot be looked for; it is tried again" account=demo error=.*jobs`},
		{"what became of one", func(h *house) { asks("slow")(h); h.api.await(h.t, "sleep", 1) }, "CREATE TRIGGER broken BEFORE UPDATE ON jobs BEGIN SELECT RAISE(ABORT, 'the disk is broken'); END", func(h *house) { h.api.let("sleep") }, `level=ERROR msg="what became of a job cannot be written; it is found out within a minute" account=demo job=j error=.*the disk is broken`},
		{"it is dead", asks("later"), "", func(h *house) {
			h.doJobs() // whoever looks already would run it with the scripts that were
			h.write("demo", files{"main.lua": `on.text("x")`})
			require.NoError(h.t, h.load("demo").Err)
			h.later(time.Minute)
		}, `level=WARN msg="a job is dead: the scripts have nothing of its name; .moonwire jobs run. does it once they have" account=demo job=j kind=task name=slow`},
		{"its time was missed", func(h *house) { h.doJobs(); h.close() }, "", func(h *house) {
			h.clock.Add(150 * time.Minute)
			h.open()
			h.until("the load", func() bool { return len(h.saves) == 2 })
			h.doJobs()
		}, `level=WARN msg="a time of an every was missed, and is too old to be made up" account=demo name=tick due=2026-03-02T14:30:00\S+ next=2026-03-03T14:30:00`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var log safeBuffer
			h := jobHouse(t, script, logged(&log))
			tt.before(h)
			if tt.damage != "" {
				h.damage(tt.damage)
			}
			tt.act(h)
			word := tt.want[len(`level=WARN `):]
			require.Regexp(t, tt.want, log.await(t, word[:min(30, len(word))]))
		})
	}
}

// TestTheLogTellsOfConversations that cannot be looked for.
func TestTheLogTellsOfConversations(t *testing.T) {
	t.Run("which are due", func(t *testing.T) {
		var log safeBuffer
		h, dues := flowHouse(t, pushesYAML, orderScript, logged(&log))
		h.talk("amy", "下单")
		h.damage("ALTER TABLE conversations RENAME TO away")
		h.lookAtDue(dues, time.Hour)
		require.Regexp(t, `level=ERROR msg="it could not be asked which conversations are due" error=.*conversations`, log.await(t, "which conversations are due"))
	})
	t.Run("whether there are some", func(t *testing.T) {
		var log safeBuffer
		h := newHouse(t, map[string]files{"demo": saying("one")}, logged(&log))
		h.damage("ALTER TABLE conversations RENAME TO away")
		h.write("late", saying("two"))
		require.NoError(t, h.load("late").Err)
		require.Regexp(t, `level=WARN msg="conversations could not be looked for" account=late error=.*conversations`, log.await(t, "conversations could not be looked for"))
	})
}

// TestTheLogTellsOfUploads that cannot be remembered: the file is uploaded anew each time.
func TestTheLogTellsOfUploads(t *testing.T) {
	var log safeBuffer
	h, s := mediaHouse(t, logged(&log))
	h.damage("ALTER TABLE media RENAME TO away")
	for i := range 2 {
		require.Contains(t, h.say(h.text("amy", string(rune('1'+i)), "cup")).seen(), "image")
	}
	require.Equal(t, 2, s.count(mediaUpload))
	require.Regexp(t, `level=WARN msg="what was uploaded to WeChat cannot be remembered; files are uploaded anew" app_id=wx\S+ error=.*media`, log.await(t, "cannot be remembered"))
	require.Len(t, log.lines("cannot be remembered"), 6, "two looks and one that keeps it, each time")
}
