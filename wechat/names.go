package wechat

import "strings"

// SnakeCase is the name an author of scripts writes for an element: ToUserName is to_user_name. A
// word begins at a capital, and a run of capitals is one word: MsgID is msg_id, HQMusicUrl is
// hq_music_url. Digits belong to the word before them.
func SnakeCase(xmlName string) string {
	if s := knownSnake(xmlName); s != "" {
		return s
	}
	out := make([]byte, 0, len(xmlName)+8)
	for i := range len(xmlName) {
		c := xmlName[i]
		if !upper(c) {
			out = append(out, c)
			continue
		}
		if i > 0 && xmlName[i-1] != '_' && (!upper(xmlName[i-1]) || i+1 < len(xmlName) && lower(xmlName[i+1])) {
			out = append(out, '_')
		}
		out = append(out, c|0x20)
	}
	return string(out)
}

// knownSnake saves the common names the work, and knows the one name the rule would get wrong.
func knownSnake(xmlName string) string {
	switch xmlName {
	case "ToUserName":
		return "to_user_name"
	case "FromUserName":
		return "from_user_name"
	case "CreateTime":
		return "create_time"
	case "MsgType":
		return "msg_type"
	case "Content":
		return "content"
	case "MsgId", "MsgID":
		return "msg_id"
	case "Event":
		return "event"
	case "EventKey":
		return "event_key"
	case "MenuId":
		return "menu_id"
	case "MediaId":
		return "media_id"
	case "MediaId16K":
		return "media_id_16k"
	case "PicUrl":
		return "pic_url"
	case "Ticket":
		return "ticket"
	}
	return ""
}

func upper(c byte) bool { return 'A' <= c && c <= 'Z' }

func lower(c byte) bool { return 'a' <= c && c <= 'z' }

// EnvelopeField reports whether an element of that name, in this spelling, is part of a push's envelope.
func EnvelopeField(xmlName string) bool {
	switch xmlName {
	case "ToUserName", "FromUserName", "CreateTime", "MsgType", "Event", "EventKey", "Content", "MsgId":
		return true
	}
	return false
}

// NumberField reports whether scripts see the element of that snake_case name as a number. All
// others are strings, ids too: they exceed 2^53.
func NumberField(snake string) bool {
	switch snake {
	case "create_time", "idx", "location_x", "location_y", "scale", "latitude", "longitude", "precision", "count":
		return true
	}
	return strings.HasSuffix(snake, "_count")
}
