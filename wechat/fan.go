package wechat

import "strings"

// sender says who acted in a push, and whether an answer would be shown.
type sender uint8

const (
	fanTalks   sender = iota // a message, or an event that may be answered
	fanQuietly               // the fan's own act, but an answer would not be shown, or only annoy
	aboutFan                 // sent for a fan, yet not by an act of theirs
	profileJob               // the sender is a platform account; the fan stands in OpenID
	noFan                    // the sender is a platform account
)

// sender goes by the name of the event, in any letter case. Names nobody knows are taken for acts
// of a fan, unless an account sent them: this one, or another.
func (m *Message) sender() sender {
	s := m.kindOfSender()
	if s <= fanQuietly && (m.FromUserName == m.ToUserName || strings.HasPrefix(m.FromUserName, "gh_")) {
		return noFan
	}
	return s
}

func (m *Message) kindOfSender() sender {
	switch {
	case m.ofDevice():
		return aboutFan
	case !m.IsEvent():
		return fanTalks
	}
	var scratch [64]byte
	name := scratch[:0]
	for i := range len(m.Event) {
		c := m.Event[i]
		if upper(c) {
			c |= 0x20
		}
		name = append(name, c)
	}
	switch string(name) {
	case "unsubscribe", "location", "view", "view_miniprogram":
		return fanQuietly
	case "templatesendjobfinish", "subscribe_msg_sent_event":
		return aboutFan
	case "user_info_modified", "user_authorization_revoke", "user_authorization_cancellation":
		return profileJob
	case "masssendjobfinish", "publishjobfinish", "freepublishjobfinish",
		"qualification_verify_success", "qualification_verify_fail", "naming_verify_success",
		"naming_verify_fail", "annual_renew", "verify_expired",
		"card_pass_check", "card_not_pass_check", "card_merchant_check_result", "card_sku_remind",
		"card_pay_order", "poi_check_notify",
		"user_scan_product_verify_action":
		return noFan
	}
	if ofPlatform(string(name)) {
		return noFan
	}
	return fanTalks
}

// ofPlatform knows the families of events that tell an account about itself: its verification, and what became
// of things it handed in. name is in small letters.
func ofPlatform(name string) bool {
	for _, family := range [...]string{"wx_verify_", "weapp_audit_", "wxa_", "open_product_", "trade_manage_"} {
		if strings.HasPrefix(name, family) {
			return true
		}
	}
	return strings.HasSuffix(name, "_audit") || strings.HasSuffix(name, "_audit_info")
}

// IsEvent reports whether the push is an event and not a message.
func (m *Message) IsEvent() bool { return strings.EqualFold(m.MsgType, "event") }

// IsEventNamed compares names in any letter case: WeChat's pages and its traffic mix SCAN and scan.
// PUBLISHJOBFINISH and FREEPUBLISHJOBFINISH are one event.
func (m *Message) IsEventNamed(name string) bool {
	if !m.IsEvent() {
		return false
	}
	return strings.EqualFold(m.Event, name) ||
		strings.EqualFold(m.Event, "FREE"+name) && strings.EqualFold(name, "PUBLISHJOBFINISH") ||
		strings.EqualFold("FREE"+m.Event, name) && strings.EqualFold(m.Event, "PUBLISHJOBFINISH")
}

// OpenID is the fan. The events that tell of changed or withdrawn profile data come from a platform
// account and name the fan in their element OpenID, which is missing at times. It is empty when the
// push tells of no fan (results of mass sends and publishing, verification, audits): from those no
// fan must ever be recorded.
func (m *Message) OpenID() string {
	switch m.sender() {
	case profileJob:
		return m.namedOpenID()
	case noFan:
		return ""
	}
	return m.FromUserName
}

// namedOpenID is the element that names the fan: OpenID on WeChat's pages, openid in some of its pushes.
func (m *Message) namedOpenID() string {
	for _, f := range m.fields {
		if strings.EqualFold(f.Name, "OpenID") || f.Name == "open_id" {
			if id := strings.TrimSpace(f.Value); id != "" {
				return id
			}
		}
	}
	return ""
}

// FanAct reports whether the push is the fan's own act: a message, a menu tap, a scan, following
// and the like. Reports of the platform are not, those of sent templates included.
func (m *Message) FanAct() bool {
	s := m.sender()
	return s == fanTalks || s == fanQuietly
}

// Repliable reports whether an answer would be shown to a fan. One to unsubscribe, LOCATION, VIEW,
// view_miniprogram or a report of the platform would not, or would only annoy.
func (m *Message) Repliable() bool { return m.sender() == fanTalks }

// Scene is the scene of a parametric QR code: EventKey of SCAN as it is, EventKey of subscribe
// without its prefix qrscene_. A subscribe by another way can carry another EventKey
// (last_trade_no_…), which is no scene.
func (m *Message) Scene() string {
	switch {
	case m.IsEventNamed("SCAN"):
		return m.EventKey
	case m.IsEventNamed("subscribe"):
		if scene, scanned := strings.CutPrefix(m.EventKey, "qrscene_"); scanned {
			return scene
		}
	}
	return ""
}
