package api

import (
	"context"
	"time"

	"moonwire/store"
	"moonwire/wechat/api"
)

func createMenu(ctx context.Context, q *ask) (any, error) {
	menu, err := api.ParseMenu(q.body)
	if err != nil {
		return nil, err
	}
	client, err := q.wechat()
	if err != nil {
		return nil, err
	}
	if menu.MatchRule == nil {
		q.acts("default menu")
		return struct{}{}, client.CreateMenu(ctx, menu.Buttons)
	}
	q.acts("conditional menu")
	menuid, err := client.AddConditionalMenu(ctx, *menu)
	if err == nil {
		q.acts("conditional menu " + menuid)
	}
	return map[string]string{"menuid": menuid}, err
}

func deleteMenu(ctx context.Context, q *ask) (any, error) {
	var body struct {
		MenuID string `json:"menuid"`
	}
	if err := q.read(&body); err != nil {
		return nil, err
	}
	client, err := q.wechat()
	if err != nil {
		return nil, err
	}
	if body.MenuID != "" {
		q.acts("conditional menu " + body.MenuID)
		return struct{}{}, client.DeleteConditionalMenu(ctx, body.MenuID)
	}
	q.acts("all menus")
	return struct{}{}, client.DeleteMenu(ctx)
}

func listMenus(ctx context.Context, q *ask) (any, error) {
	client, err := q.wechat()
	if err != nil {
		return nil, err
	}
	made, err := client.Menus(ctx)
	if err != nil {
		return nil, err
	}
	current, err := client.CurrentMenu(ctx)
	if err != nil {
		return nil, err
	}
	if made.Conditional == nil {
		made.Conditional = []api.Menu{}
	}
	if current.Menu.Buttons == nil {
		current.Menu.Buttons = []api.Button{}
	}
	return map[string]any{"default": made.Default, "conditional": made.Conditional, "current": current}, nil
}

// eventView is one menu event.
type eventView struct {
	Event      string `json:"event"`
	EventKey   string `json:"event_key"`
	MenuID     string `json:"menuid"`
	Trace      string `json:"trace"`
	OpenID     string `json:"openid"`
	CreateTime int64  `json:"create_time"`
	Received   int64  `json:"received"`
	Status     string `json:"status"`
	Error      string `json:"error,omitempty"`
}

// buttonView is what became of one button's events.
type buttonView struct {
	Event         string           `json:"event"`
	EventKey      string           `json:"event_key"`
	MenuID        string           `json:"menuid"`
	Counts        map[string]int64 `json:"counts"`
	Repeats       int64            `json:"repeats"`
	MeanLatencyMS int64            `json:"mean_latency_ms"`
	MaxLatencyMS  int64            `json:"max_latency_ms"`
	Last          eventView        `json:"last_event"`
}

// statusView is the whole answer; the newest event's status stands by itself because it is asked for most.
type statusView struct {
	Counts     map[string]int64 `json:"counts"`
	Last       *eventView       `json:"last_event"`
	LastStatus *string          `json:"last_status"`
	Buttons    []buttonView     `json:"buttons"`
}

func eventStatus(ctx context.Context, q *ask) (any, error) {
	var body struct {
		EventKey string `json:"event_key"`
		MenuID   string `json:"menuid"`
		Since    int64  `json:"since"`
	}
	if err := q.read(&body); err != nil {
		return nil, err
	}
	filter := store.MenuFilter{EventKey: body.EventKey, MenuID: body.MenuID}
	if body.Since > 0 {
		filter.Since = time.Unix(body.Since, 0)
	}
	events, err := q.store.MenuEvents(ctx, q.account, filter)
	if err != nil {
		return nil, err
	}
	all := statusView{Counts: counts(events...), Buttons: []buttonView{}}
	for _, e := range events {
		b := buttonOf(e)
		all.Buttons = append(all.Buttons, b)
		if all.Last == nil || b.Last.Received > all.Last.Received {
			all.Last, all.LastStatus = &b.Last, &b.Last.Status
		}
	}
	return all, nil
}

func buttonOf(e store.MenuEvent) buttonView {
	last := e.Last
	return buttonView{
		Event: e.Event, EventKey: e.EventKey, MenuID: e.MenuID, Counts: counts(e), Repeats: e.Repeats,
		MeanLatencyMS: e.MeanLatency.Milliseconds(), MaxLatencyMS: e.MaxLatency.Milliseconds(),
		Last: eventView{
			Event: e.Event, EventKey: e.EventKey, MenuID: e.MenuID, Trace: shortTrace(last.Trace), OpenID: last.OpenID,
			CreateTime: last.CreateTime, Received: last.Received.Unix(), Status: last.Status.String(), Error: last.Error,
		},
	}
}

// counts adds up events by status; a status that never occurred counts 0.
func counts(events ...store.MenuEvent) map[string]int64 {
	sum := map[string]int64{}
	for _, word := range statusWords() {
		sum[word] = 0
	}
	for _, e := range events {
		for status, n := range e.Counts {
			sum[status.String()] += n
		}
	}
	return sum
}
