package bindings

import "strings"

// messageField is a field of msg that the editor knows. Others exist: every element of a push is there.
type messageField struct {
	name, lua string
	doc       Text
	kinds     string // types of messages that have it, and event; "" is every push
}

// MessageFields are the fields of msg that are known.
func MessageFields() []string {
	names := make([]string, len(messageFields))
	for i, f := range messageFields {
		names[i] = f.name
	}
	return names
}

// MessageKinds are the types of messages, and event, that have a known field of msg; none for every push.
func MessageKinds(field string) []string {
	for _, f := range messageFields {
		if f.name == field {
			return strings.Fields(f.kinds)
		}
	}
	return nil
}

// messageFields are for the stubs and the reference page (wechat-protocol.md §3 and §4).
// A table of data.
var messageFields = []messageField{
	{"msg_type", "string", Text{"text, image, voice, video, shortvideo, location, link, file, event, …", "消息类型"}, ""},
	{"openid", "string?", Text{"the fan; nil when the push is no fan's", "粉丝的 openid;不是粉丝的推送为 nil"}, ""},
	{"account", "string", Text{"the account's folder name", "账号目录名"}, ""},
	{"trace", "string?", Text{"the turn's trace id", "本轮的追踪号"}, ""},
	{"session", "table", Text{"notes about this fan, saved when the handler succeeds", "这位粉丝的会话数据，处理成功时保存"}, ""},
	{"raw", "table", Text{"the elements under the names as sent; also those whose name is one of ours (Session, Trace, Account, Raw)", "按原始元素名读取；与引擎自有字段同名的元素(Session、Trace、Account、Raw)也在这里"}, ""},
	{"scene", "string?", Text{"the scene of the QR code that was scanned; without one the element Scene, if WeChat sent it", "所扫二维码的场景值；没有扫码时为微信发来的 Scene 元素"}, "event"},
	{"content", "string?", Text{"the text", "文本内容"}, "text"},
	{"bizmsgmenuid", "string?", Text{"the id of the msgmenu entry that was tapped", "所点 msgmenu 选项的 id"}, "text"},
	{"msg_id", "string?", Text{"id of the message, or of the job an event is about", "消息 id 或任务 id"}, ""},
	{"create_time", "number", Text{"when it was sent, Unix seconds", "发送时间,Unix 秒"}, ""},
	{"to_user_name", "string", Text{"the account's original id", "账号原始 id"}, ""},
	{"from_user_name", "string", Text{"the sender", "发送者"}, ""},
	{"media_id", "string?", Text{"of a picture, voice message or video", "图片、语音、视频的 media_id"}, "image voice video shortvideo"},
	{"thumb_media_id", "string?", Text{"the still of a video", "视频封面"}, "video shortvideo"},
	{"pic_url", "string?", Text{"address of a picture", "图片地址"}, "image"},
	{"format", "string?", Text{"of a voice message: amr, speex", "语音格式"}, "voice"},
	{"recognition", "string?", Text{"what a voice message says, where WeChat still tells", "语音识别结果"}, "voice"},
	{"location_x", "number?", Text{"latitude of a place", "纬度"}, "location"},
	{"location_y", "number?", Text{"longitude of a place", "经度"}, "location"},
	{"scale", "number?", Text{"zoom of the map", "地图缩放"}, "location"},
	{"label", "string?", Text{"address of a place", "位置信息"}, "location"},
	{"title", "string?", Text{"of a link or file", "标题"}, "link file"},
	{"description", "string?", Text{"of a link or file", "描述"}, "link file"},
	{"url", "string?", Text{"of a link", "链接地址"}, "link"},
	{"event", "string?", Text{"name of the event, as sent", "事件名（原样）"}, "event"},
	{"event_key", "string?", Text{"key of the button, URL, or scene", "按钮 key、网址或场景值"}, "event"},
	{"ticket", "string?", Text{"of the QR code", "二维码 ticket"}, "event"},
	{"menu_id", "string?", Text{"of the menu", "菜单 id"}, "event"},
	{"latitude", "number?", Text{"of a position report", "上报位置纬度"}, "event"},
	{"longitude", "number?", Text{"of a position report", "上报位置经度"}, "event"},
	{"precision", "number?", Text{"of a position report, metres", "上报位置精度"}, "event"},
	{"scan_code_info", "table?", Text{"scan_type, scan_result", "扫码结果"}, "event"},
	{"send_pics_info", "table?", Text{"count, pic_list.item[n].pic_md5_sum", "图片信息"}, "event"},
	{"send_location_info", "table?", Text{"location_x, location_y, scale, label, poiname", "位置信息"}, "event"},
	{"status", "string?", Text{"of a job", "任务状态"}, "event"},
	{"kf_account", "string?", Text{"the human agent", "客服帐号"}, "event"},
}
