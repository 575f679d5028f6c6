package llm

import "strings"

// thoughts takes reasoning out of a text that comes in pieces: what stands between <think> and </think>, wherever the
// pieces are cut. Where </think> comes alone, the model was made to begin with its thoughts: all before it is reasoning.
type thoughts struct {
	held   string // may be the beginning of a tag
	inside bool
	said   bool // something that is not blank came out

	begins bool            // the model begins with its thoughts, without a tag: nothing is seen before </think>
	first  strings.Builder // what it has said until then
	late   bool            // thoughts were seen, until </think> came
}

// announced says that the model thinks in a field of its own: what it says is the answer.
func (t *thoughts) announced() {
	if t.first.Len() == 0 {
		t.begins = false
	}
}

// thinkTags are the names that models use.
var thinkTags = []string{"think", "thinking", "thought", "reasoning"}

const longestTag = len("</reasoning>")

// feed is what of the next piece may be seen; restart says that what was seen before was reasoning.
func (t *thoughts) feed(piece string) (seen string, restart bool) {
	rest := t.held + piece
	t.held = ""
	var b strings.Builder
	show := func(s string) {
		if !t.inside {
			b.WriteString(s)
		}
	}
	for {
		at := strings.IndexByte(rest, '<')
		if at < 0 {
			show(rest)
			break
		}
		show(rest[:at])
		rest = rest[at:]
		closing, length, maybe := tagAt(rest)
		switch {
		case maybe:
			t.held = rest
			rest = ""
		case length == 0:
			show("<")
			rest = rest[1:]
			continue
		case closing && t.begins:
			t.begins, t.inside = false, false
			t.first.Reset()
			b.Reset()
		case closing && !t.inside:
			t.late = t.late || t.said || strings.TrimSpace(b.String()) != ""
			b.Reset()
			restart = true
		default:
			t.inside = !closing
		}
		if rest = rest[length*min(1, len(rest)):]; rest == "" {
			break
		}
	}
	seen = b.String()
	if t.begins {
		t.first.WriteString(seen)
		return "", false
	}
	if !t.said || restart {
		seen = strings.TrimLeft(seen, " \t\r\n")
	}
	t.said = seen != "" || t.said && !restart
	return seen, restart
}

// end is what was held back. Of an answer that is whole and had no </think>, none of it was thought.
func (t *thoughts) end(whole bool) (seen string, restart bool) {
	held := t.held
	t.held = ""
	if t.inside {
		held = ""
	}
	if t.begins {
		held = strings.TrimLeft(t.first.String()+held, " \t\r\n")
		if !whole {
			held = ""
		}
	}
	return held, false
}

// tagAt looks at a text that begins with <: whether it is a tag of thoughts and how long that is, or whether more must
// come before that can be told.
func tagAt(s string) (closing bool, length int, maybe bool) {
	head := strings.ToLower(s[:min(len(s), longestTag)])
	for _, name := range thinkTags {
		for _, closes := range []bool{false, true} {
			tag := "<" + name + ">"
			if closes {
				tag = "</" + name + ">"
			}
			if strings.HasPrefix(head, tag) {
				return closes, len(tag), false
			}
			maybe = maybe || len(s) < len(tag) && strings.HasPrefix(tag, head)
		}
	}
	return false, 0, maybe
}
