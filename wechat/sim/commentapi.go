package sim

import (
	"slices"
	"strconv"
	"unicode/utf8"
)

// Limits of comments. No page tells the first two.
const (
	electMost    = 100 // selected comments of an article
	replyMost    = 600 // characters of a reply
	commentsPage = 49  // comments of one comment/list
)

func commentAPIs() []route {
	all := []route{
		{path: "open", do: onThread(openComments)},
		{path: "close", do: onThread(closeComments)},
		{path: "list", do: onThread(listComments)},
		{path: "markelect", do: onComment(electComment)},
		{path: "unmarkelect", do: onComment(unelectComment)},
		{path: "delete", do: onComment(deleteComment)},
		{path: "reply/add", do: onComment(replyToComment)},
		{path: "reply/delete", do: onComment(deleteReply)},
	}
	for i := range all {
		all[i].path, all[i].needs = "/cgi-bin/comment/"+all[i].path, verified
	}
	return all
}

type commentBody struct {
	MsgDataID loose  `json:"msg_data_id"`
	Index     whole  `json:"index"`
	ID        loose  `json:"user_comment_id"`
	Begin     whole  `json:"begin"`
	Count     whole  `json:"count"`
	Type      whole  `json:"type"`
	Content   string `json:"content"`
}

// onThread finds the thread a call is about: 88000 when the account may not have any, 88001 when there is none.
func onThread(do func(*call, *thread, *commentBody) (any, error)) func(*call) (any, error) {
	return func(c *call) (any, error) {
		var in commentBody
		if err := c.decode(&in); err != nil {
			return nil, err
		}
		t := c.a.state.thread(string(in.MsgDataID), int(in.Index))
		switch {
		case c.a.set.NoComments:
			return nil, refuse(88000)
		case t == nil:
			return nil, refuse(88001)
		}
		return do(c, t, &in)
	}
}

// onComment finds the comment too: 88008 when there is none, 88004 when its writer deleted it.
func onComment(do func(*call, *thread, *comment, *commentBody) error) func(*call) (any, error) {
	return onThread(func(c *call, t *thread, in *commentBody) (any, error) {
		id, err := strconv.ParseInt(string(in.ID), 10, 64)
		one := t.comment(id)
		switch {
		case err != nil || one == nil:
			return nil, refuse(88008)
		case one.TakenBack:
			return nil, refuse(88004)
		}
		return done(), do(c, t, one, in)
	})
}

func openComments(_ *call, t *thread, _ *commentBody) (any, error) {
	t.Open = true
	return done(), nil
}

func closeComments(_ *call, t *thread, _ *commentBody) (any, error) {
	t.Open = false
	return done(), nil
}

func listComments(_ *call, t *thread, in *commentBody) (any, error) {
	switch {
	case in.Begin < 0 || in.Count < 1 || in.Count > commentsPage:
		return nil, refuse(88010)
	case in.Type < 0 || in.Type > 2:
		return nil, refuse(40035, "type")
	}
	all := t.of(int(in.Type))
	from := min(int(in.Begin), len(all))
	page := all[from:min(from+int(in.Count), len(all))]
	return map[string]any{"errcode": 0, "errmsg": "ok", "total": len(all), "comment": page}, nil
}

func electComment(_ *call, t *thread, one *comment, _ *commentBody) error {
	if one.Type == 0 && len(t.of(2)) >= electMost {
		return refuse(88003)
	}
	one.Type = 1
	return nil
}

func unelectComment(_ *call, _ *thread, one *comment, _ *commentBody) error {
	one.Type = 0
	return nil
}

func deleteComment(_ *call, t *thread, one *comment, _ *commentBody) error {
	t.Comments[slices.Index(t.Comments, one)] = nil
	return nil
}

func replyToComment(c *call, _ *thread, one *comment, in *commentBody) error {
	switch n := utf8.RuneCountInString(in.Content); {
	case n == 0 || n > replyMost:
		return refuse(88007)
	case one.Reply != nil:
		return refuse(88005)
	}
	one.Reply = &commentReply{Content: in.Content, Made: c.now.Unix()}
	return nil
}

func deleteReply(_ *call, _ *thread, one *comment, _ *commentBody) error {
	if one.Reply == nil {
		return refuse(88009)
	}
	one.Reply = nil
	return nil
}
