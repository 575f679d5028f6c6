package sim

import (
	"strings"
	"time"
)

const (
	longData   = 4 << 10   // bytes
	shortMost  = 2_592_000 // seconds; 30 days
	shortChars = 15
)

// shortKey is one text behind a key, for a time.
type shortKey struct {
	Long    string    `json:"long_data"`
	Made    time.Time `json:"made"`
	Expires time.Time `json:"expires"`
}

func shortAPIs() []route {
	return []route{
		{path: "/cgi-bin/shorten/gen", needs: verified, do: shorten},
		{path: "/cgi-bin/shorten/fetch", needs: verified, do: lengthen},
		{path: "/cgi-bin/ticket/getticket", needs: verified, do: getTicket},
	}
}

func shorten(c *call) (any, error) {
	var in struct {
		Long    string `json:"long_data"`
		Seconds whole  `json:"expire_seconds"`
	}
	if err := c.decode(&in); err != nil {
		return nil, err
	}
	if in.Seconds == 0 {
		in.Seconds = shortMost
	}
	switch {
	case in.Long == "" || len(in.Long) > longData:
		return nil, refuse(9410010)
	case in.Seconds < 0 || in.Seconds > shortMost:
		return nil, refuse(9410012)
	}
	key := strings.NewReplacer("-", "x", "_", "y").Replace(c.p.ids.text(shortChars))
	c.a.state.Short[key] = shortKey{Long: in.Long, Made: c.now, Expires: c.now.Add(time.Duration(in.Seconds) * time.Second)}
	return map[string]any{"errcode": 0, "errmsg": "ok", "short_key": key}, nil
}

func lengthen(c *call) (any, error) {
	var in struct {
		Key string `json:"short_key"`
	}
	if err := c.decode(&in); err != nil {
		return nil, err
	}
	s, ok := c.a.state.Short[in.Key]
	if !ok || !c.now.Before(s.Expires) {
		return nil, refuse(9410011)
	}
	return map[string]any{
		"errcode": 0, "errmsg": "ok", "long_data": s.Long, "create_time": s.Made.Unix(),
		"expire_seconds": int(s.Expires.Sub(c.now) / time.Second),
	}, nil
}

// getTicket gives the present ticket of a kind while it lasts, like the stable token.
func getTicket(c *call) (any, error) {
	kind := c.query.Get("type")
	if kind != "jsapi" && kind != "wx_card" {
		return nil, refuse(40097, "type")
	}
	key := "ticket " + kind // a short key never has a blank
	t, ok := c.a.state.Short[key]
	if !ok || t.Expires.Sub(c.now) <= stableRenewal {
		t = shortKey{Long: c.p.ids.text(86), Made: c.now, Expires: c.now.Add(tokenLife)}
		c.a.state.Short[key] = t
	}
	return map[string]any{
		"errcode": 0, "errmsg": "ok", "ticket": t.Long, "expires_in": int(t.Expires.Sub(c.now) / time.Second),
	}, nil
}
