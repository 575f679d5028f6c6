package bindings

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"path"

	"moonwire/engine"
	"moonwire/wechat/api"
)

// Uploads keeps the media_ids of files that were uploaded to WeChat, and the addresses of pictures, for all turns.
type Uploads interface {
	// MediaID answers the media_id of a file with that hash, uploaded as one of the kinds of api.CheckMedia: of an earlier
	// upload, or of one that is made now. Of several turns that ask at the same time one uploads.
	MediaID(ctx context.Context, kind string, hash [sha256.Size]byte, upload func(context.Context) (mediaID string, err error)) (string, error)
	// Drop says that WeChat does not know a media_id any more.
	Drop(ctx context.Context, mediaID string) error
}

// uploaded is the media_id of a file of media/ (the address of a picture), with an upload when there was none for days, or
// what WeChat refused it with. It may be made again: an upload is seen by nobody, and what is temporary goes away by itself.
func (c call) uploaded(place mediaPlace) (id string, refused map[string]any) {
	answer, refused := c.outward(engine.KindMedia, reads, place.kind+" "+*place.id, func(ctx context.Context, api API) (any, error) {
		return c.state.p.upload(ctx, api, place, *place.id)
	})
	id, _ = answer.(string)
	return id, refused
}

// upload gives the media_id of a file of media/, or the address of a picture.
func (p *Program) upload(ctx context.Context, a API, place mediaPlace, file string) (id string, err error) {
	name, _ := mediaFile(file)
	hash, err := p.hashOfMedia(name)
	if err != nil {
		return "", err
	}
	if place.kind == api.MassVideo {
		return p.uploadMassVideo(ctx, a, place, file, hash)
	}
	kind := place.kind
	if kind == api.Material {
		kind = api.MaterialKind(name)
	}
	return p.keptUpload(ctx, kind, hash, func(ctx context.Context) (string, error) {
		data, err := p.readMedia(name)
		if err != nil {
			return "", err
		}
		if sha256.Sum256(data) != hash {
			return "", wrongMedia(name, "cannot be read; is it being written?")
		}
		id, err := sendFile(ctx, a, kind, path.Base(name), data)
		return id, refusedFile(file, err)
	})
}

// refusedFile says which file it is that WeChat refused.
func refusedFile(file string, err error) error {
	var refused *api.Error
	if !errors.As(err, &refused) || refused.Hint == "" {
		return err
	}
	named := *refused
	named.Hint, named.HintZH = file+": "+refused.Hint, file+"："+refused.HintZH
	return &named
}

// sendFile makes the upload itself.
func sendFile(ctx context.Context, a API, kind, filename string, data []byte) (id string, err error) {
	switch {
	case kind == api.Picture:
		return a.UploadPicture(ctx, filename, data)
	case api.LastsAtWeChat(kind):
		return a.AddMaterial(ctx, kind, filename, data)
	}
	got, err := a.UploadMedia(ctx, kind, filename, data)
	return got.MediaID, err
}

// uploadMassVideo makes a video ready for a mass message, which takes two calls. The title belongs to what comes of it.
func (p *Program) uploadMassVideo(ctx context.Context, a API, place mediaPlace, file string, hash [sha256.Size]byte) (id string, err error) {
	titled := sha256.Sum256(fmt.Appendf(nil, "%x\x00%s\x00%s", hash, place.title, place.description))
	return p.keptUpload(ctx, api.MassVideo, titled, func(ctx context.Context) (string, error) {
		video, err := p.upload(ctx, a, mediaPlace{kind: "video"}, file)
		if err != nil {
			return "", err
		}
		files := placedFiles{{mediaPlace{kind: "video", id: &video}, file}}
		err = files.again(ctx, p, a, func() error {
			id, err = a.MassVideo(ctx, video, place.title, place.description)
			return err
		})
		return id, err
	})
}

// keptUpload is an upload that was made before, or one that is made now.
func (p *Program) keptUpload(ctx context.Context, kind string, hash [sha256.Size]byte, upload func(context.Context) (string, error)) (id string, err error) {
	if p.config.Uploads == nil {
		return upload(ctx)
	}
	return p.config.Uploads.MediaID(ctx, kind, hash, upload)
}

// invalidMedia is WeChat's errcode for a media_id that it does not know, or no more.
const invalidMedia = 40007

// again uploads files anew, once, when WeChat does not know a media_id of theirs any more, and then asks again.
func (f placedFiles) again(ctx context.Context, p *Program, a API, ask func() error) error {
	err := ask()
	var refused *api.Error
	if len(f) == 0 || !errors.As(err, &refused) || refused.Code != invalidMedia {
		return err
	}
	for _, file := range f {
		if err := p.dropUpload(ctx, *file.id); err != nil {
			return err
		}
		if *file.id, err = p.upload(ctx, a, file.mediaPlace, file.name); err != nil {
			return err
		}
	}
	return ask()
}

func (p *Program) dropUpload(ctx context.Context, id string) error {
	if p.config.Uploads == nil {
		return nil
	}
	return p.config.Uploads.Drop(ctx, id)
}
