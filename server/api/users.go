package api

import (
	"context"
	"net/url"

	"moonwire/wechat/api"
)

// readOpenID is the body of the methods that ask about one fan.
func (q *ask) readOpenID() (string, error) {
	var body struct {
		OpenID string `json:"openid"`
	}
	err := q.read(&body)
	return body.OpenID, err
}

func userInfo(ctx context.Context, q *ask) (any, error) {
	openid, err := q.readOpenID()
	if err != nil {
		return nil, err
	}
	client, err := q.wechat()
	if err != nil {
		return nil, err
	}
	answer, err := client.Call(ctx, api.Request{
		Path: "/cgi-bin/user/info", Query: url.Values{"openid": {openid}, "lang": {"zh_CN"}},
	})
	if err != nil {
		return nil, err
	}
	return answered(answer)
}

func subscribeTime(ctx context.Context, q *ask) (any, error) {
	openid, err := q.readOpenID()
	if err != nil {
		return nil, err
	}
	client, err := q.wechat()
	if err != nil {
		return nil, err
	}
	user, err := client.UserInfo(ctx, openid)
	if err != nil {
		return nil, err
	}
	if !user.Subscribe {
		return map[string]any{"subscribe_time": nil}, nil
	}
	return map[string]any{"subscribe_time": user.SubscribeTime}, nil
}

func lastMessageTime(ctx context.Context, q *ask) (any, error) {
	openid, err := q.readOpenID()
	if err != nil {
		return nil, err
	}
	last, seen, err := q.store.LastMessage(ctx, q.account, openid)
	if err != nil || !seen {
		return nil, err
	}
	return map[string]any{"create_time": last.CreateTime, "msg_type": last.MsgType, "msg_id": last.MsgID}, nil
}
