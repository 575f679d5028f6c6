package bindings

import (
	"context"
	"errors"
	"slices"

	lua "github.com/yuin/gopher-lua"

	"moonwire/engine"
	"moonwire/wechat"
	"moonwire/wechat/api"
)

// mediaPlace is a place of a message or a menu that has a media_id or the address of a picture, or a file for one.
type mediaPlace struct {
	kind               string // of the file, as api.CheckMedia knows it; articleOnly where no file may stand
	id                 *string
	title, description string // of mpvideo
}

// articleOnly is the kind of places that take the media_id of an article and no file.
const articleOnly = "article"

// placedFiles are the places of a message whose files have media_ids now.
type placedFiles []placedFile

type placedFile struct {
	mediaPlace
	name string // media/cup.jpg
}

// The places of an answer, a customer-service message, a mass message and a menu.
func replyPlaces(r *wechat.Reply) []mediaPlace {
	switch r.Type {
	case "image", "voice", "video":
		return []mediaPlace{{kind: r.Type, id: &r.MediaID}}
	case "music":
		return []mediaPlace{{kind: "thumb", id: &r.ThumbMediaID}}
	case "news":
		return articlePlaces(r.Articles)
	}
	return nil
}

func sentPlaces(o *api.Outgoing) []mediaPlace {
	thumb := mediaPlace{kind: "thumb", id: &o.ThumbMediaID}
	switch o.MsgType {
	case "image", "voice":
		return []mediaPlace{{kind: o.MsgType, id: &o.MediaID}}
	case "video":
		return []mediaPlace{{kind: "video", id: &o.MediaID}, thumb}
	case "music", "miniprogrampage":
		return []mediaPlace{thumb}
	case "news":
		return articlePlaces(o.Articles)
	case "mpnews":
		return []mediaPlace{{kind: articleOnly, id: &o.MediaID}}
	}
	return nil
}

func articlePlaces(articles []wechat.Article) (places []mediaPlace) {
	for i := range articles {
		places = append(places, mediaPlace{kind: api.Picture, id: &articles[i].PicURL})
	}
	return places
}

func massPlaces(m *api.Mass) (places []mediaPlace) {
	switch m.MsgType {
	case "mpnews":
		return []mediaPlace{{kind: articleOnly, id: &m.MediaID}}
	case api.MassVideo:
		return []mediaPlace{{kind: api.MassVideo, id: &m.MediaID, title: m.Title, description: m.Description}}
	case "image", "voice":
		places = []mediaPlace{{kind: m.MsgType, id: &m.MediaID}}
	}
	for i := range m.MediaIDs {
		places = append(places, mediaPlace{kind: m.MsgType, id: &m.MediaIDs[i]})
	}
	return places
}

// menuPlaces are those of buttons, which take what lasts: menus stand for longer than temporary media.
func menuPlaces(buttons []api.Button) (places []mediaPlace) {
	for i := range buttons {
		b := &buttons[i]
		switch b.Type {
		case "media_id":
			places = append(places, mediaPlace{kind: api.Material, id: &b.MediaID})
		case "view_limited":
			places = append(places, mediaPlace{kind: articleOnly, id: &b.MediaID})
		}
		places = append(places, menuPlaces(b.SubButtons)...)
	}
	return places
}

// checkPlaces refuses files of media/ that could not be sent: at the line that names them, also while the top level runs.
func (c call) checkPlaces(places []mediaPlace) {
	for _, p := range places {
		config := &c.state.p.config
		err := config.CheckMedia(p.kind, *p.id)
		if err == nil && config.LooksIntoMedia {
			err = config.CheckMediaContent(p.kind, *p.id)
		}
		if err != nil {
			c.failField(err)
		}
	}
}

// checkPlaced asks what is wrong with a message whose files have no media_ids yet: a picture is given an address for it.
func checkPlaced(check func() error, places []mediaPlace) error {
	const someAddress = "https://mmbiz.qpic.cn/"
	for _, p := range places {
		if name := *p.id; p.kind == api.Picture && isMediaFile(name) {
			*p.id = someAddress
			defer func() { *p.id = name }()
		}
	}
	return check()
}

// place puts media_ids in the place of files.
func (c call) place(places []mediaPlace) (files placedFiles, refused map[string]any) {
	for _, p := range places {
		name := *p.id
		if !isMediaFile(name) {
			continue
		}
		id, refused := c.uploaded(p)
		if refused != nil {
			return files, refused
		}
		*p.id = id
		files = append(files, placedFile{p, name})
	}
	return files, nil
}

// placeReply puts media_ids in the place of the files that an answer names.
func (s *state) placeReply(t *engine.Turn, reply *wechat.Reply, r *rule, a *answer) error {
	places := slices.DeleteFunc(replyPlaces(reply), func(p mediaPlace) bool { return !isMediaFile(*p.id) })
	if len(places) == 0 {
		return nil
	}
	var files placedFiles
	var refused map[string]any
	err := s.inside(t, func(L *lua.LState) {
		files, refused = callOf(L, t, &Function{Name: a.by, Forms: params()}).place(places)
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
	if files[0].kind != api.Picture { // the address of a picture lasts
		reply.File = files[0].name
	}
	return nil
}

// PlaceFile gives the answer that shows a file (its field File) the media_id that the file has now, with an upload where it
// has none. Where that fails the answer is as it was.
func (p *Program) PlaceFile(ctx context.Context, a API, r *wechat.Reply) error {
	for _, place := range replyPlaces(r) {
		if err := p.config.CheckMedia(place.kind, r.File); err != nil {
			return err
		}
		id, err := p.upload(ctx, a, place, r.File)
		if err != nil {
			return err
		}
		*place.id = id
	}
	return nil
}

// SendCustom sends an answer as a customer-service message; file is the one whose media_id it has, "" for none. Where WeChat
// does not know the media_id any more, the file is uploaded and the message sent again, once.
func (p *Program) SendCustom(ctx context.Context, a API, o *api.Outgoing, file string) error {
	var files placedFiles
	for _, place := range sentPlaces(o) {
		if file != "" && *place.id != "" && place.kind != api.Picture {
			files = append(files, placedFile{place, file})
		}
	}
	return files.again(ctx, p, a, func() error { return a.SendCustom(ctx, o) })
}
