package sim

import (
	"slices"
	"unicode/utf8"
)

const (
	batchInfo    = 100 // fans of one user/info/batchget
	remarkLimit  = 30  // characters; fewer than this
	migrateLimit = 100
)

func userAPIs() []route {
	return []route{
		{path: "/cgi-bin/user/info", needs: verified, do: userInfo},
		{path: "/cgi-bin/user/info/batchget", needs: verified, do: userInfos},
		{path: "/cgi-bin/user/get", needs: verified, do: listUsers},
		{path: "/cgi-bin/user/info/updateremark", needs: verified, do: remarkUser},
		{path: "/cgi-bin/changeopenid", needs: verified, do: changeOpenIDs},
	}
}

// userView is what WeChat tells of a fan since 2021-12-27: no name, no picture, no place.
type userView struct {
	Subscribe      int    `json:"subscribe"`
	OpenID         string `json:"openid"`
	Language       string `json:"language"`
	SubscribeTime  int64  `json:"subscribe_time"`
	UnionID        string `json:"unionid,omitempty"`
	Remark         string `json:"remark"`
	GroupID        int    `json:"groupid"`
	TagIDs         []int  `json:"tagid_list"`
	SubscribeScene string `json:"subscribe_scene"`
	QRScene        int64  `json:"qr_scene"`
	QRSceneStr     string `json:"qr_scene_str"`
}

// stranger is the view of a user who does not follow.
type stranger struct {
	Subscribe int    `json:"subscribe"`
	OpenID    string `json:"openid"`
	UnionID   string `json:"unionid,omitempty"`
}

func (f *fan) info() any {
	if !f.Subscribed {
		return stranger{OpenID: f.OpenID, UnionID: f.UnionID}
	}
	v := userView{
		Subscribe: 1, OpenID: f.OpenID, Language: "zh_CN", SubscribeTime: f.SubscribedAt, UnionID: f.UnionID, Remark: f.Remark,
		TagIDs: append([]int{}, f.Tags...), SubscribeScene: f.SubscribeScene, QRScene: f.QRScene, QRSceneStr: f.QRSceneStr,
	}
	if len(f.Tags) > 0 {
		v.GroupID = f.Tags[0]
	}
	return v
}

func userInfo(c *call) (any, error) {
	id := c.query.Get("openid")
	if id == "" {
		return nil, refuse(41009)
	}
	f := c.a.state.Fans[id]
	if f == nil {
		return nil, refuse(40003)
	}
	return f.info(), nil
}

func userInfos(c *call) (any, error) {
	var in struct {
		UserList []struct{ OpenID string } `json:"user_list"`
	}
	if err := c.decode(&in); err != nil {
		return nil, err
	}
	if len(in.UserList) == 0 || len(in.UserList) > batchInfo {
		return nil, refuse(40032)
	}
	infos := make([]any, 0, len(in.UserList))
	for _, u := range in.UserList {
		f := c.a.state.Fans[u.OpenID]
		if f == nil {
			return nil, refuse(40003)
		}
		infos = append(infos, f.info())
	}
	return map[string]any{"user_info_list": infos}, nil
}

// openIDPage is the shape of all openid lists. An empty page has no data.
type openIDPage struct {
	Total *int        `json:"total,omitempty"`
	Count int         `json:"count"`
	Data  *openIDData `json:"data,omitempty"`
	Next  string      `json:"next_openid"`
}

type openIDData struct {
	OpenID []string `json:"openid"`
}

// openIDs cuts the page after next; 40003 when next is not in the list.
func openIDs(all []string, next string, size int) (openIDPage, error) {
	from := 0
	if next != "" {
		at := slices.Index(all, next)
		if at < 0 {
			return openIDPage{}, refuse(40003)
		}
		from = at + 1
	}
	page := all[from:min(from+size, len(all))]
	if len(page) == 0 {
		return openIDPage{}, nil
	}
	return openIDPage{Count: len(page), Data: &openIDData{slices.Clone(page)}, Next: page[len(page)-1]}, nil
}

// fansWhere lists openids, oldest follower first.
func (s *state) fansWhere(want func(*fan) bool) []string {
	found := []string{}
	for _, id := range s.Order {
		if want(s.Fans[id]) {
			found = append(found, id)
		}
	}
	return found
}

// listUsers pages through the followers: the last real page still names a next_openid, and the page after
// it has count 0 and no data.
func listUsers(c *call) (any, error) {
	all := c.a.state.fansWhere(func(f *fan) bool { return f.Subscribed })
	page, err := openIDs(all, c.query.Get("next_openid"), c.p.o.UserPage)
	if err != nil {
		return nil, err
	}
	total := len(all)
	page.Total = &total
	return page, nil
}

func remarkUser(c *call) (any, error) {
	var in struct{ OpenID, Remark string }
	if err := c.decode(&in); err != nil {
		return nil, err
	}
	f := c.a.state.Fans[in.OpenID]
	switch {
	case f == nil || !f.Subscribed:
		return nil, refuse(40003)
	case utf8.RuneCountInString(in.Remark) >= remarkLimit:
		return nil, refuse(40035, "remark")
	}
	f.Remark = in.Remark
	return done(), nil
}

// changeOpenIDs translates openids of another account of this platform: fans of the same name.
func changeOpenIDs(c *call) (any, error) {
	var in struct {
		FromAppID string   `json:"from_appid"`
		OpenIDs   []string `json:"openid_list"`
	}
	if err := c.decode(&in); err != nil {
		return nil, err
	}
	if len(in.OpenIDs) == 0 || len(in.OpenIDs) > migrateLimit {
		return nil, refuse(40032)
	}
	names := map[string]string{}
	for _, f := range c.a.state.Fans {
		if f.Name != "" {
			names[FanOpenID(in.FromAppID, f.Name)] = f.OpenID
		}
	}
	results := make([]map[string]string, 0, len(in.OpenIDs))
	for _, id := range in.OpenIDs {
		result := map[string]string{"ori_openid": id, "new_openid": names[id], "err_msg": "ok"}
		if names[id] == "" {
			result["err_msg"] = "ori_openid error"
		}
		results = append(results, result)
	}
	return map[string]any{"errcode": 0, "errmsg": "ok", "result_list": results}, nil
}
