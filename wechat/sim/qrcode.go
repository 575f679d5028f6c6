package sim

import (
	"encoding/json"
	"strconv"
	"time"
	"unicode/utf8"
)

const (
	qrDefault   = 60 * time.Second // the docs say 30 or 60
	qrMost      = 2_592_000        // seconds; 30 days
	qrSceneMost = 100_000          // permanent scene_id
	qrCap       = 100_000
	sceneLimit  = 64 // characters of scene_str
)

// qrCode is one parametric QR code. Expires is zero for permanent ones.
type qrCode struct {
	SceneID  int64     `json:"scene_id,omitempty"`
	SceneStr string    `json:"scene_str,omitempty"`
	Expires  time.Time `json:"expires"`
	Made     int64     `json:"made"`
}

// qrCodes are guarded by the account's mutex, by ticket.
type qrCodes struct {
	Codes     map[string]*qrCode `json:"codes"`
	Permanent int                `json:"permanent"`
}

func (q *qrCode) over(now time.Time) bool { return !q.Expires.IsZero() && !now.Before(q.Expires) }

func (q *qrCode) scene() string {
	if q.SceneStr != "" {
		return q.SceneStr
	}
	return strconv.FormatInt(q.SceneID, 10)
}

// ticketOf finds the newest code of a scene that still works, "" when there is none.
func (q *qrCodes) ticketOf(scene string, now time.Time) string {
	best, made := "", int64(-1)
	for ticket, code := range q.Codes {
		if code.scene() == scene && !code.over(now) && code.Made > made {
			best, made = ticket, code.Made
		}
	}
	return best
}

func qrAPIs() []route {
	return []route{
		{path: "/cgi-bin/qrcode/create", needs: verifiedService, do: createQRCode},
	}
}

type qrBody struct {
	Expire *json.Number `json:"expire_seconds"`
	Action string       `json:"action_name"`
	Info   struct {
		Scene struct {
			ID  *json.Number `json:"scene_id"`
			Str string       `json:"scene_str"`
		} `json:"scene"`
	} `json:"action_info"`
}

func createQRCode(c *call) (any, error) {
	var in qrBody
	if err := c.decode(&in); err != nil {
		return nil, err
	}
	code, lasting, err := in.code()
	if err != nil {
		return nil, err
	}
	q := &c.a.state.QR
	ticket := "gQ" + c.p.ids.text(92) + "=="
	code.Made = c.p.ids.serial()
	out := map[string]any{"url": "http://weixin.qq.com/q/" + c.p.ids.text(22)}
	if lasting {
		// The same permanent scene gives the same code again.
		if old := q.ticketOf(code.scene(), c.now); old != "" && q.Codes[old].Expires.IsZero() {
			ticket = old
		} else if q.Permanent++; q.Permanent > qrCap {
			q.Permanent--
			return nil, refuse(45029)
		}
	} else {
		life, err := in.life()
		if err != nil {
			return nil, err
		}
		code.Expires = c.now.Add(life)
		out["expire_seconds"] = int(life / time.Second)
	}
	q.Codes[ticket] = code
	out["ticket"] = ticket
	return out, nil
}

func (in *qrBody) life() (time.Duration, error) {
	if in.Expire == nil {
		return qrDefault, nil
	}
	n, err := in.Expire.Int64()
	if err != nil || n < 1 || n > qrMost {
		return 0, refuse(40097, "expire_seconds")
	}
	return time.Duration(n) * time.Second, nil
}

// code checks the scene against the action; 40053 for what does not fit.
func (in *qrBody) code() (code *qrCode, lasting bool, err error) {
	lasting = in.Action == "QR_LIMIT_SCENE" || in.Action == "QR_LIMIT_STR_SCENE"
	switch in.Action {
	case "QR_SCENE", "QR_LIMIT_SCENE":
		if in.Info.Scene.ID == nil {
			return nil, false, refuse(40053)
		}
		id, err := in.Info.Scene.ID.Int64()
		most := int64(1<<32 - 1)
		if lasting {
			most = qrSceneMost
		}
		if err != nil || id < 1 || id > most {
			return nil, false, refuse(40053)
		}
		return &qrCode{SceneID: id}, lasting, nil
	case "QR_STR_SCENE", "QR_LIMIT_STR_SCENE":
		s := in.Info.Scene.Str
		if s == "" || utf8.RuneCountInString(s) > sceneLimit {
			return nil, false, refuse(40053)
		}
		return &qrCode{SceneStr: s}, lasting, nil
	}
	return nil, false, refuse(40053)
}
