package sim

import (
	"encoding/json"
	"strconv"
	"strings"
	"unicode/utf8"
)

const (
	noticeCap       = 50 // SDKs say 25 or 50
	kidsLeast       = 2
	kidsMost        = 5
	sceneDescLimit  = 15 // characters
	titlesPageLimit = 30
	category        = 616
)

// noticeAPIs are the subscription notices (订阅通知).
func noticeAPIs() []route {
	return []route{
		{path: "/cgi-bin/message/subscribe/bizsend", needs: verified, do: sendNotice},
		{path: "/wxaapi/newtmpl/addtemplate", needs: verified, do: addNotice},
		{path: "/wxaapi/newtmpl/deltemplate", needs: verified, do: deleteNotice},
		{path: "/wxaapi/newtmpl/getcategory", needs: verified, do: noticeCategories},
		{path: "/wxaapi/newtmpl/getpubtemplatekeywords", needs: verified, do: noticeKeywords},
		{path: "/wxaapi/newtmpl/getpubtemplatetitles", needs: verified, do: noticeTitles},
		{path: "/wxaapi/newtmpl/gettemplate", needs: verified, do: listNotices},
	}
}

// sendNotice uses up one consent of the fan: 43101 without.
func sendNotice(c *call) (any, error) {
	var in templateBody
	if err := c.decode(&in); err != nil {
		return nil, err
	}
	f := c.a.state.Fans[in.ToUser]
	if f == nil {
		return nil, refuse(40003)
	}
	t, err := c.a.state.template(in.TemplateID, true)
	if err != nil {
		return nil, err
	}
	if f.Consents[in.TemplateID] == 0 {
		return nil, refuse(43101)
	}
	values, err := t.fill(in.Data, true)
	if err != nil {
		return nil, err
	}
	if err := c.miniProgramOf(&in); err != nil {
		return nil, err
	}
	if in.Page != "" && !strings.HasPrefix(in.Page, "http://") && !strings.HasPrefix(in.Page, "https://") {
		return nil, refuse(41030)
	}
	if t.Type != 3 { // a long-term consent stays
		f.Consents[in.TemplateID]--
	}
	id := strconv.FormatInt(c.p.ids.serial()*100, 10)
	s := t.show("subscribe", &in, values)
	s.URL = in.Page
	f.Chat.add(Entry{At: c.now, From: "bot", Via: "subscribe", Text: s.String(), Shown: s, MsgID: id})
	c.follow(f.OpenID, Event("subscribe_msg_sent_event", field("SubscribeMsgSentEvent", "", field("List", "",
		field("TemplateId", t.ID), field("MsgID", id), field("ErrorCode", "0"), field("ErrorStatus", "success")))))
	return done(), nil
}

func addNotice(c *call) (any, error) {
	var in struct {
		Tid   loose   `json:"tid"`
		Kids  []whole `json:"kidList"`
		Scene string  `json:"sceneDesc"`
	}
	if err := c.decode(&in); err != nil {
		return nil, err
	}
	s := fromLibrary(string(in.Tid), true)
	switch {
	case s == nil:
		return nil, refuse(200014)
	case len(in.Kids) < kidsLeast || len(in.Kids) > kidsMost:
		return nil, refuse(200020)
	case utf8.RuneCountInString(in.Scene) > sceneDescLimit:
		return nil, refuse(200021)
	case c.a.state.templateCount(true) >= noticeCap:
		return nil, refuse(200012)
	}
	var words []string
	for _, kid := range in.Kids {
		if kid < 1 || int(kid) > len(s.words) {
			return nil, refuse(200020)
		}
		words = append(words, s.words[kid-1].name)
	}
	t, err := s.template(c.p.ids.text(43), words)
	if err != nil {
		return nil, refuse(200020)
	}
	c.a.state.Templates = append(c.a.state.Templates, t)
	return map[string]any{"errcode": 0, "errmsg": "ok", "priTmplId": t.ID}, nil
}

func deleteNotice(c *call) (any, error) {
	var in struct {
		ID string `json:"priTmplId"`
	}
	if err := c.decode(&in); err != nil {
		return nil, err
	}
	return done(), c.dropTemplate(in.ID, true)
}

func listOf(data any) map[string]any {
	return map[string]any{"errcode": 0, "errmsg": "ok", "data": data}
}

func noticeCategories(*call) (any, error) {
	return listOf([]map[string]any{{"id": category, "name": "餐饮"}}), nil
}

func noticeKeywords(c *call) (any, error) {
	s := fromLibrary(c.query.Get("tid"), true)
	if s == nil {
		return nil, refuse(200014)
	}
	words := []map[string]any{}
	for i, w := range s.words {
		words = append(words, map[string]any{"kid": i + 1, "name": w.name, "example": w.example, "rule": w.kind})
	}
	out := listOf(words)
	out["count"] = len(words)
	return out, nil
}

func noticeTitles(c *call) (any, error) {
	start, err1 := strconv.Atoi(c.query.Get("start"))
	limit, err2 := strconv.Atoi(c.query.Get("limit"))
	if err1 != nil || start < 0 {
		return nil, refuse(200016)
	}
	if err2 != nil || limit < 1 || limit > titlesPageLimit {
		return nil, refuse(200017)
	}
	if c.query.Get("ids") == "" {
		return nil, refuse(200018)
	}
	titles := []map[string]any{}
	for _, s := range library() {
		if s.notice > 0 {
			titles = append(titles, map[string]any{"tid": json.Number(s.short), "title": s.title, "type": s.notice, "categoryId": strconv.Itoa(category)})
		}
	}
	from := min(start, len(titles))
	out := listOf(titles[from:min(from+limit, len(titles))])
	out["count"] = len(titles)
	return out, nil
}

func listNotices(c *call) (any, error) {
	list := []map[string]any{}
	for _, t := range c.a.state.Templates {
		if t.Notice {
			list = append(list, map[string]any{
				"priTmplId": t.ID, "title": t.Title, "content": t.Content, "example": t.Example, "type": max(t.Type, 2),
			})
		}
	}
	return listOf(list), nil
}
