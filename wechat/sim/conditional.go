package sim

import (
	"encoding/json"
	"slices"
	"strings"
)

// matchRule says which fans see a conditional menu. The private fields were withdrawn (65320).
type matchRule struct {
	TagID    loose `json:"tag_id,omitempty"`
	GroupID  loose `json:"group_id,omitempty"` // the old name of tag_id
	Client   loose `json:"client_platform_type,omitempty"`
	Sex      loose `json:"sex,omitempty"`
	Country  loose `json:"country,omitempty"`
	Province loose `json:"province,omitempty"`
	City     loose `json:"city,omitempty"`
	Language loose `json:"language,omitempty"`
}

func (r *matchRule) check() error {
	switch {
	case r == nil:
		return refuse(65304)
	}
	r.Client = clientType(r.Client)
	switch {
	case *r == matchRule{}:
		return refuse(65304)
	case r.Sex+r.Country+r.Province+r.City+r.Language != "":
		return refuse(65320)
	case r.Client != "" && !slices.Contains([]loose{"1", "2", "3"}, r.Client):
		return refuse(40035)
	}
	return nil
}

// clientType is 1, 2 or 3. SDKs send the number, the number as a string, or the name that the documentation
// puts before it, "IOS(1), Android(2), Others(3)"; 0 stands for a field that an SDK leaves empty. What else there
// may be stays, to be refused.
func clientType(sent loose) loose {
	switch name, _, _ := strings.Cut(strings.ToLower(string(sent)), "("); strings.TrimSpace(name) {
	case "", "0":
		return ""
	case "1", "ios":
		return "1"
	case "2", "android":
		return "2"
	case "3", "others", "other":
		return "3"
	}
	return sent
}

// fits compares with the last tag the fan was given.
func (r *matchRule) fits(f *fan) bool {
	if r.TagID != "" && (len(f.Tags) == 0 || f.Tags[len(f.Tags)-1] != r.TagID.int()) {
		return false
	}
	return r.Client == "" || string(r.Client) == f.Client
}

// of is the menu a fan sees: the newest conditional one that fits, else the default; nil without any.
func (m *menus) of(f *fan) *menu {
	for i := len(m.Conditional) - 1; i >= 0; i-- {
		if m.Conditional[i].Rule.fits(f) {
			return &m.Conditional[i]
		}
	}
	return m.Default
}

func conditionalAPIs() []route {
	return []route{
		{path: "/cgi-bin/menu/addconditional", needs: verified, raw: true, do: addConditional},
		{path: "/cgi-bin/menu/delconditional", needs: verified, do: deleteConditional},
		{path: "/cgi-bin/menu/trymatch", needs: verified, do: tryMatch},
	}
}

func addConditional(c *call) (any, error) {
	var in struct {
		Button []button   `json:"button"`
		Rule   *matchRule `json:"matchrule"`
	}
	if err := c.decode(&in); err != nil {
		return nil, err
	}
	if c.a.state.Menu.Default == nil {
		return nil, refuse(65303)
	}
	if err := in.Rule.check(); err != nil {
		return nil, err
	}
	if in.Rule.TagID == "" {
		in.Rule.TagID, in.Rule.GroupID = in.Rule.GroupID, ""
	}
	if in.Rule.TagID != "" && c.a.state.Tags.find(in.Rule.TagID.int()) == nil {
		return nil, refuse(45159)
	}
	if len(in.Button) == 0 {
		return nil, refuse(65307)
	}
	if err := c.checkMenu(in.Button); err != nil {
		return nil, err
	}
	if outsideDomains(in.Button) > menuDomains {
		return nil, refuse(65316)
	}
	m := menu{Button: normal(in.Button), Rule: in.Rule, ID: json.Number(c.p.ids.id())}
	c.a.state.Menu.Conditional = append(c.a.state.Menu.Conditional, m)
	return map[string]string{"menuid": m.ID.String()}, nil
}

func deleteConditional(c *call) (any, error) {
	var in struct {
		MenuID loose `json:"menuid"`
	}
	if err := c.decode(&in); err != nil {
		return nil, err
	}
	all := c.a.state.Menu.Conditional
	at := slices.IndexFunc(all, func(m menu) bool { return m.ID.String() == string(in.MenuID) })
	if at < 0 {
		return nil, refuse(65301)
	}
	c.a.state.Menu.Conditional = slices.Delete(all, at, at+1)
	return done(), nil
}

// tryMatch takes an openid, or a WeChat id, for which the name of a fan stands here.
func tryMatch(c *call) (any, error) {
	var in struct {
		UserID string `json:"user_id"`
	}
	if err := c.decode(&in); err != nil {
		return nil, err
	}
	f := c.a.state.Fans[FanOpenID(c.a.set.AppID, in.UserID)]
	if f == nil || in.UserID == "" {
		return nil, refuse(65302)
	}
	m := c.a.state.Menu.of(f)
	if m == nil {
		return nil, refuse(46003)
	}
	return map[string]any{"button": m.Button}, nil
}
