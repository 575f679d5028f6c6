package sim

import (
	"encoding/json"
	"slices"
	"strconv"
	"time"
)

const (
	massOpenIDs = 10_000 // of one mass/send
	massMonth   = 4      // messages a fan gets from a service account in a calendar month
	massIDLimit = 64     // bytes of clientmsgid
	massRetry   = time.Minute
	massDailyOf = "mass of a subscription account"
	speedMost   = 4
)

// massJobs are guarded by the account's mutex.
type massJobs struct {
	Jobs   map[string]*massJob `json:"jobs"`
	Client map[string]int64    `json:"client"` // clientmsgid to msg_id
	Speed  int                 `json:"speed"`
}

type massJob struct {
	ID     int64     `json:"id"`
	Status string    `json:"status"`
	Kind   string    `json:"kind"`
	At     time.Time `json:"at"`
}

func massAPIs() []route {
	return []route{
		{path: "/cgi-bin/message/mass/sendall", needs: verified, raw: true, do: massByTag},
		{path: "/cgi-bin/message/mass/send", needs: verifiedService, raw: true, do: massByOpenID},
		{path: "/cgi-bin/message/mass/delete", needs: verified, do: massDelete},
		{path: "/cgi-bin/message/mass/preview", needs: verified, raw: true, do: massPreview},
		{path: "/cgi-bin/message/mass/get", needs: verified, do: massStatus},
		{path: "/cgi-bin/message/mass/speed/get", needs: verified, do: massSpeed},
		{path: "/cgi-bin/message/mass/speed/set", needs: verified, do: setMassSpeed},
	}
}

type massBody struct {
	customMessage
	Filter struct {
		ToAll whole `json:"is_to_all"`
		TagID loose `json:"tag_id"`
	} `json:"filter"`
	OpenIDs []string `json:"-"`
	ToWx    string   `json:"towxname"`
	Client  string   `json:"clientmsgid"`
}

// UnmarshalJSON takes touser both as one openid and as a list.
func (m *massBody) UnmarshalJSON(b []byte) error {
	var parts map[string]json.RawMessage
	if err := json.Unmarshal(b, &parts); err != nil {
		return err
	}
	to := parts["touser"]
	delete(parts, "touser")
	type rest struct {
		MsgType string          `json:"msgtype"`
		Filter  json.RawMessage `json:"filter"`
		ToWx    string          `json:"towxname"`
		Client  string          `json:"clientmsgid"`
	}
	var r rest
	if err := exact(b, &r); err != nil {
		return err
	}
	m.MsgType, m.ToWx, m.Client, m.parts = r.MsgType, r.ToWx, r.Client, parts
	if len(r.Filter) > 0 {
		if err := exact(r.Filter, &m.Filter); err != nil {
			return err
		}
	}
	if len(to) == 0 {
		return nil
	}
	if json.Unmarshal(to, &m.ToUser) == nil {
		return nil
	}
	return json.Unmarshal(to, &m.OpenIDs)
}

func massByTag(c *call) (any, error) {
	var in massBody
	if err := c.decode(&in); err != nil {
		return nil, err
	}
	tag := in.Filter.TagID.int()
	if in.Filter.ToAll == 0 && c.a.state.Tags.find(tag) == nil {
		return nil, refuse(45159)
	}
	var fans []*fan
	for _, id := range c.a.state.Order {
		f := c.a.state.Fans[id]
		if f.Subscribed && (in.Filter.ToAll != 0 || slices.Contains(f.Tags, tag)) {
			fans = append(fans, f)
		}
	}
	return c.massSend(&in, fans)
}

func massByOpenID(c *call) (any, error) {
	var in massBody
	if err := c.decode(&in); err != nil {
		return nil, err
	}
	switch {
	case len(in.OpenIDs) < 2:
		return nil, refuse(40130)
	case len(in.OpenIDs) > massOpenIDs:
		return nil, refuse(40032)
	}
	var fans []*fan
	for _, id := range in.OpenIDs {
		f := c.a.state.Fans[id]
		if f == nil {
			return nil, refuse(40003)
		}
		if f.Subscribed {
			fans = append(fans, f)
		}
	}
	return c.massSend(&in, fans)
}

// massSend makes the job; MASSSENDJOBFINISH follows once the call is answered.
func (c *call) massSend(in *massBody, fans []*fan) (any, error) {
	m := &c.a.state.Mass
	switch {
	case c.a.set.Kind == testAccount:
		return nil, refuse(48001)
	case c.a.set.NoMassAgreement:
		return nil, refuse(48003)
	}
	if err := c.a.state.Quota.minute("mass", c.route.endpoint.Quota.Minute, c.now); err != nil {
		return nil, err
	}
	if len(in.Client) > massIDLimit {
		return nil, refuse(45067)
	}
	if err := m.again(in.Client, c.now); err != nil {
		return nil, err
	}
	s, err := c.massContent(in)
	if err != nil {
		return nil, err
	}
	if c.a.set.Kind == subscription && c.a.state.Quota.useOther(massDailyOf, 1, c.now) != nil {
		return nil, refuse(45028)
	}
	job := &massJob{ID: c.p.ids.serial() * 100, Status: "SEND_SUCCESS", Kind: in.MsgType, At: c.now}
	m.Jobs[strconv.FormatInt(job.ID, 10)] = job
	if in.Client != "" {
		m.Client[in.Client] = job.ID
	}
	got := c.massReach(fans, s, job.ID)
	c.follow("", massFinished(job.ID, len(fans), got, len(s.Articles)))
	out := map[string]any{"errcode": 0, "errmsg": "send job submission success", "msg_id": job.ID}
	if d := c.a.state.draft(s.MediaID); d != nil && in.MsgType == "mpnews" {
		id := c.p.ids.serial()
		out["msg_data_id"] = id
		c.a.state.openThreads(id, d.Items)
	}
	return out, nil
}

// massReach shows the message to the fans who may get one more this month.
func (c *call) massReach(fans []*fan, s *Shown, id int64) (got int) {
	month := c.now.In(china()).Format("2006-01")
	for _, f := range fans {
		if f.Blocked || f.Refuses || c.a.set.Kind == service && f.Masses[month] >= massMonth {
			continue
		}
		f.Masses[month]++
		got++
		f.Chat.add(Entry{At: c.now, From: "bot", Via: "mass", Text: s.String(), Shown: s, MsgID: strconv.FormatInt(id, 10)})
	}
	return got
}

func massFinished(id int64, total, got, articles int) Act {
	count := func(name string, n int) Field { return field(name, strconv.Itoa(n)) }
	urls := make([]Field, articles)
	for i := range urls {
		urls[i] = field("item", "", count("ArticleIdx", i+1), field("ArticleUrl", articleURL(strconv.FormatInt(id, 10), i)))
	}
	return systemEvent("MASSSENDJOBFINISH", field("MsgID", strconv.FormatInt(id, 10)), field("Status", "send success"),
		count("TotalCount", total), count("FilterCount", got), count("SentCount", got), count("ErrorCount", 0),
		field("CopyrightCheckResult", "", count("Count", 0), field("ResultList", ""), count("CheckState", 0)),
		field("ArticleUrlResult", "", count("Count", articles), field("ResultList", "", urls...)))
}

func articleURL(id string, index int) string {
	return "https://mp.weixin.qq.com/s/" + id + "-" + strconv.Itoa(index+1)
}

func massPreview(c *call) (any, error) {
	var in massBody
	if err := c.decode(&in); err != nil {
		return nil, err
	}
	if in.ToUser == "" && in.ToWx != "" {
		in.ToUser = FanOpenID(c.a.set.AppID, in.ToWx)
		if c.a.state.Fans[in.ToUser] == nil {
			return nil, refuse(40132)
		}
	}
	f, err := c.receiver(in.ToUser)
	if err != nil {
		return nil, err
	}
	s, err := c.massContent(&in)
	if err != nil {
		return nil, err
	}
	id := c.p.ids.serial() * 100
	f.Chat.add(Entry{At: c.now, From: "bot", Via: "mass", Text: s.String(), Shown: s, MsgID: strconv.FormatInt(id, 10)})
	return map[string]any{"errcode": 0, "errmsg": "preview success", "msg_id": id}, nil
}

// massContent reads the message, whose kinds are named a little differently from customer service's.
func (c *call) massContent(in *massBody) (*Shown, error) {
	var m struct {
		MediaID  string   `json:"media_id"`
		MediaIDs []string `json:"media_ids"`
	}
	switch in.MsgType {
	case "image":
		if _, many := in.parts["images"]; many {
			if err := in.part("images", &m); err != nil {
				return nil, err
			}
			return c.massImages(m.MediaIDs)
		}
	case "text", "voice", "mpnews", "wxcard":
	case "mpvideo":
		if err := in.part("mpvideo", &m); err != nil {
			return nil, err
		}
		video := c.a.state.Media[m.MediaID]
		if video == nil || !video.ForMass || video.Kind != "video" || video.over(c.now) {
			return nil, refuse(40007)
		}
		return &Shown{Type: "video", MediaID: m.MediaID, Title: video.Title, Description: video.Intro}, nil
	default:
		return nil, refuse(40008)
	}
	return c.customContent(&in.customMessage)
}

func (c *call) massImages(ids []string) (*Shown, error) {
	if len(ids) == 0 {
		return nil, refuse(41006)
	}
	for _, id := range ids {
		if err := c.hasMedia(id, "image"); err != nil {
			return nil, err
		}
	}
	return &Shown{Type: "image", MediaID: ids[0]}, nil
}
