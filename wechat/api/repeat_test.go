package api_test

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"moonwire/wechat/api"
)

// Every API that the client and wechat-protocol §6 know, by what may be done when an answer is lost.
const (
	askedAgain = `GET /cgi-bin/get_api_domain_ip
GET /cgi-bin/getcallbackip
POST /cgi-bin/callback/check
POST /cgi-bin/openapi/quota/get
POST /cgi-bin/openapi/rid/get
GET /cgi-bin/menu/get
GET /cgi-bin/get_current_selfmenu_info
POST /cgi-bin/get_current_selfmenu_info
POST /cgi-bin/menu/trymatch
GET /cgi-bin/user/info
POST /cgi-bin/user/info/batchget
GET /cgi-bin/user/get
POST /cgi-bin/changeopenid
GET /cgi-bin/tags/get
POST /cgi-bin/user/tag/get
POST /cgi-bin/tags/getidlist
POST /cgi-bin/tags/members/getblacklist
GET /cgi-bin/template/get_industry
GET /cgi-bin/template/get_all_private_template
GET /wxaapi/newtmpl/getcategory
GET /wxaapi/newtmpl/getpubtemplatekeywords
GET /wxaapi/newtmpl/getpubtemplatetitles
GET /wxaapi/newtmpl/gettemplate
GET /cgi-bin/customservice/getkflist
GET /cgi-bin/customservice/getonlinekflist
GET /customservice/kfsession/getsession
GET /customservice/kfsession/getsessionlist
GET /customservice/kfsession/getwaitcase
POST /customservice/msgrecord/getmsglist
POST /cgi-bin/message/mass/get
POST /cgi-bin/message/mass/speed/get
POST /cgi-bin/shorten/fetch
GET /cgi-bin/ticket/getticket
GET /cgi-bin/media/get
GET /cgi-bin/media/get/jssdk
POST /cgi-bin/material/get_material
GET /cgi-bin/material/get_materialcount
POST /cgi-bin/material/batchget_material
POST /cgi-bin/draft/get
GET /cgi-bin/draft/count
POST /cgi-bin/draft/batchget
POST /cgi-bin/freepublish/get
POST /cgi-bin/freepublish/getarticle
POST /cgi-bin/freepublish/batchget
POST /datacube/getusersummary
POST /datacube/getinterfacesummaryhour
GET /cgi-bin/get_current_autoreply_info
POST /cgi-bin/comment/list
GET /cgi-bin/of/which/nobody/knows`

	doneAgain = `POST /cgi-bin/menu/create
GET /cgi-bin/menu/delete
POST /cgi-bin/menu/delconditional
POST /cgi-bin/user/info/updateremark
POST /cgi-bin/tags/update
POST /cgi-bin/tags/delete
POST /cgi-bin/tags/members/batchtagging
POST /cgi-bin/tags/members/batchuntagging
POST /cgi-bin/tags/members/batchblacklist
POST /cgi-bin/tags/members/batchunblacklist
POST /cgi-bin/template/del_private_template
POST /wxaapi/newtmpl/deltemplate
POST /cgi-bin/message/custom/typing
POST /customservice/kfaccount/update
POST /customservice/kfaccount/del
GET /customservice/kfaccount/del
POST /customservice/kfaccount/uploadheadimg
POST /cgi-bin/message/mass/speed/set
POST /cgi-bin/qrcode/create
POST /cgi-bin/shorten/gen
POST /cgi-bin/media/upload
POST /cgi-bin/material/del_material
POST /cgi-bin/draft/update
POST /cgi-bin/draft/delete
POST /cgi-bin/comment/open
POST /cgi-bin/comment/close
POST /cgi-bin/comment/markelect
POST /cgi-bin/comment/unmarkelect
POST /cgi-bin/comment/delete
POST /cgi-bin/comment/reply/delete
POST /cgi-bin/message/template/send {"client_msg_id":"order-1"}
POST /cgi-bin/message/template/send {"data":{"a":1},"client_msg_id" : "order-1"}
POST /cgi-bin/message/mass/send {"clientmsgid":"spring-1"}
POST /cgi-bin/message/mass/sendall {"clientmsgid":"spring-1"}`

	doneOnce = `POST /cgi-bin/clear_quota
POST /cgi-bin/openapi/quota/clear
POST /cgi-bin/menu/addconditional
POST /cgi-bin/tags/create
POST /cgi-bin/message/custom/send
POST /cgi-bin/message/custom/send {"client_msg_id":"a","clientmsgid":"a"}
POST /cgi-bin/message/template/send
POST /cgi-bin/message/template/send {"client_msg_id":""}
POST /cgi-bin/message/template/send {"client_msg_id":7}
POST /cgi-bin/message/template/send {"clientmsgid":"a"}
POST /cgi-bin/message/template/send {"Client_Msg_ID":"a"}
POST /cgi-bin/message/template/send {"data":{"client_msg_id":"a"}}
POST /cgi-bin/message/template/subscribe {"client_msg_id":"a"}
POST /cgi-bin/message/subscribe/bizsend {"client_msg_id":"a"}
POST /cgi-bin/message/mass/send
POST /cgi-bin/message/mass/send {"client_msg_id":"a"}
POST /cgi-bin/message/mass/sendall {"clientmsgid":""}
POST /cgi-bin/message/mass/sendall {"text":{"content":"\"clientmsgid\":\"a\""}}
POST /cgi-bin/message/mass/preview {"clientmsgid":"a"}
POST /cgi-bin/message/mass/delete
POST /cgi-bin/template/api_set_industry
POST /cgi-bin/template/api_add_template
POST /wxaapi/newtmpl/addtemplate
POST /customservice/kfaccount/add
POST /customservice/kfaccount/inviteworker
POST /customservice/kfsession/create
POST /customservice/kfsession/close
POST /cgi-bin/media/uploadimg
POST /cgi-bin/media/uploadvideo
POST /cgi-bin/material/add_material
POST /cgi-bin/draft/add
POST /cgi-bin/freepublish/submit
POST /cgi-bin/freepublish/delete
POST /cgi-bin/comment/reply/add
POST /cgi-bin/qrcode/create {"action_name":"QR_LIMIT_STR_SCENE"}
POST /cgi-bin/message/template/send/ {"client_msg_id":"a"}
GET /cgi-bin/message/custom/send {"touser":"o"}
POST /cgi-bin/of/which/nobody/knows`
)

// What may have been carried out is done again where that is harmless, and nowhere else; whoever asks for
// something that changes nothing is never told that it may have been done.
func TestWhatIsRepeatedAfterALostAnswer(t *testing.T) {
	for _, tt := range []struct {
		list      string
		calls     int
		maybeDone bool
	}{{askedAgain, 4, false}, {doneAgain, 4, true}, {doneOnce, 1, true}} {
		for _, line := range strings.Split(tt.list, "\n") {
			for name, lost := range map[string]http.HandlerFunc{"cut": hangUp, "500": status(500, "x"), "503": status(503, ""), "504": status(504, "x")} {
				t.Run(line+" "+name, func(t *testing.T) {
					r := newRig(t, lost)
					part := strings.SplitN(line+"  ", " ", 3)
					request := api.Request{Method: part[0], Path: part[1]}
					if body := strings.TrimSpace(part[2]); body != "" {
						request.Body = json.RawMessage(body)
					} else if part[0] == http.MethodPost {
						request.Body = map[string]any{"a": 1}
					}
					_, err := r.client.Call(context.Background(), request)
					var failed *api.TransportError
					require.ErrorAs(t, err, &failed)
					require.Equal(t, tt.maybeDone, failed.MaybeDone)
					require.Len(t, r.calls(), tt.calls)
				})
			}
		}
	}
}

// The last try of several may be known to have failed; those before it are not.
func TestAnEarlierTryMayHaveBeenCarriedOut(t *testing.T) {
	r := newRig(t, hangUp, status(404, "x"))
	var failed *api.TransportError
	require.ErrorAs(t, r.client.DeleteTag(context.Background(), 100), &failed)
	require.True(t, failed.MaybeDone)

	r = newRig(t, hangUp, say(`{"errcode":45159,"errmsg":"invalid tag id"}`))
	var refused *api.Error
	require.ErrorAs(t, r.client.DeleteTag(context.Background(), 100), &refused)
	require.True(t, refused.MaybeDone)
	require.Contains(t, refused.Hint, "an earlier try of this call")
	require.Contains(t, refused.HintZH, "先前的一次尝试")

	r = newRig(t, status(404, "x"))
	require.ErrorAs(t, r.client.DeleteTag(context.Background(), 100), &failed)
	require.False(t, failed.MaybeDone, "a 404 says that there is nothing to do it")
}

// What a closed API answers is kept for later calls, which know nothing of one call's earlier tries.
func TestAnotherCallHearsNothingOfAnEarlierTry(t *testing.T) {
	r := newRig(t, hangUp, say(`{"errcode":45009,"errmsg":"quota"}`))
	var refused *api.Error
	require.ErrorAs(t, r.client.DeleteTag(context.Background(), 100), &refused)
	require.True(t, refused.MaybeDone)
	require.ErrorAs(t, r.client.DeleteTag(context.Background(), 100), &refused)
	require.False(t, refused.MaybeDone)
	require.Len(t, r.calls(), 2)
}
