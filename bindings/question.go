package bindings

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"moonwire/engine"
	"moonwire/wechat"
)

// The kinds of questions, and of what else a conversation can wait for.
const (
	askText     = "text"
	askNumber   = "number"
	askInteger  = "integer"
	askDate     = "date"
	askPhone    = "phone"
	askYesNo    = "yes_no"
	askOneOf    = "one_of"
	askChoose   = "choose"
	askMedia    = "media"
	askLocation = "location"
	askAny      = "any"
	waitEvent   = "event"
	waitSignal  = "signal"
)

// Question is what a conversation waits for.
type Question struct {
	Kind    string
	ID      string // the author's name for it; "" = none
	Text    string // what the fan was asked; of events and signals their names
	File    string // that asks
	Build   string // that asked first
	Min     float64
	Max     float64
	Words   []string // of one_of the words, of choose the labels, of event the names
	Keys    []string // of choose
	Media   string   // of media: one kind of message; "" = any that has a media_id
	Retry   string
	Timeout time.Duration // 0 = none of its own
}

// pack is the question as plain data for a journal; unpackQuestion reads it.
func (q *Question) pack() map[string]any {
	m := map[string]any{"kind": q.Kind, "text": q.Text}
	for name, text := range map[string]string{"id": q.ID, "file": q.File, "build": q.Build, "media": q.Media, "retry": q.Retry} {
		if text != "" {
			m[name] = text
		}
	}
	for name, words := range map[string][]string{"words": q.Words, "keys": q.Keys} {
		if len(words) > 0 {
			m[name] = plainList(words)
		}
	}
	if !math.IsInf(q.Min, -1) {
		m["min"] = q.Min
	}
	if !math.IsInf(q.Max, 1) {
		m["max"] = q.Max
	}
	return m
}

func unpackQuestion(m map[string]any) *Question {
	text := func(name string) string { s, _ := m[name].(string); return s }
	bound := func(name string, otherwise float64) float64 {
		if n, ok := m[name].(float64); ok {
			return n
		}
		return otherwise
	}
	return &Question{
		Kind: text("kind"), Text: text("text"), ID: text("id"), File: text("file"), Build: text("build"), Media: text("media"), Retry: text("retry"),
		Min: bound("min", math.Inf(-1)), Max: bound("max", math.Inf(1)), Words: textList(m["words"]), Keys: textList(m["keys"]),
	}
}

func plainList(words []string) []any {
	list := make([]any, len(words))
	for i, w := range words {
		list[i] = w
	}
	return list
}

func textList(v any) (words []string) {
	list, _ := v.([]any)
	for _, item := range list {
		word, _ := item.(string)
		words = append(words, word)
	}
	return words
}

// OfFan reports whether it is the fan who answers, with a message.
func (q *Question) OfFan() bool { return q.Kind != waitEvent && q.Kind != waitSignal }

// takesEvent reports whether the question waits for an event of that name.
func (q *Question) takesEvent(m *wechat.Message) bool {
	return q.Kind == waitEvent && slices.ContainsFunc(q.Words, m.IsEventNamed)
}

// Accept is what a message of the fan answers; false when it does not fit.
func (q *Question) Accept(m *wechat.Message) (value any, ok bool) {
	switch q.Kind {
	case askAny:
		return nil, true
	case askMedia:
		return q.media(m)
	case askLocation:
		return locationOf(m)
	}
	text, ok := saidIn(m)
	if !ok {
		return nil, false
	}
	switch q.Kind {
	case askNumber, askInteger:
		return q.number(text)
	case askDate:
		return readDate(text)
	case askPhone:
		return readPhone(text)
	case askYesNo:
		return readYesNo(text)
	case askOneOf:
		i := q.word(text)
		if i < 0 {
			return nil, false
		}
		return q.Words[i], true
	case askChoose:
		i := q.word(text)
		if n, is := readNumber(text); i < 0 && is && n == math.Trunc(n) && n >= 1 && n <= float64(len(q.Keys)) {
			i = int(n) - 1
		}
		if i < 0 {
			return nil, false
		}
		return q.Keys[i], true
	}
	n := float64(utf8.RuneCountInString(text))
	return text, n >= q.Min && n <= q.Max
}

// Holds reports whether an answer of before still is one, after the question may have changed.
func (q *Question) holds(value any) bool {
	switch q.Kind {
	case askNumber, askInteger:
		n, ok := value.(float64)
		return ok && n >= q.Min && n <= q.Max && (q.Kind == askNumber || n == math.Trunc(n))
	case askOneOf:
		word, _ := value.(string)
		return slices.Contains(q.Words, word)
	case askChoose:
		key, _ := value.(string)
		return slices.Contains(q.Keys, key)
	case askText:
		text, ok := value.(string)
		n := float64(utf8.RuneCountInString(text))
		return ok && n >= q.Min && n <= q.Max
	case askMedia:
		m, ok := value.(map[string]any)
		return ok && (q.Media == "" || q.Media == m["type"])
	}
	return true
}

// saidIn is what a message says in words: a text, or a voice message as WeChat understood it.
func saidIn(m *wechat.Message) (text string, ok bool) {
	switch {
	case m.IsEvent():
		return "", false
	case m.MsgType == "text":
		text = m.Content
	case m.MsgType == "voice":
		text = strings.TrimRight(m.Value("Recognition"), "。！？.!? ")
	}
	text = strings.TrimSpace(text)
	return text, text != ""
}

func (q *Question) number(text string) (any, bool) {
	n, ok := readNumber(text)
	if !ok || n < q.Min || n > q.Max || q.Kind == askInteger && n != math.Trunc(n) {
		return nil, false
	}
	return n, true
}

// word is which of the words a text is, compared as on.text does; -1 for none.
func (q *Question) word(text string) int {
	text = fold(text)
	words := slices.IndexFunc(q.Words, func(w string) bool { return fold(w) == text })
	if words < 0 {
		return slices.IndexFunc(q.Keys, func(k string) bool { return fold(k) == text })
	}
	return words
}

// mediaTypes are the messages that have a media_id.
var mediaTypes = []string{"image", "voice", "video", "shortvideo", "file"}

func (q *Question) media(m *wechat.Message) (any, bool) {
	id := m.Value("MediaId")
	if m.IsEvent() || id == "" || !slices.Contains(mediaTypes, m.MsgType) || q.Media != "" && q.Media != m.MsgType {
		return nil, false
	}
	v := map[string]any{"type": m.MsgType, "media_id": id}
	for name, element := range map[string]string{"pic_url": "PicUrl", "recognition": "Recognition"} {
		if text := m.Value(element); text != "" {
			v[name] = text
		}
	}
	return v, true
}

func locationOf(m *wechat.Message) (any, bool) {
	if m.IsEvent() || m.MsgType != "location" {
		return nil, false
	}
	x, errX := strconv.ParseFloat(m.Value("Location_X"), 64)
	y, errY := strconv.ParseFloat(m.Value("Location_Y"), 64)
	return map[string]any{"x": x, "y": y, "label": m.Value("Label")}, errX == nil && errY == nil
}

// hint is what a fan is told whose message does not fit, where the script says nothing.
func (q *Question) hint() string {
	if q.Retry != "" {
		return q.Retry
	}
	switch q.Kind {
	case askNumber, askInteger:
		what := "数字"
		if q.Kind == askInteger {
			what = "整数"
		}
		switch low, high := engine.NumberText(q.Min), engine.NumberText(q.Max); {
		case !math.IsInf(q.Min, 0) && !math.IsInf(q.Max, 0):
			return fmt.Sprintf("请回复 %s 到 %s 之间的%s", low, high, what)
		case !math.IsInf(q.Min, 0):
			return fmt.Sprintf("请回复不小于 %s 的%s", low, what)
		case !math.IsInf(q.Max, 0):
			return fmt.Sprintf("请回复不大于 %s 的%s", high, what)
		}
		return "请回复一个" + what
	case askDate:
		return "请回复日期，例如 2026-03-05"
	case askPhone:
		return "请回复电话号码"
	case askYesNo:
		return "请回复「是」或「否」"
	case askOneOf, askChoose:
		return "请回复其中一个：" + strings.Join(q.Words, "、")
	case askMedia:
		return "请发一张图片、一段语音或视频"
	case askLocation:
		return "请发送位置（对话框里的「+」→「位置」）"
	}
	return "请用文字回复"
}

// shown is what a fan is asked: the choices stand below, numbered.
func (q *Question) shown() string {
	if q.Kind != askChoose {
		return q.Text
	}
	var b strings.Builder
	b.WriteString(q.Text)
	for i, label := range q.Words {
		fmt.Fprintf(&b, "\n%d. %s", i+1, label)
	}
	return b.String()
}
