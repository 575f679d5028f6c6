package api_test

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"moonwire/wechat/api"
)

// Each way in which no usable answer comes has its own cause and cure, in both languages. That the call may
// have been carried out is said of calls that change something, and of no other.
func TestHintsOfUnusableAnswers(t *testing.T) {
	photo := func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "image/jpeg")
		_, _ = w.Write([]byte(strings.Repeat("x", api.AnswerLimit+1)))
	}
	get := api.Request{Path: "/cgi-bin/media/get"}
	download := api.Request{Path: "/cgi-bin/media/get", Download: true}
	send := api.Request{Path: "/cgi-bin/message/custom/send", Body: map[string]any{"touser": "o"}}
	for _, tt := range []struct {
		name    string
		request api.Request
		answer  http.HandlerFunc
		hint    string
		hintZH  string
	}{
		{"photo over the limit", download, photo, "over 4 MiB, the most that is taken: ask for a list in smaller pages", "超过 4 MiB 的上限:列表请分页"},
		{"picture where JSON is wanted", get, say("\xff\xd8\xff"), "not the JSON of an answer: a file of temporary media is fetched with media.get", "不是 JSON 格式的回答:临时素材文件请用 media.get"},
		{"page where JSON is wanted", probe, say("<html>"), "a web page comes from a proxy", "来自中间的代理"},
		{"page at a send", send, say("<html>"), "not the JSON of an answer", "不是 JSON"},
		{"nobody there", get, hangUp, "WeChat could not be reached: try again in a moment", "连不上微信:请稍后重试"},
		{"nobody there at a send", send, hangUp, "WeChat could not be reached; whether", "连不上微信;不知道"},
		{"503", get, status(503, ""), "HTTP 503 came in place of WeChat's answer: try again", "只有 HTTP 503:请稍后重试"},
		{"503 at a send", send, status(503, ""), "HTTP 503 came in place of WeChat's answer; whether", "只有 HTTP 503;不知道"},
		{"404", get, status(404, ""), "HTTP 404 came in place of WeChat's answer: check api_base", "只有 HTTP 404:请检查 api_base"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := newRig(t, tt.answer).client.Call(context.Background(), tt.request)
			var failed *api.TransportError
			require.ErrorAs(t, err, &failed)
			hint, zh := failed.Hint()
			require.Contains(t, hint, tt.hint)
			require.Contains(t, zh, tt.hintZH)
			changes := tt.request.Path == send.Path
			require.Equal(t, changes, strings.Contains(hint, "whether the call was carried out is not known"), hint)
			require.Equal(t, changes, strings.Contains(zh, "不知道这次调用有没有生效"), zh)
		})
	}
}

// A token that cannot be had leaves the send undone.
func TestSendWithoutATokenIsNotMaybeDone(t *testing.T) {
	s := newStub(t, hangUp)
	client, err := api.NewClient(api.ClientConfig{
		BaseURL: s.server.URL, AppID: "wx1", Secret: appSecret, Sleep: func(ctx context.Context, _ time.Duration) error { return ctx.Err() },
	})
	require.NoError(t, err)
	var failed *api.TransportError
	require.ErrorAs(t, client.SendCustom(context.Background(), &api.Outgoing{ToUser: "o", MsgType: "text", Content: "x"}), &failed)
	require.False(t, failed.MaybeDone)
}
