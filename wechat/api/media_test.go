package api_test

import (
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"moonwire/wechat"
	"moonwire/wechat/api"
)

// parts reads a multipart body as "name|filename|type|content".
func parts(t *testing.T, a asked) []string {
	t.Helper()
	_, params, err := mime.ParseMediaType(a.header.Get("Content-Type"))
	require.NoError(t, err)
	var all []string
	for form := multipart.NewReader(strings.NewReader(a.body), params["boundary"]); ; {
		part, err := form.NextPart()
		if err == io.EOF {
			return all
		}
		require.NoError(t, err)
		content, err := io.ReadAll(part)
		require.NoError(t, err)
		all = append(all, strings.Join([]string{part.FormName(), part.FileName(), part.Header.Get("Content-Type"), string(content)}, "|"))
	}
}

func TestUploadMedia(t *testing.T) {
	tests := []struct {
		name, kind, filename, answer, part, id string
	}{
		{"image", "image", "photo.JPG", `{"type":"image","media_id":"M","created_at":1}`, "media|photo.JPG|image/jpeg|data", "M"},
		{"Chinese name", "image", "媒体/照片 1.png", `{"type":"image","media_id":"M"}`, "media|1.png|image/png|data", "M"},
		{"only Chinese", "voice", "声音.mp3", `{"type":"voice","media_id":"M"}`, "media|file.mp3|audio/mpeg|data", "M"},
		{"quote in name", "video", `a"b.mp4`, `{"type":"video","media_id":"M"}`, "media|ab.mp4|video/mp4|data", "M"},
		{"thumb", "thumb", "t.jpg", `{"type":"thumb","thumb_media_id":"T","created_at":"1"}`, "media|t.jpg|image/jpeg|data", "T"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := newRig(t, say(`{"errcode":42001}`), say(tt.answer))
			media, err := r.client.UploadMedia(bg(), tt.kind, tt.filename, []byte("data"))
			require.NoError(t, err)
			require.Equal(t, tt.id, media.MediaID)
			require.Equal(t, tt.kind, media.Type)
			calls := r.calls()
			require.Len(t, calls, 2)
			require.Equal(t, calls[0].body, calls[1].body, "the form is sent again with the fresh token")
			require.Equal(t, []string{tt.part}, parts(t, calls[1]))
			require.Equal(t, []string{tt.kind}, calls[1].query["type"])
		})
	}
}

func TestUploadsThatAreRefused(t *testing.T) {
	r := newRig(t, say(`{}`))
	for _, tt := range []struct {
		kind, filename string
		size           int
		want           string
	}{
		{"gif", "a.gif", 1, "type"},
		{"image", "a", 1, "filename"},
		{"image", "a.exe", 1, "filename"},
		{"image", "a.jpg", 0, "file"},
		{"thumb", "a.jpg", 64<<10 + 1, "file"},
		{"voice", "a.mp3", 2<<20 + 1, "file"},
		{"image", "a.jpg", 10<<20 + 1, "file"},
	} {
		_, err := r.client.UploadMedia(bg(), tt.kind, tt.filename, make([]byte, tt.size))
		var field *wechat.FieldError
		require.ErrorAs(t, err, &field)
		require.Equal(t, tt.want, field.Field)
	}
	require.Empty(t, r.calls())
	require.EqualError(t, api.CheckMedia("voice", "a.wav", 1), `filename: "a.wav" is no such file by its name; as voice WeChat takes .amr, .mp3 of at most 2 MB (60 seconds)`)
	require.EqualError(t, api.CheckMedia("thumb", "a.jpg", 65_537), `file: has 65537 bytes; as thumb WeChat takes .jpg, .jpeg of at most 64 KB`)
	for kind, name := range map[string]string{"image": "a.bmp", "thumb": "a.png", "video": "a.mp3"} {
		require.ErrorContains(t, api.CheckMedia(kind, name, 1), "filename", kind)
	}
	for kind, name := range map[string]string{"image": "a.GIF", "voice": "a.amr", "video": "a.mp4", "thumb": "a.jpeg"} {
		require.NoError(t, api.CheckMedia(kind, name, 64<<10), kind)
	}
}

func TestDownloadMedia(t *testing.T) {
	file := func(contentType, disposition, body string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", contentType)
			w.Header().Set("Content-Disposition", disposition)
			_, _ = io.WriteString(w, body)
		}
	}
	tests := []struct {
		name   string
		answer http.HandlerFunc
		want   api.File
	}{
		{"image", file("image/jpeg", `attachment; filename="M.jpg"`, "\xff\xd8\xff"), api.File{Name: "M.jpg", ContentType: "image/jpeg", Data: []byte("\xff\xd8\xff")}},
		{"brace that is no JSON", file("audio/amr", "", "{\x00\x01"), api.File{ContentType: "audio/amr", Data: []byte("{\x00\x01")}},
		{"video", file("text/plain", "", `{"video_url":"https://v.test/x?a=1&b=2"}`), api.File{ContentType: "video/mp4", VideoURL: "https://v.test/x?a=1&b=2"}},
		{"video down_url", file("application/json", "", `{"title":"t","down_url":"https://v.test/y"}`), api.File{ContentType: "video/mp4", VideoURL: "https://v.test/y"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := newRig(t, tt.answer)
			got, err := r.client.DownloadMedia(bg(), "M")
			require.NoError(t, err)
			require.Equal(t, tt.want, got)
		})
	}

	r := newRig(t, file("image/jpeg", "", `{"errcode":40007,"errmsg":"invalid media_id"}`))
	_, err := r.client.DownloadMedia(bg(), "M")
	var refused *api.Error
	require.ErrorAs(t, err, &refused)
	require.Equal(t, api.ClassMedia, refused.Class)

	r = newRig(t, file("video/mp4", "", strings.Repeat("x", 4<<20)))
	got, err := r.client.DownloadMedia(bg(), "M")
	require.NoError(t, err)
	require.Len(t, got.Data, 4<<20)

	r = newRig(t, file("video/mp4", "", strings.Repeat("x", 4<<20+1)))
	_, err = r.client.DownloadMedia(bg(), "M")
	require.ErrorContains(t, err, "over 4 MiB")
}
