package wechat_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"moonwire/wechat"
)

// TestElementsWithNothingInThem are lists, or nothing, or a text, by what WeChat puts into them otherwise.
func TestElementsWithNothingInThem(t *testing.T) {
	for _, tc := range []struct {
		names []string
		lists []string
		holds bool
	}{
		{[]string{"PicList", "ResultList", "Articles", "article_detail"}, []string{"item"}, true},
		{[]string{"AroundBeacons"}, []string{"AroundBeacon"}, true},
		{[]string{"SubscribeMsgPopupEvent", "SubscribeMsgChangeEvent", "SubscribeMsgSentEvent"}, []string{"List"}, true},
		{[]string{"PublishEventInfo"}, []string{"fail_idx"}, true},
		{[]string{"ScanCodeInfo", "SendPicsInfo", "SendLocationInfo", "CopyrightCheckResult", "ArticleUrlResult", "ChosenBeacon"}, nil, true},
		{[]string{"EventKey", "Content", "item", ""}, nil, false},
	} {
		for _, name := range tc.names {
			lists, holds := wechat.EmptyElement(name)
			require.Equal(t, tc.lists, lists, name)
			require.Equal(t, tc.holds, holds, name)
			for _, list := range lists {
				require.True(t, wechat.ListField(name, list), "%s is a list when it is there, too", name)
			}
		}
	}
}
