package api

import (
	"context"

	"moonwire/wechat"
)

// Menu is a custom menu (自定义菜单): the default one, or a conditional one with its rule.
type Menu struct {
	Buttons   []Button   `json:"button"`
	MatchRule *MatchRule `json:"matchrule,omitempty"`
	// MenuID is given by the platform.
	MenuID string `json:"menuid,omitempty"`
}

// Button is one entry of a menu: a leaf with a Type and its field, or a group with SubButtons.
type Button struct {
	// Type is click, view, scancode_push, scancode_waitmsg, pic_sysphoto, pic_photo_or_album,
	// pic_weixin, location_select, media_id, view_limited, miniprogram, article_id or
	// article_view_limited; a menu made in the console has others.
	Type string `json:"type,omitempty"`
	Name string `json:"name"`
	// Key comes back in the event of click, scancode_*, pic_* and location_select.
	Key string `json:"key,omitempty"`
	// URL is of view, and the page for old clients of miniprogram.
	URL        string   `json:"url,omitempty"`
	AppID      string   `json:"appid,omitempty"`
	PagePath   string   `json:"pagepath,omitempty"`
	MediaID    string   `json:"media_id,omitempty"`
	ArticleID  string   `json:"article_id,omitempty"`
	SubButtons []Button `json:"sub_button,omitempty"`
	// Value is what a button made in the console holds.
	Value string `json:"value,omitempty"`
}

// MatchRule says who sees a conditional menu. All other fields of it were withdrawn.
type MatchRule struct {
	TagID string `json:"tag_id,omitempty"`
	// ClientPlatformType is "1" iOS, "2" Android or "3" other.
	ClientPlatformType string `json:"client_platform_type,omitempty"`
}

// Menus is all that was made through the API; Default is nil when there is none.
type Menus struct {
	Default     *Menu  `json:"menu"`
	Conditional []Menu `json:"conditionalmenu"`
}

// CurrentMenu is what fans see now, wherever it was made.
type CurrentMenu struct {
	Open bool `json:"is_menu_open"`
	Menu Menu `json:"selfmenu_info"`
}

// CreateMenu replaces the default menu (1,000 a day). Clients show a changed menu when the fan enters
// the chat and the last look is over 5 minutes old.
func (c *Client) CreateMenu(ctx context.Context, buttons []Button) error {
	menu := Menu{Buttons: buttons}
	if err := menu.Check(); err != nil {
		return err
	}
	return c.fetch(ctx, Request{Path: "/cgi-bin/menu/create", Body: menu}, nil)
}

// Menus lists the default and the conditional menus made through the API. No menu is no error.
func (c *Client) Menus(ctx context.Context) (Menus, error) {
	var got Menus
	err := c.fetch(ctx, Request{Path: "/cgi-bin/menu/get"}, &got)
	if isErrcode(err, 46003) {
		return Menus{}, nil
	}
	return got, err
}

// DeleteMenu deletes the default menu and all conditional ones.
func (c *Client) DeleteMenu(ctx context.Context) error {
	return c.fetch(ctx, Request{Path: "/cgi-bin/menu/delete"}, nil)
}

// CurrentMenu asks for the menu that fans see, made through the API or in the console.
func (c *Client) CurrentMenu(ctx context.Context) (CurrentMenu, error) {
	var got CurrentMenu
	err := c.fetch(ctx, Request{Path: "/cgi-bin/get_current_selfmenu_info"}, &got)
	return got, err
}

// AddConditionalMenu adds a menu for the fans that its rule names and returns its menuid. It needs an
// existing default menu (65303).
func (c *Client) AddConditionalMenu(ctx context.Context, menu Menu) (menuid string, err error) {
	if menu.MatchRule == nil {
		menu.MatchRule = &MatchRule{}
	}
	if err := menu.Check(); err != nil {
		return "", err
	}
	menu.MenuID = ""
	var got struct {
		MenuID string `json:"menuid"`
	}
	err = c.fetch(ctx, Request{Path: "/cgi-bin/menu/addconditional", Body: menu}, &got)
	return got.MenuID, err
}

// DeleteConditionalMenu deletes one conditional menu.
func (c *Client) DeleteConditionalMenu(ctx context.Context, menuid string) error {
	if menuid == "" {
		return wechat.BadField("menuid", "missing; want the id that add_conditional returned")
	}
	return c.fetch(ctx, Request{Path: "/cgi-bin/menu/delconditional", Body: map[string]any{"menuid": menuid}}, nil)
}

// MatchMenu asks which menu a fan (openid or WeChat id) sees.
func (c *Client) MatchMenu(ctx context.Context, user string) ([]Button, error) {
	var got struct {
		Buttons []Button `json:"button"`
		Menu    Menu     `json:"menu"`
	}
	err := c.fetch(ctx, Request{Path: "/cgi-bin/menu/trymatch", Body: map[string]any{"user_id": user}}, &got)
	if got.Buttons == nil {
		got.Buttons = got.Menu.Buttons
	}
	return got.Buttons, err
}
