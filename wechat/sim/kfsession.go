package sim

import (
	"context"
	"fmt"
	"time"
)

const (
	sessionIdle  = 30 * time.Minute // a talk without a word for this long is over
	recordSpan   = 24 * 3600        // seconds of one msgrecord query
	recordNumber = 10_000
	waitingMost  = 100
)

// kfState is how a fan stands with the human agents.
type kfState struct {
	// Account is the agent of the open session; "" = none.
	Account string    `json:"account,omitempty"`
	Since   time.Time `json:"since"`
	Talked  time.Time `json:"talked"`
	// Waiting is when the fan was handed over and nobody has taken him yet; zero = not waiting.
	Waiting time.Time `json:"waiting"`
	Wanted  string    `json:"wanted,omitempty"`
}

func (s *kfState) open(now time.Time) bool { return s.Account != "" && now.Sub(s.Talked) < sessionIdle }

// kfRecord is one thing said between a fan and an agent: opercode 2002 by the agent, 2003 by the fan.
type kfRecord struct {
	OpenID string `json:"openid"`
	Oper   int    `json:"opercode"`
	Text   string `json:"text"`
	Time   int64  `json:"time"`
	Worker string `json:"worker"`
}

func sessionAPIs() []route {
	return []route{
		{path: "/customservice/kfsession/create", needs: verified, do: createSession},
		{path: "/customservice/kfsession/close", needs: verified, do: closeSession},
		{path: "/customservice/kfsession/getsession", needs: verified, do: getSession},
		{path: "/customservice/kfsession/getsessionlist", needs: verified, do: listSessions},
		{path: "/customservice/kfsession/getwaitcase", needs: verified, do: listWaiting},
		{path: "/customservice/msgrecord/getmsglist", needs: verified, do: listRecords},
	}
}

// transferred puts a fan whose message was answered with a transfer among those who wait for an agent.
// Without any agent the transfer does nothing.
func (p *Platform) transferred(a *account, f *fan, s *Shown) {
	if s.Type != "transfer" || len(a.state.Kf.Agents) == 0 || f.Kf.open(p.Now()) {
		return
	}
	if f.Kf.Waiting.IsZero() {
		f.Kf.Waiting = p.Now()
	}
	f.Kf.Wanted = s.KfAccount
}

// toAgent says whether a message goes to the agent who has the fan, and takes it there.
func (p *Platform) toAgent(a *account, f *fan, out *outgoing) bool {
	now := p.Now()
	if f.Kf.Account == "" {
		return false
	}
	if !f.Kf.open(now) {
		over := f.Kf.Account
		f.Kf = kfState{}
		name := a.name
		p.crew.job(func(ctx context.Context) {
			p.Push(ctx, name, f.OpenID, Event("kf_close_session", field("KfAccount", over), field("CloseType", "CLOSE_TIMEOUT")))
		})
		return false
	}
	f.Kf.Talked = now
	a.state.Kf.record(kfRecord{f.OpenID, 2003, out.act.String(), now.Unix(), f.Kf.Account})
	return true
}

func (k *kfDesk) record(r kfRecord) {
	if len(k.Records) >= recordNumber {
		k.Records = append(k.Records[:0:0], k.Records[recordNumber/4:]...)
	}
	k.Records = append(k.Records, r)
}

// SetAgent makes an agent go online or offline; kfsession/create needs one who is online.
func (p *Platform) SetAgent(accountName, kfAccount string, online bool) error {
	a, err := p.account(accountName)
	if err != nil {
		return err
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	agent := a.state.Kf.agent(kfAccount)
	if agent == nil {
		return fmt.Errorf("no agent %q", kfAccount)
	}
	agent.Online = online
	return nil
}

// AgentSays is an agent writing to the fan of his session.
func (p *Platform) AgentSays(accountName, fanName, text string) error {
	a, err := p.account(accountName)
	if err != nil {
		return err
	}
	now := p.Now()
	a.mu.Lock()
	defer a.mu.Unlock()
	f := a.fan(fanName, now)
	if !f.Kf.open(now) {
		return fmt.Errorf("%s talks to no agent", fanName)
	}
	f.Kf.Talked = now
	a.state.Kf.record(kfRecord{f.OpenID, 2002, text, now.Unix(), f.Kf.Account})
	f.Chat.add(Entry{At: now, From: "bot", Via: "agent", Text: text, Shown: &Shown{Type: "text", Text: text, KfAccount: f.Kf.Account}})
	return nil
}

func (c *call) sessionBody() (*agent, *fan, error) {
	in, agent, err := c.theAgent()
	if err != nil {
		return nil, nil, err
	}
	f, err := c.receiver(in.OpenID)
	return agent, f, err
}

func createSession(c *call) (any, error) {
	agent, f, err := c.sessionBody()
	switch {
	case err != nil:
		return nil, err
	case !agent.Online:
		return nil, refuse(65415)
	case f.Kf.open(c.now) && f.Kf.Account != agent.Account:
		return nil, refuse(65414)
	case f.Kf.open(c.now):
		return done(), nil
	}
	f.Kf = kfState{Account: agent.Account, Since: c.now, Talked: c.now}
	c.follow(f.OpenID, Event("kf_create_session", field("KfAccount", agent.Account)))
	return done(), nil
}

func closeSession(c *call) (any, error) {
	agent, f, err := c.sessionBody()
	switch {
	case err != nil:
		return nil, err
	case !f.Kf.open(c.now):
		return nil, refuse(65413)
	case f.Kf.Account != agent.Account:
		return nil, refuse(65414)
	}
	f.Kf = kfState{}
	c.follow(f.OpenID, Event("kf_close_session", field("KfAccount", agent.Account)))
	return done(), nil
}

func getSession(c *call) (any, error) {
	f := c.a.state.Fans[c.query.Get("openid")]
	switch {
	case f == nil:
		return nil, refuse(40003)
	case !f.Kf.open(c.now):
		return nil, refuse(65413)
	}
	return map[string]any{"createtime": f.Kf.Since.Unix(), "kf_account": f.Kf.Account}, nil
}

func (s *state) sessionsOf(kfAccount string, now time.Time) []*fan {
	var found []*fan
	for _, id := range s.Order {
		if f := s.Fans[id]; f.Kf.Account == kfAccount && f.Kf.open(now) {
			found = append(found, f)
		}
	}
	return found
}

func listSessions(c *call) (any, error) {
	name := c.query.Get("kf_account")
	if c.a.state.Kf.agent(name) == nil {
		return nil, refuse(65401)
	}
	list := []map[string]any{}
	for _, f := range c.a.state.sessionsOf(name, c.now) {
		list = append(list, map[string]any{"openid": f.OpenID, "createtime": f.Kf.Since.Unix()})
	}
	return map[string]any{"sessionlist": list}, nil
}

func listWaiting(c *call) (any, error) {
	list, count := []map[string]any{}, 0
	for _, id := range c.a.state.Order {
		f := c.a.state.Fans[id]
		if f.Kf.Waiting.IsZero() {
			continue
		}
		if count++; count <= waitingMost {
			list = append(list, map[string]any{"openid": f.OpenID, "latest_time": f.LastMessage.Unix()})
		}
	}
	return map[string]any{"count": count, "waitcaselist": list}, nil
}

// listRecords pages by the place of a record, from 1.
func listRecords(c *call) (any, error) {
	var in struct {
		Start  whole `json:"starttime"`
		End    whole `json:"endtime"`
		MsgID  whole `json:"msgid"`
		Number whole `json:"number"`
	}
	if err := c.decode(&in); err != nil {
		return nil, err
	}
	switch {
	case in.Start <= 0 || in.End < in.Start || in.MsgID < 1 || in.Number < 1 || in.Number > recordNumber:
		return nil, refuse(65416)
	case in.End-in.Start > recordSpan:
		return nil, refuse(65417)
	}
	list, next := []kfRecord{}, int(in.MsgID)
	for i, r := range c.a.state.Kf.Records {
		if i+1 < int(in.MsgID) || r.Time < int64(in.Start) || r.Time > int64(in.End) || len(list) >= int(in.Number) {
			continue
		}
		list = append(list, r)
		next = i + 2
	}
	return map[string]any{"recordlist": list, "number": len(list), "msgid": next}, nil
}
