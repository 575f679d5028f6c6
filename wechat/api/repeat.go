package api

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
)

// readPaths are the APIs that change nothing, whichever method asks them (wechat-protocol §6).
var readPaths = [...]string{
	"/cgi-bin/callback/check", "/cgi-bin/changeopenid", "/cgi-bin/comment/list",
	"/cgi-bin/customservice/getkflist", "/cgi-bin/customservice/getonlinekflist",
	"/cgi-bin/draft/batchget", "/cgi-bin/draft/count", "/cgi-bin/draft/get",
	"/cgi-bin/freepublish/batchget", "/cgi-bin/freepublish/get", "/cgi-bin/freepublish/getarticle",
	"/cgi-bin/get_api_domain_ip", "/cgi-bin/get_current_autoreply_info", "/cgi-bin/get_current_selfmenu_info", "/cgi-bin/getcallbackip",
	"/cgi-bin/material/batchget_material", "/cgi-bin/material/get_material", "/cgi-bin/material/get_materialcount",
	"/cgi-bin/media/get", "/cgi-bin/media/get/jssdk", "/cgi-bin/menu/get", "/cgi-bin/menu/trymatch",
	"/cgi-bin/message/mass/get", "/cgi-bin/message/mass/speed/get",
	"/cgi-bin/openapi/quota/get", "/cgi-bin/openapi/rid/get", "/cgi-bin/shorten/fetch",
	"/cgi-bin/stable_token", "/cgi-bin/token",
	"/cgi-bin/tags/get", "/cgi-bin/tags/getidlist", "/cgi-bin/tags/members/getblacklist",
	"/cgi-bin/template/get_all_private_template", "/cgi-bin/template/get_industry", "/cgi-bin/ticket/getticket",
	"/cgi-bin/user/get", "/cgi-bin/user/info", "/cgi-bin/user/info/batchget", "/cgi-bin/user/tag/get",
	"/customservice/kfsession/getsession", "/customservice/kfsession/getsessionlist", "/customservice/kfsession/getwaitcase",
	"/customservice/msgrecord/getmsglist",
	"/wxa/sec/queryblocktmplmsg",
	"/wxaapi/newtmpl/getcategory", "/wxaapi/newtmpl/getpubtemplatekeywords", "/wxaapi/newtmpl/getpubtemplatetitles", "/wxaapi/newtmpl/gettemplate",
}

// harmlessPaths are the writes that leave the same state when they are done twice, and those that make
// something nobody sees and that goes away by itself.
var harmlessPaths = [...]string{
	"/cgi-bin/comment/close", "/cgi-bin/comment/delete", "/cgi-bin/comment/markelect", "/cgi-bin/comment/open",
	"/cgi-bin/comment/reply/delete", "/cgi-bin/comment/unmarkelect",
	"/cgi-bin/draft/delete", "/cgi-bin/draft/update", "/cgi-bin/material/del_material", "/cgi-bin/media/upload",
	"/cgi-bin/menu/create", "/cgi-bin/menu/delconditional", "/cgi-bin/menu/delete",
	"/cgi-bin/message/custom/typing", "/cgi-bin/message/mass/speed/set", "/cgi-bin/qrcode/create", "/cgi-bin/shorten/gen",
	"/cgi-bin/tags/delete", "/cgi-bin/tags/members/batchblacklist", "/cgi-bin/tags/members/batchtagging",
	"/cgi-bin/tags/members/batchunblacklist", "/cgi-bin/tags/members/batchuntagging", "/cgi-bin/tags/update",
	"/cgi-bin/template/del_private_template", "/cgi-bin/user/info/updateremark",
	"/customservice/kfaccount/del", "/customservice/kfaccount/update", "/customservice/kfaccount/uploadheadimg",
	"/wxaapi/newtmpl/deltemplate",
}

// repeatable reports whether doing the call twice is harmless: reads, writes known to be, and sends that
// carry an id by which the platform knows a repeat. An API that no list has is called once.
func (x exchange) repeatable() bool {
	if x.reads() {
		return true
	}
	switch x.path {
	case "/cgi-bin/message/template/send":
		return x.field("client_msg_id") != ""
	case "/cgi-bin/message/mass/send", "/cgi-bin/message/mass/sendall":
		return x.field("clientmsgid") != ""
	case "/cgi-bin/qrcode/create":
		return !strings.HasPrefix(x.field("action_name"), "QR_LIMIT_") // an account has a fixed number of these
	}
	return slices.Contains(harmlessPaths[:], x.path)
}

// reads reports whether the call changes nothing: the platform can then have done nothing of it, whatever
// became of the answer.
func (x exchange) reads() bool {
	if slices.Contains(readPaths[:], x.path) || strings.HasPrefix(x.path, "/datacube/") {
		return true
	}
	return x.method == http.MethodGet && len(x.body) == 0 && !slices.Contains(harmlessPaths[:], x.path) &&
		!strings.HasPrefix(x.path, "/sns/oauth2/") // uses up a code, or a refresh_token
}

// field is a text at the top of the JSON body, "" when there is none.
func (x exchange) field(name string) string {
	var body map[string]json.RawMessage
	var text string
	if json.Unmarshal(x.body, &body) != nil || json.Unmarshal(body[name], &text) != nil {
		return ""
	}
	return text
}
