package api

import (
	"context"
	"encoding/json"

	"moonwire/server/openapi"
	"moonwire/store"
)

// method is one line of the table, and who does it. It registers the method, checks its requests and writes its page of
// the document. A table of data.
type method struct {
	openapi.Method
	run   func(context.Context, *ask) (any, error)
	audit int // rows a day and key at most; 0 = it changes nothing
}

// methods is the general interface: one method for each line of design.md §8.
func methods() []method {
	return []method{
		{Method: openapi.Method{
			Name: "messages/get", Title: "Get a message",
			Doc:    "One stored message: what the fan sent, what was answered, and what became of it.",
			Body:   object("", may("msg_id", text("WeChat's MsgId").Within(1, 64)), may("trace", text("The message's trace, or an ending of it that no other message has").Within(4, 13))).NeedsOne("msg_id", "trace"),
			Answer: messageShape(),
			Take:   json.RawMessage(`{"msg_id":"24012345678901234"}`),
			Give:   json.RawMessage(messageExample),
		}, run: getMessage},
		{Method: openapi.Method{
			Name: "messages/list", Title: "List messages",
			Doc: "The account's messages, or one fan's, newest first. `next` begins the next page: hand it back as `before`.",
			Body: object("",
				may("openid", openid("Only this fan's")),
				may("before", text("Only messages older than this one: a trace, or `next` of the page before").Within(1, 64).OrNull()),
				may("limit", whole("How many; 50 unless told").Within(1, maxMessages))),
			Answer: object("", need("messages", list("", messageShape())), need("next", text("null on the last page").OrNull())),
			Take:   json.RawMessage(`{"openid":"oXbY0amy0000000000000000009f","limit":20}`),
			Give:   json.RawMessage(`{"messages":[` + messageExample + `],"next":null}`),
		}, run: listMessages},
		{Method: openapi.Method{
			Name: "messages/reply", Title: "Reply to a fan",
			Doc:    "Sends one customer-service message (客服消息), in WeChat's own JSON. WeChat takes up to 5 within 48 hours after the fan last wrote. The message is recorded under the trace that is answered.",
			Body:   replyShape(),
			Answer: object("", need("trace", text("messages/get finds what was sent by it"))),
			Take:   json.RawMessage(`{"touser":"oXbY0amy0000000000000000009f","msgtype":"text","text":{"content":"您的茶已经寄出"}}`),
			Give:   json.RawMessage(`{"trace":"M3K8Q2A7QK"}`),
		}, run: replyMessage, audit: 1},
		{Method: openapi.Method{
			Name: "users/info", Title: "A fan's user info",
			Doc:  "WeChat's user/info as it comes. Names and pictures are not delivered since 2021-12-27.",
			Body: object("", need("openid", openid(""))),
			Answer: object("",
				need("subscribe", whole("1 follows, 0 does not; then nothing but openid is known")), need("openid", text("")),
				may("subscribe_time", whole("Unix seconds")), may("unionid", text("")), may("remark", text("")),
				may("tagid_list", list("", whole(""))), may("subscribe_scene", text(""))).AndMore(),
			Take: json.RawMessage(`{"openid":"oXbY0amy0000000000000000009f"}`),
			Give: json.RawMessage(`{"subscribe":1,"openid":"oXbY0amy0000000000000000009f","subscribe_time":1772416800,"remark":"","tagid_list":[2],"subscribe_scene":"ADD_SCENE_QR_CODE"}`),
		}, run: userInfo},
		{Method: openapi.Method{
			Name: "users/subscribe_time", Title: "When a fan followed",
			Doc:    "The time of the fan's last follow, asked of WeChat.",
			Body:   object("", need("openid", openid(""))),
			Answer: object("", need("subscribe_time", whole("Unix seconds; null for somebody who does not follow").OrNull())),
			Take:   json.RawMessage(`{"openid":"oXbY0amy0000000000000000009f"}`),
			Give:   json.RawMessage(`{"subscribe_time":1772416800}`),
		}, run: subscribeTime},
		{Method: openapi.Method{
			Name: "users/last_message_time", Title: "When a fan last wrote",
			Doc:  "The fan's last message (events do not count), kept by Moonwire because WeChat has no such call. null when none was seen.",
			Body: object("", need("openid", openid(""))),
			Answer: object("",
				need("create_time", whole("Unix seconds, WeChat's clock")), need("msg_type", text("")), need("msg_id", text(""))).OrNull(),
			Take: json.RawMessage(`{"openid":"oXbY0amy0000000000000000009f"}`),
			Give: json.RawMessage(`{"create_time":1772416805,"msg_type":"text","msg_id":"24012345678901234"}`),
		}, run: lastMessageTime},
		{Method: openapi.Method{
			Name: "templates/send", Title: "Send a template message",
			Doc:    "Sends one template message (模板消息). `template_id` is an id, or an alias from `templates` of account.yaml. Whether it arrived WeChat tells later, by an event.",
			Body:   templateShape(),
			Answer: object("", need("msgid", text("WeChat's id of it")), need("trace", text("messages/get finds what was sent by it"))),
			Take:   json.RawMessage(`{"touser":"oXbY0amy0000000000000000009f","template_id":"order_paid","url":"https://example.com/o/1","data":{"thing1":{"value":"龙井"}}}`),
			Give:   json.RawMessage(`{"msgid":"3000000000000000001","trace":"M3K8Q2A7QK"}`),
		}, run: sendTemplate, audit: 1},
		{Method: openapi.Method{
			Name: "menus/create", Title: "Create a menu",
			Doc:    "Replaces the default menu; with `matchrule`, adds a conditional one and gives its menuid. Checked against WeChat's limits before it is sent.",
			Body:   menuShape(),
			Answer: object("", may("menuid", text("Of a conditional menu"))),
			Take:   json.RawMessage(`{"button":[{"type":"click","name":"今日推荐","key":"TODAY"},{"name":"更多","sub_button":[{"type":"view","name":"官网","url":"https://example.com/"}]}]}`),
			Give:   json.RawMessage(`{}`),
		}, run: createMenu, audit: 100},
		{Method: openapi.Method{
			Name: "menus/list", Title: "List menus",
			Doc:  "All menus made through the API, and the one that fans see now, wherever it was made.",
			Body: object(""),
			Answer: object("",
				need("default", anyMenu("null when there is none").OrNull()), need("conditional", list("", anyMenu(""))),
				need("current", object("", need("is_menu_open", yesNo("")), need("selfmenu_info", anyMenu(""))))),
			Take: json.RawMessage(`{}`),
			Give: json.RawMessage(`{"default":{"button":[{"type":"click","name":"今日推荐","key":"TODAY"}],"menuid":"200001"},"conditional":[],"current":{"is_menu_open":true,"selfmenu_info":{"button":[{"type":"click","name":"今日推荐","key":"TODAY"}]}}}`),
		}, run: listMenus},
		{Method: openapi.Method{
			Name: "menus/event_status", Title: "What became of menu events",
			Doc: "How the events of the menu's buttons were answered, counted by Moonwire. Whether a fan saw an answer nobody tells.",
			Body: object("",
				may("event_key", text("Only this button's: its key, or the URL of a view button").Within(1, 1024)),
				may("menuid", text("Only this menu's").Within(1, 64)),
				may("since", whole("Unix seconds, rounded down to the hour").Within(0, maxUnix))),
			Answer: object("",
				need("counts", countsShape()), need("last_event", lastEventShape().OrNull()),
				need("last_status", text("Of the newest event").OneOf(statusWords()...).OrNull()),
				need("buttons", list("The most recently used first", buttonStatusShape()))),
			Take: json.RawMessage(`{"event_key":"TODAY"}`),
			Give: json.RawMessage(eventStatusExample),
		}, run: eventStatus},
		{Method: openapi.Method{
			Name: "menus/delete", Title: "Delete menus",
			Doc:    "Deletes the default menu and all conditional ones; with `menuid`, that conditional menu alone.",
			Body:   object("", may("menuid", text("Of a conditional menu").Within(1, 64))),
			Answer: object(""),
			Take:   json.RawMessage(`{}`),
			Give:   json.RawMessage(`{}`),
		}, run: deleteMenu, audit: 100},
		{Method: openapi.Method{
			Name: "flows/signal", Title: "Signal a conversation",
			Doc: "News for a fan's conversation: one that waits by c:wait_signal goes on (`now`), else it is kept for 7 days (`kept`), at most 100 for a fan. The same id counts once.",
			Body: object("",
				need("openid", openid("")), need("name", text("As in c:wait_signal(\"paid\")").Within(1, 64)),
				need("id", text("What you call it: repeats of it count once").Within(1, store.MaxSignalID)), may("data", anything("JSON of at most 16 KiB, which c:wait_signal gives"))),
			Answer: object("", need("delivered", text("").OneOf("now", "kept"))),
			Take:   json.RawMessage(`{"openid":"oXbY0amy0000000000000000009f","name":"paid","id":"P-20260302-7","data":{"yuan":28}}`),
			Give:   json.RawMessage(`{"delivered":"now"}`),
		}, run: signalFlow, audit: 1},
		{Method: openapi.Method{
			Name: "access_token", Title: "The access token",
			Doc:    "The account's live access_token, for the owner's other systems: they must not fetch their own, or the two kick each other out. Ask again when a call answers 40001, 40014 or 42001.",
			Body:   object(""),
			Answer: object("", need("access_token", text("")), need("expires_in", whole("Seconds that it lives on"))),
			Take:   json.RawMessage(`{}`),
			Give:   json.RawMessage(`{"access_token":"84_example","expires_in":6900}`),
		}, run: accessToken, audit: 1},
		{Method: openapi.Method{
			Name: "call", Title: "Call any WeChat API",
			Doc: "Calls an API of WeChat with the account's token and hands on the answer. Paths that need the app secret are refused. An answer that is a file comes in base64.",
			Body: object("",
				need("path", text("/cgi-bin/…").Within(1, 200)), may("method", text("POST with a body, else GET").OneOf("GET", "POST")),
				may("query", table("Without access_token", text("")).Within(0, 50)), may("body", anything("JSON, sent as it is"))),
			Answer: anything("WeChat's answer, or {content_type, filename, base64}"),
			Take:   json.RawMessage(`{"path":"/cgi-bin/tags/create","body":{"tag":{"name":"常客"}}}`),
			Give:   json.RawMessage(`{"tag":{"id":134,"name":"常客"}}`),
		}, run: callWeChat, audit: 100},
	}
}

// Methods are the names of all methods.
func Methods() []string {
	var names []string
	for _, m := range methods() {
		names = append(names, m.Name)
	}
	return names
}
