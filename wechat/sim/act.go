package sim

import (
	"fmt"
	"strconv"
	"strings"

	"moonwire/wechat"
)

// Field is one element of a push: its name as WeChat writes it, and its text or its children.
type Field = wechat.Field

// Act is one thing a fan does, or that WeChat itself reports. Made by Text, Click, Subscribe and the
// others of this package; a value may be pushed any number of times.
type Act struct {
	// MsgType is text, image, … or event.
	MsgType string
	// Event is set when MsgType is event.
	Event string
	// Fields follow the envelope, named as WeChat names them.
	Fields []Field
	// Media is registered as temporary media of the account when the act is pushed.
	Media []FanMedia

	special special
	arg     string
	system  bool // FromUserName is WeChat's own, not the fan
}

// FanMedia is a file that a fan sends: its media id goes into the field named Field.
type FanMedia struct {
	Field string
	// Kind is image, voice, video or thumb.
	Kind string
	// ID is the media id; "" = made up.
	ID string
	// Data is the file; nil = a tiny one of that kind.
	Data []byte
}

// special marks acts that are finished only when pushed.
type special uint8

const (
	ordinary special = iota
	again
	scan
	scanTicket
	tap
	withOpenID
	picture
)

// Text is a text message.
func Text(content string) Act { return message("text", field("Content", content)) }

// MenuText is what a tap on an entry of a msgmenu sends: its text with the entry's id.
func MenuText(id, content string) Act {
	return message("text", field("Content", content), field("bizmsgmenuid", id))
}

// Image is a picture; the media id may be "" for a new one, which media/get then serves.
func Image(mediaID string) Act {
	a := message("image")
	a.special = picture
	a.Media = []FanMedia{{Field: "MediaId", Kind: "image", ID: mediaID}}
	return a
}

// Voice is a voice message with WeChat's transcription of it, which may be empty.
func Voice(mediaID, recognition string) Act {
	a := message("voice", field("Format", "amr"), field("Recognition", recognition))
	a.Media = []FanMedia{{Field: "MediaId", Kind: "voice", ID: mediaID}, {Field: "MediaId16K", Kind: "voice"}}
	return a
}

// Video is a video message.
func Video(mediaID string) Act { return video("video", mediaID) }

// ShortVideo is a video recorded in the chat.
func ShortVideo(mediaID string) Act { return video("shortvideo", mediaID) }

func video(kind, mediaID string) Act {
	a := message(kind)
	a.Media = []FanMedia{{Field: "MediaId", Kind: "video", ID: mediaID}, {Field: "ThumbMediaId", Kind: "thumb"}}
	return a
}

// Location is a position sent by hand.
func Location(latitude, longitude float64, label string) Act {
	return message("location", field("Location_X", degrees(latitude)), field("Location_Y", degrees(longitude)),
		field("Scale", "16"), field("Label", label))
}

// Link is a shared page.
func Link(title, description, url string) Act {
	return message("link", field("Title", title), field("Description", description), field("Url", url))
}

// File is a file; WeChat gives no media id for it.
func File(title string, size int) Act {
	return message("file", field("Title", title), field("Description", ""), field("FileKey", "filekey1"),
		field("FileMd5", "0123456789abcdef0123456789abcdef"), field("FileTotalLen", strconv.Itoa(size)))
}

// MiniProgramPage is a shared page of a mini program.
func MiniProgramPage(title, appID, path string) Act {
	a := message("miniprogrampage", field("Title", title), field("AppId", appID), field("PagePath", path),
		field("ThumbUrl", "http://mmbiz.qpic.cn/mmbiz_jpg/stand-in/0"))
	a.Media = []FanMedia{{Field: "ThumbMediaId", Kind: "thumb"}}
	return a
}

// Message is a message of any kind.
func Message(msgType string, fields ...Field) Act { return message(msgType, fields...) }

// Again is the fan's last push once more, with the same MsgId and CreateTime: what WeChat does when it
// saw no answer.
func Again() Act { return Act{special: again} }

func message(msgType string, fields ...Field) Act {
	return Act{MsgType: msgType, Fields: fields}
}

func field(name, value string, kids ...Field) Field {
	return Field{Name: name, Value: value, Fields: kids}
}

func degrees(f float64) string { return strconv.FormatFloat(f, 'f', 6, 64) }

// String is the act in the words of a .chat file: hello, [click KEY], [location 30.2 120.1 "Hangzhou"].
func (a Act) String() string {
	switch {
	case a.special == again:
		return "[again]"
	case a.special == tap:
		return "[tap " + a.arg + "]"
	case a.special == scan || a.special == scanTicket:
		return bracket("scan", a.arg)
	case a.MsgType == "text":
		return a.value("Content")
	case a.MsgType == "event":
		return a.eventString()
	case a.MsgType == "location":
		return fmt.Sprintf("[location %s %s %q]", short(a.value("Location_X")), short(a.value("Location_Y")), a.value("Label"))
	}
	return bracket(a.MsgType, a.mediaID(), quoted(a.value("Title")), a.value("Url"))
}

func (a Act) eventString() string {
	key := a.value("EventKey")
	switch strings.ToLower(a.Event) {
	case "subscribe":
		if scene, ok := strings.CutPrefix(key, "qrscene_"); ok {
			return "[subscribe scene=" + scene + "]"
		}
		return "[subscribe]"
	case "click", "view", "scan", "unsubscribe":
		return bracket(strings.ToLower(a.Event), key)
	}
	return bracket("event", a.Event, key)
}

func (a Act) mediaID() string {
	if len(a.Media) > 0 && a.Media[0].ID != "" {
		return a.Media[0].ID
	}
	return a.value("MediaId")
}

func (a Act) value(name string) string {
	for _, f := range a.Fields {
		if f.Name == name {
			return f.Value
		}
	}
	return ""
}

func short(degrees string) string { return strings.TrimRight(strings.TrimRight(degrees, "0"), ".") }
