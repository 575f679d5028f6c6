package sim

import (
	"encoding/json"
	"regexp"
	"slices"
	"strconv"
	"time"
	"unicode/utf8"
)

const (
	templateCap    = 25
	clientMsgLife  = 10 * time.Minute
	clientMsgLimit = 32 // characters of client_msg_id
	sceneMost      = 10_000
	onceTitleLimit = 15 // characters of the title of a one-time subscription
)

// industry is the pair of trades of an account, and when it was last set.
type industry struct {
	First  string    `json:"first"`
	Second string    `json:"second"`
	Set    time.Time `json:"set"`
}

// sent remembers a client_msg_id of a fan.
type sent struct {
	MsgID int64     `json:"msgid"`
	At    time.Time `json:"at"`
}

func templateAPIs() []route {
	return []route{
		{path: "/cgi-bin/message/template/send", needs: verifiedService, do: sendTemplate},
		{path: "/cgi-bin/message/template/subscribe", needs: verified, do: sendOnce},
		{path: "/cgi-bin/template/api_set_industry", needs: verifiedService, do: setIndustry},
		{path: "/cgi-bin/template/get_industry", needs: verifiedService, do: getIndustry},
		{path: "/cgi-bin/template/api_add_template", needs: verifiedService, do: addTemplate},
		{path: "/cgi-bin/template/get_all_private_template", needs: verifiedService, do: listTemplates},
		{path: "/wxa/sec/queryblocktmplmsg", needs: verifiedService, do: listBlockedTemplates},
		{path: "/cgi-bin/template/del_private_template", needs: verifiedService, do: deleteTemplate},
	}
}

// addTemplates puts those of the settings beside the account's own; the settings win.
func (s *state) addTemplates(templates []Template) {
	for _, t := range templates {
		if at := s.templateAt(t.ID); at >= 0 {
			s.Templates[at] = t
		} else {
			s.Templates = append(s.Templates, t)
		}
	}
}

func (s *state) templateAt(id string) int {
	return slices.IndexFunc(s.Templates, func(t Template) bool { return t.ID == id })
}

// template finds a template by id: 40036 for an id that can be none, 40037 for an unknown one.
func (s *state) template(id string, notice bool) (*Template, error) {
	if id == "" || len(id) > 64 {
		return nil, refuse(40036)
	}
	at := s.templateAt(id)
	if at < 0 || s.Templates[at].Notice != notice {
		return nil, refuse(40037)
	}
	return &s.Templates[at], nil
}

type templateBody struct {
	ToUser      string `json:"touser"`
	TemplateID  string `json:"template_id"`
	URL         string `json:"url"`
	Page        string `json:"page"`
	MiniProgram *struct {
		AppID    string `json:"appid"`
		PagePath string `json:"pagepath"`
	} `json:"miniprogram"`
	ClientMsgID string                     `json:"client_msg_id"`
	Scene       loose                      `json:"scene"`
	Title       string                     `json:"title"`
	Data        map[string]json.RawMessage `json:"data"`
}

func (c *call) miniProgramOf(in *templateBody) error {
	if in.MiniProgram == nil || in.MiniProgram.AppID == "" {
		return nil
	}
	if !c.a.set.linked(in.MiniProgram.AppID) {
		return refuse(40166)
	}
	return nil
}

// show is the card on the phone.
func (t *Template) show(kind string, in *templateBody, values []ShownLine) *Shown {
	s := &Shown{Type: kind, TemplateID: t.ID, Title: t.Title, URL: in.URL, Lines: values}
	if in.MiniProgram != nil {
		s.AppID, s.PagePath = in.MiniProgram.AppID, in.MiniProgram.PagePath
	}
	return s
}

func sendTemplate(c *call) (any, error) {
	var in templateBody
	if err := c.decode(&in); err != nil {
		return nil, err
	}
	f, err := c.receiver(in.ToUser)
	if err != nil {
		return nil, err
	}
	t, err := c.a.state.template(in.TemplateID, false)
	if err != nil {
		return nil, err
	}
	values, err := t.fill(in.Data, c.a.set.Kind != testAccount)
	if err != nil {
		return nil, err
	}
	if err := c.miniProgramOf(&in); err != nil {
		return nil, err
	}
	if utf8.RuneCountInString(in.ClientMsgID) > clientMsgLimit {
		return nil, refuse(40097, "client_msg_id")
	}
	if old, ok := f.Sent[in.ClientMsgID]; ok && in.ClientMsgID != "" && c.now.Sub(old.At) < clientMsgLife {
		return sentAnswer(old.MsgID), nil
	}
	id := c.p.ids.serial() * 100 // job ids are longer than message ids
	if in.ClientMsgID != "" {
		f.remember(in.ClientMsgID, sent{id, c.now})
	}
	status := "success"
	if slices.Contains(c.a.set.BlockedTemplates, t.ID) {
		status = "failed: system failed"
		c.a.state.block(t, id, f.OpenID, values, c.now)
	} else if f.Refuses {
		status = "failed:user block"
	} else {
		s := t.show("template", &in, values)
		f.Chat.add(Entry{At: c.now, From: "bot", Via: "template", Text: s.String(), Shown: s, MsgID: strconv.FormatInt(id, 10)})
	}
	c.follow(f.OpenID, Event("TEMPLATESENDJOBFINISH", field("MsgID", strconv.FormatInt(id, 10)), field("Status", status)))
	return sentAnswer(id), nil
}

func sentAnswer(id int64) any {
	return map[string]any{"errcode": 0, "errmsg": "ok", "msgid": id}
}

// remember keeps a client_msg_id, and forgets those that are over.
func (f *fan) remember(id string, s sent) {
	for other, old := range f.Sent {
		if s.At.Sub(old.At) >= clientMsgLife {
			delete(f.Sent, other)
		}
	}
	f.Sent[id] = s
}

// sendOnce sends the one message that a fan consented to on the confirmation page.
func sendOnce(c *call) (any, error) {
	var in templateBody
	if err := c.decode(&in); err != nil {
		return nil, err
	}
	f := c.a.state.Fans[in.ToUser]
	if f == nil {
		return nil, refuse(40003)
	}
	t, err := c.a.state.template(in.TemplateID, false)
	if err != nil {
		return nil, err
	}
	scene, err := strconv.Atoi(string(in.Scene))
	switch {
	case err != nil || scene < 0 || scene > sceneMost:
		return nil, refuse(40097, "scene")
	case utf8.RuneCountInString(in.Title) > onceTitleLimit:
		return nil, refuse(45003)
	case f.Consents[in.TemplateID] == 0:
		return nil, refuse(43101)
	}
	values, err := t.fill(in.Data, false)
	if err != nil {
		return nil, err
	}
	f.Consents[in.TemplateID]--
	s := t.show("template", &in, values)
	s.Title = in.Title
	f.Chat.add(Entry{At: c.now, From: "bot", Via: "template", Text: s.String(), Shown: s})
	return done(), nil
}

var templateKey = regexp.MustCompile(`\{\{\s*(\w+)\.DATA\s*\}\}`)

// keys lists the keys that the content of a template names.
func (t *Template) keys() []string {
	var keys []string
	for _, m := range templateKey.FindAllStringSubmatch(t.Content, -1) {
		keys = append(keys, m[1])
	}
	return keys
}

// fill checks the values of a message against the template and gives the lines the phone shows, in the
// order of the content.
func (t *Template) fill(data map[string]json.RawMessage, typed bool) ([]ShownLine, error) {
	if len(data) == 0 {
		return nil, refuse(47003, "data is empty")
	}
	values := map[string]string{}
	for key, raw := range data {
		var v struct{ Value *string }
		if exact(raw, &v) != nil || v.Value == nil {
			return nil, refuse(47003, "data."+key+".value invalid")
		}
		values[key] = *v.Value
	}
	keys := t.keys()
	if t.Content == "" {
		keys = sortedKeys(values)
	}
	var lines []ShownLine
	for _, key := range keys {
		value, given := values[key]
		if typed {
			if err := checkTyped(key, value, given); err != nil {
				return nil, err
			}
		}
		if given {
			lines = append(lines, ShownLine{Key: key, Text: value})
		}
	}
	return lines, nil
}

func sortedKeys(m map[string]string) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
