package api

import (
	"context"

	"moonwire/wechat/api"
)

func sendTemplate(ctx context.Context, q *ask) (any, error) {
	var m api.TemplateMessage
	if err := q.read(&m); err != nil {
		return nil, err
	}
	shown := m.TemplateID
	if id, alias := q.config.Templates[m.TemplateID]; alias {
		m.TemplateID = id
	}
	if err := m.Check(); err != nil {
		return nil, err
	}
	client, err := q.wechat()
	if err != nil {
		return nil, err
	}
	q.acts("template messages")
	msgid, err := client.SendTemplate(ctx, &m)
	q.record(m.ToUser, "template", shown, msgid, err)
	if err != nil {
		return nil, err
	}
	return map[string]string{"msgid": msgid, "trace": shortTrace(q.trace)}, nil
}
