package wechat_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"moonwire/wechat"
)

func TestSnakeCase(t *testing.T) {
	tests := map[string]string{
		"ToUserName": "to_user_name", "FromUserName": "from_user_name", "CreateTime": "create_time", "MsgType": "msg_type",
		"MsgId": "msg_id", "MsgID": "msg_id", "MsgDataId": "msg_data_id", "Idx": "idx", "PicUrl": "pic_url",
		"MediaId": "media_id", "MediaId16K": "media_id_16k", "ThumbMediaId": "thumb_media_id", "Content": "content",
		"Location_X": "location_x", "Location_Y": "location_y", "Scale": "scale", "Label": "label", "Poiname": "poiname",
		"Event": "event", "EventKey": "event_key", "MenuId": "menu_id", "Ticket": "ticket", "bizmsgmenuid": "bizmsgmenuid",
		"ScanCodeInfo": "scan_code_info", "ScanResult": "scan_result", "PicMd5Sum": "pic_md5_sum", "FileMd5": "file_md5",
		"OpenID": "open_id", "UnionID": "union_id", "AppID": "app_id", "publish_id": "publish_id", "fail_idx": "fail_idx",
		"HQMusicUrl": "hq_music_url", "ABc": "a_bc", "AB": "ab", "URL": "url", "TotalCount": "total_count", "KfAccount": "kf_account",
		"SubscribeMsgPopupEvent": "subscribe_msg_popup_event", "item": "item", "List": "list", "A": "a", "": "",
		"isAdmin": "is_admin", "X_Y": "x_y", "名Name": "名_name",
	}
	for in, want := range tests {
		require.Equal(t, want, wechat.SnakeCase(in), in)
	}
}

func TestNumberAndListFields(t *testing.T) {
	for _, name := range []string{"create_time", "idx", "location_x", "location_y", "scale", "latitude", "longitude", "precision", "count", "total_count"} {
		require.True(t, wechat.NumberField(name), name)
	}
	for _, name := range []string{"msg_id", "menu_id", "publish_id", "article_idx", "content", "discount", "count_of"} {
		require.False(t, wechat.NumberField(name), name)
	}
	for _, name := range []string{"item", "List", "fail_idx"} {
		require.True(t, wechat.ListField("", name), name)
		require.True(t, wechat.ListField("AnyContainer", name), name)
	}
	require.True(t, wechat.ListField("AroundBeacons", "AroundBeacon"))
	require.True(t, wechat.ListField("BeaconList", "Beacon"))
	for _, pair := range [][2]string{{"SendPicsInfo", "PicList"}, {"", "Item"}, {"ChosenBeacon", "Beacon"}, {"AroundBeacons", "ChosenBeacon"}, {"", "s"}} {
		require.False(t, wechat.ListField(pair[0], pair[1]), pair)
	}
}
