package sim

import (
	"encoding/json"
	"strconv"
	"strings"
	"time"
)

// blockedCap is how many blocked template messages of an account are kept, blockedPage how many one call lists.
const (
	blockedCap  = 1000
	blockedPage = 100
)

// blocked is a template message that WeChat took and held back.
type blocked struct {
	ID      int64       `json:"id"`
	MsgID   json.Number `json:"tmpl_msg_id"`
	Title   string      `json:"title"`
	Content string      `json:"content"`
	At      int64       `json:"send_timestamp"`
	OpenID  string      `json:"openid"`
}

func (s *state) block(t *Template, msgID int64, openID string, values []ShownLine, now time.Time) {
	lines := make([]string, 0, len(values))
	for _, v := range values {
		lines = append(lines, v.Key+": "+v.Text)
	}
	if len(s.Blocked) >= blockedCap {
		s.Blocked = append(s.Blocked[:0:0], s.Blocked[blockedCap/4:]...)
	}
	last := int64(0)
	if n := len(s.Blocked); n > 0 {
		last = s.Blocked[n-1].ID
	}
	s.Blocked = append(s.Blocked, blocked{
		ID: last + 1, MsgID: json.Number(strconv.FormatInt(msgID, 10)), Title: t.Title, Content: strings.Join(lines, "\n"), At: now.Unix(), OpenID: openID,
	})
}

// listBlockedTemplates pages through what was held back of one message, by the ids above largest_id.
func listBlockedTemplates(c *call) (any, error) {
	var in struct {
		MsgID   loose `json:"tmpl_msg_id"`
		Largest whole `json:"largest_id"`
		Limit   whole `json:"limit"`
	}
	if err := c.decode(&in); err != nil {
		return nil, err
	}
	switch {
	case in.MsgID == "":
		return nil, refuse(40097, "tmpl_msg_id")
	case in.Limit < 0 || in.Limit > blockedPage || in.Largest < 0:
		return nil, refuse(40097, "limit")
	case in.Limit == 0:
		in.Limit = blockedPage
	}
	found := []blocked{}
	for _, b := range c.a.state.Blocked {
		if b.MsgID.String() == string(in.MsgID) && b.ID > int64(in.Largest) && len(found) < int(in.Limit) {
			found = append(found, b)
		}
	}
	return map[string]any{"errcode": 0, "errmsg": "ok", "msginfo": found}, nil
}
