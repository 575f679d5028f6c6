package bindings

// mediaFamily describes temporary media.
// A table of data.
func mediaFamily() Family {
	id := Param{Name: "media_id", Type: tString}
	return Family{
		Name: "media",
		Doc:  Text{"Temporary media files: WeChat keeps them for 3 days.", "临时素材,微信保存 3 天。"},
		Functions: []Function{
			{
				Name: "media.upload", Forms: params(Param{Name: "kind", Type: tString}, Param{Name: "path", Type: tString}), Returns: answers("media", "table"), run: mediaUpload, Reach: ReachActs,
				Doc: Text{
					"Uploads a file of the account's folder media/ and gives type, media_id, created_at. kind: image (10 MB), voice (2 MB), video (10 MB), thumb (64 KB).",
					"上传账号目录 media/ 下的文件,返回 type、media_id、created_at。kind:image(10 MB)、voice(2 MB)、video(10 MB)、thumb(64 KB)。",
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
