package api

import "moonwire/store"

// maxUnix is the end of the year 9999 in Unix seconds.
const maxUnix = 253402300799

func openid(doc string) shape {
	if doc == "" {
		doc = "The fan's openid"
	}
	return text(doc).Within(1, 64)
}

// replyShape is a customer-service message (wechat-protocol.md §6.6). Lengths and what belongs to which
// msgtype are checked by package wechat.
func replyShape() shape {
	part := func(name, doc string, props ...prop) prop { return may(name, object(doc, props...).AsReply()) }
	media := func(name string) prop { return part(name, "", need("media_id", text(""))) }
	article := object("",
		need("title", text("")), may("description", text("")), may("url", text("")), may("picurl", text("")))
	choice := object("", need("id", text("")), need("content", text("")))
	return object("",
		need("touser", openid("")),
		need("msgtype", text("text, image, voice, video, music, news, mpnews, mpnewsarticle, msgmenu, wxcard or miniprogrampage; the object of that name belongs to it").AsReply()),
		part("text", "", need("content", text("At most 2,048 bytes"))),
		media("image"), media("voice"), media("mpnews"),
		part("video", "", need("media_id", text("")), may("thumb_media_id", text("")), may("title", text("")), may("description", text(""))),
		part("music", "", need("musicurl", text("")), need("thumb_media_id", text("")),
			may("hqmusicurl", text("")), may("title", text("")), may("description", text(""))),
		part("news", "", need("articles", list("Exactly one", article))),
		part("mpnewsarticle", "", need("article_id", text(""))),
		part("msgmenu", "", need("list", list("", choice)), may("head_content", text("")), may("tail_content", text(""))),
		part("wxcard", "", need("card_id", text(""))),
		part("miniprogrampage", "", need("title", text("")), need("appid", text("")), need("pagepath", text("")), need("thumb_media_id", text(""))),
		part("customservice", "The agent in whose name it is sent", need("kf_account", text(""))),
		part("aimsgcontext", "A grey line under the message says that a third party's AI made it", need("is_ai_msg", whole("1 shows the line, 0 does not"))))
}

func templateShape() shape {
	value := object("", need("value", text("")), may("color", text("Ignored by WeChat nowadays")))
	return object("",
		need("touser", openid("")),
		need("template_id", text("An id, or an alias from account.yaml").Within(1, 128)),
		may("url", text("Where a tap leads").Within(0, 2048)),
		may("miniprogram", object("Goes before url", need("appid", text("").Within(1, 64)), may("pagepath", text("").Within(0, 1024)))),
		may("client_msg_id", text("The same id within ten minutes is sent once").Within(1, 32)),
		need("data", table("Keys of the template", value).Within(1, 50)))
}

// menuShape is a menu (wechat-protocol.md §6.2). Limits are checked by package wechat.
func menuShape() shape {
	button := func(doc string, deeper shape) shape {
		return object(doc,
			need("name", text("")), may("type", text("click, view, miniprogram, …")), may("key", text("")), may("url", text("")),
			may("appid", text("")), may("pagepath", text("")), may("media_id", text("")), may("article_id", text("")),
			may("sub_button", deeper))
	}
	leaf := button("", list("Empty: menus have two levels", anything("")))
	return object("",
		need("button", list("1 to 3", button("", list("1 to 5", leaf)))),
		may("matchrule", object("Makes it a conditional menu", may("tag_id", text("")), may("client_platform_type", text("1 iOS, 2 Android, 3 other")))))
}

// anyMenu is a menu as WeChat tells of it.
func anyMenu(doc string) shape {
	return object(doc, need("button", list("", object("").AndMore()).OrNull()), may("menuid", text("")), may("matchrule", object("").AndMore()))
}

// messageShape is messageView in words.
func messageShape() shape {
	sent := object("",
		need("kind", text("custom:<msgtype>, template or subscribe")), need("at", whole("Unix seconds")), need("errcode", whole("0 = taken by WeChat, -1 = no answer")),
		may("rid", text("WeChat's name of the call")), may("msgid", text("Of a template message")), may("state", text("Of a template message, once WeChat has told how it ended (TEMPLATESENDJOBFINISH): success, failed:user block or failed: system failed")))
	asked := object("",
		may("model", text("As the provider calls it")), need("prompt", whole("Tokens of the question")), need("completion", whole("Tokens of the answer")),
		need("ms", whole("Until the answer was whole")), may("failed", text("Why there is no answer: unauthorized, quota, rate, down, timeout, garbage, budget or refused")))
	return object("",
		need("trace", text("")), need("msg_id", text("WeChat's MsgId; empty for events")), need("openid", text("Empty when the sender is no fan")),
		need("msg_type", text("text, image, …, event; empty for what was sent through this interface")),
		may("event", text("")), may("event_key", text("")), may("menuid", text("")), may("content", text("")),
		need("create_time", whole("Unix seconds, WeChat's clock; 0 for what was sent")), need("received", whole("Unix seconds, our clock")),
		need("status", text("What became of it").OneOf(statusWords()...)),
		need("outcome", text("The same more exactly: answered, acknowledged, answered_async, failed, late or unhandled; kept (the answer waits up to 24 h for its fan), fetched (this answer had waited), paused (the account is paused; nothing ran), interrupted (the process ended first) or api (sent outside of a turn of this fan). More words may come")),
		need("reply", object("", need("kind", text("passive:<type>, success or none; custom:<type>, template or subscribe for what was sent")), need("text", text("What the fan sees of it")))),
		may("rule", text("The line of the script that answered; key:NAME where that API key sent it")), may("build", text("The version of the folder")), may("error", text("")),
		need("attempts", whole("Deliveries of WeChat that were seen")), need("latency_ms", whole("From the first delivery to the answer")),
		need("sends", list("Messages sent to the fan besides the reply: by the engine, and by the script itself", sent)),
		may("asked", list("Questions to a language model", asked)))
}

const messageExample = `{"trace":"M3K8Q2A7QK","msg_id":"24012345678901234","openid":"oXbY0amy0000000000000000009f","msg_type":"text","content":"营业时间","create_time":1772416805,"received":1772416805,"status":"answered","outcome":"answered","reply":{"kind":"passive:text","text":"每天 9:00–21:00"},"rule":"main.lua:12 on.text(\"营业时间\")","build":"3f9c","attempts":1,"latency_ms":3,"sends":[]}`

// statusWords are the words of store.Status, in the order of their numbers.
func statusWords() []string {
	var words []string
	for s := store.Pending; s <= store.Unhandled; s++ {
		words = append(words, s.String())
	}
	return words
}

func countsShape() shape {
	var counts []prop
	for _, word := range statusWords() {
		counts = append(counts, need(word, whole("")))
	}
	return object("Events by status", counts...)
}

func lastEventShape() shape {
	return object("The newest event",
		need("event", text("")), need("event_key", text("")), need("menuid", text("")), need("trace", text("")), need("openid", text("")),
		need("create_time", whole("Unix seconds, WeChat's clock")), need("received", whole("Unix seconds, our clock")),
		need("status", text("").OneOf(statusWords()...)), may("error", text("")))
}

func buttonStatusShape() shape {
	return object("",
		need("event", text("")), need("event_key", text("")), need("menuid", text("")), need("counts", countsShape()),
		need("repeats", whole("Further deliveries of the same event: an earlier answer was late or lost")),
		need("mean_latency_ms", whole("")), need("max_latency_ms", whole("")), need("last_event", lastEventShape()))
}

const (
	countsExample      = `{"pending":0,"answered":12,"acknowledged":0,"answered_async":1,"failed":0,"late":0,"unhandled":0}`
	lastEventExample   = `{"event":"CLICK","event_key":"TODAY","menuid":"","trace":"M3K8Q2A7QK","openid":"oXbY0amy0000000000000000009f","create_time":1772416805,"received":1772416805,"status":"answered"}`
	eventStatusExample = `{"counts":` + countsExample + `,"last_event":` + lastEventExample + `,"last_status":"answered","buttons":[{"event":"CLICK","event_key":"TODAY","menuid":"","counts":` + countsExample + `,"repeats":0,"mean_latency_ms":3,"max_latency_ms":9,"last_event":` + lastEventExample + `}]}`
)
