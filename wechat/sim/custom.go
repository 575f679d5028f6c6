package sim

import (
	"encoding/json"
	"slices"
	"time"
)

const (
	typingShown  = 15 * time.Second // how long "typing" stays on the phone
	typingWithin = 30 * time.Second // after the fan's last act
)

func customAPIs() []route {
	return []route{
		{path: "/cgi-bin/message/custom/send", needs: verified, literal: true, do: sendCustom},
		{path: "/cgi-bin/message/custom/typing", needs: verified, do: typing},
	}
}

// customMessage is the body of custom/send; each kind of message reads its own part.
type customMessage struct {
	ToUser  string `json:"touser"`
	MsgType string `json:"msgtype"`
	Service *struct {
		KfAccount string `json:"kf_account"`
	} `json:"customservice"`
	AI *struct {
		IsAIMsg whole `json:"is_ai_msg"`
	} `json:"aimsgcontext"`

	parts map[string]json.RawMessage
}

func (m *customMessage) UnmarshalJSON(b []byte) error {
	type bare customMessage
	if err := exact(b, (*bare)(m)); err != nil {
		return err
	}
	return json.Unmarshal(b, &m.parts)
}

// part reads the object named like the message type; 47001 when it is of another shape.
func (m *customMessage) part(name string, v any) error {
	raw, ok := m.parts[name]
	if !ok {
		return refuse(47001, name, "is missing")
	}
	if err := exact(raw, v); err != nil {
		return refuse(47001, name)
	}
	return nil
}

// sendCustom checks the receiver, then the content, then the window. What is refused stands in the
// transcript with its errcode: the fan did not see it.
func sendCustom(c *call) (any, error) {
	var in customMessage
	if err := c.decode(&in); err != nil {
		return nil, err
	}
	f, err := c.receiver(in.ToUser)
	if err != nil {
		return nil, err
	}
	s, err := c.customShown(&in)
	if err == nil && f.Refuses {
		err = refuse(48002)
	}
	if err == nil {
		err = f.spend(c.now)
	}
	entry := Entry{At: c.now, From: "bot", Via: "custom", Shown: s, ErrCode: codeOf(err)}
	if s != nil {
		entry.Text = s.String()
	} else {
		entry.Text = bracket(in.MsgType)
	}
	f.Chat.add(entry)
	if err != nil {
		return nil, err
	}
	f.TypingUntil = time.Time{}
	return done(), nil
}

// receiver finds a follower: 40003 for an openid that is none of this account's, 43004 for one who left.
func (c *call) receiver(openID string) (*fan, error) {
	f := c.a.state.Fans[openID]
	switch {
	case f == nil:
		return nil, refuse(40003)
	case !f.Subscribed:
		return nil, refuse(43004)
	case f.Blocked:
		return nil, refuse(43019)
	}
	return f, nil
}

func codeOf(err error) int {
	if f, ok := err.(*fail); ok {
		return f.code
	}
	return 0
}

func (c *call) customShown(in *customMessage) (*Shown, error) {
	s, err := c.customContent(in)
	if err == nil && in.AI != nil {
		if in.AI.IsAIMsg != 0 && in.AI.IsAIMsg != 1 {
			return nil, refuse(40035, "aimsgcontext.is_ai_msg")
		}
		s.IsAIMsg = in.AI.IsAIMsg == 1
	}
	if err != nil || in.Service == nil {
		return s, err
	}
	if c.a.state.Kf.agent(in.Service.KfAccount) == nil {
		return nil, refuse(61452)
	}
	s.KfAccount = in.Service.KfAccount
	return s, nil
}

func (c *call) customContent(in *customMessage) (*Shown, error) {
	switch in.MsgType {
	case "text":
		return customText(in)
	case "image", "voice":
		var m struct {
			MediaID string `json:"media_id"`
		}
		if err := in.part(in.MsgType, &m); err != nil {
			return nil, err
		}
		return &Shown{Type: in.MsgType, MediaID: m.MediaID}, c.hasMedia(m.MediaID, in.MsgType)
	case "video":
		return c.customVideo(in)
	case "music":
		return c.customMusic(in)
	case "news":
		return customNews(in)
	case "mpnews":
		return c.customArticles(in)
	case "mpnewsarticle":
		return c.customPublished(in)
	case "msgmenu":
		return c.customMenu(in)
	case "wxcard":
		return c.customCard(in)
	case "miniprogrampage":
		return c.customMiniProgram(in)
	}
	return nil, refuse(40008)
}

func customText(in *customMessage) (*Shown, error) {
	var m struct{ Content string }
	if err := in.part("text", &m); err != nil {
		return nil, err
	}
	switch {
	case m.Content == "":
		return nil, refuse(44004)
	case len(m.Content) > textLimit:
		return nil, refuse(45002)
	}
	return &Shown{Type: "text", Text: m.Content}, nil
}

func typing(c *call) (any, error) {
	var in struct{ ToUser, Command string }
	if err := c.decode(&in); err != nil {
		return nil, err
	}
	f, err := c.receiver(in.ToUser)
	switch {
	case err != nil:
		return nil, err
	case !slices.Contains([]string{"Typing", "CancelTyping"}, in.Command):
		return nil, refuse(45072)
	case in.Command == "CancelTyping":
		f.TypingUntil = time.Time{}
		return done(), nil
	case f.LastAct.IsZero() || c.now.Sub(f.LastAct) > typingWithin:
		return nil, refuse(45080)
	case c.now.Before(f.TypingUntil):
		return nil, refuse(45081)
	}
	f.TypingUntil = c.now.Add(typingShown)
	f.Chat.add(Entry{At: c.now, From: "bot", Via: "typing", Text: "[typing]"})
	return done(), nil
}
