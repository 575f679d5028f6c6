package words

import "strings"

// Text is a sentence in both languages.
type Text struct{ EN, ZH string }

// In is the sentence in a language; what was never said in Chinese is English.
func (t Text) In(l Language) string {
	if l == Chinese && t.ZH != "" {
		return t.ZH
	}
	return t.EN
}

// fill puts values into the places of a sentence; they alternate with the names of the places.
func (t Text) fill(values []string) Text {
	if len(values) == 0 {
		return t
	}
	pairs := make([]string, len(values))
	for i, v := range values {
		if pairs[i] = v; i%2 == 0 {
			pairs[i] = "{" + v + "}"
		}
	}
	r := strings.NewReplacer(pairs...)
	return Text{r.Replace(t.EN), r.Replace(t.ZH)}
}

// DidYouMean asks for a name that comes near; nothing for "".
func DidYouMean(name string) Text {
	if name == "" {
		return Text{}
	}
	return Text{"did you mean " + name + "?", "是不是想写 " + name + "？"}
}

// Put is the message with a sentence in one of its places, in each language its own.
func (m Message) Put(place string, t Text) Message {
	for _, text := range []*Text{&m.Cause, &m.Cure} {
		text.EN, text.ZH = strings.ReplaceAll(text.EN, "{"+place+"}", t.EN), strings.ReplaceAll(text.ZH, "{"+place+"}", t.In(Chinese))
	}
	return m
}

// MsgIsGiven is what to do about a msg that nobody has declared.
var MsgIsGiven = Text{"msg is what a handler is given: on.text(function(msg) … end)", "msg 是处理函数的参数：on.text(function(msg) … end)"}
