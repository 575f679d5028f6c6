package bot_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"moonwire/bot"
)

// A report says in a few words what the fan sees, whatever kind of reply it is.
func TestAReportSaysWhatTheFanSees(t *testing.T) {
	for _, tt := range []struct{ name, reply, want string }{
		{"text", `"hi"`, "hi"},
		{"image", `reply.image("m1")`, "[image m1]"},
		{"voice", `reply.voice("m1")`, "[voice m1]"},
		{"video", `reply.video{ media_id = "m1", title = "Tea" }`, "[video Tea]"},
		{"music", `reply.music{ title = "Tea", music_url = "https://example.com/a.mp3", thumb_media_id = "m1" }`, "[music Tea]"},
		{"news", `reply.news{ title = "Tea", url = "https://example.com" }`, "[news Tea]"},
		{"much news", `reply.news{ { title = "Tea", url = "https://example.com" }, { title = "Cups", url = "https://example.com" }, { title = "Pots", url = "https://example.com" } }`, "[news Tea and 2 more]"},
		{"transfer", `reply.transfer()`, "[transfer to an agent]"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			h := newHouse(t, map[string]files{"demo": {"account.yaml": "kind: service", "main.lua": `on.click("X", function() return ` + tt.reply + ` end)
				on.text(function() return ` + tt.reply + ` end)`}})
			p := h.event("amy", "CLICK", "X")
			if tt.name == "transfer" { // only messages go to an agent
				p = h.text("amy", "1", "X")
			}
			require.NotEqual(t, "success", h.say(p).seen())
			r := h.report(0)
			require.NoError(t, r.Err)
			require.Equal(t, bot.Answered, r.Outcome)
			require.Equal(t, tt.want, r.Answer)
			require.Empty(t, r.Warnings)
		})
	}
}
