package sim

import (
	"strings"
	"time"
)

// stats count, per day in China, what the datacube reports.
type stats struct {
	Days map[string]*dayStats `json:"days"`
}

type dayStats struct {
	New       int                       `json:"new"`
	Left      int                       `json:"left"`
	Followers int                       `json:"followers"`
	Messages  map[string]map[string]int `json:"messages"` // msg_type to openid to count
	Callbacks int                       `json:"callbacks"`
	Fails     int                       `json:"fails"`
	TotalMS   int64                     `json:"total_ms"`
	MaxMS     int64                     `json:"max_ms"`
}

func (s *stats) day(now time.Time) *dayStats {
	key := chinaDay(now)
	if s.Days[key] == nil {
		s.Days[key] = &dayStats{Messages: map[string]map[string]int{}}
	}
	return s.Days[key]
}

func (s *stats) push(now time.Time, openID, msgType string, followers int) {
	d := s.day(now)
	d.Followers = followers
	kind := map[string]string{"text": "1", "image": "2", "voice": "3", "video": "4", "shortvideo": "4", "link": "6"}[msgType]
	if kind == "" {
		return
	}
	if d.Messages[kind] == nil {
		d.Messages[kind] = map[string]int{}
	}
	d.Messages[kind][openID]++
}

func (s *stats) answered(now time.Time, attempts []Attempt) {
	d := s.day(now)
	for _, a := range attempts {
		d.Callbacks++
		if a.Verdict != Shows && a.Verdict != Silence {
			d.Fails++
		}
		ms := a.Took.Milliseconds()
		d.TotalMS += ms
		d.MaxMS = max(d.MaxMS, ms)
	}
}

// datacube lists the statistics and the days one query may span.
func datacube() map[string]int {
	return map[string]int{
		"getusersummary": 7, "getusercumulate": 7, "getarticlesummary": 1, "getarticletotal": 1, "getuserread": 3,
		"getuserreadhour": 1, "getusershare": 7, "getusersharehour": 1, "getupstreammsg": 7, "getupstreammsghour": 1,
		"getupstreammsgweek": 30, "getupstreammsgmonth": 30, "getupstreammsgdist": 15, "getupstreammsgdistweek": 30,
		"getupstreammsgdistmonth": 30, "getinterfacesummary": 30, "getinterfacesummaryhour": 1,
	}
}

func statAPIs() []route {
	routes := []route{{
		path: "/cgi-bin/get_current_autoreply_info", needs: verified,
		do: func(*call) (any, error) {
			return map[string]any{"is_add_friend_reply_open": 0, "is_autoreply_open": 0}, nil
		},
	}}
	for name, span := range datacube() {
		routes = append(routes, route{
			path: "/datacube/" + name, needs: verified,
			do: func(c *call) (any, error) { return c.datacube(name, span) },
		})
	}
	return routes
}

// datacube answers from what happened here. Articles have no readers on the stand-in: their lists are empty.
func (c *call) datacube(name string, span int) (any, error) {
	var in struct {
		Begin string `json:"begin_date"`
		End   string `json:"end_date"`
	}
	if err := c.decode(&in); err != nil {
		return nil, err
	}
	begin, err1 := time.ParseInLocation(time.DateOnly, in.Begin, china())
	end, err2 := time.ParseInLocation(time.DateOnly, in.End, china())
	switch {
	case err1 != nil || err2 != nil:
		return nil, refuse(61500)
	case end.Before(begin) || end.Sub(begin) >= time.Duration(span)*24*time.Hour || in.End >= chinaDay(c.now) || in.Begin < "2014-12-01":
		return nil, refuse(61501)
	}
	list := []map[string]any{}
	for day := begin; !day.After(end); day = day.AddDate(0, 0, 1) {
		if d := c.a.state.Stats.Days[chinaDay(day)]; d != nil {
			list = append(list, d.rows(name, chinaDay(day))...)
		}
	}
	return map[string]any{"list": list}, nil
}

// rows are the lines of one day. Hourly, weekly and monthly statistics are given as the day's.
func (d *dayStats) rows(name, date string) []map[string]any {
	switch {
	case name == "getusersummary":
		return []map[string]any{{"ref_date": date, "user_source": 0, "new_user": d.New, "cancel_user": d.Left}}
	case name == "getusercumulate":
		return []map[string]any{{"ref_date": date, "user_source": 0, "cumulate_user": d.Followers}}
	case strings.HasPrefix(name, "getinterfacesummary"):
		return []map[string]any{{
			"ref_date": date, "callback_count": d.Callbacks, "fail_count": d.Fails, "total_time_cost": d.TotalMS, "max_time_cost": d.MaxMS,
		}}
	case strings.HasPrefix(name, "getupstreammsg") && !strings.Contains(name, "dist"):
		var rows []map[string]any
		for _, kind := range []string{"1", "2", "3", "4", "6"} {
			users, count := len(d.Messages[kind]), 0
			for _, n := range d.Messages[kind] {
				count += n
			}
			if count > 0 {
				rows = append(rows, map[string]any{
					"ref_date": date, "user_source": 0, "msg_type": int(kind[0] - '0'), "msg_user": users, "msg_count": count,
				})
			}
		}
		return rows
	}
	return nil
}
