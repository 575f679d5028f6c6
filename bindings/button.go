package bindings

import (
	"fmt"
	"slices"
	"strings"

	lua "github.com/yuin/gopher-lua"

	"moonwire/wechat/api"
)

// menuButton is what button(…) and group(…) make. A script holds it as a value it cannot look into; it
// never changes once made.
type menuButton struct {
	button  api.Button    // without sub-buttons; a Key only when the author gave one
	handler lua.LValue    // nil when nothing runs
	parts   []*menuButton // of a group
	values  []lua.LValue  // the same, as the script holds them
	file    string        // where it was made
	line    int
}

// Holds is for the weighing of a turn: the handlers of a menu are in no variable. It visits values of
// Lua only, which count once however many groups share them.
func (b *menuButton) Holds(visit func(lua.LValue)) (bytes int) {
	if b.handler != nil {
		visit(b.handler)
	}
	for _, text := range b.texts() {
		visit(lua.LString(text))
	}
	for _, part := range b.values {
		visit(part)
	}
	return 400
}

// texts are all texts of a button, most of them empty.
func (b *menuButton) texts() [7]string {
	w := &b.button
	return [...]string{w.Name, w.Key, w.URL, w.AppID, w.PagePath, w.MediaID, w.ArticleID}
}

// buttonOf is the button that a Lua value holds, nil for any other value.
func buttonOf(v lua.LValue) *menuButton {
	u, ok := v.(*lua.LUserData)
	if !ok {
		return nil
	}
	b, _ := u.Value.(*menuButton)
	return b
}

// keyedTypes are the types of buttons that come back as an event with a key (wechat-protocol §6.2), idTypes
// those that show something by its id.
var (
	keyedTypes = []string{"click", "scancode_push", "scancode_waitmsg", "pic_sysphoto", "pic_photo_or_album", "pic_weixin", "location_select"}
	idTypes    = []string{"media_id", "view_limited", "article_id", "article_view_limited"}
)

func buttonMake(c call) int {
	names := append(append([]string{"key", "view", "miniprogram"}, keyedTypes...), idTypes...)
	r := c.record(quote(c.text(1)), c.table(2), names...)
	b := &menuButton{button: api.Button{Name: c.wholeText(1), Key: r.text("key")}}
	for _, kind := range names[1:] {
		v := r.get(kind)
		if v == lua.LNil {
			continue
		}
		if b.button.Type != "" {
			r.fail("has %s and %s; want one of them", b.button.Type, kind)
		}
		b.button.Type = kind
		b.act(r, v)
	}
	c.checkPlaces(menuPlaces([]api.Button{b.button}))
	keyed := slices.Contains(keyedTypes, b.button.Type)
	switch {
	case b.button.Type == "" && b.button.Key != "":
		b.button.Type = "click"
	case b.button.Type == "":
		r.fail("does nothing; want one of %s", strings.Join(names[1:], ", "))
	case !keyed && b.button.Key != "":
		r.fail("has a key, but a button with %s sends none; want key beside click and its kind", b.button.Type)
	case keyed && b.handler == nil && b.button.Key == "":
		r.fail("%s is true and there is no key; want a handler, or the key of an on.click", b.button.Type)
	}
	return c.wrapButton(b)
}

// act reads what a button of its type does.
func (b *menuButton) act(r record, v lua.LValue) {
	kind := b.button.Type
	switch {
	case slices.Contains(keyedTypes, kind):
		if v == lua.LTrue {
			return
		}
		if !isHandler(v) {
			r.fail("%s is %s; want %s, or true with a key", kind, describe(v), tHandler.Want.EN)
		}
		b.handler = v
	case kind == "view":
		b.button.URL = r.required(kind)
	case kind == "miniprogram":
		m := r.args.record("miniprogram", r.inner(kind), "appid", "pagepath", "url")
		b.button.AppID, b.button.PagePath, b.button.URL = m.required("appid"), m.required("pagepath"), m.required("url")
	case kind == "media_id" || kind == "view_limited":
		b.button.MediaID = r.required(kind)
	default:
		b.button.ArticleID = r.required(kind)
	}
}

// groupMake refuses what has no end: groups in groups would grow twentyfold with each line of a script.
func groupMake(c call) int {
	tb := c.table(2)
	g := &menuButton{button: api.Button{Name: c.wholeText(1)}, parts: c.buttons(tb, maxInGroup, "a group")}
	for i, part := range g.parts {
		if part.parts != nil {
			c.fail("item %d is a group; want button(…): a menu has two levels", i+1)
		}
		g.values = append(g.values, tb.RawGetInt(i+1))
	}
	return c.wrapButton(g)
}

func (c call) wrapButton(b *menuButton) int {
	if n := len(b.button.Name); n > maxButtonName {
		c.failArg(1, fmt.Sprintf("is %d bytes long", n), "at most 16 bytes in the menu, 60 in a group (a Chinese character has 3)")
	}
	b.file, b.line = c.turn.Where(c.L)
	size := 0
	for _, text := range b.texts() {
		size += len(text)
	}
	c.turn.Bytes(c.L, size)
	u := c.L.NewUserData()
	u.Value = b
	return c.push(u)
}

// WeChat's limits of a menu (wechat-protocol §6.2). maxButtonName, in bytes, is far above them: the menu names
// the button whose name is a little too long.
const (
	maxInMenu     = 3
	maxInGroup    = 5
	maxButtonName = 300
)

// buttons reads a list of what button(…) and group(…) made.
func (a arguments) buttons(tb *lua.LTable, most int, where string) []*menuButton {
	n := tb.Len()
	if n == 0 || n > most {
		a.fail("%s in the list; want 1 to %d in %s", plural(n, "button"), most, where)
	}
	all := make([]*menuButton, n)
	for i := range all {
		v := tb.RawGetInt(i + 1)
		if all[i] = buttonOf(v); all[i] == nil {
			a.fail("item %d is %s; want button(…) or group(…)", i+1, describe(v))
		}
	}
	if key, _ := tb.Next(lua.LNumber(n)); key != lua.LNil {
		a.fail("%s stands beside the buttons; want a list of button(…) and group(…)", keyText(key))
	}
	return all
}

// withHandler is the first button in it that holds a handler, nil when none does.
func (b *menuButton) withHandler() *menuButton {
	if b.handler != nil {
		return b
	}
	for _, part := range b.parts {
		if held := part.withHandler(); held != nil {
			return held
		}
	}
	return nil
}

// wire is the button as WeChat takes it; path is where it stands: "更多/".
func (b *menuButton) wire(path string) api.Button {
	out := b.button
	if b.handler != nil && out.Key == "" {
		out.Key = ownKey(path + out.Name)
	}
	for _, part := range b.parts {
		out.SubButtons = append(out.SubButtons, part.wire(path+out.Name+"/"))
	}
	return out
}

// place says where a button was made.
func (b *menuButton) place() string { return fmt.Sprintf("%s:%d", b.file, b.line) }
