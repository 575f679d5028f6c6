package api

import (
	"context"
	"encoding/json"
)

// method is one line of the table: what it takes and gives, an example of both, and who does it. It
// registers the method, checks its requests and writes its page of the document. A table of data.
type method struct {
	name, title, doc string
	body, answer     shape
	take, give       json.RawMessage // examples
	run              func(context.Context, *ask) (any, error)
}

// methods is the general interface: one method for each line of design.md §8.
func methods() []method {
	return []method{
		{
			name: "messages/get", title: "Get a message",
			doc:    "One stored message: what the fan sent, what was answered, and what became of it.",
			body:   object("", may("msg_id", text("WeChat's MsgId").within(1, 64)), may("trace", text("The message's trace, or an ending of it that no other message has").within(4, 13))).needsOne("msg_id", "trace"),
			answer: messageShape(),
			take:   json.RawMessage(`{"msg_id":"24012345678901234"}`),
			give:   json.RawMessage(messageExample),
			run:    getMessage,
		},
		{
			name: "messages/list", title: "List messages",
			doc: "The account's messages, or one fan's, newest first. `next` begins the next page: hand it back as `before`.",
			body: object("",
				may("openid", openid("Only this fan's")),
				may("before", text("Only messages older than this one: a trace, or `next` of the page before").within(1, 64).orNull()),
				may("limit", whole("How many; 50 unless told").within(1, maxMessages))),
			answer: object("", need("messages", list("", messageShape())), need("next", text("null on the last page").orNull())),
			take:   json.RawMessage(`{"openid":"oXbY0amy0000000000000000009f","limit":20}`),
			give:   json.RawMessage(`{"messages":[` + messageExample + `],"next":null}`),
			run:    listMessages,
		},
		{
			name: "messages/reply", title: "Reply to a fan",
			doc:    "Sends one customer-service message (客服消息), in WeChat's own JSON. WeChat takes up to 5 within 48 hours after the fan last wrote. The message is recorded under the trace that is answered.",
			body:   replyShape(),
			answer: object("", need("trace", text("messages/get finds what was sent by it"))),
			take:   json.RawMessage(`{"touser":"oXbY0amy0000000000000000009f","msgtype":"text","text":{"content":"您的茶已经寄出"}}`),
			give:   json.RawMessage(`{"trace":"M3K8Q2A7QK"}`),
			run:    replyMessage,
		},
		{
			name: "users/info", title: "A fan's user info",
			doc:  "WeChat's user/info as it comes. Names and pictures are not delivered since 2021-12-27.",
			body: object("", need("openid", openid(""))),
			answer: object("",
				need("subscribe", whole("1 follows, 0 does not; then nothing but openid is known")), need("openid", text("")),
				may("subscribe_time", whole("Unix seconds")), may("unionid", text("")), may("remark", text("")),
				may("tagid_list", list("", whole(""))), may("subscribe_scene", text(""))).andMore(),
			take: json.RawMessage(`{"openid":"oXbY0amy0000000000000000009f"}`),
			give: json.RawMessage(`{"subscribe":1,"openid":"oXbY0amy0000000000000000009f","subscribe_time":1772416800,"remark":"","tagid_list":[2],"subscribe_scene":"ADD_SCENE_QR_CODE"}`),
			run:  userInfo,
		},
		{
			name: "users/subscribe_time", title: "When a fan followed",
			doc:    "The time of the fan's last follow, asked of WeChat.",
			body:   object("", need("openid", openid(""))),
			answer: object("", need("subscribe_time", whole("Unix seconds; null for somebody who does not follow").orNull())),
			take:   json.RawMessage(`{"openid":"oXbY0amy0000000000000000009f"}`),
			give:   json.RawMessage(`{"subscribe_time":1772416800}`),
			run:    subscribeTime,
		},
		{
			name: "users/last_message_time", title: "When a fan last wrote",
			doc:  "The fan's last message (events do not count), kept by Moonwire because WeChat has no such call. null when none was seen.",
			body: object("", need("openid", openid(""))),
			answer: object("",
				need("create_time", whole("Unix seconds, WeChat's clock")), need("msg_type", text("")), need("msg_id", text(""))).orNull(),
			take: json.RawMessage(`{"openid":"oXbY0amy0000000000000000009f"}`),
			give: json.RawMessage(`{"create_time":1772416805,"msg_type":"text","msg_id":"24012345678901234"}`),
			run:  lastMessageTime,
		},
		{
			name: "templates/send", title: "Send a template message",
			doc:    "Sends one template message (模板消息). `template_id` is an id, or an alias from `templates` of account.yaml. Whether it arrived WeChat tells later, by an event.",
			body:   templateShape(),
			answer: object("", need("msgid", text("WeChat's id of it")), need("trace", text("messages/get finds what was sent by it"))),
			take:   json.RawMessage(`{"touser":"oXbY0amy0000000000000000009f","template_id":"order_paid","url":"https://example.com/o/1","data":{"thing1":{"value":"龙井"}}}`),
			give:   json.RawMessage(`{"msgid":"3000000000000000001","trace":"M3K8Q2A7QK"}`),
			run:    sendTemplate,
		},
		{
			name: "menus/create", title: "Create a menu",
			doc:    "Replaces the default menu; with `matchrule`, adds a conditional one and gives its menuid. Checked against WeChat's limits before it is sent.",
			body:   menuShape(),
			answer: object("", may("menuid", text("Of a conditional menu"))),
			take:   json.RawMessage(`{"button":[{"type":"click","name":"今日推荐","key":"TODAY"},{"name":"更多","sub_button":[{"type":"view","name":"官网","url":"https://example.com/"}]}]}`),
			give:   json.RawMessage(`{}`),
			run:    createMenu,
		},
		{
			name: "menus/list", title: "List menus",
			doc:  "All menus made through the API, and the one that fans see now, wherever it was made.",
			body: object(""),
			answer: object("",
				need("default", anyMenu("null when there is none").orNull()), need("conditional", list("", anyMenu(""))),
				need("current", object("", need("is_menu_open", yesNo("")), need("selfmenu_info", anyMenu(""))))),
			take: json.RawMessage(`{}`),
			give: json.RawMessage(`{"default":{"button":[{"type":"click","name":"今日推荐","key":"TODAY"}],"menuid":"200001"},"conditional":[],"current":{"is_menu_open":true,"selfmenu_info":{"button":[{"type":"click","name":"今日推荐","key":"TODAY"}]}}}`),
			run:  listMenus,
		},
		{
			name: "menus/event_status", title: "What became of menu events",
			doc: "How the events of the menu's buttons were answered, counted by Moonwire. Whether a fan saw an answer nobody tells.",
			body: object("",
				may("event_key", text("Only this button's: its key, or the URL of a view button").within(1, 1024)),
				may("menuid", text("Only this menu's").within(1, 64)),
				may("since", whole("Unix seconds, rounded down to the hour").within(0, maxUnix))),
			answer: object("",
				need("counts", countsShape()), need("last_event", lastEventShape().orNull()),
				need("last_status", text("Of the newest event").oneOf(statusWords()...).orNull()),
				need("buttons", list("The most recently used first", buttonStatusShape()))),
			take: json.RawMessage(`{"event_key":"TODAY"}`),
			give: json.RawMessage(eventStatusExample),
			run:  eventStatus,
		},
		{
			name: "menus/delete", title: "Delete menus",
			doc:    "Deletes the default menu and all conditional ones; with `menuid`, that conditional menu alone.",
			body:   object("", may("menuid", text("Of a conditional menu").within(1, 64))),
			answer: object(""),
			take:   json.RawMessage(`{}`),
			give:   json.RawMessage(`{}`),
			run:    deleteMenu,
		},
		{
			name: "access_token", title: "The access token",
			doc:    "The account's live access_token, for the owner's other systems: they must not fetch their own, or the two kick each other out. Ask again when a call answers 40001, 40014 or 42001.",
			body:   object(""),
			answer: object("", need("access_token", text("")), need("expires_in", whole("Seconds that it lives on"))),
			take:   json.RawMessage(`{}`),
			give:   json.RawMessage(`{"access_token":"84_example","expires_in":6900}`),
			run:    accessToken,
		},
		{
			name: "call", title: "Call any WeChat API",
			doc: "Calls an API of WeChat with the account's token and hands on the answer. Paths that need the app secret are refused. An answer that is a file comes in base64.",
			body: object("",
				need("path", text("/cgi-bin/…").within(1, 200)), may("method", text("POST with a body, else GET").oneOf("GET", "POST")),
				may("query", table("Without access_token", text("")).within(0, 50)), may("body", anything("JSON, sent as it is"))),
			answer: anything("WeChat's answer, or {content_type, filename, base64}"),
			take:   json.RawMessage(`{"path":"/cgi-bin/tags/create","body":{"tag":{"name":"常客"}}}`),
			give:   json.RawMessage(`{"tag":{"id":134,"name":"常客"}}`),
			run:    callWeChat,
		},
	}
}
