package sim

import (
	"slices"
	"time"
)

// fan is the platform's record of one WeChat user towards one account. Guarded by the account's mutex.
type fan struct {
	OpenID string `json:"openid"`
	// Name is how the fan was first called; "" when only the openid is known.
	Name           string `json:"name,omitempty"`
	UnionID        string `json:"unionid,omitempty"`
	Subscribed     bool   `json:"subscribed"`
	SubscribedAt   int64  `json:"subscribe_time"`
	SubscribeScene string `json:"subscribe_scene"`
	QRScene        int64  `json:"qr_scene"`
	QRSceneStr     string `json:"qr_scene_str"`
	Remark         string `json:"remark"`
	// Tags are in the order in which they were given.
	Tags    []int `json:"tags"`
	Blocked bool  `json:"blocked"`
	// Refuses is the fan's switch that turns messages of the account off.
	Refuses bool `json:"refuses"`
	// Snapshot is a fan who sees pages as snapshots, through a virtual account.
	Snapshot bool `json:"snapshot,omitempty"`
	// Client is the client_platform_type: 1 iOS, 2 Android, 3 other.
	Client      string            `json:"client"`
	Windows     []window          `json:"windows,omitempty"`
	LastAct     time.Time         `json:"last_act"`
	LastMessage time.Time         `json:"last_message"`
	TypingUntil time.Time         `json:"typing_until"`
	Consents    map[string]int    `json:"consents,omitempty"`
	Sent        map[string]sent   `json:"sent,omitempty"`
	Masses      map[string]int    `json:"masses,omitempty"`
	Profile     map[string]string `json:"profile,omitempty"`
	Kf          kfState           `json:"kf"`
	Chat        transcript        `json:"chat"`

	last *outgoing
}

// fan finds a fan by name or openid, and makes one who follows the account when there is none yet.
func (a *account) fan(name string, now time.Time) *fan {
	id := FanOpenID(a.set.AppID, name)
	if f := a.state.Fans[id]; f != nil {
		return f
	}
	f := &fan{
		OpenID: id, Subscribed: true, SubscribedAt: now.Unix(), SubscribeScene: "ADD_SCENE_SEARCH",
		Client: "1", Consents: map[string]int{}, Sent: map[string]sent{}, Masses: map[string]int{},
	}
	if id != name {
		f.Name = name
	}
	a.state.Fans[id] = f
	a.state.Order = append(a.state.Order, id)
	a.state.followers++
	return f
}

// follows moves the fan to the end of the follower list, as a new follower.
func (a *account) follows(f *fan, now time.Time, source string) {
	a.state.Stats.day(now).New++
	if !f.Subscribed {
		a.state.followers++
		a.state.Order = append(slices.DeleteFunc(a.state.Order, func(id string) bool { return id == f.OpenID }), f.OpenID)
	}
	f.Subscribed, f.SubscribedAt, f.SubscribeScene = true, now.Unix(), source
	f.QRScene, f.QRSceneStr = 0, ""
}

// leaves makes the fan one who unfollowed; tags and remark are kept for his return.
func (a *account) leaves(f *fan, now time.Time) {
	a.state.Stats.day(now).Left++
	a.state.followers--
	f.Subscribed, f.Windows, f.Consents, f.Kf = false, nil, map[string]int{}, kfState{}
}

// FanView is a fan as the control interface and the phone show him.
type FanView struct {
	Name       string       `json:"name"`
	OpenID     string       `json:"openid"`
	UnionID    string       `json:"unionid,omitempty"`
	Subscribed bool         `json:"subscribed"`
	Remark     string       `json:"remark,omitempty"`
	Tags       []int        `json:"tagid_list"`
	Blocked    bool         `json:"blocked"`
	Refuses    bool         `json:"refuses"`
	Snapshot   bool         `json:"snapshot,omitempty"`
	Client     string       `json:"client_platform_type"`
	LastAct    *time.Time   `json:"last_act,omitempty"`
	Typing     bool         `json:"typing"`
	Windows    []WindowView `json:"windows"`
	Agent      string       `json:"agent,omitempty"`
}

// WindowView is one open right to send customer-service messages.
type WindowView struct {
	Kind    string    `json:"kind"`
	Expires time.Time `json:"expires"`
	// Left is how many messages may still be sent; -1 = any number.
	Left int `json:"left"`
}

// Fans lists the fans of an account, longest known first.
func (p *Platform) Fans(accountName string) ([]FanView, error) {
	a, err := p.account(accountName)
	if err != nil {
		return nil, err
	}
	now := p.Now()
	a.mu.Lock()
	defer a.mu.Unlock()
	views := make([]FanView, 0, len(a.state.Order))
	for _, id := range a.state.Order {
		views = append(views, a.state.Fans[id].view(now))
	}
	return views, nil
}

func (f *fan) view(now time.Time) FanView {
	v := FanView{
		Name: f.Name, OpenID: f.OpenID, UnionID: f.UnionID, Subscribed: f.Subscribed, Remark: f.Remark,
		Tags: append([]int{}, f.Tags...), Blocked: f.Blocked, Refuses: f.Refuses, Snapshot: f.Snapshot, Client: f.Client,
		Typing: now.Before(f.TypingUntil), Windows: []WindowView{}, Agent: f.Kf.Account,
	}
	if !f.LastAct.IsZero() {
		v.LastAct = &f.LastAct
	}
	for _, w := range f.Windows {
		if now.Before(w.Expires) {
			v.Windows = append(v.Windows, WindowView(w))
		}
	}
	return v
}

// FanChange changes what a fan is; nil fields stay.
type FanChange struct {
	UnionID *string `json:"unionid"`
	// Refuses makes customer-service messages 48002 and template messages end in "failed:user block".
	Refuses *bool `json:"refuses"`
	Blocked *bool `json:"blocked"`
	// Snapshot makes web authorization tell is_snapshotuser 1.
	Snapshot *bool `json:"snapshot"`
	// Client is the client_platform_type 1, 2 or 3.
	Client *string `json:"client_platform_type"`
	// Profile is what /sns/userinfo tells: nickname, sex, headimgurl, ….
	Profile map[string]string `json:"profile"`
}

// ChangeFan changes a fan, making one if need be.
func (p *Platform) ChangeFan(accountName, name string, c FanChange) (FanView, error) {
	a, err := p.account(accountName)
	if err != nil {
		return FanView{}, err
	}
	now := p.Now()
	a.mu.Lock()
	defer a.mu.Unlock()
	f := a.fan(name, now)
	assign(&f.UnionID, c.UnionID)
	assign(&f.Refuses, c.Refuses)
	assign(&f.Blocked, c.Blocked)
	assign(&f.Snapshot, c.Snapshot)
	assign(&f.Client, c.Client)
	if c.Profile != nil {
		f.Profile = c.Profile
	}
	return f.view(now), nil
}

// ForgetFan removes a fan and his chat; the next act of the same name is that of a new follower.
func (p *Platform) ForgetFan(accountName, name string) error {
	a, err := p.account(accountName)
	if err != nil {
		return err
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	id := FanOpenID(a.set.AppID, name)
	if f := a.state.Fans[id]; f != nil {
		f.Chat.wake()
		if f.Subscribed {
			a.state.followers--
		}
	}
	delete(a.state.Fans, id)
	a.state.Order = slices.DeleteFunc(a.state.Order, func(other string) bool { return other == id })
	return nil
}

func assign[T any](to, from *T) {
	if from != nil {
		*to = *from
	}
}

// FanName is the name under which a fan first acted; "" when only the openid is known.
func (p *Platform) FanName(accountName, openID string) string {
	a, err := p.account(accountName)
	if err != nil {
		return ""
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if f := a.state.Fans[openID]; f != nil {
		return f.Name
	}
	return ""
}
