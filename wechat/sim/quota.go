package sim

import (
	"strings"
	"time"
)

// quotas count the calls of the present day in China, and of the present minute.
type quotas struct {
	Day     string         `json:"day"`
	Used    map[string]int `json:"used"`
	Other   map[string]int `json:"other"` // what a day allows beside calls; clear_quota gives none of it back
	Minute  int64          `json:"minute"`
	Recent  map[string]int `json:"recent"`
	Month   string         `json:"month"`
	Cleared int            `json:"cleared"` // clear_quota calls of the month
}

const clearsPerMonth = 10

// use counts a call; 45009 when the day's quota is used up.
func (q *quotas) use(path string, limit int, now time.Time) error {
	q.turn(now)
	return count(q.Used, path, limit)
}

// useOther counts what is no call, e.g. the mass message of a day; 45009 when the day allows no more.
func (q *quotas) useOther(what string, limit int, now time.Time) error {
	q.turn(now)
	return count(q.Other, what, limit)
}

// turn begins a new day when it is one.
func (q *quotas) turn(now time.Time) {
	if day := chinaDay(now); day != q.Day {
		q.Day, q.Used, q.Other = day, nil, nil
	}
	fill(&q.Used)
	fill(&q.Other)
}

func count(used map[string]int, name string, limit int) error {
	if limit > 0 && used[name] >= limit {
		return refuse(45009)
	}
	used[name]++
	return nil
}

// part puts aside what an older file counts among the calls: only calls have a path.
func (q *quotas) part() {
	fill(&q.Other)
	for name, n := range q.Used {
		if !strings.HasPrefix(name, "/") {
			q.Other[name] = n
			delete(q.Used, name)
		}
	}
}

// minute counts a call; 45011 when there were too many within this minute.
func (q *quotas) minute(path string, limit int, now time.Time) error {
	if m := now.Unix() / 60; m != q.Minute || q.Recent == nil {
		q.Minute, q.Recent = m, map[string]int{}
	}
	if q.Recent[path] >= limit {
		return refuse(45011)
	}
	q.Recent[path]++
	return nil
}

// clear forgets the calls of one API, or with no path of all, and counts as a use of clear_quota; 48006 when
// none is left this month.
func (q *quotas) clear(path string, now time.Time) error {
	if month := now.In(china()).Format("2006-01"); month != q.Month {
		q.Month, q.Cleared = month, 0
	}
	if q.Cleared >= clearsPerMonth {
		return refuse(48006)
	}
	q.Cleared++
	if path == "" {
		clear(q.Used)
	}
	delete(q.Used, path)
	return nil
}

// quota is the daily quota of an API for this account; 0 = none.
func (s *settings) quota(e *route) int {
	if own, ok := s.Quotas[e.path]; ok {
		return own
	}
	day := e.endpoint.Quota
	if s.Kind == testAccount && day.Test > 0 {
		return day.Test
	}
	return day.Daily
}

func quotaAPIs() []route {
	return []route{
		{path: "/cgi-bin/clear_quota", do: clearQuota},
		{path: "/cgi-bin/clear_quota/v2", do: clearQuotaBySecret},
		{path: "/cgi-bin/openapi/quota/get", do: getQuota},
		{path: "/cgi-bin/openapi/quota/clear", do: clearOneQuota},
		ridAPI(),
	}
}

func clearQuota(c *call) (any, error) {
	var in struct{ AppID string }
	if err := c.decode(&in); err != nil {
		return nil, err
	}
	if in.AppID != c.a.set.AppID {
		return nil, refuse(40013)
	}
	return done(), c.a.state.Quota.clear("", c.now)
}

// clearQuotaBySecret takes appid and appsecret from the query, or from a JSON body.
func clearQuotaBySecret(c *call) (any, error) {
	in := struct{ AppID, AppSecret string }{c.query.Get("appid"), c.query.Get("appsecret")}
	if in.AppID == "" {
		if err := c.decode(&in); err != nil {
			return nil, err
		}
	}
	unlock, err := c.secretHolder(in.AppID, in.AppSecret)
	if err != nil {
		return nil, err
	}
	defer unlock()
	return done(), c.a.state.Quota.clear("", c.now)
}

// knownAPI finds an API by the path a quota call names.
func knownAPI(path string) (*route, error) {
	if !strings.HasPrefix(path, "/") || strings.ContainsAny(path, "?#") {
		return nil, refuse(76021)
	}
	if strings.HasPrefix(path, "/sns/") {
		return nil, refuse(76022)
	}
	for _, e := range routes() {
		if e.path == path {
			return &e, nil
		}
	}
	return nil, refuse(76021)
}

func getQuota(c *call) (any, error) {
	var in struct {
		Path string `json:"cgi_path"`
	}
	if err := c.decode(&in); err != nil {
		return nil, err
	}
	e, err := knownAPI(in.Path)
	if err != nil {
		return nil, err
	}
	q := &c.a.state.Quota
	limit, used := c.a.set.quota(e), 0
	if q.Day == chinaDay(c.now) {
		used = q.Used[e.path]
	}
	return map[string]any{"errcode": 0, "errmsg": "ok", "quota": map[string]int{
		"daily_limit": limit, "used": used, "remain": max(0, limit-used),
	}}, nil
}

func clearOneQuota(c *call) (any, error) {
	var in struct {
		Path string `json:"cgi_path"`
	}
	if err := c.decode(&in); err != nil {
		return nil, err
	}
	e, err := knownAPI(in.Path)
	if err != nil {
		return nil, err
	}
	return done(), c.a.state.Quota.clear(e.path, c.now)
}
