package bot

import (
	"context"
	"encoding/json"
	"time"

	"moonwire/wechat"
	"moonwire/wechat/api"
)

// packedFile begins an answer that waits for its fan and shows a file of the account's folder: what follows is the reply
// as JSON. It is no reply yet: the file's media_id may be gone when the fan asks, so it is looked up again then.
const packedFile = 'm'

// packedFor packs a reply that waits for its fan.
func packedFor(r *wechat.Reply, m *wechat.Message, now time.Time) []byte {
	if r == nil || r.File == "" {
		return packReply(r, m, now)
	}
	body, err := json.Marshal(r)
	if err != nil {
		return packReply(r, m, now)
	}
	return append([]byte{packedFile}, body...)
}

// unpackFile is a reply that shows a file; ok is false for every other one.
func unpackFile(packed []byte) (r *wechat.Reply, ok bool) {
	if len(packed) == 0 || packed[0] != packedFile {
		return nil, false
	}
	r = &wechat.Reply{}
	return r, json.Unmarshal(packed[1:], r) == nil && shows(r)
}

// lookUpTime is how long an upload may take while a fan waits for an answer that was left.
const lookUpTime = 3 * time.Second

// lookUpFile gives a reply that was left for its fan the media_id that its file has now. Where that fails it has the one
// it was left with, which may still be good.
func (f *Fleet) lookUpFile(ctx context.Context, w *work, r *wechat.Reply) {
	if w.release.program == nil || !w.release.mayPush() {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, lookUpTime)
	defer cancel()
	if err := w.release.program.PlaceFile(ctx, w.release.client, r); err != nil {
		w.result.warn(r.File + " could not be looked up again for the answer that was left: " + err.Error())
	}
}

// sendCustom sends a customer-service message of a turn. Where it is the turn's answer, and WeChat does not know the
// media_id of its file any more, the file is uploaded and the message sent again, once.
func (f *Fleet) sendCustom(ctx context.Context, w *work, o *api.Outgoing) error {
	rel, r := w.release, w.result.reply
	if rel.program == nil || r == nil || r.Type != o.MsgType {
		return rel.client.SendCustom(ctx, o)
	}
	return rel.program.SendCustom(ctx, rel.client, o, r.File)
}
