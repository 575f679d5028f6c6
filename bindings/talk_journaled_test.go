package bindings_test

import (
	"context"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/stretchr/testify/require"

	"moonwire/bindings"
	"moonwire/engine"
)

// TestEveryFunctionIsJournaled runs the example of every function that reaches outside in a flow, up to a question, and
// then once more for the answer: the second run must reach nothing again. Those of Lua's own that look at time or chance are
// among them.
func TestEveryFunctionIsJournaled(t *testing.T) {
	s := newShop(t)
	s.config.ExposeToken, s.config.Records = true, noRecords{}
	s.config.Media = fstest.MapFS{"a.jpg": {Data: []byte(picture)}, "cup.jpg": {Data: []byte(picture)}, "a.mp3": {Data: []byte("ID3")}, "a.mp4": {Data: []byte("mp4")}}
	calls := map[string]string{
		"math.random": `math.random(1, 1000000)`, "os.time": `os.time()`, "os.clock": `os.clock()`, "os.date": `os.date()`,
		"reply.pick": `c:say(reply.pick{"a", "b", "c", "d"})`, "reply.image": `c:say(reply.image("media/cup.jpg"))`,
		"reply.voice": `c:say(reply.voice("media/a.mp3"))`, "reply.video": `c:say(reply.video{media_id = "media/a.mp4"})`, "reply.music": `c:say(reply.music{thumb_media_id = "media/cup.jpg"})`,
		"reply.news": `c:say(reply.news{title = "t", pic_url = "media/cup.jpg"})`,
	}
	for _, f := range bindings.Functions() {
		if f.Reach == bindings.ReachNone || calls[f.Name] != "" || f.Name == "llm.reply" || f.Name == "c:wait_signal" {
			continue
		}
		calls[f.Name] = exampleOf(t, f)
	}
	secret := map[string]bool{"api.access_token": true} // must not be in a journal, so it is asked for again
	for name, body := range calls {
		t.Run(name, func(t *testing.T) {
			k := newTalking(t, "on.text('x', 'y')")
			s.config.Model = &scripted{says: []any{spoke("好")}}
			before, body, _ := strings.Cut(body, "\x00")
			if body == "" {
				before, body = "", before
			}
			k.use(files{"main.lua": s.fans.Replace(before + "\non.text('开始', flow('f', function(c)\nlocal msg = c.msg\n" + body + "\nc:ask('?')\nend))"), "data/faq.csv": "question,answer\nq,a\n"}, s.config)
			touched := &touches{memory: k.m}
			var seen []engine.Observed
			slept := 0
			k.change = func(in *bindings.Input) {
				in.Memory = touched
				in.Sleep = func(context.Context, time.Duration) error { slept++; return nil }
				in.Observe = func(o engine.Observed) { seen = append(seen, o) }
			}
			require.Equal(t, "?", lastLine(k.say("开始")), k.last.Warnings)
			require.NoError(t, k.err)
			require.NotEmpty(t, seen, "the example does not reach outside")
			first, asked, slept0 := touched.n, s.asked(""), slept
			seen = nil
			k.say("好")
			require.NoError(t, k.err)
			require.Equal(t, bindings.TalkEnded, k.state())
			if secret[name] {
				return
			}
			require.Empty(t, seen, "%s is made again", name)
			require.Equal(t, []int{first, asked, slept0}, []int{touched.n, s.asked(""), slept}, "%s reaches outside again", name)
			require.Empty(t, k.last.Log, "%s says again what it said", name)
		})
	}
}

func lastLine(s string) string {
	lines := strings.Split(s, "\n")
	messages := strings.Split(lines[len(lines)-1], " | ")
	return messages[len(messages)-1]
}

// exampleOf is Lua that calls a function as its example does: what stands before the rule, and the body of the rule's function.
func exampleOf(t *testing.T, f bindings.Function) string {
	t.Helper()
	if body, ok := bodies[f.Name]; ok {
		return body
	}
	before, rest, found := strings.Cut(f.Example, "on.text(")
	if !found {
		return f.Example
	}
	at := strings.Index(rest, "function(")
	require.GreaterOrEqual(t, at, 0, f.Example)
	rest = rest[at:]
	end := strings.LastIndex(rest, ")")
	return before + "\x00local _ = (" + rest[:end] + ")(msg)"
}
