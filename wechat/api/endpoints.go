package api

import "net/http"

// Short words for the column Method.
const (
	get    = http.MethodGet
	post   = http.MethodPost
	either = ""
)

// endpoints is WeChat's API (wechat-protocol §6). A table of data.
var endpoints = [...]Endpoint{
	// Tokens and servers.
	{Path: "/cgi-bin/token", Method: either, Effect: Reads, Quota: Quota{Daily: 2000, Test: 200}, Open: true, Title: "a token that ends the one before"},
	{Path: "/cgi-bin/stable_token", Method: post, Effect: Reads, Quota: Quota{Daily: 500_000, Minute: 10_000}, Open: true, Title: "a token that several processes may ask for"},
	{Path: "/cgi-bin/get_api_domain_ip", Method: either, Effect: Reads, Title: "the API's own addresses"},
	{Path: "/cgi-bin/getcallbackip", Method: either, Effect: Reads, Title: "the addresses that pushes come from"},
	{Path: "/cgi-bin/callback/check", Method: post, Effect: Reads, Title: "whether the callback server can be reached"},
	// Quotas and what became of a call.
	{Path: "/cgi-bin/clear_quota", Method: post, Effect: Acts, Title: "set all of today's counters to zero"},
	{Path: "/cgi-bin/clear_quota/v2", Method: post, Effect: Acts, Open: true, Title: "the same, with the AppSecret in place of a token"},
	{Path: "/cgi-bin/openapi/quota/get", Method: post, Effect: Reads, Title: "how much of an API's quota is used"},
	{Path: "/cgi-bin/openapi/quota/clear", Method: post, Effect: Acts, Title: "set one API's counter to zero"},
	{Path: "/cgi-bin/openapi/rid/get", Method: post, Effect: Reads, Title: "what became of a call"},
	// Customer-service messages (客服消息).
	{Path: "/cgi-bin/message/custom/send", Method: post, Effect: Acts, Quota: Quota{Daily: 500_000, Test: 50_000}, Title: "send to a fan"},
	{Path: "/cgi-bin/message/custom/typing", Method: post, Effect: Harmless, Quota: Quota{Daily: 500_000}, Title: "show that somebody is typing"},
	// The menu of everybody.
	{Path: "/cgi-bin/menu/create", Method: post, Effect: Harmless, Quota: Quota{Daily: 1000, Test: 100}, Title: "replace the menu"},
	{Path: "/cgi-bin/menu/get", Method: either, Effect: Reads, Quota: Quota{Daily: 10_000, Test: 1000}, Title: "the menus made through the API"},
	{Path: "/cgi-bin/menu/delete", Method: either, Effect: Harmless, Quota: Quota{Daily: 1000, Test: 100}, Title: "delete all menus"},
	{Path: "/cgi-bin/get_current_selfmenu_info", Method: either, Effect: Reads, Quota: Quota{Daily: 10_000}, Title: "the menu that fans see"},
	// Conditional menus.
	{Path: "/cgi-bin/menu/addconditional", Method: post, Effect: Acts, Quota: Quota{Daily: 2000}, Title: "add a conditional menu"},
	{Path: "/cgi-bin/menu/delconditional", Method: post, Effect: Harmless, Quota: Quota{Daily: 2000}, Title: "delete a conditional menu"},
	{Path: "/cgi-bin/menu/trymatch", Method: post, Effect: Reads, Quota: Quota{Daily: 20_000}, Title: "the menu that one fan sees"},
	// Fans.
	{Path: "/cgi-bin/user/info", Method: either, Effect: Reads, Quota: Quota{Daily: 5_000_000, Test: 500_000}, Title: "one fan"},
	{Path: "/cgi-bin/user/info/batchget", Method: post, Effect: Reads, Quota: Quota{Daily: 5_000_000}, Title: "up to 100 fans"},
	{Path: "/cgi-bin/user/get", Method: either, Effect: Reads, Quota: Quota{Daily: 500, Test: 100}, Title: "all followers, by pages"},
	{Path: "/cgi-bin/user/info/updateremark", Method: post, Effect: Harmless, Quota: Quota{Daily: 10_000}, Title: "the account's own name for a fan"},
	{Path: "/cgi-bin/changeopenid", Method: post, Effect: Reads, Title: "openids after an account moved"},
	// Tags.
	{Path: "/cgi-bin/tags/create", Method: post, Effect: Acts, Quota: Quota{Daily: 1000}, Title: "make a tag"},
	{Path: "/cgi-bin/tags/get", Method: either, Effect: Reads, Quota: Quota{Daily: 1000}, Title: "all tags"},
	{Path: "/cgi-bin/tags/update", Method: post, Effect: Harmless, Quota: Quota{Daily: 1000}, Title: "rename a tag"},
	{Path: "/cgi-bin/tags/delete", Method: post, Effect: Harmless, Quota: Quota{Daily: 1000}, Title: "delete a tag"},
	{Path: "/cgi-bin/user/tag/get", Method: either, Effect: Reads, Quota: Quota{Daily: 1000}, Title: "the fans that have a tag, by pages"},
	{Path: "/cgi-bin/tags/members/batchtagging", Method: post, Effect: Harmless, Quota: Quota{Daily: 10_000}, Title: "tag up to 50 fans"},
	{Path: "/cgi-bin/tags/members/batchuntagging", Method: post, Effect: Harmless, Quota: Quota{Daily: 10_000}, Title: "untag up to 50 fans"},
	{Path: "/cgi-bin/tags/getidlist", Method: post, Effect: Reads, Quota: Quota{Daily: 10_000}, Title: "one fan's tags"},
	// The blacklist.
	{Path: "/cgi-bin/tags/members/getblacklist", Method: post, Effect: Reads, Quota: Quota{Daily: 1000}, Title: "the blacklist, by pages"},
	{Path: "/cgi-bin/tags/members/batchblacklist", Method: post, Effect: Harmless, Quota: Quota{Daily: 1000}, Title: "block up to 20 fans"},
	{Path: "/cgi-bin/tags/members/batchunblacklist", Method: post, Effect: Harmless, Quota: Quota{Daily: 1000}, Title: "unblock up to 20 fans"},
	// Template messages (模板消息).
	{Path: "/cgi-bin/message/template/send", Method: post, Effect: Acts, Quota: Quota{Daily: 100_000, Test: 10_000}, RepeatID: "client_msg_id", Title: "send a template message"},
	{Path: "/cgi-bin/message/template/subscribe", Method: post, Effect: Acts, Quota: Quota{Daily: 100_000}, Title: "send a one-time subscription message"},
	{Path: "/cgi-bin/template/api_set_industry", Method: post, Effect: Acts, Title: "set the account's industries"},
	{Path: "/cgi-bin/template/get_industry", Method: either, Effect: Reads, Title: "the account's industries"},
	{Path: "/cgi-bin/template/api_add_template", Method: post, Effect: Acts, Title: "take a template of the library"},
	{Path: "/cgi-bin/template/get_all_private_template", Method: either, Effect: Reads, Title: "the account's templates"},
	{Path: "/wxa/sec/queryblocktmplmsg", Method: post, Effect: Reads, Title: "template messages that WeChat held back"},
	{Path: "/cgi-bin/template/del_private_template", Method: post, Effect: Harmless, Title: "delete a template"},
	// Subscription notices (订阅通知).
	{Path: "/cgi-bin/message/subscribe/bizsend", Method: post, Effect: Acts, Title: "send a subscription notice"},
	{Path: "/wxaapi/newtmpl/addtemplate", Method: post, Effect: Acts, Title: "take a notice template of the library"},
	{Path: "/wxaapi/newtmpl/deltemplate", Method: post, Effect: Harmless, Title: "delete a notice template"},
	{Path: "/wxaapi/newtmpl/getcategory", Method: either, Effect: Reads, Title: "the account's categories"},
	{Path: "/wxaapi/newtmpl/getpubtemplatekeywords", Method: get, Effect: Reads, Title: "the keywords of a template of the library"},
	{Path: "/wxaapi/newtmpl/getpubtemplatetitles", Method: get, Effect: Reads, Title: "the titles of the library"},
	{Path: "/wxaapi/newtmpl/gettemplate", Method: either, Effect: Reads, Title: "the account's notice templates"},
	// Temporary media, and pictures of articles.
	{Path: "/cgi-bin/media/upload", Method: post, Effect: Harmless, Quota: Quota{Daily: 100_000, Test: 500}, Title: "upload a temporary file"},
	{Path: "/cgi-bin/media/get", Method: either, Effect: Reads, Quota: Quota{Daily: 200_000, Test: 1000}, Title: "download a temporary file"},
	{Path: "/cgi-bin/media/get/jssdk", Method: either, Effect: Reads, Quota: Quota{Daily: 200_000}, Title: "download a voice recorded by the JS-SDK"},
	{Path: "/cgi-bin/media/uploadimg", Method: post, Effect: Acts, Title: "upload a picture of an article"},
	{Path: "/cgi-bin/media/uploadvideo", Method: post, Effect: Acts, Title: "make a video ready for a mass message"},
	// Permanent material.
	{Path: "/cgi-bin/material/add_material", Method: post, Effect: Acts, Quota: Quota{Daily: 1000}, Title: "upload a permanent file"},
	{Path: "/cgi-bin/material/get_material", Method: post, Effect: Reads, Quota: Quota{Daily: 1000}, Title: "download a permanent file"},
	{Path: "/cgi-bin/material/del_material", Method: post, Effect: Harmless, Quota: Quota{Daily: 1000}, Title: "delete a permanent file"},
	{Path: "/cgi-bin/material/get_materialcount", Method: either, Effect: Reads, Quota: Quota{Daily: 5000}, Title: "how much material there is"},
	{Path: "/cgi-bin/material/batchget_material", Method: post, Effect: Reads, Quota: Quota{Daily: 5000}, Title: "the material, by pages"},
	// QR codes.
	{Path: "/cgi-bin/qrcode/create", Method: post, Effect: Harmless, Quota: Quota{Daily: 100_000, Test: 10_000}, Title: "make a QR code"},
	// Short keys, and tickets of the JS-SDK.
	{Path: "/cgi-bin/shorten/gen", Method: post, Effect: Harmless, Title: "store a text behind a short key"},
	{Path: "/cgi-bin/shorten/fetch", Method: post, Effect: Reads, Title: "what a short key stands for"},
	{Path: "/cgi-bin/ticket/getticket", Method: either, Effect: Reads, Quota: Quota{Daily: 1_000_000}, Title: "a ticket of the JS-SDK or of cards"},
	// Agents (客服账号).
	{Path: "/customservice/kfaccount/add", Method: post, Effect: Acts, Title: "make an agent"},
	{Path: "/customservice/kfaccount/update", Method: post, Effect: Harmless, Title: "rename an agent"},
	{Path: "/customservice/kfaccount/del", Method: either, Effect: Harmless, Title: "delete an agent"},
	{Path: "/customservice/kfaccount/inviteworker", Method: post, Effect: Acts, Title: "invite a person to be an agent"},
	{Path: "/customservice/kfaccount/uploadheadimg", Method: post, Effect: Harmless, Title: "an agent's picture"},
	{Path: "/cgi-bin/customservice/getkflist", Method: either, Effect: Reads, Title: "all agents"},
	{Path: "/cgi-bin/customservice/getonlinekflist", Method: either, Effect: Reads, Title: "the agents who are online"},
	// Talks between fans and agents.
	{Path: "/customservice/kfsession/create", Method: post, Effect: Acts, Title: "hand a fan to an agent"},
	{Path: "/customservice/kfsession/close", Method: post, Effect: Acts, Title: "end the talk"},
	{Path: "/customservice/kfsession/getsession", Method: either, Effect: Reads, Title: "the agent whom a fan talks to"},
	{Path: "/customservice/kfsession/getsessionlist", Method: either, Effect: Reads, Title: "the talks of an agent"},
	{Path: "/customservice/kfsession/getwaitcase", Method: either, Effect: Reads, Title: "the fans who wait for an agent"},
	{Path: "/customservice/msgrecord/getmsglist", Method: post, Effect: Reads, Title: "what fans and agents said"},
	// Mass messages (群发).
	{Path: "/cgi-bin/message/mass/sendall", Method: post, Effect: Acts, Quota: Quota{Daily: 100, Minute: 60}, RepeatID: "clientmsgid", Title: "send to everybody, or to a tag"},
	{Path: "/cgi-bin/message/mass/send", Method: post, Effect: Acts, Quota: Quota{Daily: 100, Minute: 60}, RepeatID: "clientmsgid", Title: "send to listed fans"},
	{Path: "/cgi-bin/message/mass/delete", Method: post, Effect: Acts, Quota: Quota{Daily: 10}, Title: "delete what was sent"},
	{Path: "/cgi-bin/message/mass/preview", Method: post, Effect: Acts, Quota: Quota{Daily: 100}, Title: "show it to one fan"},
	{Path: "/cgi-bin/message/mass/get", Method: post, Effect: Reads, Title: "how far the sending is"},
	{Path: "/cgi-bin/message/mass/speed/get", Method: post, Effect: Reads, Title: "how fast it goes"},
	{Path: "/cgi-bin/message/mass/speed/set", Method: post, Effect: Harmless, Title: "set how fast it goes"},
	// Drafts.
	{Path: "/cgi-bin/draft/add", Method: post, Effect: Acts, Quota: Quota{Daily: 1000}, Title: "make a draft"},
	{Path: "/cgi-bin/draft/get", Method: post, Effect: Reads, Quota: Quota{Daily: 500}, Title: "one draft"},
	{Path: "/cgi-bin/draft/update", Method: post, Effect: Harmless, Quota: Quota{Daily: 1000}, Title: "change a draft"},
	{Path: "/cgi-bin/draft/delete", Method: post, Effect: Harmless, Quota: Quota{Daily: 1000}, Title: "delete a draft"},
	{Path: "/cgi-bin/draft/count", Method: either, Effect: Reads, Quota: Quota{Daily: 1000}, Title: "how many drafts there are"},
	{Path: "/cgi-bin/draft/batchget", Method: post, Effect: Reads, Quota: Quota{Daily: 1000}, Title: "the drafts, by pages"},
	// Publishing.
	{Path: "/cgi-bin/freepublish/submit", Method: post, Effect: Acts, Quota: Quota{Daily: 100}, Title: "publish a draft"},
	{Path: "/cgi-bin/freepublish/get", Method: post, Effect: Reads, Quota: Quota{Daily: 100}, Title: "how far the publishing is"},
	{Path: "/cgi-bin/freepublish/delete", Method: post, Effect: Acts, Quota: Quota{Daily: 10}, Title: "delete a published article"},
	{Path: "/cgi-bin/freepublish/getarticle", Method: post, Effect: Reads, Quota: Quota{Daily: 100}, Title: "one published article"},
	{Path: "/cgi-bin/freepublish/batchget", Method: post, Effect: Reads, Quota: Quota{Daily: 100}, Title: "the published articles, by pages"},
	// Comments.
	{Path: "/cgi-bin/comment/open", Method: post, Effect: Harmless, Title: "let readers comment"},
	{Path: "/cgi-bin/comment/close", Method: post, Effect: Harmless, Title: "let nobody comment"},
	{Path: "/cgi-bin/comment/list", Method: post, Effect: Reads, Title: "an article's comments"},
	{Path: "/cgi-bin/comment/markelect", Method: post, Effect: Harmless, Title: "select a comment"},
	{Path: "/cgi-bin/comment/unmarkelect", Method: post, Effect: Harmless, Title: "unselect a comment"},
	{Path: "/cgi-bin/comment/delete", Method: post, Effect: Harmless, Title: "delete a comment"},
	{Path: "/cgi-bin/comment/reply/add", Method: post, Effect: Acts, Title: "reply to a comment"},
	{Path: "/cgi-bin/comment/reply/delete", Method: post, Effect: Harmless, Title: "delete the reply"},
	// Web authorization (网页授权).
	{Path: "/sns/oauth2/access_token", Method: either, Effect: Acts, Open: true, Title: "exchange a code, which works once"},
	{Path: "/sns/oauth2/refresh_token", Method: either, Effect: Acts, Open: true, Title: "renew a user's token"},
	{Path: "/sns/userinfo", Method: either, Effect: Reads, Open: true, Title: "who the user is"},
	{Path: "/sns/auth", Method: either, Effect: Reads, Open: true, Title: "whether a user's token is good"},
	// The rest.
	{Path: "/cgi-bin/get_current_autoreply_info", Method: either, Effect: Reads, Title: "the automatic replies of the console"},
	{Path: "/datacube/", Method: post, Effect: Reads, Title: "statistics"},
}

// withdrawn are the addresses that WeChat has closed.
var withdrawn = [...]Withdrawn{
	{"/cgi-bin/material/add_news", 45106, "draft/add"},
	{"/cgi-bin/media/uploadnews", 45106, "draft/add"},
	{"/cgi-bin/material/update_news", 45106, "draft/update"},
	{"/cgi-bin/shorturl", 45103, "shorten/gen"},
	{"/cgi-bin/groups/", 45103, "tags"},
	{"/customservice/msgrecord/getrecord", 45103, "msgrecord/getmsglist"},
	{"/cgi-bin/customservice/getrecord", 45103, "msgrecord/getmsglist"},
	{"/cgi-bin/media/voice/", 45103, ""},
	{"/semantic/", 45103, ""},
	{"/shakearound/", 45103, ""},
	{"/bizwifi/", 45103, ""},
	{"/device/", 45103, ""},
}

var endpointsByPath = indexEndpoints(endpoints[:])

// The endpoints that Go code calls, by name.
var (
	Token                 = named("/cgi-bin/token")
	StableToken           = named("/cgi-bin/stable_token")
	ClearQuota            = named("/cgi-bin/clear_quota")
	ClearAPIQuota         = named("/cgi-bin/openapi/quota/clear")
	CustomSend            = named("/cgi-bin/message/custom/send")
	CustomTyping          = named("/cgi-bin/message/custom/typing")
	MenuCreate            = named("/cgi-bin/menu/create")
	MenuGet               = named("/cgi-bin/menu/get")
	MenuDelete            = named("/cgi-bin/menu/delete")
	MenuCurrent           = named("/cgi-bin/get_current_selfmenu_info")
	MenuAddConditional    = named("/cgi-bin/menu/addconditional")
	MenuDeleteConditional = named("/cgi-bin/menu/delconditional")
	MenuMatch             = named("/cgi-bin/menu/trymatch")
	UserInfo              = named("/cgi-bin/user/info")
	UserInfoBatch         = named("/cgi-bin/user/info/batchget")
	UserList              = named("/cgi-bin/user/get")
	UserRemark            = named("/cgi-bin/user/info/updateremark")
	TagCreate             = named("/cgi-bin/tags/create")
	TagList               = named("/cgi-bin/tags/get")
	TagRename             = named("/cgi-bin/tags/update")
	TagDelete             = named("/cgi-bin/tags/delete")
	TagMembers            = named("/cgi-bin/user/tag/get")
	TagAdd                = named("/cgi-bin/tags/members/batchtagging")
	TagRemove             = named("/cgi-bin/tags/members/batchuntagging")
	TagsOf                = named("/cgi-bin/tags/getidlist")
	BlacklistAdd          = named("/cgi-bin/tags/members/batchblacklist")
	BlacklistRemove       = named("/cgi-bin/tags/members/batchunblacklist")
	TemplateSend          = named("/cgi-bin/message/template/send")
	TemplateIndustry      = named("/cgi-bin/template/get_industry")
	TemplateAdd           = named("/cgi-bin/template/api_add_template")
	TemplateList          = named("/cgi-bin/template/get_all_private_template")
	TemplateBlocked       = named("/wxa/sec/queryblocktmplmsg")
	TemplateDelete        = named("/cgi-bin/template/del_private_template")
	SubscribeSend         = named("/cgi-bin/message/subscribe/bizsend")
	MediaUpload           = named("/cgi-bin/media/upload")
	MediaGet              = named("/cgi-bin/media/get")
	MediaUploadPicture    = named("/cgi-bin/media/uploadimg")
	MediaUploadVideo      = named("/cgi-bin/media/uploadvideo")
	MaterialAdd           = named("/cgi-bin/material/add_material")
	QRCodeCreate          = named("/cgi-bin/qrcode/create")
	ShortGen              = named("/cgi-bin/shorten/gen")
	ShortFetch            = named("/cgi-bin/shorten/fetch")
	TicketGet             = named("/cgi-bin/ticket/getticket")
	KfList                = named("/cgi-bin/customservice/getkflist")
	KfOnline              = named("/cgi-bin/customservice/getonlinekflist")
	MassSendAll           = named("/cgi-bin/message/mass/sendall")
	MassSend              = named("/cgi-bin/message/mass/send")
	MassPreview           = named("/cgi-bin/message/mass/preview")
	MassDelete            = named("/cgi-bin/message/mass/delete")
	MassGet               = named("/cgi-bin/message/mass/get")
	WebTokenGet           = named("/sns/oauth2/access_token")
	WebUserGet            = named("/sns/userinfo")
)
