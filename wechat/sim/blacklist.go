package sim

const blacklistBatch = 20

func blacklistAPIs() []route {
	return []route{
		{path: "/cgi-bin/tags/members/getblacklist", needs: verified, do: listBlocked},
		{path: "/cgi-bin/tags/members/batchblacklist", needs: verified, do: blockUsers},
		{path: "/cgi-bin/tags/members/batchunblacklist", needs: verified, do: unblockUsers},
	}
}

func listBlocked(c *call) (any, error) {
	var in struct {
		Begin string `json:"begin_openid"`
	}
	if err := c.decode(&in); err != nil {
		return nil, err
	}
	all := c.a.state.fansWhere(func(f *fan) bool { return f.Blocked })
	page, err := openIDs(all, in.Begin, c.p.o.UserPage)
	if err != nil {
		return nil, err
	}
	total := len(all)
	page.Total = &total
	return page, nil
}

func blockUsers(c *call) (any, error)   { return c.setBlocked(true) }
func unblockUsers(c *call) (any, error) { return c.setBlocked(false) }

func (c *call) setBlocked(blocked bool) (any, error) {
	var in struct {
		OpenIDs []string `json:"openid_list"`
	}
	if err := c.decode(&in); err != nil {
		return nil, err
	}
	fans, err := c.fans(in.OpenIDs, blacklistBatch)
	if err != nil {
		return nil, err
	}
	for _, f := range fans {
		f.Blocked = blocked
	}
	return done(), nil
}

// notOurs is the errcode for an openid that is no follower: 49003 for a well-formed one that must
// belong to another account, else 40003.
func (c *call) notOurs(id string) error {
	if c.a.state.Fans[id] == nil && isOpenID(id) {
		return refuse(49003)
	}
	return refuse(40003)
}
