package sim

import (
	"encoding/json"
	"slices"
)

// article is one draft, or one published set, of 1 to 8 articles.
type article struct {
	// ID is the media_id of a draft, the article_id once published.
	ID      string      `json:"id"`
	Items   []*newsItem `json:"items"`
	Made    int64       `json:"made"`
	Updated int64       `json:"updated"`
}

type newsItem struct {
	Type        string          `json:"article_type"`
	Title       string          `json:"title"`
	Author      string          `json:"author"`
	Digest      string          `json:"digest"`
	Content     string          `json:"content"`
	Source      string          `json:"content_source_url"`
	Thumb       string          `json:"thumb_media_id"`
	ShowCover   whole           `json:"show_cover_pic"`
	OpenComment whole           `json:"need_open_comment"`
	OnlyFans    whole           `json:"only_fans_can_comment"`
	Crop235     string          `json:"pic_crop_235_1,omitempty"`
	Crop11      string          `json:"pic_crop_1_1,omitempty"`
	Images      *imageInfo      `json:"image_info,omitempty"`
	Cover       json.RawMessage `json:"cover_info,omitempty"`
	Product     json.RawMessage `json:"product_info,omitempty"`
	URL         string          `json:"url"`
	IsDeleted   bool            `json:"is_deleted"`
}

type imageInfo struct {
	List []struct {
		ID string `json:"image_media_id"`
	} `json:"image_list"`
}

func (a *article) title() string { return a.Items[0].Title }

func (a *article) shown() []ShownArticle {
	shown := make([]ShownArticle, 0, len(a.Items))
	for _, i := range a.Items {
		shown = append(shown, ShownArticle{Title: i.Title, Description: i.Digest, URL: i.URL})
	}
	return shown
}

func (s *state) draft(id string) *article     { return findArticle(s.Drafts, id) }
func (s *state) published(id string) *article { return findArticle(s.Published, id) }

func findArticle(all []*article, id string) *article {
	at := slices.IndexFunc(all, func(a *article) bool { return a.ID == id })
	if at < 0 {
		return nil
	}
	return all[at]
}

func draftAPIs() []route {
	return []route{
		{path: "/cgi-bin/draft/add", needs: verified, raw: true, do: addDraft},
		{path: "/cgi-bin/draft/get", needs: verified, do: getDraft},
		{path: "/cgi-bin/draft/update", needs: verified, raw: true, do: updateDraft},
		{path: "/cgi-bin/draft/delete", needs: verified, do: deleteDraft},
		{path: "/cgi-bin/draft/count", needs: verified, do: countDrafts},
		{path: "/cgi-bin/draft/batchget", needs: verified, do: listDrafts},
	}
}

func addDraft(c *call) (any, error) {
	var in struct{ Articles []*newsItem }
	if err := c.decode(&in); err != nil {
		return nil, err
	}
	switch {
	case len(in.Articles) == 0:
		return nil, refuse(44003)
	case len(in.Articles) > newsLimit:
		return nil, refuse(45008)
	}
	d := &article{ID: c.p.ids.text(64), Items: in.Articles, Made: c.now.Unix(), Updated: c.now.Unix()}
	for i, n := range in.Articles {
		if n == nil {
			return nil, refuse(47001)
		}
		if err := c.checkArticle(n); err != nil {
			return nil, err
		}
		n.URL, n.IsDeleted = articleURL("draft-"+d.ID, i), false
	}
	c.a.state.Drafts = append(c.a.state.Drafts, d)
	return map[string]string{"media_id": d.ID}, nil
}

func (c *call) draftByID() (*article, error) {
	id, err := c.mediaID()
	if err != nil {
		return nil, err
	}
	d := c.a.state.draft(id)
	if d == nil {
		return nil, refuse(40007)
	}
	return d, nil
}

func getDraft(c *call) (any, error) {
	d, err := c.draftByID()
	if err != nil {
		return nil, err
	}
	return map[string]any{"news_item": d.Items, "create_time": d.Made, "update_time": d.Updated}, nil
}

func updateDraft(c *call) (any, error) {
	var in struct {
		Index    whole     `json:"index"`
		Articles *newsItem `json:"articles"`
	}
	d, err := c.draftByID()
	if err != nil {
		return nil, err
	}
	if err := c.decode(&in); err != nil {
		return nil, err
	}
	switch {
	case in.Articles == nil:
		return nil, refuse(44003)
	case in.Index < 0 || int(in.Index) >= len(d.Items):
		return nil, refuse(40060)
	}
	if err := c.checkArticle(in.Articles); err != nil {
		return nil, err
	}
	in.Articles.URL = d.Items[in.Index].URL
	d.Items[in.Index], d.Updated = in.Articles, c.now.Unix()
	return done(), nil
}

func deleteDraft(c *call) (any, error) {
	d, err := c.draftByID()
	if err != nil {
		return nil, err
	}
	c.a.state.dropDraft(d.ID)
	return done(), nil
}

func (s *state) dropDraft(id string) {
	s.Drafts = slices.DeleteFunc(s.Drafts, func(a *article) bool { return a.ID == id })
}

func countDrafts(c *call) (any, error) {
	return map[string]int{"total_count": len(c.a.state.Drafts)}, nil
}

type pageBody struct {
	Offset    whole `json:"offset"`
	Count     whole `json:"count"`
	NoContent whole `json:"no_content"`
}

func listDrafts(c *call) (any, error) {
	var in pageBody
	if err := c.decode(&in); err != nil {
		return nil, err
	}
	return draftPage(c.a.state.Drafts, in, "media_id")
}

// draftPage lists articles, newest first.
func draftPage(all []*article, want pageBody, idName string) (any, error) {
	newest := slices.Clone(all)
	slices.Reverse(newest)
	page, err := pageOf(newest, want)
	if err != nil {
		return nil, err
	}
	items := make([]map[string]any, 0, len(page))
	for _, a := range page {
		news := make([]newsItem, 0, len(a.Items))
		for _, n := range a.Items {
			item := *n
			if want.NoContent != 0 {
				item.Content = ""
			}
			news = append(news, item)
		}
		items = append(items, map[string]any{
			idName: a.ID, "content": map[string]any{"news_item": news}, "update_time": a.Updated,
		})
	}
	return map[string]any{"total_count": len(all), "item_count": len(items), "item": items}, nil
}
