package bindings

import (
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"strings"
	"sync"

	"moonwire/wechat"
)

// Told is one step of a journal, as its author would tell it.
type Told struct {
	What TellKind
	Text
}

// TellKind is what a step of a journal is.
type TellKind string

// The steps of journals.
const (
	ToldBegun  TellKind = "begun"
	ToldAsked  TellKind = "asked"  // and answered
	ToldWaits  TellKind = "waits"  // for an answer that is still to come
	ToldSaid   TellKind = "said"   // by the flow
	ToldCalled TellKind = "called" // with what it came to
	ToldUnsure TellKind = "unsure" // a call that was cut in its middle
)

// TellKinds are all of them.
func TellKinds() []TellKind {
	return []TellKind{ToldBegun, ToldAsked, ToldWaits, ToldSaid, ToldCalled, ToldUnsure}
}

const maxSaidKept = 240 // bytes of what was said that a journal keeps, to tell it

// TellJournal tells a journal, piece by piece as a Keeper was given it, in the words of the script's author.
func TellJournal(pieces [][]byte) ([]Told, error) {
	j, err := ReadJournal(pieces, JournalLimits{}, nil)
	if err != nil {
		return nil, err
	}
	var steps []Told
	if j.begun != nil {
		steps = append(steps, j.begun.told())
	}
	for _, e := range j.entries {
		if !e.used || e.intended { // used and intended: it did not come about
			steps = append(steps, e.tell()...)
		}
	}
	return steps, nil
}

func (b *beginning) told() Told {
	if m, err := wechat.DecodeMessage(b.message); b.message != nil && err == nil {
		said := messageWords(m)
		return Told{ToldBegun, Text{"began with " + said, "始于" + said}}
	}
	return Told{ToldBegun, Text{"was started", "由脚本发起"}}
}

// messageWords is what a fan did, in a few words.
func messageWords(m *wechat.Message) string {
	switch text, said := saidIn(m); {
	case said:
		return quietly(text)
	case m.IsEvent():
		return m.Event
	}
	return "[" + m.MsgType + "]"
}

// tell is an entry in words; nothing for one that nobody wants to know of.
func (e *entry) tell() []Told {
	switch {
	case e.question != nil:
		return []Told{e.tellQuestion()}
	case e.words != "":
		return []Told{{ToldSaid, Text{"said " + quietly(e.words), "说了" + quietly(e.words)}}}
	case e.said != "": // by a program that did not keep the words
		return []Told{{ToldSaid, Text{"said something", "说了一句话"}}}
	case e.used:
		return nil
	}
	_, call, _ := strings.Cut(e.effect, " ") // behind the part
	name, label, _ := strings.Cut(call, " ")
	if strings.HasPrefix(name, "c:") { // a part of a question
		return nil
	}
	if label != "" {
		call = name + " " + quietly(label)
	}
	if e.intended {
		return []Told{{ToldUnsure, Text{
			"called " + call + ", and nobody knows whether it was done: the program ended in its middle",
			"调用了 " + call + "，是否办成没人知道：程序在中途退出",
		}}}
	}
	came := outcomeWords(name, e.value)
	return []Told{{ToldCalled, Text{"called " + call + " → " + came.EN, "调用了 " + call + " → " + came.ZH}}}
}

func (e *entry) tellQuestion() Told {
	q, asked := e.question, quietly(e.question.Text)
	en, zh := "asked "+asked, "问"+asked
	waits := Text{"waits for an answer to " + asked, "等待回答" + asked}
	switch q.Kind {
	case waitEvent:
		names := strings.Join(q.Words, ", ")
		en, zh, waits = "waited for the event "+names, "等了事件 "+names, Text{"waits for the event " + names, "等待事件 " + names}
	case waitSignal:
		en, zh, waits = "waited for the signal "+asked, "等了信号"+asked, Text{"waits for the signal " + asked, "等待信号" + asked}
	}
	g := e.answer
	switch {
	case g == nil:
		return Told{ToldWaits, waits}
	case g.how == "timeout":
		return Told{ToldAsked, Text{en + " → no answer in time", zh + " → 到时没有回答"}}
	}
	answer := plainWords(g.value)
	switch m, err := wechat.DecodeMessage(g.message); {
	case q.Kind == waitSignal:
		text, _ := g.value.(string)
		answer = shorten(text, maxToldValue)
	case g.value == nil && g.message != nil && err == nil: // the message itself
		answer = messageWords(m)
	}
	return Told{ToldAsked, Text{en + " → " + answer, zh + " → " + answer}}
}

const maxToldValue = 120 // bytes of a value

// outcomeWords is what a call came to, from the plain data that a journal keeps of it.
func outcomeWords(name string, value any) Text {
	both := func(s string) Text { return Text{s, s} }
	kept, ok := value.(map[string]any)
	if text, is := value.(string); is && strings.HasPrefix(name, "store.") { // JSON
		return both(shorten(text, maxToldValue))
	}
	first, known := firstResults()[name]
	switch {
	case value == nil && known && first == (Result{}):
		return Text{"done", "已办"}
	case !ok:
		return both(plainWords(value))
	}
	if refused, is := kept["refused"].(map[string]any); is {
		return refusedWords(refused)
	}
	if status, is := kept["status"].(float64); is {
		return both(strconv.FormatFloat(status, 'f', -1, 64))
	}
	if text, is := kept["text"].(string); is { // of a model
		return both(quietly(text))
	}
	answer, is := kept["answer"]
	switch {
	case is && answer == nil:
		return Text{"done", "已办"}
	case !is:
		answer = kept
	}
	if text, is := answer.(string); is && strings.TrimSuffix(first.Lua, "?") == "string" {
		return both(first.Name + " " + shorten(text, maxToldValue))
	}
	return both(plainWords(answer))
}

func refusedWords(refused map[string]any) Text {
	text := func(name string) string { s, _ := refused[name].(string); return s }
	if code, is := refused["errcode"].(float64); is {
		why := fmt.Sprintf("%d ", int(code)) + text("errmsg")
		return Text{"refused: errcode " + why, "被拒绝：errcode " + why}
	}
	why := text("kind") + ": " + text("message")
	return Text{"nothing: " + why, "没有结果：" + why}
}

// plainWords is plain data in a few words, as Lua would write it.
func plainWords(value any) string {
	switch v := value.(type) {
	case nil:
		return "nil"
	case string:
		return quietly(v)
	case float64:
		if v == math.Trunc(v) && math.Abs(v) < 1<<53 {
			return strconv.FormatInt(int64(v), 10)
		}
		return strconv.FormatFloat(v, 'g', -1, 64)
	case bool:
		return strconv.FormatBool(v)
	}
	b, err := json.Marshal(value)
	if err != nil {
		return "a table"
	}
	return shorten(string(b), maxToldValue)
}

// firstResults are the first results of functions as the reference has them; the zero value of those that have none.
var firstResults = sync.OnceValue(func() map[string]Result {
	all := map[string]Result{}
	for _, f := range Functions() {
		if all[f.Name] = (Result{}); len(f.Returns) > 0 {
			all[f.Name] = f.Returns[0]
		}
	}
	return all
})

// replyWords is a message in a few words.
func replyWords(r *wechat.Reply) string {
	switch {
	case r.Type == "text":
		return r.Content
	case r.Type == "news" && len(r.Articles) > 0:
		return "[news " + r.Articles[0].Title + "]"
	case r.Title != "":
		return "[" + r.Type + " " + r.Title + "]"
	case r.MediaID != "":
		return "[" + r.Type + " " + r.MediaID + "]"
	}
	return "[" + r.Type + "]"
}

// unasked tells the first question that the fan has answered and the scripts have not come to; "" for none.
func (k *talk) unasked() string {
	n := 0
	for _, e := range k.journal.entries {
		if e.question == nil {
			continue
		}
		if n++; e.answer != nil && e.answer.how == "message" && !e.used {
			return fmt.Sprintf("; the fan answered question %d %s with %s", n, quietly(e.question.Text), plainWords(e.answer.value))
		}
	}
	return ""
}
