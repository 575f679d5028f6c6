package bindings

import (
	"context"
	"crypto/sha256"
	"errors"
	"path"

	lua "github.com/yuin/gopher-lua"

	"moonwire/engine"
	"moonwire/wechat"
	"moonwire/wechat/api"
)

// Uploads keeps the media_ids of files that were uploaded to WeChat, for all turns.
type Uploads interface {
	// MediaID answers the media_id of a file with that hash: of an earlier upload, or of one that is made now. Of several
	// turns that ask at the same time one uploads.
	MediaID(ctx context.Context, kind string, hash [sha256.Size]byte, upload func(context.Context) (mediaID string, err error)) (string, error)
	// Drop says that WeChat does not know a media_id any more.
	Drop(ctx context.Context, mediaID string) error
}

// uploaded is the media_id of a file of media/, with an upload when there was none for days, or what WeChat refused it
// with. It may be made again: an upload is seen by nobody, and goes away by itself.
func (c call) uploaded(kind, id string) (mediaID string, refused map[string]any) {
	answer, refused := c.outward(engine.KindMedia, reads, kind+" "+id, func(ctx context.Context, api API) (any, error) {
		return c.state.p.upload(ctx, api, kind, id)
	})
	mediaID, _ = answer.(string)
	return mediaID, refused
}

// upload gives the media_id of a file of media/.
func (p *Program) upload(ctx context.Context, a API, kind, id string) (any, error) {
	name, _ := mediaFile(id)
	hash, err := p.hashOfMedia(name)
	if err != nil {
		return nil, err
	}
	upload := func(ctx context.Context) (string, error) {
		data, err := p.readMedia(name)
		if err != nil {
			return "", err
		}
		if sha256.Sum256(data) != hash {
			return "", wrongMedia(name, "cannot be read; is it being written?")
		}
		got, err := a.UploadMedia(ctx, kind, path.Base(name), data)
		return got.MediaID, err
	}
	if p.config.Uploads == nil {
		return upload(ctx)
	}
	return p.config.Uploads.MediaID(ctx, kind, hash, upload)
}

// mediaPlace is a place of a message that has a media_id, or a file for one.
type mediaPlace struct {
	kind string // of the file
	id   *string
}

// replyMediaPlaces and sentMediaPlaces are those of an answer, and of a customer-service message.
func replyMediaPlaces(r *wechat.Reply) []mediaPlace {
	switch r.Type {
	case "image", "voice", "video":
		return []mediaPlace{{r.Type, &r.MediaID}}
	case "music":
		return []mediaPlace{{"thumb", &r.ThumbMediaID}}
	}
	return nil
}

func sentMediaPlaces(o *api.Outgoing) []mediaPlace {
	thumb := mediaPlace{"thumb", &o.ThumbMediaID}
	switch o.MsgType {
	case "image", "voice":
		return []mediaPlace{{o.MsgType, &o.MediaID}}
	case "video":
		return []mediaPlace{{"video", &o.MediaID}, thumb}
	case "music", "miniprogrampage":
		return []mediaPlace{thumb}
	}
	return nil
}

// checkPlaces refuses files of media/ that could not be sent: at the line that names them, also while the top level runs.
func (c call) checkPlaces(places []mediaPlace) {
	for _, p := range places {
		if err := c.state.p.config.CheckMedia(p.kind, *p.id); err != nil {
			c.failField(err)
		}
	}
}

// placeReply puts media_ids in the place of the files that an answer names.
func (s *state) placeReply(t *engine.Turn, reply *wechat.Reply, r *rule, a *answer) error {
	for _, p := range replyMediaPlaces(reply) {
		if !isMediaFile(*p.id) {
			continue
		}
		var refused map[string]any
		err := s.inside(t, func(L *lua.LState) {
			*p.id, refused = callOf(L, t, &Function{Name: a.by, Forms: params()}).uploaded(p.kind, *p.id)
		})
		if refused != nil {
			err = &engine.ScriptError{Msg: a.by + ": the file could not be uploaded: " + refused["hint"].(string)}
		}
		var script *engine.ScriptError
		if errors.As(err, &script) && script.File == "" {
			script.File, script.Line = a.file, a.line
		}
		if err != nil {
			return r.blame(err)
		}
	}
	return nil
}

// sending is a message whose files have media_ids now.
type sending struct {
	*api.Outgoing
	files []mediaPlace // their ids are those of the message
	names []string
}

// placeSent puts media_ids in the place of the files that a message names.
func (c call) placeSent(o *api.Outgoing) (m sending, refused map[string]any) {
	m.Outgoing = o
	places := sentMediaPlaces(o)
	c.checkPlaces(places)
	for _, p := range places {
		name := *p.id
		if !isMediaFile(name) {
			continue
		}
		if *p.id, refused = c.uploaded(p.kind, name); refused != nil {
			return m, refused
		}
		m.files, m.names = append(m.files, p), append(m.names, name)
	}
	return m, nil
}

// invalidMedia is WeChat's errcode for a media_id that it does not know, or no more.
const invalidMedia = 40007

// send sends the message. Where WeChat does not know the media_id of a file any more it is uploaded anew, once.
func (m sending) send(ctx context.Context, p *Program, a API) error {
	err := a.SendCustom(ctx, m.Outgoing)
	var refused *api.Error
	if len(m.files) == 0 || !errors.As(err, &refused) || refused.Code != invalidMedia {
		return err
	}
	for i, place := range m.files {
		if p.config.Uploads != nil {
			if err := p.config.Uploads.Drop(ctx, *place.id); err != nil {
				return err
			}
		}
		id, err := p.upload(ctx, a, place.kind, m.names[i])
		if err != nil {
			return err
		}
		*place.id = id.(string)
	}
	return a.SendCustom(ctx, m.Outgoing)
}
