package wechat_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const (
	originalID = "gh_0a1b2c3d4e5f"
	amy        = "oTESTfan0000000000000000001"
)

// samplePushes is one push of each kind that WeChat's pages and the SDKs know.
func samplePushes(tb testing.TB) []string {
	tb.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", "pushes.txt"))
	require.NoError(tb, err)
	lines := strings.Split(strings.TrimSpace(string(b)), "\n")
	require.NotEmpty(tb, lines)
	return lines
}

// push is a body with the usual envelope and the given rest.
func push(msgType, rest string) string {
	return "<xml><ToUserName><![CDATA[" + originalID + "]]></ToUserName><FromUserName><![CDATA[" + amy +
		"]]></FromUserName><CreateTime>1760003600</CreateTime><MsgType><![CDATA[" + msgType + "]]></MsgType>" + rest + "</xml>"
}

func event(name, rest string) string {
	return push("event", "<Event><![CDATA["+name+"]]></Event>"+rest)
}
