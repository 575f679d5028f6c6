package sim

import (
	"bytes"
	"encoding/base64"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"path"
	"slices"
	"strings"
	"time"
)

// mediaLife is how long temporary media are kept.
const mediaLife = 3 * 24 * time.Hour

// media is one uploaded file, temporary or permanent.
type media struct {
	ID       string    `json:"id"`
	Kind     string    `json:"kind"` // image, voice, video or thumb
	Name     string    `json:"name"`
	Data     []byte    `json:"data"`
	At       time.Time `json:"at"`
	Lasting  bool      `json:"lasting"` // permanent material
	Title    string    `json:"title,omitempty"`
	Intro    string    `json:"introduction,omitempty"`
	URL      string    `json:"url,omitempty"`
	ForMass  bool      `json:"for_mass,omitempty"` // made by media/uploadvideo
	Sequence int64     `json:"sequence"`
}

func (m *media) over(now time.Time) bool { return !m.Lasting && now.Sub(m.At) >= mediaLife }

// servesAs says whether the file may stand where this kind is wanted: pictures also as thumbs.
func (m *media) servesAs(kind string) bool {
	return m.Kind == kind || kind == "thumb" && m.Kind == "image"
}

// rule is what WeChat takes of one kind of media.
type rule struct {
	size int
	// tooLarge is the errcode for larger files.
	tooLarge int
	ext      []string
}

func rules(kind string) (rule, bool) {
	r, ok := map[string]rule{
		"image": {10 << 20, 40009, []string{".png", ".jpg", ".jpeg", ".gif"}},
		"voice": {2 << 20, 40010, []string{".amr", ".mp3"}},
		"video": {10 << 20, 40011, []string{".mp4"}},
		"thumb": {64 << 10, 40012, []string{".jpg", ".jpeg"}},
	}[kind]
	return r, ok
}

func mediaAPIs() []route {
	return []route{
		{path: "/cgi-bin/media/upload", needs: verified, plain: true, do: uploadMedia},
		{path: "/cgi-bin/media/get", needs: verified, plain: true, do: getMedia},
		{path: "/cgi-bin/media/get/jssdk", needs: verified, do: getMedia},
		{path: "/cgi-bin/media/uploadimg", needs: verified, plain: true, do: uploadArticleImage},
		{path: "/cgi-bin/media/uploadvideo", needs: verified, do: uploadMassVideo},
	}
}

// upload is a file of a multipart form, and the form's other fields.
type upload struct {
	name   string
	data   []byte
	fields map[string]string
}

// file reads the multipart form: 41005 when there is no part of one of these names with a filename and
// extension, 44001 when it is empty.
func (c *call) file(fields ...string) (*upload, error) {
	kind, params, err := mime.ParseMediaType(c.req.Header.Get("Content-Type"))
	if err != nil || kind != "multipart/form-data" {
		return nil, refuse(41005)
	}
	up := &upload{fields: map[string]string{}}
	form := multipart.NewReader(bytes.NewReader(c.body), params["boundary"])
	for {
		part, err := form.NextPart()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, refuse(41005)
		}
		data, err := io.ReadAll(part)
		switch {
		case err != nil:
			return nil, refuse(41005)
		case slices.Contains(fields, part.FormName()):
			up.name, up.data = part.FileName(), data
		default:
			up.fields[part.FormName()] = string(data)
		}
	}
	switch {
	case up.name == "" || path.Ext(up.name) == "":
		return nil, refuse(41005)
	case len(up.data) == 0:
		return nil, refuse(44001)
	}
	return up, nil
}

// fits checks an upload against the rules of its kind.
func (up *upload) fits(kind string) error {
	r, ok := rules(kind)
	if !ok {
		return refuse(40004)
	}
	if len(up.data) > r.size {
		return refuse(r.tooLarge)
	}
	ext := strings.ToLower(path.Ext(up.name))
	for _, allowed := range r.ext {
		if ext != allowed {
			continue
		}
		picture := strings.HasPrefix(http.DetectContentType(up.data), "image/")
		if (kind == "image" || kind == "thumb") && !picture {
			return refuse(40113)
		}
		if kind == "voice" && voiceLength(up.data) > voiceMost {
			return refuse(45007)
		}
		return nil
	}
	return refuse(40005)
}

func (c *call) newMedia(kind string, up *upload) *media {
	return c.p.addMedia(c.a, &media{Kind: kind, Name: up.name, Data: up.data, At: c.now})
}

// addMedia gives a file its id and forgets those that are over. Called with the account locked.
func (p *Platform) addMedia(a *account, m *media) *media {
	for id, old := range a.state.Media {
		if m.At.Sub(old.At) > 2*mediaLife && !old.Lasting {
			delete(a.state.Media, id)
		}
	}
	if m.ID == "" {
		m.ID = p.ids.text(64)
	}
	m.Sequence = p.ids.serial()
	a.state.Media[m.ID] = m
	return m
}

func uploadMedia(c *call) (any, error) {
	kind := c.query.Get("type")
	if _, ok := rules(kind); !ok {
		return nil, refuse(40004)
	}
	up, err := c.file("media")
	if err != nil {
		return nil, err
	}
	if err := up.fits(kind); err != nil {
		return nil, err
	}
	name := "media_id"
	if kind == "thumb" {
		name = "thumb_media_id"
	}
	return map[string]any{"type": kind, name: c.newMedia(kind, up).ID, "created_at": c.now.Unix()}, nil
}

// getMedia gives the file, or for a video JSON with its address.
func getMedia(c *call) (any, error) {
	m := c.a.state.Media[c.query.Get("media_id")]
	switch {
	case m == nil || m.over(c.now) || m.Lasting:
		return nil, refuse(40007)
	case m.Kind == "video":
		return map[string]string{"video_url": c.fileURL(m)}, nil
	}
	return m.blob(), nil
}

func (m *media) blob() blob {
	kind := mime.TypeByExtension(path.Ext(m.Name))
	if kind == "" {
		kind = http.DetectContentType(m.Data)
	}
	return blob{contentType: kind, filename: path.Base(m.Name), data: m.Data}
}

// fileURL is where the file can be fetched without a token.
func (c *call) fileURL(m *media) string { return "http://" + c.req.Host + filePath(c.a.name, m.ID) }

func filePath(account, id string) string { return "/platform/files/" + account + "/" + id }

// uploadArticleImage takes the file as media, and as buffer: so the pages about cards call it.
func uploadArticleImage(c *call) (any, error) {
	up, err := c.file("media", "buffer")
	if err != nil {
		return nil, err
	}
	if ext := strings.ToLower(path.Ext(up.name)); ext != ".jpg" && ext != ".jpeg" && ext != ".png" {
		return nil, refuse(40005)
	}
	if len(up.data) >= 1<<20 {
		return nil, refuse(40009)
	}
	m := c.newMedia("image", up)
	m.Lasting, m.ForMass = true, true
	return map[string]string{"url": c.fileURL(m)}, nil
}

func uploadMassVideo(c *call) (any, error) {
	var in struct {
		MediaID     string `json:"media_id"`
		Title       string `json:"title"`
		Description string `json:"description"`
	}
	if err := c.decode(&in); err != nil {
		return nil, err
	}
	if err := c.hasMedia(in.MediaID, "video"); err != nil {
		return nil, err
	}
	src := c.a.state.Media[in.MediaID]
	m := c.p.addMedia(c.a, &media{
		Kind: "video", Name: src.Name, Data: src.Data, At: c.now, Title: in.Title, Intro: in.Description, ForMass: true,
	})
	return map[string]any{"type": "video", "media_id": m.ID, "created_at": c.now.Unix()}, nil
}

// describe reads the form field that a permanent video needs.
func (up *upload) describe(m *media) error {
	var d struct{ Title, Introduction string }
	if err := exact([]byte(up.fields["description"]), &d); err != nil || d.Title == "" {
		return refuse(41011, "description")
	}
	m.Title, m.Intro = d.Title, d.Introduction
	return nil
}

// tinyJPEG is a picture of one grey pixel.
const tinyJPEG = "/9j/4AAQSkZJRgABAQEAYABgAAD/2wBDAAgGBgcGBQgHBwcJCQgKDBQNDAsLDBkSEw8UHRofHh0aHBwgJC4nICIsIxwcKDcpLDAxNDQ0" +
	"Hyc5PTgyPC4zNDL/wAALCAABAAEBAREA/8QAFAABAAAAAAAAAAAAAAAAAAAACf/EABQQAQAAAAAAAAAAAAAAAAAAAAD/2gAIAQEAAD8AKp//2Q=="

// sample is a file for a fan's message that came without one.
func sample(kind string) (name string, data []byte) {
	switch kind {
	case "voice":
		return "voice.amr", []byte("#!AMR\n\x3c\x48\xf5\x1f\x96\x66\x78\x00\x00\x01\xe7\x8a\xf0\x00\x00\x00\xc0\x00")
	case "video":
		return "video.mp4", []byte("\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom")
	}
	data, err := base64.StdEncoding.DecodeString(tinyJPEG)
	if err != nil {
		return "image.jpg", []byte("\xff\xd8\xff\xe0")
	}
	return "image.jpg", data
}
