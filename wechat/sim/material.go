package sim

import (
	"cmp"
	"slices"
)

// Caps of permanent material.
const (
	imageCap = 100_000
	otherCap = 1000
)

func materialAPIs() []route {
	return []route{
		{path: "/cgi-bin/material/add_material", needs: verified, do: addMaterial},
		{path: "/cgi-bin/material/get_material", needs: verified, do: getMaterial},
		{path: "/cgi-bin/material/del_material", needs: verified, do: deleteMaterial},
		{path: "/cgi-bin/material/get_materialcount", needs: verified, do: countMaterial},
		{path: "/cgi-bin/material/batchget_material", needs: verified, do: listMaterial},
	}
}

// material lists the permanent files of a kind, newest first. Pictures of articles are not among them.
func (s *state) material(kind string) []*media {
	var found []*media
	for _, m := range s.Media {
		if m.Lasting && !m.ForMass && m.Kind == kind {
			found = append(found, m)
		}
	}
	slices.SortFunc(found, func(a, b *media) int { return cmp.Compare(b.Sequence, a.Sequence) })
	return found
}

func addMaterial(c *call) (any, error) {
	kind := c.query.Get("type")
	if _, ok := rules(kind); !ok {
		return nil, refuse(40004)
	}
	up, err := c.file("media")
	if err != nil {
		return nil, err
	}
	if err := up.fits(kind); err != nil {
		return nil, err
	}
	most := otherCap
	if kind == "image" || kind == "thumb" {
		most = imageCap
	}
	if len(c.a.state.material(kind)) >= most {
		return nil, refuse(45034)
	}
	m := &media{Kind: kind, Name: up.name, Data: up.data, At: c.now, Lasting: true}
	if kind == "video" {
		if err := up.describe(m); err != nil {
			return nil, err
		}
	}
	c.p.addMedia(c.a, m)
	out := map[string]any{"media_id": m.ID}
	if kind == "image" || kind == "thumb" {
		m.URL = c.fileURL(m)
		out["url"] = m.URL
	}
	return out, nil
}

func (c *call) mediaID() (string, error) {
	var in struct {
		MediaID string `json:"media_id"`
	}
	if err := c.decode(&in); err != nil {
		return "", err
	}
	if in.MediaID == "" {
		return "", refuse(41006)
	}
	return in.MediaID, nil
}

func getMaterial(c *call) (any, error) {
	id, err := c.mediaID()
	if err != nil {
		return nil, err
	}
	if d := c.a.state.draft(id); d != nil {
		return map[string]any{"news_item": d.Items}, nil
	}
	m := c.a.state.Media[id]
	switch {
	case m == nil || !m.Lasting:
		return nil, refuse(40007)
	case m.Kind == "video":
		return map[string]string{"title": m.Title, "description": m.Intro, "down_url": c.fileURL(m)}, nil
	}
	return m.blob(), nil
}

func deleteMaterial(c *call) (any, error) {
	id, err := c.mediaID()
	if err != nil {
		return nil, err
	}
	m := c.a.state.Media[id]
	switch {
	case m == nil || !m.Lasting:
		return nil, refuse(40007)
	case c.a.state.Menu.uses(id):
		return nil, refuse(48005)
	}
	delete(c.a.state.Media, id)
	return done(), nil
}

func countMaterial(c *call) (any, error) {
	s := c.a.state
	return map[string]int{
		"voice_count": len(s.material("voice")), "video_count": len(s.material("video")),
		"image_count": len(s.material("image")) + len(s.material("thumb")), "news_count": len(s.Drafts),
	}, nil
}

func listMaterial(c *call) (any, error) {
	var in struct {
		Type string `json:"type"`
		pageBody
	}
	if err := c.decode(&in); err != nil {
		return nil, err
	}
	if in.Type == "news" {
		return draftPage(c.a.state.Drafts, in.pageBody, "media_id")
	}
	if _, ok := rules(in.Type); !ok || in.Type == "thumb" {
		return nil, refuse(40004)
	}
	all := c.a.state.material(in.Type)
	page, err := pageOf(all, in.pageBody)
	if err != nil {
		return nil, err
	}
	items := make([]map[string]any, 0, len(page))
	for _, m := range page {
		items = append(items, map[string]any{"media_id": m.ID, "name": m.Name, "update_time": m.At.Unix(), "url": m.URL})
	}
	return map[string]any{"total_count": len(all), "item_count": len(items), "item": items}, nil
}

// pageOf cuts a page of 1 to 20; other counts are 40097.
func pageOf[T any](all []T, want pageBody) ([]T, error) {
	offset, count := int(want.Offset), int(want.Count)
	if offset < 0 || count < 1 || count > 20 {
		return nil, refuse(40097)
	}
	from := min(offset, len(all))
	return all[from:min(from+count, len(all))], nil
}
