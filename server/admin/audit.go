package admin

import (
	"context"
	"strconv"

	"moonwire/server/openapi"
	"moonwire/store"
)

// maxAuditPage is how many entries one page has at most.
const maxAuditPage = 500

func listAudit(ctx context.Context, q *ask) (any, error) {
	var body struct {
		Account, Before string
		Limit           int
	}
	body.Limit = 50
	if err := q.read(&body); err != nil {
		return nil, err
	}
	filter := store.AuditFilter{Account: body.Account, Limit: body.Limit}
	if body.Before != "" {
		var err error
		if filter.Before, err = strconv.ParseInt(body.Before, 10, 64); err != nil || filter.Before < 1 {
			return nil, openapi.BadField("before", "want `next` of the page before")
		}
	}
	found, err := q.store.AuditLog(ctx, filter)
	if err != nil {
		return nil, err
	}
	page := struct {
		Entries []Entry `json:"entries"`
		Next    *string `json:"next"`
	}{Entries: []Entry{}}
	for _, e := range found {
		page.Entries = append(page.Entries, Entry{
			At: unix(e.At), Account: e.Account, Kind: e.Who.Kind, Name: e.Who.Name, Act: e.Act, Object: e.Object, Hashes: e.Hashes,
		})
	}
	if len(found) == body.Limit {
		next := strconv.FormatInt(found[len(found)-1].Cursor, 10)
		page.Next = &next
	}
	return page, nil
}
