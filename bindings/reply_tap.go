package bindings

import (
	"bytes"
	"encoding/json"
	"strings"
	"unicode/utf8"

	"moonwire/wechat"
)

const (
	// maxTaps is how many different tap links one turn may make: they are remembered until its end.
	maxTaps = 1000
	// maxTapSaid is how many characters a tap says, maxTapLink how many bytes the link may have: it must fit into a part
	// of a text with room to spare.
	maxTapSaid = 200
	maxTapLink = 1024
	// maxTapLabel is how many bytes of a label are shown; it may be anybody's text, so it is cut and no mistake.
	maxTapLabel = 240
	// tapID is the bizmsgmenuid with which the tap arrives.
	tapID = "1"
)

// tapFunction is the entry of reply.tap.
func tapFunction() Function {
	return Function{
		Name: "reply.tap", Forms: params(Param{Name: "label", Type: tString}, Param{Name: "text", Type: tString}),
		Returns: []Result{{"link", "string"}}, run: replyTap,
		Doc: Text{
			"A link for use inside a text: a tap on it arrives as that text, as if the fan had written it. Markup in label is shown as it stands. Such a link works in the message that it was made for: in texts that come from anywhere else (a stored name, a model's answer) it is taken off and only its label is shown.",
			"用在文本里的链接：粉丝点一下，就相当于发来这段文字。label 里的标记按原样显示。链接只在生成它的这条消息里有效；别处来的文本（存下来的名字、模型的回答）里的这种链接会被去掉，只显示它的文字。",
		},
		Example: `on.text("帮助", function() return "想看什么?" .. reply.tap("今日茶单", "茶单") .. " " .. reply.tap("营业时间", "时间") end)`,
		Errors: []Text{{
			"Raises when label or text is blank, when text has more than 200 characters, and for more than 1,000 different links in one message.",
			"label 或 text 为空、text 超过 200 个字符、一条消息里不同链接超过 1000 个时报错。",
		}},
	}
}

func replyTap(c call) int {
	label, said := c.wholeText(1), c.wholeText(2)
	c.turn.Steps(c.L, (len(label)+len(said))/16)
	if strings.TrimSpace(label) == "" {
		c.failArg(1, "is empty", "the words of the link")
	}
	if strings.TrimSpace(said) == "" {
		c.failArg(2, "is empty", "the text that a tap sends")
	}
	if short, rest := wechat.CutText(wechat.Clean(cutText(label, 2*maxTapLabel)), maxTapLabel); rest != "" {
		label = short + "…"
	}
	link := ""
	if utf8.RuneCountInString(said) <= maxTapSaid {
		link = wechat.TapLink(label, said, tapID)
	}
	if link == "" || len(link) > maxTapLink {
		c.failArg(2, "is too long for a link", "a text of up to "+plural(maxTapSaid, "character"))
	}
	c.state.makeTap(c, link)
	return c.pushText(link)
}

// makeTap remembers a link that the script makes.
func (s *state) makeTap(c call, link string) {
	if !s.taps[link] && len(s.taps) >= maxTaps {
		c.fail("more than %d different links in one message", maxTaps)
	}
	if s.taps == nil {
		s.taps = map[string]bool{}
	}
	s.taps[link] = true
}

// disarm takes links out of a text that make the fan say something and that the script has not made in this turn: they
// came with a name, an article, a model's answer.
func (s *state) disarm(text string) string {
	text, changed := wechat.Disarm(text, func(link string) bool { return s.taps[link] })
	if changed && !s.disarmed {
		s.disarmed = true
		s.warn("a link that makes the fan say something was taken off a text, and only its label is shown: reply.tap did not make it in this message")
	}
	return text
}

// disarmBody does so with all texts of a body.
func (s *state) disarmBody(body []byte) []byte {
	if bytes.IndexByte(body, '<') < 0 {
		return body
	}
	dec := json.NewDecoder(bytes.NewReader(body))
	dec.UseNumber()
	var v any
	if dec.Decode(&v) != nil {
		return body
	}
	changed := false
	v = eachText(v, func(text string) string {
		out := s.disarm(text)
		changed = changed || out != text
		return out
	})
	if !changed {
		return body
	}
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	if enc.Encode(v) != nil {
		return body
	}
	return bytes.TrimSpace(out.Bytes())
}

// eachText changes each text in plain data.
func eachText(v any, change func(string) string) any {
	switch v := v.(type) {
	case string:
		return change(v)
	case []any:
		for i := range v {
			v[i] = eachText(v[i], change)
		}
	case map[string]any:
		for k := range v {
			v[k] = eachText(v[k], change)
		}
	}
	return v
}
