package bindings

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"moonwire/wechat"
	"moonwire/wechat/api"
)

const (
	// ownPrefix begins the keys that we give to buttons with a function.
	ownPrefix = "mw:"
	// maxEventKey is the longest key of a button, in bytes (wechat-protocol §6.2).
	maxEventKey = 128
)

// declaredMenu is the menu{…} of a build.
type declaredMenu struct {
	buttons []api.Button
	hash    string
	at      string // main.lua:12
}

// Menu is the menu that the script declares, to be pushed to WeChat with PushMenu when hash is not that of the one pushed
// last; nil and "" when it declares none. The caller must not change the buttons.
func (p *Program) Menu() (buttons []api.Button, hash string) {
	m := p.index().menu
	if m == nil {
		return nil, ""
	}
	return m.buttons, m.hash
}

// ownKey is the key of the button at a path of names. It must stay the same while the names do: menus that
// were pushed, and phones that have not looked again, go on sending it.
func ownKey(path string) string {
	if key := ownPrefix + path; len(key) <= maxEventKey {
		return key
	}
	sum := sha256.Sum256([]byte(path))
	return ownPrefix + hex.EncodeToString(sum[:16])
}

// menuDeclare takes the menu of the top level: in the dry run it is checked and kept; always, the functions
// on its buttons become rules.
func menuDeclare(c call) int {
	if !c.turn.Loading() {
		c.fail("the menu is declared at the top level; inside a handler use menu.create")
	}
	s := c.state
	buttons := c.buttons(c.table(1), maxInMenu, "a menu")
	if s.draft {
		c.indexMenu(buttons)
	} else if s.index.menu == nil {
		c.fail("the menu was not declared when the script was loaded; it must not depend on time or chance")
	}
	for _, b := range buttons {
		c.declareButton(b, "")
	}
	return 0
}

func (c call) indexMenu(buttons []*menuButton) {
	x := c.state.index
	if x.menu != nil {
		c.fail("the menu is declared already at %s; an account has one", x.menu.at)
	}
	m := &api.Menu{}
	for _, b := range buttons {
		m.Buttons = append(m.Buttons, b.wire(""))
	}
	if err := m.Check(); err != nil {
		c.fail("%s", misplacedButton(err, buttons))
	}
	sum, err := c.state.p.hashOfMenu(m.Buttons)
	if err != nil {
		c.failField(err)
	}
	file, line := c.turn.Where(c.L)
	x.menu = &declaredMenu{buttons: m.Buttons, hash: sum, at: fmt.Sprintf("%s:%d", file, line)}
}

// hashOfMenu differs when anything differs that a fan sees of the menu: also the content of a file of media/.
func (p *Program) hashOfMenu(buttons []api.Button) (string, error) {
	seen, err := json.Marshal(buttons)
	if err != nil {
		return "", err
	}
	for _, place := range menuPlaces(buttons) {
		name, ok := mediaFile(*place.id)
		if !ok {
			continue
		}
		file, err := p.hashOfMedia(name)
		if err != nil {
			return "", err
		}
		seen = append(seen, file[:]...)
	}
	sum := sha256.Sum256(seen)
	return hex.EncodeToString(sum[:]), nil
}

// PushMenu pushes the menu that the script declares. Files of media/ on its buttons are uploaded before.
func (p *Program) PushMenu(ctx context.Context, a API) error {
	m := p.index().menu
	if m == nil {
		return nil
	}
	buttons := slices.Clone(m.buttons)
	for i := range buttons {
		buttons[i].SubButtons = slices.Clone(buttons[i].SubButtons)
	}
	var files placedFiles
	for _, place := range menuPlaces(buttons) {
		name := *place.id
		if !isMediaFile(name) {
			continue
		}
		id, err := p.upload(ctx, a, place, name)
		if err != nil {
			return err
		}
		*place.id = id
		files = append(files, placedFile{place, name})
	}
	return files.again(ctx, p, a, func() error { return a.CreateMenu(ctx, buttons) })
}

// misplacedButton names the button that an error of WeChat's limits is about:
// `button[2].sub_button[1].name (更多/官网, main.lua:14): …`.
func misplacedButton(err error, buttons []*menuButton) string {
	var f *wechat.FieldError
	if !errors.As(err, &f) {
		return err.Error()
	}
	path, place := "", ""
	for steps, level := strings.Split(f.Field, "."), buttons; len(steps) > 0; steps = steps[1:] {
		var n int
		if _, err := fmt.Sscanf(strings.TrimPrefix(steps[0], "sub_"), "button[%d]", &n); err != nil || n < 1 || n > len(level) {
			break
		}
		b := level[n-1]
		path, place, level = strings.TrimPrefix(path+"/"+b.button.Name, "/"), b.place(), b.parts
	}
	if place == "" {
		return f.Error()
	}
	return fmt.Sprintf("%s (%s, %s): %s", f.Field, path, place, f.Reason)
}

// declareButton makes rules of the functions on a button and those under it.
func (c call) declareButton(b *menuButton, path string) {
	path += b.button.Name
	for _, part := range b.parts {
		c.declareButton(part, path+"/")
	}
	if b.handler == nil {
		return
	}
	k := kind{keyed: fitsEventKey, word: b.button.Type}
	key := b.button.Key
	if key == "" {
		key = ownKey(path)
	}
	s, n := c.state, len(c.state.handlers)
	if s.draft {
		r, keys := c.rule(s.index, k, []string{key})
		r.file, r.line, r.label = b.file, b.line, label(b.file, b.line, "button", []string{path})
		s.index.add(r, keys)
	} else if n >= len(s.index.rules) || s.index.rules[n].kind != k || !slices.Equal(s.index.rules[n].keys, []string{key}) {
		c.fail("button %s was not declared so when the script was loaded; menus must not depend on time or chance", quote(path))
	}
	s.handlers = append(s.handlers, b.handler)
}

// stale reports whether a tap is on a button of ours that no rule knows any more.
func stale(m *wechat.Message) bool {
	return strings.HasPrefix(m.EventKey, ownPrefix) && m.IsEventNamed("CLICK")
}
