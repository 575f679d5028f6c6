package sim_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"moonwire/wechat/sim"
)

// commented is a world in which an article went out whose comments are open, and a second whose are not.
type commented struct {
	*world
	article string // msg_data_id
}

func newCommented(t *testing.T) commented {
	w := newWorld(t)
	w.push("amy", sim.Text("hi"))
	thumb := w.upload("/cgi-bin/material/add_material?type=thumb", "a.jpg", jpeg)["media_id"]
	draft := w.must("/cgi-bin/draft/add", m{"articles": []any{
		m{"title": "Tea", "content": "a", "thumb_media_id": thumb, "need_open_comment": 1, "only_fans_can_comment": 1},
		m{"title": "Pot", "content": "b", "thumb_media_id": thumb},
	}})["media_id"]
	sent := w.must("/cgi-bin/message/mass/sendall", m{"filter": m{"is_to_all": true}, "msgtype": "mpnews", "mpnews": m{"media_id": draft}})
	return commented{w, fmtNumber(sent["msg_data_id"])}
}

func (w commented) says(fan, content string) int64 {
	w.t.Helper()
	id, err := w.p.Comment("shop", fan, sim.Comment{MsgDataID: w.article, Content: content})
	require.NoError(w.t, err)
	return id
}

func (w commented) ask(name string, more m) answer {
	w.t.Helper()
	body := m{"msg_data_id": w.article, "index": 0}
	for k, v := range more {
		body[k] = v
	}
	return w.post("/cgi-bin/comment/"+name, body)
}

// about is the errcode of a call about one comment.
func (w commented) about(name string, id any) int {
	w.t.Helper()
	return w.ask(name, m{"user_comment_id": id, "content": "thanks"}).code()
}

// listed is comment/list of a type, the contents and the total.
func (w commented) listed(kind int) string {
	w.t.Helper()
	got := w.ask("list", m{"begin": 0, "count": 49, "type": kind})
	require.Zero(w.t, got.code())
	var texts []string
	for _, one := range got["comment"].([]any) {
		texts = append(texts, one.(m)["content"].(string))
	}
	return strings.Join(texts, " ") + " of " + fmtNumber(got["total"])
}

func TestComments(t *testing.T) {
	w := newCommented(t)
	first, second := w.says("amy", "good"), w.says("bob", "bad")
	require.Equal(t, "bad good of 2", w.listed(0))
	require.Zero(t, w.about("markelect", first))
	require.Equal(t, "good of 1", w.listed(2))
	require.Equal(t, "bad of 1", w.listed(1))
	require.Zero(t, w.about("reply/add", first))
	require.Equal(t, 88005, w.about("reply/add", first))
	page := w.ask("list", m{"begin": 1, "count": 1, "type": 0})["comment"].([]any)
	require.Len(t, page, 1)
	one := page[0].(m)
	require.Equal(t, "1772413200", fmtNumber(one["create_time"]))
	require.Equal(t, []any{"1", "1", w.openID("amy")}, []any{fmtNumber(one["user_comment_id"]), fmtNumber(one["comment_type"]), one["openid"]})
	require.Equal(t, "thanks", one["reply"].(m)["content"])
	require.Zero(t, w.about("reply/delete", first))
	require.Equal(t, 88009, w.about("reply/delete", first))
	require.Zero(t, w.about("unmarkelect", first))
	require.Equal(t, " of 0", w.listed(2))

	require.NoError(t, w.p.TakeBackComment("shop", "amy", w.article, 0, first))
	require.Equal(t, "bad of 1", w.listed(0))
	for _, name := range []string{"markelect", "unmarkelect", "delete", "reply/add", "reply/delete"} {
		require.Equal(t, 88004, w.about(name, first), name)
		require.Equal(t, 88008, w.about(name, 3), name)
		require.Equal(t, 88008, w.about(name, "x"), name)
	}
	require.Zero(t, w.about("delete", second))
	require.Equal(t, 88008, w.about("delete", second))
	require.Equal(t, " of 0", w.listed(0))
	require.EqualValues(t, 3, w.says("bob", "again"), "ids are not used twice")
}

func TestLimitsOfComments(t *testing.T) {
	w := newCommented(t)
	id := w.says("amy", "0")
	for _, tt := range []struct{ begin, count, kind, want int }{
		{0, 49, 2, 0}, {9, 1, 0, 0}, {0, 50, 0, 88010}, {0, 0, 0, 88010}, {-1, 1, 0, 88010}, {0, 1, 3, 40035},
	} {
		require.Equal(t, tt.want, w.ask("list", m{"begin": tt.begin, "count": tt.count, "type": tt.kind}).code(), "%v", tt)
	}
	require.Equal(t, 88007, w.ask("reply/add", m{"user_comment_id": id}).code())
	require.Equal(t, 88007, w.ask("reply/add", m{"user_comment_id": id, "content": strings.Repeat("茶", 601)}).code())
	require.Zero(t, w.ask("reply/add", m{"user_comment_id": id, "content": strings.Repeat("茶", 600)}).code())
	for range 100 {
		require.Zero(t, w.about("markelect", w.says("bob", "x")))
	}
	require.Equal(t, 88003, w.about("markelect", id))
	require.Zero(t, w.about("markelect", 2), "it is one of the hundred")
}

func TestWhoMayComment(t *testing.T) {
	w := newCommented(t)
	comment := func(fan string, index int, content string) error {
		_, err := w.p.Comment("shop", fan, sim.Comment{MsgDataID: w.article, Index: index, Content: content})
		return err
	}
	require.ErrorContains(t, comment("amy", 1, "a"), "closed")
	require.Zero(t, w.ask("open", m{"index": 1}).code())
	require.NoError(t, comment("amy", 1, "a"))
	require.Zero(t, w.ask("close", m{"index": 1}).code())
	require.ErrorContains(t, comment("amy", 1, "a"), "closed")
	require.ErrorContains(t, comment("amy", 2, "a"), "no article")
	require.ErrorContains(t, comment("amy", 0, ""), "empty")
	require.Equal(t, 88001, w.ask("list", m{"index": 2, "count": 1}).code())
	require.Equal(t, 88001, w.ask("list", m{"msg_data_id": "1", "count": 1}).code())
	require.ErrorContains(t, w.p.TakeBackComment("shop", "bob", w.article, 0, 1), "no such comment")
	require.ErrorContains(t, w.p.TakeBackComment("shop", "bob", w.article, 9, 1), "no article")
	w.push("amy", sim.Unsubscribe())
	require.ErrorContains(t, comment("amy", 0, "a"), "only fans")

	w.set.NoComments = true
	require.NoError(t, w.p.SetAccount(w.set))
	require.Equal(t, 88000, w.ask("open", nil).code())
	body := m{"articles": []any{m{"title": "a", "content": "b", "need_open_comment": 1}}}
	require.Equal(t, 88000, w.post("/cgi-bin/draft/add", body).code())
}

func TestCommentsOnWhatWasPublished(t *testing.T) {
	w := newWorld(t)
	got := w.must("/cgi-bin/freepublish/submit", m{"media_id": w.draft()})
	require.NoError(t, w.p.Idle(t.Context()))
	c := commented{w, fmtNumber(got["msg_data_id"])}
	require.Zero(t, c.ask("open", nil).code())
	c.says("amy", "a")
	require.Equal(t, "a of 1", c.listed(0))
	article := w.must("/cgi-bin/freepublish/get", m{"publish_id": got["publish_id"]})["article_id"]
	w.must("/cgi-bin/freepublish/delete", m{"article_id": article})
	require.Equal(t, 88001, c.ask("list", m{"count": 1}).code())
}

func TestCommentsAreSteeredOverHTTP(t *testing.T) {
	w := newCommented(t)
	const comments = "/accounts/shop/fans/amy/comments"
	got := w.steered("POST", comments, `{"msg_data_id":`+w.article+`,"index":0,"content":"good"}`)
	require.Equal(t, "1", fmtNumber(got["user_comment_id"]))
	code, _ := w.steer("POST", comments, `{"msg_data_id":"1","content":"good"}`)
	require.Equal(t, 400, code)
	w.steered("DELETE", comments+"/1?msg_data_id="+w.article, "")
	require.Equal(t, 88004, w.about("delete", 1))
	code, _ = w.steer("DELETE", comments+"/x?msg_data_id="+w.article, "")
	require.Equal(t, 400, code)
}
