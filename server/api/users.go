package api

import (
	"context"

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
	answer, err := client.Call(ctx, api.InfoOf(openid))
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
	var user struct {
		Subscribe     bool  `json:"subscribe"`
		SubscribeTime int64 `json:"subscribe_time"`
	}
	if err := client.Fetch(ctx, api.InfoOf(openid), &user); err != nil {
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
