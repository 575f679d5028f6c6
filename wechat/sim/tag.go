package sim

import (
	"slices"
	"unicode/utf8"
)

const (
	tagCap       = 100 // tags of an account
	tagsPerFan   = 20
	tagNameLimit = 30     // characters
	tagBatch     = 50     // openids of one batchtagging
	tagCrowd     = 100000 // fans above which a tag cannot be deleted
	firstTag     = 100    // ids 0, 1 and 2 are WeChat's own
)

// tagList is guarded by the account's mutex.
type tagList struct {
	List []tagEntry `json:"list"`
	Last int        `json:"last"`
}

type tagEntry struct {
	ID   int    `json:"id"`
	Name string `json:"name"`
}

// find finds a tag by id, WeChat's own included.
func (t *tagList) find(id int) *tagEntry {
	for i := range t.List {
		if t.List[i].ID == id {
			return &t.List[i]
		}
	}
	if id == 2 {
		return &tagEntry{ID: 2, Name: "星标组"}
	}
	return nil
}

func tagAPIs() []route {
	return []route{
		{path: "/cgi-bin/tags/create", needs: verified, do: createTag},
		{path: "/cgi-bin/tags/get", needs: verified, do: listTags},
		{path: "/cgi-bin/tags/update", needs: verified, do: updateTag},
		{path: "/cgi-bin/tags/delete", needs: verified, do: deleteTag},
		{path: "/cgi-bin/user/tag/get", needs: verified, do: taggedUsers},
		{path: "/cgi-bin/tags/members/batchtagging", needs: verified, do: tagUsers},
		{path: "/cgi-bin/tags/members/batchuntagging", needs: verified, do: untagUsers},
		{path: "/cgi-bin/tags/getidlist", needs: verified, do: tagsOfUser},
	}
}

type tagBody struct {
	Tag struct {
		ID   whole  `json:"id"`
		Name string `json:"name"`
	} `json:"tag"`
}

func (t *tagList) checkName(name string, self int) error {
	taken := slices.ContainsFunc(t.List, func(e tagEntry) bool { return e.Name == name && e.ID != self })
	switch {
	case name == "" || taken:
		return refuse(45157)
	case utf8.RuneCountInString(name) > tagNameLimit:
		return refuse(45158)
	}
	return nil
}

func createTag(c *call) (any, error) {
	var in tagBody
	if err := c.decode(&in); err != nil {
		return nil, err
	}
	t := &c.a.state.Tags
	if err := t.checkName(in.Tag.Name, -1); err != nil {
		return nil, err
	}
	if len(t.List) >= tagCap {
		return nil, refuse(45056)
	}
	t.Last = max(t.Last+1, firstTag)
	e := tagEntry{ID: t.Last, Name: in.Tag.Name}
	t.List = append(t.List, e)
	return map[string]any{"tag": e}, nil
}

func listTags(c *call) (any, error) {
	type counted struct {
		tagEntry
		Count int `json:"count"`
	}
	s := c.a.state
	tags := []counted{}
	for _, e := range append([]tagEntry{*s.Tags.find(2)}, s.Tags.List...) {
		tags = append(tags, counted{e, len(s.tagged(e.ID))})
	}
	return map[string]any{"tags": tags}, nil
}

func (s *state) tagged(id int) []string {
	return s.fansWhere(func(f *fan) bool { return f.Subscribed && slices.Contains(f.Tags, id) })
}

// own finds a tag that may be changed: 45058 for WeChat's own, 45159 for none.
func (t *tagList) own(id int) (*tagEntry, error) {
	if id >= 0 && id <= 2 {
		return nil, refuse(45058)
	}
	e := t.find(id)
	if e == nil {
		return nil, refuse(45159)
	}
	return e, nil
}

func updateTag(c *call) (any, error) {
	var in tagBody
	if err := c.decode(&in); err != nil {
		return nil, err
	}
	t := &c.a.state.Tags
	e, err := t.own(int(in.Tag.ID))
	if err != nil {
		return nil, err
	}
	if err := t.checkName(in.Tag.Name, e.ID); err != nil {
		return nil, err
	}
	e.Name = in.Tag.Name
	return done(), nil
}

func deleteTag(c *call) (any, error) {
	var in tagBody
	if err := c.decode(&in); err != nil {
		return nil, err
	}
	s := c.a.state
	id := int(in.Tag.ID)
	if _, err := s.Tags.own(id); err != nil {
		return nil, err
	}
	if len(s.tagged(id)) > tagCrowd {
		return nil, refuse(45057)
	}
	s.Tags.List = slices.DeleteFunc(s.Tags.List, func(e tagEntry) bool { return e.ID == id })
	for _, f := range s.Fans {
		f.untag(id)
	}
	return done(), nil
}

func (f *fan) untag(id int) {
	f.Tags = slices.DeleteFunc(f.Tags, func(has int) bool { return has == id })
}

func taggedUsers(c *call) (any, error) {
	var in struct {
		TagID loose  `json:"tagid"`
		Next  string `json:"next_openid"`
	}
	if err := c.decode(&in); err != nil {
		return nil, err
	}
	if c.a.state.Tags.find(in.TagID.int()) == nil {
		return nil, refuse(45159)
	}
	return openIDs(c.a.state.tagged(in.TagID.int()), in.Next, c.p.o.UserPage)
}

// taggable reads the body of batchtagging and batchuntagging. All openids are checked before any is tagged.
func (c *call) taggable() (int, []*fan, error) {
	var in struct {
		OpenIDs []string `json:"openid_list"`
		TagID   loose    `json:"tagid"`
	}
	if err := c.decode(&in); err != nil {
		return 0, nil, err
	}
	if c.a.state.Tags.find(in.TagID.int()) == nil {
		return 0, nil, refuse(45159)
	}
	fans, err := c.fans(in.OpenIDs, tagBatch)
	return in.TagID.int(), fans, err
}

// fans finds all fans of a list: 40032 for a bad length, and notOurs for the first who is none.
func (c *call) fans(openIDs []string, most int) ([]*fan, error) {
	if len(openIDs) == 0 || len(openIDs) > most {
		return nil, refuse(40032)
	}
	found := make([]*fan, 0, len(openIDs))
	for _, id := range openIDs {
		f := c.a.state.Fans[id]
		if f == nil || !f.Subscribed {
			return nil, c.notOurs(id)
		}
		found = append(found, f)
	}
	return found, nil
}

func tagUsers(c *call) (any, error) {
	id, fans, err := c.taggable()
	if err != nil {
		return nil, err
	}
	for _, f := range fans {
		if !slices.Contains(f.Tags, id) && len(f.Tags) >= tagsPerFan {
			return nil, refuse(45059)
		}
	}
	for _, f := range fans {
		f.untag(id)
		f.Tags = append(f.Tags, id)
	}
	return done(), nil
}

func untagUsers(c *call) (any, error) {
	id, fans, err := c.taggable()
	if err != nil {
		return nil, err
	}
	for _, f := range fans {
		f.untag(id)
	}
	return done(), nil
}

func tagsOfUser(c *call) (any, error) {
	var in struct{ OpenID string }
	if err := c.decode(&in); err != nil {
		return nil, err
	}
	f := c.a.state.Fans[in.OpenID]
	if f == nil || !f.Subscribed {
		return nil, refuse(40003)
	}
	return map[string]any{"tagid_list": append([]int{}, f.Tags...)}, nil
}
