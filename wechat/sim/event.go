package sim

import (
	"fmt"
	"strconv"
)

// Event is an event of any name; its FromUserName is the fan.
func Event(name string, fields ...Field) Act {
	return Act{MsgType: "event", Event: name, Fields: fields}
}

// systemEvent is an event of any name that WeChat itself sends: its FromUserName is no fan. The events
// of finished jobs, of verification and of audits are of this kind.
func systemEvent(name string, fields ...Field) Act {
	a := Event(name, fields...)
	a.system = true
	return a
}

// ProfileEvent is user_info_modified, user_authorization_revoke or user_authorization_cancellation: sent
// by WeChat, with the fan in OpenID. revokeInfo may be "".
func ProfileEvent(name, revokeInfo string) Act {
	a := systemEvent(name)
	if revokeInfo != "" {
		a.Fields = []Field{field("RevokeInfo", revokeInfo)}
	}
	a.special = withOpenID
	return a
}

// Subscribe is following the account; scene is the one of the QR code that was scanned, or "".
func Subscribe(scene string) Act {
	if scene == "" {
		return Event("subscribe", field("EventKey", ""))
	}
	a := Event("subscribe", field("EventKey", "qrscene_"+scene))
	a.arg = scene
	return a
}

// Unsubscribe is leaving the account.
func Unsubscribe() Act { return Event("unsubscribe", field("EventKey", "")) }

// Scan is scanning a parametric QR code: SCAN for a fan who follows, else subscribe with the scene.
func Scan(scene string) Act { return Act{MsgType: "event", special: scan, arg: scene} }

// ScanTicket is scanning the QR code that qrcode/create gave this ticket for. The push fails when the
// code is unknown or has expired.
func ScanTicket(ticket string) Act { return Act{MsgType: "event", special: scanTicket, arg: ticket} }

// Tap is tapping what is called so: a link in a text that makes the fan say something, or a choice of a msgmenu, the
// newest in the chat first; else the entry of the fan's menu. It becomes that text, or the event of that entry. The push
// fails when there is nothing of that name, or when the entry sends no event.
func Tap(name string) Act { return Act{MsgType: "event", special: tap, arg: name} }

// Click is tapping a click button.
func Click(key string) Act { return Event("CLICK", field("EventKey", key)) }

// View is opening the page of a view button.
func View(url string) Act { return Event("VIEW", field("EventKey", url)) }

// ViewMiniProgram is opening the mini program of a button.
func ViewMiniProgram(path string) Act { return Event("view_miniprogram", field("EventKey", path)) }

// ScanCode is a scan started from a menu: event is scancode_push or scancode_waitmsg.
func ScanCode(event, key, scanType, result string) Act {
	return Event(event, field("EventKey", key),
		field("ScanCodeInfo", "", field("ScanType", scanType), field("ScanResult", result)))
}

// Photos are n pictures chosen from a menu: event is pic_sysphoto, pic_photo_or_album or pic_weixin. The
// pictures themselves follow as image messages.
func Photos(event, key string, n int) Act {
	items := make([]Field, n)
	for i := range items {
		items[i] = field("item", "", field("PicMd5Sum", fmt.Sprintf("%032x", i+1)))
	}
	return Event(event, field("EventKey", key),
		field("SendPicsInfo", "", field("Count", strconv.Itoa(n)), field("PicList", "", items...)))
}

// PickLocation is a position chosen from a menu; a location message follows.
func PickLocation(key string, latitude, longitude float64, label string) Act {
	return Event("location_select", field("EventKey", key), field("SendLocationInfo", "",
		field("Location_X", degrees(latitude)), field("Location_Y", degrees(longitude)),
		field("Scale", "15"), field("Label", label), field("Poiname", "")))
}

// Position is the report of a position that WeChat sends when the fan opens the chat.
func Position(latitude, longitude, precision float64) Act {
	return Event("LOCATION", field("Latitude", degrees(latitude)), field("Longitude", degrees(longitude)),
		field("Precision", degrees(precision)))
}

// Consent is the fan's answer to the question whether a subscription notice may be sent.
func Consent(templateID string, accept bool) Act {
	status := "reject"
	if accept {
		status = "accept"
	}
	return Event("subscribe_msg_popup_event", field("SubscribeMsgPopupEvent", "", field("List", "",
		field("TemplateId", templateID), field("SubscribeStatusString", status), field("PopupScene", "1"))))
}
