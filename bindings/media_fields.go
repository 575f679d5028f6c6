package bindings

import "moonwire/wechat/api"

// FileArgument is the argument of a function, from 0, that takes a media_id or a file of media/ for one, and the kind of the
// file; kind is "" when none does.
func FileArgument(function string) (n int, kind string) {
	switch function {
	case "reply.image":
		return 0, "image"
	case "reply.voice":
		return 0, "voice"
	case "send.image":
		return 1, "image"
	case "send.voice":
		return 1, "voice"
	case "send.mpnews":
		return 1, articleOnly
	}
	return 0, ""
}

// FileFields are the fields of a function's table that take one, by the end of their path (image.media_id), with the kind.
func FileFields(function string) map[string]string {
	switch function {
	case "reply.video":
		return map[string]string{"media_id": "video"}
	case "send.video":
		return map[string]string{"media_id": "video", "thumb_media_id": "thumb"}
	case "reply.music", "send.music", "send.miniprogrampage":
		return map[string]string{"thumb_media_id": "thumb"}
	case "reply.news", "send.news":
		return map[string]string{"pic_url": api.Picture, "picurl": api.Picture}
	case "mass.send", "mass.preview":
		return map[string]string{
			"image.media_id": "image", "images.media_ids": "image", "voice.media_id": "voice", "mpvideo.media_id": api.MassVideo,
			"mpnews.media_id": articleOnly,
		}
	case "button", "menu.create", "menu.add_conditional":
		return map[string]string{"media_id": api.Material, "view_limited": articleOnly}
	}
	return nil
}
