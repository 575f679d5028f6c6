package sim

import (
	"strconv"
	"time"
)

// massJob finds a job by a msg_id that may be a number or a string; 40059 when there is none.
func (c *call) massJob(id loose) (*massJob, error) {
	job := c.a.state.Mass.Jobs[string(id)]
	if job == nil {
		return nil, refuse(40059)
	}
	return job, nil
}

// again refuses a clientmsgid that was used: 45066 within a minute, then 45065 with the earlier msg_id.
func (m *massJobs) again(client string, now time.Time) error {
	old, used := m.Client[client]
	switch job := m.Jobs[strconv.FormatInt(old, 10)]; {
	case client == "" || !used:
		return nil
	case job != nil && now.Sub(job.At) < massRetry:
		return refuse(45066)
	}
	return &fail{code: 45065, extra: map[string]any{"msg_id": old}}
}

// massDelete removes the page behind a message, not the card in the chats.
func massDelete(c *call) (any, error) {
	var in struct {
		MsgID loose  `json:"msg_id"`
		Index whole  `json:"article_idx"`
		URL   string `json:"url"`
	}
	if err := c.decode(&in); err != nil {
		return nil, err
	}
	job, err := c.massJob(in.MsgID)
	switch {
	case err != nil:
		return nil, err
	case job.Kind != "mpnews" && job.Kind != "mpvideo":
		return nil, refuse(40008)
	case in.Index < 0 || in.Index > newsLimit:
		return nil, refuse(40060)
	}
	job.Status = "DELETE"
	return done(), nil
}

func massStatus(c *call) (any, error) {
	var in struct {
		MsgID loose `json:"msg_id"`
	}
	if err := c.decode(&in); err != nil {
		return nil, err
	}
	job, err := c.massJob(in.MsgID)
	if err != nil {
		return nil, err
	}
	return map[string]any{"msg_id": job.ID, "msg_status": job.Status}, nil
}

// massPerMinute is the real speed of each step, in 10,000 messages.
func massPerMinute(speed int) int { return []int{80, 60, 45, 30, 10}[speed] }

func massSpeed(c *call) (any, error) {
	speed := c.a.state.Mass.Speed
	return map[string]int{"speed": speed, "realspeed": massPerMinute(speed)}, nil
}

func setMassSpeed(c *call) (any, error) {
	var in struct {
		Speed *whole `json:"speed"`
	}
	if err := c.decode(&in); err != nil {
		return nil, err
	}
	switch {
	case in.Speed == nil:
		return nil, refuse(45084)
	case *in.Speed < 0 || *in.Speed > speedMost:
		return nil, refuse(45083)
	}
	c.a.state.Mass.Speed = int(*in.Speed)
	return done(), nil
}
