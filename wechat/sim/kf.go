package sim

import (
	"encoding/json"
	"regexp"
	"slices"
	"strconv"
	"time"
	"unicode/utf8"
)

const (
	agentCap  = 100
	nickLimit = 16 // characters
	inviteFor = 24 * time.Hour
)

// kfDesk is the customer service of an account: its agents and what they and the fans said.
type kfDesk struct {
	Agents  []*agent   `json:"agents"`
	Records []kfRecord `json:"records"`
	Last    int        `json:"last"`
}

// agent is one customer-service account.
type agent struct {
	Account  string    `json:"kf_account"`
	Nick     string    `json:"kf_nick"`
	ID       string    `json:"kf_id"`
	HeadURL  string    `json:"kf_headimgurl"`
	Wx       string    `json:"kf_wx"`
	InviteWx string    `json:"invite_wx"`
	Invited  time.Time `json:"invited"`
	Online   bool      `json:"online"`
}

func (k *kfDesk) agent(name string) *agent {
	for _, a := range k.Agents {
		if a.Account == name {
			return a
		}
	}
	return nil
}

func kfAPIs() []route {
	return []route{
		{path: "/customservice/kfaccount/add", needs: verified, do: addAgent},
		{path: "/customservice/kfaccount/update", needs: verified, do: updateAgent},
		{path: "/customservice/kfaccount/del", needs: verified, do: deleteAgent},
		{path: "/customservice/kfaccount/inviteworker", needs: verified, do: inviteAgent},
		{path: "/customservice/kfaccount/uploadheadimg", needs: verified, do: headOfAgent},
		{path: "/cgi-bin/customservice/getkflist", needs: verified, do: listAgents},
		{path: "/cgi-bin/customservice/getonlinekflist", needs: verified, do: onlineAgents},
	}
}

type agentBody struct {
	Account  string `json:"kf_account"`
	Nick     string `json:"nickname"`
	InviteWx string `json:"invite_wx"`
	OpenID   string `json:"openid"`
}

var agentName = regexp.MustCompile(`^[A-Za-z0-9]{1,10}@[A-Za-z0-9_-]+$`)

func addAgent(c *call) (any, error) {
	var in agentBody
	if err := c.decode(&in); err != nil {
		return nil, err
	}
	k := &c.a.state.Kf
	switch {
	case !agentName.MatchString(in.Account):
		return nil, refuse(65404)
	case in.Nick == "" || utf8.RuneCountInString(in.Nick) > nickLimit:
		return nil, refuse(65403)
	case k.agent(in.Account) != nil:
		return nil, refuse(65406)
	case len(k.Agents) >= agentCap:
		return nil, refuse(65405)
	}
	k.Last++
	k.Agents = append(k.Agents, &agent{Account: in.Account, Nick: in.Nick, ID: strconv.Itoa(1000 + k.Last)})
	return done(), nil
}

// theAgent reads a body that names an agent.
func (c *call) theAgent() (agentBody, *agent, error) {
	var in agentBody
	if err := c.decode(&in); err != nil {
		return in, nil, err
	}
	a := c.a.state.Kf.agent(in.Account)
	if a == nil {
		return in, nil, refuse(65401)
	}
	return in, a, nil
}

func updateAgent(c *call) (any, error) {
	in, a, err := c.theAgent()
	if err != nil {
		return nil, err
	}
	if in.Nick == "" || utf8.RuneCountInString(in.Nick) > nickLimit {
		return nil, refuse(65403)
	}
	a.Nick = in.Nick
	return done(), nil
}

// deleteAgent takes the agent from the body, or in the old form from the query.
func deleteAgent(c *call) (any, error) {
	name := c.query.Get("kf_account")
	if name == "" {
		in, _, err := c.theAgent()
		if err != nil {
			return nil, err
		}
		name = in.Account
	}
	k := &c.a.state.Kf
	at := slices.IndexFunc(k.Agents, func(a *agent) bool { return a.Account == name })
	if at < 0 {
		return nil, refuse(65401)
	}
	k.Agents = slices.Delete(k.Agents, at, at+1)
	return done(), nil
}

func inviteAgent(c *call) (any, error) {
	in, a, err := c.theAgent()
	switch {
	case err != nil:
		return nil, err
	case in.InviteWx == "":
		return nil, refuse(65409)
	case a.Wx != "":
		return nil, refuse(65412)
	case a.InviteWx != "" && c.now.Sub(a.Invited) < inviteFor:
		return nil, refuse(65411)
	}
	a.InviteWx, a.Invited = in.InviteWx, c.now
	return done(), nil
}

func headOfAgent(c *call) (any, error) {
	a := c.a.state.Kf.agent(c.query.Get("kf_account"))
	if a == nil {
		return nil, refuse(65401)
	}
	up, err := c.file("media")
	if err != nil {
		return nil, err
	}
	if err := up.fits("image"); err != nil {
		return nil, err
	}
	m := c.newMedia("image", up)
	m.Lasting, m.ForMass = true, true
	a.HeadURL = c.fileURL(m)
	return done(), nil
}

func listAgents(c *call) (any, error) {
	list := []map[string]any{}
	for _, a := range c.a.state.Kf.Agents {
		entry := map[string]any{"kf_account": a.Account, "kf_nick": a.Nick, "kf_id": json.Number(a.ID), "kf_headimgurl": a.HeadURL}
		switch {
		case a.Wx != "":
			entry["kf_wx"] = a.Wx
		case a.InviteWx != "":
			entry["invite_wx"], entry["invite_expire_time"] = a.InviteWx, a.Invited.Add(inviteFor).Unix()
			entry["invite_status"] = "waiting"
			if c.now.Sub(a.Invited) >= inviteFor {
				entry["invite_status"] = "expired"
			}
		}
		list = append(list, entry)
	}
	return map[string]any{"kf_list": list}, nil
}

func onlineAgents(c *call) (any, error) {
	list := []map[string]any{}
	for _, a := range c.a.state.Kf.Agents {
		if a.Online {
			list = append(list, map[string]any{
				"kf_account": a.Account, "status": 1, "kf_id": json.Number(a.ID), "accepted_case": len(c.a.state.sessionsOf(a.Account, c.now)),
			})
		}
	}
	return map[string]any{"kf_online_list": list}, nil
}
