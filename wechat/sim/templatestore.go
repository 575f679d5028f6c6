package sim

import "slices"

func setIndustry(c *call) (any, error) {
	var in struct {
		First  loose `json:"industry_id1"`
		Second loose `json:"industry_id2"`
	}
	if err := c.decode(&in); err != nil {
		return nil, err
	}
	_, _, known1 := trades(string(in.First))
	_, _, known2 := trades(string(in.Second))
	have := &c.a.state.Industry
	switch {
	case !known1 || !known2:
		return nil, refuse(40102)
	case !have.Set.IsZero() && c.now.Sub(have.Set) < industryGap:
		return nil, refuse(43100)
	}
	*have = industry{First: string(in.First), Second: string(in.Second), Set: c.now}
	return done(), nil
}

func getIndustry(c *call) (any, error) {
	class := func(id string) map[string]string {
		if id == "" {
			id = "1"
		}
		first, second, _ := trades(id)
		return map[string]string{"first_class": first, "second_class": second}
	}
	have := c.a.state.Industry
	return map[string]any{"primary_industry": class(have.First), "secondary_industry": class(have.Second)}, nil
}

func (s *state) templateCount(notice bool) int {
	n := 0
	for _, t := range s.Templates {
		if t.Notice == notice {
			n++
		}
	}
	return n
}

func addTemplate(c *call) (any, error) {
	var in struct {
		Short    loose    `json:"template_id_short"`
		Keywords []string `json:"keyword_name_list"`
	}
	if err := c.decode(&in); err != nil {
		return nil, err
	}
	s := fromLibrary(string(in.Short), false)
	switch {
	case s == nil:
		return nil, refuse(40037)
	case c.a.state.templateCount(false) >= templateCap:
		return nil, refuse(45026)
	}
	t, err := s.template(c.p.ids.text(43), in.Keywords)
	if err != nil {
		return nil, err
	}
	c.a.state.Templates = append(c.a.state.Templates, t)
	return map[string]any{"errcode": 0, "errmsg": "ok", "template_id": t.ID}, nil
}

func listTemplates(c *call) (any, error) {
	list := []map[string]string{}
	first, _, _ := trades(c.a.state.Industry.First)
	second, _, _ := trades(c.a.state.Industry.Second)
	for _, t := range c.a.state.Templates {
		if !t.Notice {
			list = append(list, map[string]string{
				"template_id": t.ID, "title": t.Title, "primary_industry": first, "deputy_industry": second,
				"content": t.Content, "example": t.Example,
			})
		}
	}
	return map[string]any{"template_list": list}, nil
}

func deleteTemplate(c *call) (any, error) {
	var in struct {
		ID string `json:"template_id"`
	}
	if err := c.decode(&in); err != nil {
		return nil, err
	}
	return done(), c.dropTemplate(in.ID, false)
}

func (c *call) dropTemplate(id string, notice bool) error {
	if _, err := c.a.state.template(id, notice); err != nil {
		return err
	}
	at := c.a.state.templateAt(id)
	c.a.state.Templates = slices.Delete(c.a.state.Templates, at, at+1)
	return nil
}
