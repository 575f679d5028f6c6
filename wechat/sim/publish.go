package sim

import (
	"context"
	"encoding/json"
	"slices"
	"strconv"
	"time"
)

// Values of publish_status.
const (
	publishDone    = 0
	publishRunning = 1
	publishFailed  = 3 // how publishing tends to end on a test account
	publishDeleted = 5
)

// job is one publication.
type job struct {
	ID      string `json:"id"`
	MediaID string `json:"media_id"`
	Article string `json:"article_id"`
	DataID  int64  `json:"msg_data_id"`
	Status  int    `json:"status"`
}

func publishAPIs() []route {
	return []route{
		{path: "/cgi-bin/freepublish/submit", needs: verified, do: submitDraft},
		{path: "/cgi-bin/freepublish/get", needs: verified, do: getPublish},
		{path: "/cgi-bin/freepublish/delete", needs: verified, do: deletePublished},
		{path: "/cgi-bin/freepublish/getarticle", needs: verified, do: getPublished},
		{path: "/cgi-bin/freepublish/batchget", needs: verified, do: listPublished},
	}
}

// submitDraft begins a publication; it is done, and PUBLISHJOBFINISH sent, once the call is answered.
func submitDraft(c *call) (any, error) {
	d, err := c.draftByID()
	if err != nil {
		return nil, err
	}
	j := &job{ID: c.p.ids.id(), MediaID: d.ID, DataID: c.p.ids.serial(), Status: publishRunning}
	c.a.state.Publish[j.ID] = j
	a, p := c.a, c.p
	c.after = append(c.after, func(ctx context.Context) {
		a.mu.Lock()
		act := a.publish(j, p.ids.text(40), p.Now())
		a.mu.Unlock()
		p.Push(ctx, a.name, "", act)
	})
	return map[string]any{"errcode": 0, "errmsg": "ok", "publish_id": json.Number(j.ID), "msg_data_id": j.DataID}, nil
}

// publish turns the draft into a published article. The draft is gone then.
func (a *account) publish(j *job, id string, now time.Time) Act {
	d := a.state.draft(j.MediaID)
	if d == nil || a.set.Kind == testAccount {
		j.Status = publishFailed
	} else {
		j.Status, j.Article = publishDone, id
		a.state.dropDraft(d.ID)
		a.state.openThreads(j.DataID, d.Items)
		for i, n := range d.Items {
			n.URL = articleURL(id, i)
		}
		a.state.Published = append(a.state.Published, &article{ID: id, Items: d.Items, Made: now.Unix(), Updated: now.Unix()})
	}
	fields := []Field{field("publish_id", j.ID), field("publish_status", strconv.Itoa(j.Status))}
	if j.Status != publishDone {
		return systemEvent("PUBLISHJOBFINISH", field("PublishEventInfo", "", append(fields, field("fail_idx", "1"))...))
	}
	detail := []Field{field("count", strconv.Itoa(len(d.Items)))}
	for i, n := range d.Items {
		detail = append(detail, field("item", "", field("idx", strconv.Itoa(i+1)), field("article_url", n.URL)))
	}
	fields = append(fields, field("article_id", id), field("article_detail", "", detail...))
	return systemEvent("PUBLISHJOBFINISH", field("PublishEventInfo", "", fields...))
}

func getPublish(c *call) (any, error) {
	var in struct {
		ID loose `json:"publish_id"`
	}
	if err := c.decode(&in); err != nil {
		return nil, err
	}
	j := c.a.state.Publish[string(in.ID)]
	if j == nil {
		return nil, refuse(53502)
	}
	out := map[string]any{"publish_id": json.Number(j.ID), "publish_status": j.Status, "fail_idx": []int{}}
	if a := c.a.state.published(j.Article); a != nil {
		items := []map[string]any{}
		for i, n := range a.Items {
			items = append(items, map[string]any{"idx": i + 1, "article_url": n.URL})
		}
		out["article_id"], out["article_detail"] = a.ID, map[string]any{"count": len(items), "item": items}
	} else if j.Status == publishFailed {
		out["fail_idx"] = []int{1}
	}
	return out, nil
}

func (c *call) publishedByID() (*article, int, error) {
	var in struct {
		ID    string `json:"article_id"`
		Index whole  `json:"index"`
	}
	if err := c.decode(&in); err != nil {
		return nil, 0, err
	}
	a := c.a.state.published(in.ID)
	if a == nil {
		return nil, 0, refuse(53600)
	}
	return a, int(in.Index), nil
}

// deletePublished deletes one article of a set, or with index 0 all of it. There is no way back.
func deletePublished(c *call) (any, error) {
	a, index, err := c.publishedByID()
	if err != nil {
		return nil, err
	}
	if index < 0 || index > len(a.Items) {
		return nil, refuse(40060)
	}
	if index > 0 {
		a.Items[index-1].IsDeleted = true
		return done(), nil
	}
	s := c.a.state
	s.Published = slices.DeleteFunc(s.Published, func(other *article) bool { return other == a })
	for _, j := range s.Publish {
		if j.Article == a.ID {
			j.Status = publishDeleted
			delete(s.Comments, strconv.FormatInt(j.DataID, 10))
		}
	}
	return done(), nil
}

func getPublished(c *call) (any, error) {
	a, _, err := c.publishedByID()
	if err != nil {
		return nil, err
	}
	return map[string]any{"news_item": a.Items}, nil
}

func listPublished(c *call) (any, error) {
	var in pageBody
	if err := c.decode(&in); err != nil {
		return nil, err
	}
	return draftPage(c.a.state.Published, in, "article_id")
}
