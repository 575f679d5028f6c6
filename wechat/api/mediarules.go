package api

import (
	"fmt"
	"net/http"
	"path"
	"slices"
	"strings"

	"moonwire/wechat"
)

// Kinds of uploads besides those of temporary media, which are image, voice, video and thumb.
const (
	// Picture is one of an article: it gets an address, and no media_id.
	Picture = "picture"
	// MassVideo is a video for a mass message: a temporary one that is made ready with its title.
	MassVideo = "mpvideo"
	// Material is a permanent file of what kind its name says: MaterialKind.
	Material = "material"
	// materialKind begins the kinds of permanent files.
	materialKind = Material + " "
)

// mediaRule is what WeChat takes of one kind of media (wechat-protocol §6.10, §6.11).
type mediaRule struct {
	size    int64 // bytes
	shown   string
	formats []string // extensions of the file's name
}

func mediaRuleOf(kind string) (r mediaRule, known bool) {
	switch strings.TrimPrefix(kind, materialKind) {
	case "image":
		return mediaRule{10 << 20, "10 MB", []string{".png", ".jpg", ".jpeg", ".gif"}}, true
	case "voice":
		return mediaRule{2 << 20, "2 MB (60 seconds)", []string{".amr", ".mp3"}}, true
	case "video", MassVideo:
		return mediaRule{10 << 20, "10 MB", []string{".mp4"}}, true
	case "thumb":
		return mediaRule{64 << 10, "64 KB", []string{".jpg", ".jpeg"}}, true
	case Picture:
		return mediaRule{1<<20 - 1, "1 MB", []string{".png", ".jpg", ".jpeg"}}, true
	}
	return mediaRule{}, false
}

// MaterialKind is the kind of a permanent file by its name: "material image", voice or video; Material itself
// when the name tells none.
func MaterialKind(filename string) string {
	ext := strings.ToLower(path.Ext(filename))
	for _, kind := range []string{"image", "voice", "video"} {
		if r, _ := mediaRuleOf(kind); slices.Contains(r.formats, ext) {
			return materialKind + kind
		}
	}
	return Material
}

// LastsAtWeChat reports whether WeChat keeps an upload of that kind until it is told otherwise. All else goes after
// MediaLife.
func LastsAtWeChat(kind string) bool {
	return kind == Picture || strings.HasPrefix(kind, materialKind)
}

// CheckMedia reports, as a *wechat.FieldError, why WeChat would not take a file of that name and size as a kind of
// media: image, voice, video, thumb, picture, mpvideo or material.
func CheckMedia(kind, filename string, size int64) error {
	if kind == Material {
		if kind = MaterialKind(filename); kind == Material {
			return wechat.BadField("filename", fmt.Sprintf("%q is no such file by its name; as material WeChat takes .png, .jpg, .jpeg, .gif, .amr, .mp3 and .mp4", filename))
		}
	}
	r, known := mediaRuleOf(kind)
	switch {
	case !known:
		return unknownMedia(kind)
	case !slices.Contains(r.formats, strings.ToLower(path.Ext(filename))):
		return wechat.BadField("filename", fmt.Sprintf("%q is no such file by its name; %s", filename, r.want(kind)))
	}
	return checkSize(r, kind, size)
}

// CheckMediaContent reports, as a *wechat.FieldError, a file that is no picture by its first 512 bytes where WeChat takes
// nothing else.
func CheckMediaContent(kind, filename string, first []byte) error {
	if kind == Material {
		kind = MaterialKind(filename)
	}
	r, _ := mediaRuleOf(kind)
	if !slices.Contains(r.formats, ".jpg") || strings.HasPrefix(http.DetectContentType(first), "image/") {
		return nil
	}
	return wechat.BadField("file", "is no picture, as its first bytes tell; "+r.want(kind))
}

func unknownMedia(kind string) error {
	return wechat.BadField("type", fmt.Sprintf("%q is unknown; want image, voice, video or thumb", kind))
}

// temporary reports whether a kind is one of temporary media.
func temporary(kind string) bool {
	_, known := mediaRuleOf(kind)
	return known && !LastsAtWeChat(kind) && kind != MassVideo
}

func (r mediaRule) want(kind string) string {
	return fmt.Sprintf("as %s WeChat takes %s of at most %s", kind, strings.Join(r.formats, ", "), r.shown)
}

func checkSize(r mediaRule, kind string, size int64) error {
	switch {
	case size == 0:
		return wechat.BadField("file", "is empty; "+r.want(kind))
	case size > r.size:
		return wechat.BadField("file", fmt.Sprintf("has %d bytes; %s", size, r.want(kind)))
	}
	return nil
}

// checkUpload leaves it to WeChat which formats it takes, as long as the name tells one.
func checkUpload(kind, filename string, data []byte) error {
	r, known := mediaRuleOf(kind)
	switch {
	case !known:
		return unknownMedia(kind)
	case contentTypeOf(filename) == "application/octet-stream":
		return wechat.BadField("filename", fmt.Sprintf("%q does not tell the type; %s", filename, r.want(kind)))
	}
	return checkSize(r, kind, int64(len(data)))
}
