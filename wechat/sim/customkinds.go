package sim

import (
	"slices"
	"unicode/utf8"
)

// Lengths of customer-service messages that WeChat refuses. The limits of titles, descriptions and links
// are documented by their errcodes only; these are generous.
const (
	titleLimit       = 128  // characters; 45003
	descriptionLimit = 512  // characters; 45004
	linkLimit        = 2048 // bytes; 45005 and 45006
	menuEntries      = 50   // entries of a msgmenu; 45098
	menuEntryLimit   = 512  // bytes of one entry; 45099
)

// hasMedia checks a media id of a message: 40007 unknown or over, 40121 of another kind.
func (c *call) hasMedia(id, kind string) error {
	m := c.a.state.Media[id]
	switch {
	case id == "":
		return refuse(41006)
	case m == nil || m.over(c.now):
		return refuse(40007)
	case !m.servesAs(kind):
		return refuse(40121)
	}
	return nil
}

func titles(title, description string) error {
	switch {
	case utf8.RuneCountInString(title) > titleLimit:
		return refuse(45003)
	case utf8.RuneCountInString(description) > descriptionLimit:
		return refuse(45004)
	}
	return nil
}

func (c *call) customVideo(in *customMessage) (*Shown, error) {
	var m struct {
		MediaID     string `json:"media_id"`
		Thumb       string `json:"thumb_media_id"`
		Title       string `json:"title"`
		Description string `json:"description"`
	}
	if err := in.part("video", &m); err != nil {
		return nil, err
	}
	if err := c.hasMedia(m.MediaID, "video"); err != nil {
		return nil, err
	}
	if m.Thumb != "" {
		if err := c.hasMedia(m.Thumb, "thumb"); err != nil {
			return nil, err
		}
	}
	s := &Shown{Type: "video", MediaID: m.MediaID, ThumbMediaID: m.Thumb, Title: m.Title, Description: m.Description}
	return s, titles(m.Title, m.Description)
}

func (c *call) customMusic(in *customMessage) (*Shown, error) {
	var m struct {
		Title       string `json:"title"`
		Description string `json:"description"`
		MusicURL    string `json:"musicurl"`
		HQMusicURL  string `json:"hqmusicurl"`
		Thumb       string `json:"thumb_media_id"`
	}
	if err := in.part("music", &m); err != nil {
		return nil, err
	}
	if err := c.hasMedia(m.Thumb, "thumb"); err != nil {
		return nil, err
	}
	if len(m.MusicURL) > linkLimit || len(m.HQMusicURL) > linkLimit {
		return nil, refuse(45005)
	}
	return &Shown{
		Type: "music", Title: m.Title, Description: m.Description, URL: m.MusicURL, HQURL: m.HQMusicURL, ThumbMediaID: m.Thumb,
	}, titles(m.Title, m.Description)
}

// customNews takes exactly one article.
func customNews(in *customMessage) (*Shown, error) {
	var m struct {
		Articles []struct{ Title, Description, URL, PicURL string }
	}
	if err := in.part("news", &m); err != nil {
		return nil, err
	}
	switch {
	case len(m.Articles) == 0:
		return nil, refuse(44003)
	case len(m.Articles) > 1:
		return nil, refuse(45008)
	}
	a := m.Articles[0]
	switch {
	case len(a.URL) > linkLimit:
		return nil, refuse(45005)
	case len(a.PicURL) > linkLimit:
		return nil, refuse(45006)
	}
	shown := ShownArticle{Title: a.Title, Description: a.Description, PicURL: a.PicURL, URL: a.URL}
	return &Shown{Type: "news", Articles: []ShownArticle{shown}}, titles(a.Title, a.Description)
}

func (c *call) customArticles(in *customMessage) (*Shown, error) {
	var m struct {
		MediaID string `json:"media_id"`
	}
	if err := in.part("mpnews", &m); err != nil {
		return nil, err
	}
	d := c.a.state.draft(m.MediaID)
	if d == nil {
		return nil, refuse(40007)
	}
	return &Shown{Type: "mpnews", MediaID: m.MediaID, Title: d.title(), Articles: d.shown()}, nil
}

func (c *call) customPublished(in *customMessage) (*Shown, error) {
	var m struct {
		ArticleID string `json:"article_id"`
	}
	if err := in.part("mpnewsarticle", &m); err != nil {
		return nil, err
	}
	d := c.a.state.published(m.ArticleID)
	if d == nil {
		return nil, refuse(53600)
	}
	return &Shown{Type: "mpnewsarticle", MediaID: m.ArticleID, Title: d.title(), Articles: d.shown()}, nil
}

func (c *call) customMenu(in *customMessage) (*Shown, error) {
	var m struct {
		Head string `json:"head_content"`
		Tail string `json:"tail_content"`
		List []struct {
			ID      loose  `json:"id"`
			Content string `json:"content"`
		} `json:"list"`
	}
	if c.a.set.Kind == testAccount {
		return nil, refuse(40200)
	}
	if err := in.part("msgmenu", &m); err != nil {
		return nil, err
	}
	switch {
	case len(m.List) == 0:
		return nil, refuse(44005)
	case len(m.List) > menuEntries:
		return nil, refuse(45098)
	}
	s := &Shown{Type: "msgmenu", Text: m.Head, Tail: m.Tail}
	for _, e := range m.List {
		if e.Content == "" || len(e.Content) > menuEntryLimit {
			return nil, refuse(45099)
		}
		s.Lines = append(s.Lines, ShownLine{Key: string(e.ID), Text: e.Content})
	}
	return s, nil
}

func (c *call) customCard(in *customMessage) (*Shown, error) {
	var m struct {
		CardID string `json:"card_id"`
	}
	if err := in.part("wxcard", &m); err != nil {
		return nil, err
	}
	if !slices.Contains(c.a.set.Cards, m.CardID) {
		return nil, refuse(40073)
	}
	return &Shown{Type: "wxcard", MediaID: m.CardID}, nil
}

func (c *call) customMiniProgram(in *customMessage) (*Shown, error) {
	var m struct {
		Title    string `json:"title"`
		AppID    string `json:"appid"`
		PagePath string `json:"pagepath"`
		Thumb    string `json:"thumb_media_id"`
	}
	if err := in.part("miniprogrampage", &m); err != nil {
		return nil, err
	}
	if err := c.miniProgram(m.AppID, m.PagePath); err != nil {
		return nil, err
	}
	if err := c.hasMedia(m.Thumb, "thumb"); err != nil {
		return nil, err
	}
	return &Shown{
		Type: "miniprogrampage", Title: m.Title, AppID: m.AppID, PagePath: m.PagePath, ThumbMediaID: m.Thumb,
	}, titles(m.Title, "")
}

// miniProgram checks a jump into a mini program: 40166 no appid, 45064 not linked, 40165 no page.
func (c *call) miniProgram(appID, page string) error {
	switch {
	case appID == "":
		return refuse(40166)
	case !c.a.set.linked(appID):
		return refuse(45064)
	case page == "":
		return refuse(40165)
	}
	return nil
}
