package sim

import (
	"encoding/json"
	"fmt"
	"strings"
)

// button is one entry of a menu. In menu/get every entry has a sub_button array.
type button struct {
	Type      string   `json:"type,omitempty"`
	Name      string   `json:"name"`
	Key       string   `json:"key,omitempty"`
	URL       string   `json:"url,omitempty"`
	MediaID   string   `json:"media_id,omitempty"`
	AppID     string   `json:"appid,omitempty"`
	PagePath  string   `json:"pagepath,omitempty"`
	ArticleID string   `json:"article_id,omitempty"`
	SubButton []button `json:"sub_button"`
}

// menu is one version of a menu, default or conditional.
type menu struct {
	Button []button    `json:"button"`
	Rule   *matchRule  `json:"matchrule,omitempty"`
	ID     json.Number `json:"menuid"`
}

// menus are guarded by the account's mutex. Conditional menus stand oldest first.
type menus struct {
	Default     *menu  `json:"default,omitempty"`
	Conditional []menu `json:"conditional,omitempty"`
}

func menuAPIs() []route {
	return []route{
		{path: "/cgi-bin/menu/create", needs: verified, raw: true, do: createMenu},
		{path: "/cgi-bin/menu/get", needs: verified, do: getMenu},
		{path: "/cgi-bin/menu/delete", needs: verified, do: deleteMenu},
		{path: "/cgi-bin/get_current_selfmenu_info", needs: verified, do: selfMenu},
	}
}

func createMenu(c *call) (any, error) {
	var in struct{ Button []button }
	if err := c.decode(&in); err != nil {
		return nil, err
	}
	if err := c.checkMenu(in.Button); err != nil {
		return nil, err
	}
	c.a.state.Menu.Default = &menu{Button: normal(in.Button), ID: json.Number(c.p.ids.id())}
	return done(), nil
}

// normal gives every button its sub_button array and drops the type of parents, which WeChat ignores.
func normal(buttons []button) []button {
	out := make([]button, len(buttons))
	for i, b := range buttons {
		if len(b.SubButton) > 0 {
			b = button{Name: b.Name, SubButton: b.SubButton}
		}
		b.SubButton = normal(b.SubButton)
		out[i] = b
	}
	return out
}

func getMenu(c *call) (any, error) {
	m := &c.a.state.Menu
	if m.Default == nil {
		return nil, refuse(46003)
	}
	out := map[string]any{"menu": m.Default}
	if len(m.Conditional) > 0 {
		newestFirst := make([]menu, 0, len(m.Conditional))
		for i := len(m.Conditional) - 1; i >= 0; i-- {
			newestFirst = append(newestFirst, m.Conditional[i])
		}
		out["conditionalmenu"] = newestFirst
	}
	return out, nil
}

// deleteMenu removes the conditional menus too.
func deleteMenu(c *call) (any, error) {
	c.a.state.Menu = menus{}
	return done(), nil
}

// selfMenu has the sub-buttons in {"list":[…]}, unlike menu/get.
func selfMenu(c *call) (any, error) {
	m := &c.a.state.Menu
	if m.Default == nil {
		return map[string]any{"is_menu_open": 0, "selfmenu_info": map[string]any{}}, nil
	}
	return map[string]any{"is_menu_open": 1, "selfmenu_info": map[string]any{"button": listed(m.Default.Button)}}, nil
}

func listed(buttons []button) []map[string]any {
	out := make([]map[string]any, 0, len(buttons))
	for _, b := range buttons {
		entry := map[string]any{}
		for name, value := range map[string]string{
			"type": b.Type, "name": b.Name, "key": b.Key, "url": b.URL, "media_id": b.MediaID,
			"appid": b.AppID, "pagepath": b.PagePath, "article_id": b.ArticleID,
		} {
			if value != "" {
				entry[name] = value
			}
		}
		if len(b.SubButton) > 0 {
			entry["sub_button"] = map[string]any{"list": listed(b.SubButton)}
		}
		out = append(out, entry)
	}
	return out
}

// uses says whether a button shows this material.
func (m *menus) uses(mediaID string) bool {
	all := append([]menu(nil), m.Conditional...)
	if m.Default != nil {
		all = append(all, *m.Default)
	}
	for _, one := range all {
		for _, b := range leaves(one.Button) {
			if b.MediaID == mediaID {
				return true
			}
		}
	}
	return false
}

func leaves(buttons []button) []button {
	var all []button
	for _, b := range buttons {
		if len(b.SubButton) > 0 {
			all = append(all, leaves(b.SubButton)...)
		} else {
			all = append(all, b)
		}
	}
	return all
}

// pressed turns a tap on the menu's entry with this name into the event of its type.
func (a *account) pressed(f *fan, name string) (Act, error) {
	m := a.state.Menu.of(f)
	if m == nil {
		return Act{}, fmt.Errorf("the account has no menu")
	}
	for _, b := range leaves(m.Button) {
		if b.Name != name {
			continue
		}
		id := field("MenuId", m.ID.String())
		switch b.Type {
		case "click":
			return Click(b.Key), nil
		case "view":
			act := View(b.URL)
			act.Fields = append(act.Fields, id)
			return act, nil
		case "miniprogram":
			act := ViewMiniProgram(b.PagePath)
			act.Fields = append(act.Fields, id)
			return act, nil
		case "scancode_push", "scancode_waitmsg":
			return ScanCode(b.Type, b.Key, "qrcode", "stand-in"), nil
		case "location_select":
			return PickLocation(b.Key, 30.24, 120.15, "Hangzhou"), nil
		}
		if strings.HasPrefix(b.Type, "pic_") {
			return Photos(b.Type, b.Key, 1), nil
		}
		return Act{}, fmt.Errorf("menu entry %q is of type %s, which sends no event", name, b.Type)
	}
	return Act{}, fmt.Errorf("the menu has no entry %q", name)
}
