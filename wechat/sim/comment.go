package sim

import (
	"errors"
	"slices"
	"strconv"
)

// thread is what readers say under one article that went out. Guarded by the account's mutex.
type thread struct {
	Open     bool       `json:"open"`
	OnlyFans bool       `json:"only_fans"`
	Comments []*comment `json:"comments"` // oldest first; a comment that is gone keeps its place as nil
}

// comment is one of a thread, as comment/list gives it. Its user_comment_id is its place, from 1.
type comment struct {
	ID      int64         `json:"user_comment_id"`
	OpenID  string        `json:"openid"`
	Made    int64         `json:"create_time"`
	Content string        `json:"content"`
	Type    int           `json:"comment_type"` // 1 = selected
	Reply   *commentReply `json:"reply,omitempty"`
	// TakenBack marks what its writer deleted.
	TakenBack bool `json:"taken_back,omitempty"`
}

type commentReply struct {
	Content string `json:"content"`
	Made    int64  `json:"create_time"`
}

// openThreads begins the threads of articles that go out under a msg_data_id.
func (s *state) openThreads(msgDataID int64, items []*newsItem) {
	threads := make([]*thread, 0, len(items))
	for _, n := range items {
		threads = append(threads, &thread{Open: n.OpenComment == 1, OnlyFans: n.OnlyFans == 1})
	}
	s.Comments[strconv.FormatInt(msgDataID, 10)] = threads
}

// thread finds the thread of an article; nil = there is none.
func (s *state) thread(msgDataID string, index int) *thread {
	threads := s.Comments[msgDataID]
	if index < 0 || index >= len(threads) {
		return nil
	}
	return threads[index]
}

// comment finds a comment by its user_comment_id; nil = there is none.
func (t *thread) comment(id int64) *comment {
	if id < 1 || id > int64(len(t.Comments)) {
		return nil
	}
	return t.Comments[id-1]
}

// of lists the comments of a type of comment/list (0 all, 1 normal, 2 selected), newest first.
func (t *thread) of(kind int) []*comment {
	found := []*comment{}
	for _, one := range slices.Backward(t.Comments) {
		if one != nil && !one.TakenBack && (kind == 0 || one.Type == kind-1) {
			found = append(found, one)
		}
	}
	return found
}

// Comment is what a reader says under an article, which a mass message or a publication brought out.
type Comment struct {
	MsgDataID string
	// Index is the article's place, from 0.
	Index   int
	Content string
}

// Comment adds a comment of a fan and gives its user_comment_id.
func (p *Platform) Comment(accountName, fanName string, c Comment) (id int64, err error) {
	a, err := p.account(accountName)
	if err != nil {
		return 0, err
	}
	now := p.Now()
	a.mu.Lock()
	defer a.mu.Unlock()
	f, t := a.fan(fanName, now), a.state.thread(c.MsgDataID, c.Index)
	switch {
	case t == nil:
		return 0, errNoArticle
	case !t.Open:
		return 0, errors.New("comments on this article are closed")
	case t.OnlyFans && !f.Subscribed:
		return 0, errors.New("only fans may comment on this article")
	case c.Content == "":
		return 0, errors.New("the comment is empty")
	}
	id = int64(len(t.Comments)) + 1
	t.Comments = append(t.Comments, &comment{ID: id, OpenID: f.OpenID, Made: now.Unix(), Content: c.Content})
	return id, nil
}

// TakeBackComment is a fan deleting his comment: the account is told 88004 when it wants to do something with it.
func (p *Platform) TakeBackComment(accountName, fanName, msgDataID string, index int, id int64) error {
	a, err := p.account(accountName)
	if err != nil {
		return err
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	t := a.state.thread(msgDataID, index)
	if t == nil {
		return errNoArticle
	}
	one := t.comment(id)
	if one == nil || one.OpenID != FanOpenID(a.set.AppID, fanName) {
		return errors.New("the fan has no such comment")
	}
	one.TakenBack = true
	return nil
}

var errNoArticle = errors.New("no article with this msg_data_id and index went out")
