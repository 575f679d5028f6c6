package sim

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// outgoing is one push, ready to be written: the same however often it is delivered.
type outgoing struct {
	act        Act
	to, from   string
	createTime int64
	msgID      string
}

// begin finishes an act and lets it take effect on the fan. Called with the account locked.
func (p *Platform) begin(a *account, f *fan, act Act) (*outgoing, error) {
	now := p.Now()
	if act.special == again {
		if f.last == nil {
			return nil, fmt.Errorf("%s has pushed nothing yet", a.nameOf(f))
		}
		return f.last, nil
	}
	act, err := p.resolve(a, f, act, now)
	if err != nil {
		return nil, err
	}
	if !f.Subscribed && needsFollowing(act) {
		return nil, fmt.Errorf("%s does not follow the account: subscribe first", a.nameOf(f))
	}
	act.Fields = append(slices.Clone(act.Fields), p.storeMedia(a, act, now)...)
	out := &outgoing{act: act, to: a.set.OriginalID, from: f.OpenID, createTime: now.Unix()}
	if isSystem(act) {
		out.from = a.systemID()
	}
	if act.MsgType != "event" {
		out.msgID = p.ids.id()
	}
	a.effect(f, act, now)
	f.last = out
	return out, nil
}

// systemID is the FromUserName of events that WeChat itself sends.
func (a *account) systemID() string { return FanOpenID(a.set.AppID, "WeChat itself") }

func (a *account) nameOf(f *fan) string {
	if f.Name != "" {
		return f.Name
	}
	return f.OpenID
}

// resolve turns acts that depend on the platform's state into plain ones.
func (p *Platform) resolve(a *account, f *fan, act Act, now time.Time) (Act, error) {
	switch act.special {
	case scan:
		ticket := a.state.QR.ticketOf(act.arg, now)
		if ticket == "" {
			ticket = "gQH" + p.ids.text(90) + "=="
		}
		return scanned(f, act.arg, ticket), nil
	case scanTicket:
		code := a.state.QR.Codes[act.arg]
		if code == nil || code.over(now) {
			return act, fmt.Errorf("the QR code is unknown or has expired")
		}
		return scanned(f, code.scene(), act.arg), nil
	case tap:
		return a.tapped(f, act.arg)
	case withOpenID:
		ids := []Field{field("OpenID", f.OpenID), field("UnionID", f.UnionID), field("AppID", a.set.AppID)}
		act.Fields = append(ids, act.Fields...)
	case ordinary:
		if act.Event == "subscribe" && act.arg != "" {
			ticket := a.state.QR.ticketOf(act.arg, now)
			if ticket == "" {
				ticket = "gQH" + p.ids.text(90) + "=="
			}
			act.Fields = append(slices.Clone(act.Fields), field("Ticket", ticket))
		}
	}
	return act, nil
}

func scanned(f *fan, scene, ticket string) Act {
	a := Event("SCAN", field("EventKey", scene), field("Ticket", ticket))
	if !f.Subscribed {
		a = Event("subscribe", field("EventKey", "qrscene_"+scene), field("Ticket", ticket))
	}
	a.arg = scene
	return a
}

// needsFollowing tells the acts that WeChat offers to followers alone.
func needsFollowing(act Act) bool {
	if act.MsgType != "event" {
		return true
	}
	return slices.Contains([]string{
		"click", "view", "view_miniprogram", "scancode_push", "scancode_waitmsg", "pic_sysphoto",
		"pic_photo_or_album", "pic_weixin", "location_select", "location", "unsubscribe",
	}, strings.ToLower(act.Event))
}

// effect is what an act changes at the platform.
func (a *account) effect(f *fan, act Act, now time.Time) {
	if isReport(act) {
		return
	}
	a.state.Stats.push(now, f.OpenID, act.MsgType, a.state.followers)
	f.LastAct = now
	if act.MsgType != "event" {
		f.LastMessage = now
	}
	switch strings.ToLower(act.Event) {
	case "subscribe":
		a.subscribed(f, act, now)
	case "unsubscribe":
		a.leaves(f, now)
		return
	case "subscribe_msg_popup_event", "subscribe_msg_change_event":
		f.consents(act)
	}
	if w, ok := windowOf(act, now); ok {
		f.open(w)
	}
}

func (a *account) subscribed(f *fan, act Act, now time.Time) {
	scene, byCode := strings.CutPrefix(act.value("EventKey"), "qrscene_")
	source := "ADD_SCENE_SEARCH"
	if byCode {
		source = "ADD_SCENE_QR_CODE"
	}
	a.follows(f, now, source)
	if n, err := strconv.ParseInt(scene, 10, 64); err == nil && byCode {
		f.QRScene = n
	} else if byCode {
		f.QRSceneStr = scene
	}
}

// consents notes each answer of the fan to a subscription notice: one accept lets one notice through.
func (f *fan) consents(act Act) {
	for _, box := range act.Fields {
		for _, list := range box.Fields {
			var id, status string
			for _, leaf := range list.Fields {
				switch leaf.Name {
				case "TemplateId":
					id = leaf.Value
				case "SubscribeStatusString":
					status = leaf.Value
				}
			}
			if status == "accept" {
				f.Consents[id]++
			} else {
				delete(f.Consents, id)
			}
		}
	}
}
