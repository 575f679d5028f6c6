package bot_test

import (
	"context"
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"moonwire/account"
	"moonwire/bot"
	"moonwire/wechat/sim"
)

const (
	mediaUpload = "/cgi-bin/media/upload"
	cup         = "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"
)

// uploadGate lets uploads wait on their way.
type uploadGate struct {
	next wechatDoer
	came chan struct{}
	open chan struct{}
}

type wechatDoer interface {
	Do(*http.Request) (*http.Response, error)
}

func (g *uploadGate) Do(r *http.Request) (*http.Response, error) {
	if r.URL.Path == mediaUpload {
		g.came <- struct{}{}
		<-g.open
	}
	return g.next.Do(r)
}

func mediaHouse(t *testing.T, change ...func(*bot.Options)) (*house, *standIn) {
	return newStandIn(t, map[string]files{"demo": {
		"account.yaml": yaml + "limits: { script_time: 5m, total_time: 5m }\n", "main.lua": `on.text("cup", reply.image("media/cup.png"))`, "media/cup.png": cup,
	}}, change...)
}

func gated(g *uploadGate) func(*bot.Options) {
	g.came, g.open = make(chan struct{}, 100), make(chan struct{})
	return func(o *bot.Options) { g.next, o.Doer = o.Doer, g }
}

// TestAFileIsUploadedOnce for all turns that want it, also after a restart, until WeChat is about to forget it.
func TestAFileIsUploadedOnce(t *testing.T) {
	g := &uploadGate{}
	h, s := mediaHouse(t, gated(g))
	const fans = 20
	var all []*delivery
	for i := range fans {
		all = append(all, h.deliver(h.text(fmt.Sprint("fan", i), fmt.Sprint(i), "cup")))
	}
	h.until("all want it", func() bool { return h.fleet.Account("demo").Status().Turns == fans })
	h.wait("an upload", g.came)
	close(g.open)
	shown := map[string]int{}
	for i, d := range all {
		h.wait("an answer", d.answered)
		shown[h.report(i).Answer]++
	}
	require.Equal(t, 1, s.count(mediaUpload))
	first := h.report(0).Answer
	require.Regexp(t, `^\[image [\w-]{20,}\]$`, first)
	require.Equal(t, map[string]int{first: fans}, shown, "all get the same")

	turns := fans - 1
	again := func(id string) string {
		h.say(h.text("amy", id, "cup"))
		turns++
		return h.report(turns).Answer
	}
	h.restart()
	require.Equal(t, first, again("100"))
	h.pass(70 * time.Hour)
	require.Equal(t, first, again("101"))
	require.Equal(t, 1, s.count(mediaUpload))
	h.pass(time.Hour)
	require.NotEqual(t, first, again("102"))
	require.Equal(t, 2, s.count(mediaUpload))
}

// TestProcessesShareWhatWasUploaded: those that want it at the same moment upload it once each at most.
func TestProcessesShareWhatWasUploaded(t *testing.T) {
	h, s := mediaHouse(t)
	both := []*house{h, h.twin()}
	for round := range 3 {
		var answers []*delivery
		for i, one := range both {
			for n := range 3 {
				answers = append(answers, one.deliver(one.text(fmt.Sprint("fan", i, n), fmt.Sprint(round*10+i*3+n+1), "cup")))
			}
		}
		for i, d := range answers {
			both[i/3].wait("an answer", d.answered)
			require.Contains(t, d.seen(), "image")
		}
		require.LessOrEqual(t, s.count(mediaUpload), 2)
	}
	for i, one := range both {
		one.say(one.text("amy", fmt.Sprint(91+i), "cup"))
	}
	require.Equal(t, both[0].report(9).Answer, both[1].report(9).Answer)
}

// TestASlowUploadMakesALateAnswer, which goes as the late policy wants it.
func TestASlowUploadMakesALateAnswer(t *testing.T) {
	g := &uploadGate{}
	h, s := mediaHouse(t, gated(g))
	early := make(chan struct{})
	go func() {
		defer close(early)
		s.Push(context.Background(), "demo", "amy", sim.Text("cup"))
	}()
	h.wait("an upload", g.came)
	h.pass(window)
	h.wait("early answer", early)
	close(g.open)
	r := h.report(0)
	require.Equal(t, 1, s.shown("amy"))
	require.Equal(t, bot.AnsweredAsync, r.Outcome)
	require.Equal(t, account.LatePush, r.Late)
}

// TestAnUploadThatFailsIsAnApology, at the line that made the answer.
func TestAnUploadThatFailsIsAnApology(t *testing.T) {
	h, s := mediaHouse(t)
	s.AddFault(sim.Fault{Path: mediaUpload, ErrCode: 45001})
	h.say(h.text("amy", "1", "cup"))
	r := h.report(0)
	require.Equal(t, bot.Failed, r.Outcome)
	require.ErrorContains(t, r.Err, "main.lua:1: reply.image: the file could not be uploaded: ")
	s.RemoveFault("")
	require.Contains(t, h.say(h.text("amy", "2", "cup")).seen(), "image", "the next tries again")
}
