package wechat

// ListField reports whether elements of that name are a list even when there is only one: those that WeChat
// repeats, and those whose container is named after them (AroundBeacons holds AroundBeacon). Any other that
// does come repeated, or as a JSON list, is a list as well.
func ListField(container, name string) bool {
	switch name {
	case "item", "List", "fail_idx":
		return true
	}
	return container == name+"s" || container == name+"List"
}

// EmptyElement is what an element holds that came with nothing in it: of one that is known to hold elements
// the names of its lists, maybe none. Any other is an empty text.
func EmptyElement(name string) (lists []string, holds bool) {
	switch name {
	case "PicList", "ResultList", "Articles":
		return []string{"item"}, true
	case "AroundBeacons":
		return []string{"AroundBeacon"}, true
	case "article_detail":
		return []string{"item"}, true
	case "SubscribeMsgPopupEvent", "SubscribeMsgChangeEvent", "SubscribeMsgSentEvent":
		return []string{"List"}, true
	case "PublishEventInfo":
		return []string{"fail_idx"}, true
	case "ScanCodeInfo", "SendPicsInfo", "SendLocationInfo", "CopyrightCheckResult", "ArticleUrlResult", "ChosenBeacon":
		return nil, true
	}
	return nil, false
}
