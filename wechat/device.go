package wechat

import (
	"strconv"
	"strings"
)

// WeChat's devices (微信硬件) push JSON in small letters: msg_type in place of MsgType, open_id in place of
// FromUserName, and device_type, the account's original id, in place of ToUserName.

// fillDevice takes the envelope out of a device's push. Of a repeated element the first counts.
func (m *Message) fillDevice() {
	value := func(name string) string { return strings.TrimSpace(m.Value(name)) }
	if m.FromUserName != "" || value("msg_type") == "" || value("open_id") == "" {
		return
	}
	m.device = true
	m.MsgType, m.FromUserName, m.ToUserName = value("msg_type"), value("open_id"), value("device_type")
	m.Event, m.EventKey, m.Content = value("event"), m.Value("event_key"), m.Value("content")
	m.MsgID = value("msg_id")
	m.CreateTime, _ = strconv.ParseInt(value("create_time"), 10, 64)
}

// ofDevice reports whether a device speaks, in either form. The fan it belongs to did not act, and what it
// wants for an answer is none of the replies that a fan sees.
func (m *Message) ofDevice() bool {
	return m.device || strings.HasPrefix(m.MsgType, "device_")
}
