package bindings

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"strings"

	"moonwire/engine"
	"moonwire/wechat"
	"moonwire/wechat/api"
)

const (
	mediaFolder = "media/"
	// maxMedia is the largest file of media/ that is read: no upload may be larger (wechat-protocol §6.10).
	maxMedia = 10 << 20
)

func mediaUpload(c call) int {
	kind, name := c.text(1), c.text(2)
	inside, ok := strings.CutPrefix(name, mediaFolder)
	if !ok || !fs.ValidPath(inside) || inside == "." || strings.ContainsRune(inside, '\\') {
		c.failArg(2, "is "+quote(name), "a file under media/ of the account's folder, such as media/cup.jpg")
	}
	return c.pushAnswered(c.outward(engine.KindMedia, acts, kind+" "+name, func(ctx context.Context, api API) (any, error) {
		data, err := c.state.p.mediaFile(inside)
		if err != nil {
			return nil, err
		}
		got, err := api.UploadMedia(ctx, kind, path.Base(inside), data)
		return map[string]any{"type": got.Type, "media_id": got.MediaID, "created_at": float64(got.CreatedAt)}, err
	}))
}

// mediaFile reads a file of the account's folder media/. What is wrong with it is a *wechat.FieldError.
func (p *Program) mediaFile(name string) ([]byte, error) {
	wrong := func(format string, args ...any) error {
		return &wechat.FieldError{Field: mediaFolder + name, Reason: fmt.Sprintf(format, args...)}
	}
	if p.config.Media == nil {
		return nil, wrong("there is no folder media/")
	}
	info, err := fs.Stat(p.config.Media, name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, wrong("there is no such file")
	case err != nil:
		return nil, wrong("cannot be read; it must be a file inside media/")
	case !info.Mode().IsRegular():
		return nil, wrong("is no file")
	case info.Size() > maxMedia:
		return nil, wrong("has %d bytes; want at most %d", info.Size(), maxMedia)
	}
	file, err := p.config.Media.Open(name)
	if err != nil {
		return nil, wrong("cannot be read; it must be a file inside media/")
	}
	defer func() { _ = file.Close() }()
	data, err := io.ReadAll(io.LimitReader(file, maxMedia+1))
	if err != nil || len(data) > maxMedia {
		return nil, wrong("cannot be read; is it being written?")
	}
	return data, nil
}

func mediaGet(c call) int {
	return c.pushAnswered(c.download(func(f api.File) (any, error) {
		if f.VideoURL != "" {
			return map[string]any{"video_url": f.VideoURL, "content_type": f.ContentType}, nil
		}
		if limit := c.turn.Limits().String; int64(len(f.Data)) > limit {
			return nil, &api.Error{
				Code: 45001, Msg: "media too large for this script",
				Hint:   fmt.Sprintf("the file has %d bytes, and a string of this account may have %d", len(f.Data), limit),
				HintZH: fmt.Sprintf("文件有 %d 字节,这个账号的字符串最多 %d 字节", len(f.Data), limit),
			}
		}
		return map[string]any{"body": string(f.Data), "content_type": f.ContentType, "filename": f.Name}, nil
	}))
}

func mediaURL(c call) int {
	return c.pushAnswered(c.download(func(f api.File) (any, error) {
		if f.VideoURL == "" {
			return nil, &api.Error{
				Code: 40007, Msg: "no video",
				Hint:   "only videos have an address; fetch this one with media.get",
				HintZH: "只有视频才有下载地址;这个素材请用 media.get 获取",
			}
		}
		return f.VideoURL, nil
	}))
}

// download fetches the media of argument 1.
func (c call) download(show func(api.File) (any, error)) (answer any, refused map[string]any) {
	id := c.filled(1, "the media_id of something uploaded or received")
	return c.outward(engine.KindMedia, reads, id, func(ctx context.Context, api API) (any, error) {
		f, err := api.DownloadMedia(ctx, id)
		if err != nil {
			return nil, err
		}
		return show(f)
	})
}
