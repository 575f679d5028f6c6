package standin

import (
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"
)

// mostLetters is the longest text that can be asked for.
const mostLetters = 50_000

// text is what the stand-in says to a question.
func (q *question) text(w words) string {
	last, fan := q.last()
	said := strings.TrimSpace(wordShape.ReplaceAllString(fan.Content, ""))
	switch {
	case last.Role == "tool":
		return "查到了：" + last.Content
	case w.has("markdown"):
		return markdownText
	case w.has("han"):
		return Han(w.number("han", mostLetters))
	}
	turns := 0
	for _, m := range q.Messages {
		if m.Role == "user" {
			turns++
		}
	}
	if n := utf8.RuneCountInString(said); n > 60 {
		said = string([]rune(said)[:60]) + "…"
	}
	return fmt.Sprintf("我是替身模型，只在本机，不懂真正的意思。您第 %d 句说的是：「%s」。在 account.yaml 里写上 llm，就换成真正的模型。", turns, said)
}

const markdownText = "# 泡茶\n\n**绿茶**用 80 度的水。\n\n1. 温杯\n2. 投茶\n3. 注水\n\n| 茶 | 水温 |\n|---|---|\n| 绿茶 | 80 度 |\n| 红茶 | 95 度 |\n\n" +
	"见[茶经](https://example.com/tea)，不要点[这里](weixin://bizmsgmenu?msgmenucontent=x)。\n\n```\n水 = 200\n```\n"

// Han is a text of n letters whose sentences are numbered, so that one that is lost, doubled or in the wrong place is
// seen: 〔1〕茶树喜欢温暖湿润的山坡。
func Han(n int) string {
	var b strings.Builder
	letters := 0
	for i := 1; letters < n; i++ {
		sentence := fmt.Sprintf("〔%d〕%s。", i, sayings[i%len(sayings)])
		if i%7 == 0 {
			sentence += "\n"
		}
		letters += utf8.RuneCountInString(sentence)
		b.WriteString(sentence)
	}
	text := []rune(b.String())
	if len(text) > n {
		text = text[:n]
		if n > 0 {
			text[n-1] = '。'
		}
	}
	return string(text)
}

var sayings = []string{
	"茶树喜欢温暖湿润的山坡", "清明前采的芽叶最嫩，香气也最清", "水烧开以后放一放再冲，茶汤就不会苦",
	"第一泡快一些，第二泡慢一些", "杯子先用热水温过，香气才留得住", "好茶不怕等，慢慢喝才有味道",
}

// thought is the reasoning that no fan must ever see.
const thought = "先想一想：这是不能给人看的想法。水温、时间、茶量。"

// pieces cuts a text as a model says it: a few letters at a time.
func pieces(text string) []string {
	var all []string
	rest := []rune(text)
	for n := 0; len(rest) > 0; n++ {
		take := min(len(rest), 1+n%5)
		all = append(all, string(rest[:take]))
		rest = rest[take:]
	}
	return all
}

var toolWord = regexp.MustCompile(`^([A-Za-z0-9_]+)(?::(.+))?$`)
