package bindings

import (
	"context"
	"fmt"
	"path"

	"moonwire/engine"
	"moonwire/wechat/api"
)

func mediaFamily() Family {
	id := Param{Name: "media_id", Type: tString}
	return Family{
		Name: "media",
		Doc:  Text{"Temporary media files: WeChat keeps them for 3 days. To send a file of the folder, reply.image(\"media/cup.jpg\") and its kin need none of this: wherever a media_id or the picture of an article is wanted, media/cup.jpg may stand.", "临时素材，微信保存 3 天。发送目录里的文件用 reply.image(\"media/cup.jpg\") 等即可，不必自己上传：凡要 media_id 或图文图片的地方，都可以写 media/cup.jpg。"},
		Functions: []Function{
			{
				Name: "media.upload", Forms: params(Param{Name: "kind", Type: tString}, Param{Name: "path", Type: tString}), Returns: answers("media", "table"), run: mediaUpload, Reach: ReachActs,
				Doc: Text{
					"Uploads a file of the account's folder media/ and gives type, media_id, created_at. kind: image (10 MB), voice (2 MB), video (10 MB), thumb (64 KB).",
					"上传账号目录 media/ 下的文件，返回 type、media_id、created_at。kind:image(10 MB)、voice(2 MB)、video(10 MB)、thumb(64 KB)。",
				},
				Example: `on.text("图", function() local m, err = media.upload("image", "media/cup.jpg") return m and reply.image(m.media_id) or err.hint end)`,
				Errors:  faults(Text{"Raises when there is no such file under media/, when it is too large or its extension does not tell the type, and for an unknown kind.", "media/ 下没有该文件、文件过大、扩展名看不出类型、kind 未知时报错。"}),
			},
			{
				Name: "media.get", Forms: params(id), Returns: answers("file", "table"), run: mediaGet, Reach: ReachReads,
				Doc: Text{
					"Downloads media: body, content_type, filename. For a video WeChat gives its address instead: video_url.",
					"下载素材:body、content_type、filename。视频则返回地址 video_url。",
				},
				Example: `on.image(function(msg) local f, err = media.get(msg.media_id) return f and hash.md5(f.body) or err.hint end)`,
				Errors:  faults(Text{"Gives nil, err when the file is over 4 MiB.", "文件超过 4 MiB 时返回 nil, err。"}),
			},
			{
				Name: "media.url", Forms: params(id), Returns: answers("video_url", "string"), run: mediaURL, Reach: ReachReads,
				Doc:     Text{"The address from which a video can be fetched.", "视频的下载地址。"},
				Example: `on.video(function(msg) local url, err = media.url(msg.media_id) return url or err.hint end)`,
				Errors:  faults(Text{"Gives nil, err with errcode 40007 for media that is no video.", "不是视频时返回 nil, err(40007)。"}),
			},
		},
	}
}

func mediaUpload(c call) int {
	kind, name := c.text(1), c.text(2)
	inside, ok := mediaFile(name)
	if !ok {
		c.failArg(2, "is "+quote(name), "a file under media/ of the account's folder, such as media/cup.jpg")
	}
	return c.pushAnswered(c.outward(engine.KindMedia, acts, kind+" "+name, func(ctx context.Context, api API) (any, error) {
		data, err := c.state.p.readMedia(inside)
		if err != nil {
			return nil, err
		}
		got, err := api.UploadMedia(ctx, kind, path.Base(inside), data)
		return map[string]any{"type": got.Type, "media_id": got.MediaID, "created_at": float64(got.CreatedAt)}, err
	}))
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
				HintZH: fmt.Sprintf("文件有 %d 字节，这个账号的字符串最多 %d 字节", len(f.Data), limit),
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
				HintZH: "只有视频才有下载地址；这个素材请用 media.get 获取",
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
