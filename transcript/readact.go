package transcript

import (
	"fmt"
	"strings"

	"moonwire/chat"
	"moonwire/engine"
	"moonwire/wechat/sim"
)

// says reads what a fan does: a text, or one thing in brackets.
func (r *reader) says(who, text string) (step, error) {
	if err := r.fan(who); err != nil {
		return nil, err
	}
	if word := misspelt(who); word != "" {
		return nil, fmt.Errorf("%s: did you mean %s? A fan has another name", who, word)
	}
	act, inBrackets, err := readAct(text)
	if err != nil {
		return nil, err
	}
	if !inBrackets {
		text = r.further(text)
		if strings.TrimSpace(text) == "" {
			return nil, fmt.Errorf("%s says nothing: behind the colon stands a text, or what the fan does, such as [click KEY]", who)
		}
		act = sim.Text(strings.TrimPrefix(text, `\`))
	}
	return &says{at: r.span(), fan: who, act: act}, nil
}

// readAct reads [click KEY]. What stands in brackets and does not begin with a Latin letter is a text, as the faces of
// WeChat are: [微笑].
func readAct(text string) (act sim.Act, inBrackets bool, err error) {
	inner, ok := bracketed(text)
	if !ok {
		return act, false, nil
	}
	words, err := splitWords(inner)
	if err != nil || len(words) == 0 {
		return act, err == nil, err
	}
	kind, args := strings.ToLower(words[0]), words[1:]
	if kind == "menu" { // by its path, whose last part is the button
		path := inner[len(words[0]):]
		kind, args = "tap", []string{strings.TrimSpace(path[strings.LastIndexByte(path, '/')+1:])}
	}
	act, err = chat.Parse(kind, args)
	if err != nil {
		return act, true, actError(kind, err)
	}
	return act, true, nil
}

func actError(kind string, err error) error {
	var names []string
	for _, usage := range sim.Kinds() {
		name, _, _ := strings.Cut(usage, " ")
		if name == kind {
			return err
		}
		names = append(names, name)
	}
	if near := engine.Nearest(kind, append(names, "menu", "silence")); near != "" {
		return fmt.Errorf("[%s] is nothing that a fan does; did you mean [%s]? A text that begins so is written \\[%s", kind, near, kind)
	}
	return err
}

// bracketed takes what stands in brackets; a comment may follow.
func bracketed(text string) (inner string, ok bool) {
	end := strings.LastIndexByte(text, ']')
	if !strings.HasPrefix(text, "[") || end < 2 {
		return "", false
	}
	if first := text[1]; (first < 'a' || first > 'z') && (first < 'A' || first > 'Z') {
		return "", false
	}
	if i := strings.Index(text, "] "); i > 0 && strings.HasPrefix(strings.TrimSpace(text[i+1:]), "#") {
		end = i
	}
	if rest := strings.TrimSpace(text[end+1:]); rest != "" && !strings.HasPrefix(rest, "#") {
		return "", false
	}
	return strings.TrimSpace(text[1:end]), true
}

// splitWords divides at blanks; what stands in quotes is one word.
func splitWords(text string) (words []string, err error) {
	for text = strings.TrimSpace(text); text != ""; text = strings.TrimSpace(text) {
		if rest, quoted := strings.CutPrefix(text, `"`); quoted {
			word, after, closed := strings.Cut(rest, `"`)
			if !closed {
				return nil, fmt.Errorf("a quotation mark is not closed")
			}
			words, text = append(words, word), after
			continue
		}
		word, after, _ := strings.Cut(text, " ")
		words, text = append(words, word), after
	}
	return words, nil
}

// withoutComment takes a comment off the end of a line of ours.
func withoutComment(rest string) string {
	if i := strings.Index(rest, " #"); i >= 0 {
		rest = rest[:i]
	}
	return strings.TrimSpace(rest)
}
