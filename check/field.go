package check

import (
	"slices"
	"strings"

	"moonwire/bindings"
	"moonwire/engine"
	"moonwire/engine/syntax"
	"moonwire/words"
)

func libraryOf(name string) string {
	library, _, dotted := strings.Cut(name, ".")
	if !dotted {
		return ""
	}
	return library
}

// textKey is the name of a field that is written as one: msg.content, msg["content"].
func textKey(e *syntax.Index) string {
	if key, ok := e.Key.(*syntax.String); ok {
		return key.Value
	}
	return ""
}

// localOf is the local that an expression is; nil for any other.
func localOf(e syntax.Expr) *syntax.Local {
	if name, ok := e.(*syntax.Name); ok {
		return name.Local
	}
	return nil
}

// index reads a field.
func (w *walker) index(e *syntax.Index, r role) {
	if f, is := w.fieldOf(e); is {
		w.field(f, e.Line(), r)
	}
	if note := w.noteOf(e); note != "" && r == tested {
		w.e.notes.tested[note] = true
	}
	if file, is := w.rows[localOf(e.Object)]; is && textKey(e) != "" {
		w.column(file, textKey(e), e.Line(), true)
	}
	w.visit(e.Object, used)
	w.visit(e.Key, taken)
}

// fieldOf reads msg.x of a handler, and settings.x.
func (w *walker) fieldOf(e *syntax.Index) (f fieldOf, is bool) {
	name, ok := e.Object.(*syntax.Name)
	key := textKey(e)
	if !ok || key == "" {
		return f, false
	}
	if name.Local == nil {
		return fieldOf{nil, key}, name.Ident == "settings"
	}
	_, isMsg := w.msg[name.Local]
	return fieldOf{name.Local, key}, isMsg
}

func (w *walker) field(f fieldOf, line int, r role) {
	switch {
	case r == tested:
		w.asked[f] = true
	case r == used:
		w.uses = append(w.uses, use{f, line})
	}
	if f.of != nil {
		w.messageField(w.msg[f.of], f.name, line)
	}
}

// kindOf is the type of the messages that a rule is for: event, or "" where it may be any.
func kindOf(rule string) string {
	switch name := strings.TrimPrefix(rule, "on."); name {
	case "text", "has", "match":
		return "text"
	case "image", "voice", "video", "shortvideo", "location", "link", "file":
		return name
	case "message", "before", "fallback":
		return ""
	}
	return "event"
}

// messageField judges a field that no message has. An event may bring fields that nobody has heard of, so that only the
// nearest of slips counts there.
func (w *walker) messageField(rule, name string, line int) {
	all := bindings.MessageFields()
	if slices.Contains(all, name) || strings.HasPrefix(name, "mw_") {
		return
	}
	kind, slips := kindOf(rule), 1
	if kind != "event" && kind != "" {
		slips = 2
	}
	var near []string
	for _, field := range all {
		if kinds := bindings.MessageKinds(field); kind == "" || len(kinds) == 0 || slices.Contains(kinds, kind) {
			near = append(near, field)
		}
	}
	meant := engine.NearestWithin(name, near, min(slips, len(name)/4+1))
	if meant == "" {
		meant = map[string]string{"text": "content", "message": "content", "msg": "content", "body": "content", "from_user": "openid", "user_id": "openid", "userid": "openid", "open_id": "openid", "type": "msg_type", "key": "event_key"}[name]
	}
	if meant != "" {
		w.e.warn(w.file, line, words.Say(words.MessageField, "field", name).Cured(words.DidYouMean("msg."+meant)))
	}
}

// judgeUses judges the fields that are used without a test, once the whole file is read.
func (w *walker) judgeUses() {
	for _, u := range w.uses {
		switch {
		case w.asked[u.fieldOf]:
		case u.of == nil:
			w.setting(u)
		default:
			w.foreignField(w.msg[u.of], u)
		}
	}
}

// foreignField judges a field of another kind of message.
func (w *walker) foreignField(rule string, u use) {
	kinds, kind := bindings.MessageKinds(u.name), kindOf(rule)
	if len(kinds) == 0 || kind == "" || slices.Contains(kinds, kind) {
		return
	}
	m := words.Say(words.MessageKind, "rule", rule, "field", u.name)
	w.e.warn(w.file, u.line, m.Put("kinds", words.Text{EN: strings.Join(kinds, ", "), ZH: " " + strings.Join(kinds, "、") + " "}))
}

func (w *walker) setting(u use) {
	if _, declared := w.e.program.Settings[u.name]; declared {
		return
	}
	var names []string
	for name := range w.e.program.Settings {
		names = append(names, name)
	}
	slices.Sort(names)
	m := words.Say(words.UnknownSetting, "name", u.name)
	if near := engine.Nearest(u.name, names); near != "" {
		m = m.Cured(words.DidYouMean("settings." + near))
	}
	w.e.warn(w.file, u.line, m)
}
