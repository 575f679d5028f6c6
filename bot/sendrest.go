package bot

import (
	"strings"

	"moonwire/wechat"
	"moonwire/wechat/api"
)

// sendRest sends the text that follows a turn, part by part, since WeChat keeps no order between parallel calls. The last
// part that is allowed has a link that fetches what is left. When the process ends, what is not sent waits for the fan.
func (f *Fleet) sendRest(w *work) {
	r := w.result
	f.resume(w)
	for left := max(1, w.mayFollow()); r.rest != "" && f.life.Err() == nil; left-- {
		part, ours := f.nextPart(w, left == 1)
		if !ours {
			return
		}
		if strings.TrimSpace(part) == "" {
			continue // a page of blanks
		}
		if !f.sendOne(w, &api.Outgoing{MsgType: "text", Content: part}) {
			return
		}
	}
}

// resume finds what is kept of the text that follows. Nothing follows when the fan has fetched it meanwhile.
func (f *Fleet) resume(w *work) {
	r := w.result
	if r.standby != nil && r.standby.row == 0 && !f.findLateAnswer(w, r.standby) {
		r.rest, r.standby = "", nil
	}
}

// nextPart takes the next part off what follows the reply, before it is sent also off what is kept of it: where the
// process is killed then, that part may be lost, and none comes twice. ours is false when the fan has fetched it all.
func (f *Fleet) nextPart(w *work, last bool) (part string, ours bool) {
	r := w.result
	part, whole := onePart(r.rest)
	switch {
	case whole:
		r.rest = ""
		return part, f.advance(w, nil)
	case last:
		part, further := f.tapped(w, r.rest)
		if r.standby != nil || f.putLateAnswer(w, *further) {
			r.rest = ""
			r.warn("the text has more parts than WeChat lets follow until the fan acts again: the fan fetches the rest by tap or word")
			return part, f.advance(w, further)
		}
	}
	part, r.rest = wechat.CutText(r.rest, wechat.TextLimit)
	return part, f.advance(w, &lateAnswer{why: inFront, packed: packText(r.rest, f.o.Now())})
}

// advance makes of what is kept what is left; nil: nothing. false: the fan has fetched it.
func (f *Fleet) advance(w *work, left *lateAnswer) bool {
	r := w.result
	standby := r.standby
	switch {
	case standby == nil:
		return true
	case left == nil:
		r.standby = nil
		return f.takeLateAnswer(w, standby)
	case left.why == further:
		r.standby = nil
	default:
		left.id = standby.id
	}
	return f.changeLateAnswer(w, standby, *left)
}
