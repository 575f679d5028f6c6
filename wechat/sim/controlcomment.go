package sim

import "strconv"

// addComment is a fan commenting on an article.
func addComment(a *ask) (any, error) {
	var body struct {
		MsgDataID loose  `json:"msg_data_id"`
		Index     int    `json:"index"`
		Content   string `json:"content"`
	}
	if err := a.read(&body); err != nil {
		return nil, err
	}
	id, err := a.p.Comment(a.vars["account"], a.vars["fan"], Comment{string(body.MsgDataID), body.Index, body.Content})
	return map[string]int64{"user_comment_id": id}, err
}

// takeBackComment is a fan deleting his comment; ?msg_data_id= and ?index= name the article.
func takeBackComment(a *ask) (any, error) {
	id, err := strconv.ParseInt(a.vars["id"], 10, 64)
	if err != nil {
		return nil, err
	}
	article := a.req.URL.Query().Get("msg_data_id")
	return ok(), a.p.TakeBackComment(a.vars["account"], a.vars["fan"], article, int(a.number("index")), id)
}
