package bindings_test

import (
	"context"
	"crypto/sha256"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/stretchr/testify/require"

	"moonwire/bindings"
	"moonwire/wechat/api"
	"moonwire/wechat/sim"
)

// withFiles is a shop whose folder has files of every kind, changed long ago.
func withFiles(t *testing.T, change ...func(*sim.Account)) *shop {
	s := newShop(t, change...)
	old := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	s.config.Media = fstest.MapFS{
		"cup.png": {Data: []byte(picture), ModTime: old}, "a.mp3": {Data: []byte("ID3"), ModTime: old}, "a.mp4": {Data: []byte("mp4"), ModTime: old},
		"cover.jpg": {Data: []byte("\xff\xd8\xff\xe0"), ModTime: old}, "big.jpg": {Data: make([]byte, 64<<10+1)}, "cup.bmp": {Data: []byte("BM")},
		"huge.png": {Data: make([]byte, 10<<20+1)}, "empty.png": {}, "dir/tea.png": {Data: []byte(picture)},
	}
	return s
}

const uploadPath = "/cgi-bin/media/upload"

// TestFilesStandInThePlaceOfMediaIDs in each kind of answer and message: they are uploaded as what they are used as.
func TestFilesStandInThePlaceOfMediaIDs(t *testing.T) {
	for _, tt := range []struct {
		name, main string
		want       string // kinds of the uploads
	}{
		{"a picture of the top level", `on.text("x", reply.image("media/cup.png"))`, "image"},
		{"a picture", `on.text(function() return reply.image("media/dir/tea.png") end)`, "image"},
		{"one of several", `on.text("x", reply.pick{reply.image("media/cup.png")})`, "image"},
		{"a voice", `on.text(function() return reply.voice("media/a.mp3") end)`, "voice"},
		{"a video", `on.text(function() return reply.video{media_id = "media/a.mp4", title = "t"} end)`, "video"},
		{"a cover", `on.text(function() return reply.music{music_url = "https://e.com/a.mp3", thumb_media_id = "media/cover.jpg"} end)`, "thumb"},
		{"a message", `on.text(function(msg) assert(send.image("$amy", "media/cup.png")) end)`, "image"},
		{"a spoken message", `on.text(function(msg) assert(send.voice("$amy", "media/a.mp3")) end)`, "voice"},
		{"a film", `on.text(function(msg) assert(send.video("$amy", {media_id = "media/a.mp4", thumb_media_id = "media/cover.jpg"})) end)`, "video thumb"},
		{"a song", `on.text(function(msg) assert(send.music("$amy", {title = "t", music_url = "https://e.com/a", hq_music_url = "https://e.com/a", thumb_media_id = "media/cover.jpg"})) end)`, "thumb"},
		{"a mini program", `on.text(function(msg) assert(send.miniprogrampage("$amy", {title = "t", appid = "wx00000000000000aa", pagepath = "p", thumb_media_id = "media/cover.jpg"})) end)`, "thumb"},
		{"a media_id", `on.text(function() return reply.image("MEDIA") end)`, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := withFiles(t)
			seen, out, err := observe(t, compile(t, s, tt.main), input(text(t, "x")))
			require.NoError(t, err)
			require.Equal(t, len(strings.Fields(tt.want)), s.asked(uploadPath))
			var kinds []string
			for _, o := range seen {
				if kind, file, ok := strings.Cut(o.Label, " "); ok && strings.HasPrefix(file, "media/") {
					require.Equal(t, "reads", o.Weight.String())
					kinds = append(kinds, kind)
				}
			}
			require.Equal(t, tt.want, strings.Join(kinds, " "))
			if out.Reply != nil {
				require.NotContains(t, out.Reply.MediaID+out.Reply.ThumbMediaID, "media/")
				require.NotEmpty(t, out.Reply.MediaID+out.Reply.ThumbMediaID)
			}
		})
	}
}

func compile(t *testing.T, s *shop, main string) *bindings.Program {
	t.Helper()
	p, err := compileFiles(t, files{"main.lua": s.fans.Replace(main)}, s.config)
	require.NoError(t, err)
	return p
}

// TestFilesThatCannotBeSentAreAnErrorOfTheirLine, when it runs, be it at the top level.
func TestFilesThatCannotBeSentAreAnErrorOfTheirLine(t *testing.T) {
	for _, tt := range []struct{ name, call, want string }{
		{"missing", `reply.image("media/no.png")`, "reply.image: media/no.png: there is no such file"},
		{"another format", `reply.image("media/cup.bmp")`, `reply.image: media/cup.bmp: "cup.bmp" is no such file by its name; as image WeChat takes .png, .jpg, .jpeg, .gif of at most 10 MB`},
		{"too large", `reply.image("media/huge.png")`, "reply.image: media/huge.png: has 10485761 bytes; as image WeChat takes .png, .jpg, .jpeg, .gif of at most 10 MB"},
		{"too large for a cover", `reply.music{thumb_media_id = "media/big.jpg"}`, "reply.music: media/big.jpg: has 65537 bytes; as thumb WeChat takes .jpg, .jpeg of at most 64 KB"},
		{"empty", `reply.image("media/empty.png")`, "reply.image: media/empty.png: is empty; as image WeChat takes"},
		{"a folder", `reply.image("media/dir.png/..")`, `reply.image: "media/dir.png/.." is no file; want a media_id, or a file under media/`},
		{"outside", `reply.image("media/../main.lua")`, `reply.image: "media/../main.lua" is no file; want a media_id, or a file under media/`},
		{"a voice as a video", `reply.video{media_id = "media/a.mp3"}`, `as video WeChat takes .mp4 of at most 10 MB`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := withFiles(t)
			_, err := compileFiles(t, files{"main.lua": "local a = " + tt.call}, s.config)
			require.ErrorContains(t, err, "main.lua:1: reply.")
			require.ErrorContains(t, err, tt.want)
			_, err = compile(t, s, "on.text(function()\n return "+tt.call+"\nend)").Answer(t.Context(), input(text(t, "x")))
			require.ErrorContains(t, err, "main.lua:2: ")
			require.ErrorContains(t, err, tt.want)
			require.Zero(t, s.asked(uploadPath))
		})
	}
	t.Run("a message", func(t *testing.T) {
		s := withFiles(t)
		_, err := compile(t, s, "on.text(function()\n send.image('$amy', 'media/no.png')\nend)").Answer(t.Context(), input(text(t, "x")))
		require.ErrorContains(t, err, "main.lua:2: send.image: media/no.png: there is no such file")
	})
	t.Run("gone since", func(t *testing.T) {
		s := withFiles(t)
		p := compile(t, s, "on.text('x',\n reply.image('media/cup.png'))")
		delete(s.config.Media.(fstest.MapFS), "cup.png")
		_, err := p.Answer(t.Context(), input(text(t, "x")))
		require.ErrorContains(t, err, "main.lua:2: reply.image: media/cup.png: there is no such file")
	})
}

// TestFilesNeedTheRightToCall: without it they are an error of the line, at the top level too.
func TestFilesNeedTheRightToCall(t *testing.T) {
	for _, tt := range []struct {
		name   string
		change func(*bindings.ProgramConfig)
		want   string
	}{
		{"not verified", func(c *bindings.ProgramConfig) { c.Verified = false }, `main.lua:1: reply.image: "media/cup.png" is a file, which would have to be uploaded: account.yaml says that this account is not verified`},
		{"of a person", func(c *bindings.ProgramConfig) { c.Personal = true }, `is a file, which would have to be uploaded: account.yaml says that this account belongs to a person`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := withFiles(t)
			tt.change(&s.config)
			_, err := compileFiles(t, files{"main.lua": `on.text("x", reply.image("media/cup.png"))`}, s.config)
			require.ErrorContains(t, err, tt.want)
			p, err := compileFiles(t, files{"main.lua": `on.text("x", reply.image("MEDIA"))`}, s.config)
			require.NoError(t, err)
			require.Equal(t, "MEDIA", answer(t, p, text(t, "x")).Reply.MediaID)
		})
	}
	s := withFiles(t)
	s.config.API = nil
	_, err := compile(t, s, "on.text('x',\n reply.image('media/cup.png'))").Answer(t.Context(), input(text(t, "x")))
	require.ErrorContains(t, err, "main.lua:2: reply.image: the file could not be uploaded: account.yaml gives no app_secret")
}

// TestAnUploadThatWeChatRefuses fails an answer at its line, and comes back from a message as an error.
func TestAnUploadThatWeChatRefuses(t *testing.T) {
	s := withFiles(t)
	s.config.Media = fstest.MapFS{"no.png": {Data: []byte("no picture")}}
	_, err := compile(t, s, "on.text('x',\n reply.image('media/no.png'))").Answer(t.Context(), input(text(t, "x")))
	require.ErrorContains(t, err, "main.lua:2: reply.image: the file could not be uploaded: media/no.png: the file type is not supported: images are")
	require.Equal(t, 1, s.asked(uploadPath))
	out, err := compile(t, s, `on.text(function() local ok, err = send.image("$amy", "media/no.png") return tostring(ok) .. err.errcode .. err.hint .. err.hint_zh end)`).Answer(t.Context(), input(text(t, "x")))
	require.NoError(t, err)
	require.Contains(t, out.Reply.Content, "nil40113media/no.png: the file type")
	require.Contains(t, out.Reply.Content, "media/no.png：不支持的文件类型")
	require.Empty(t, out.Sent, "nothing was sent")
	err = compile(t, s, `menu{ button("a", { media_id = "media/no.png" }) }`).PushMenu(t.Context(), s.config.API)
	var refused *api.Error
	require.ErrorAs(t, err, &refused)
	require.Contains(t, refused.Hint, "media/no.png: ")
}

// TestNobodyUploadsForAnAnswerThatNobodySees.
func TestNobodyUploadsForAnAnswerThatNobodySees(t *testing.T) {
	s := withFiles(t)
	_, err := compile(t, s, `on.event("TEMPLATESENDJOBFINISH", reply.image("media/cup.png"))`).Answer(t.Context(), input(event(t, "TEMPLATESENDJOBFINISH", "")))
	require.NoError(t, err)
	require.Zero(t, s.asked(uploadPath))
}

// shelf keeps media_ids in a map.
type shelf struct {
	ids     map[[sha256.Size]byte]string
	dropped []string
}

func (m *shelf) MediaID(ctx context.Context, kind string, hash [sha256.Size]byte, upload func(context.Context) (string, error)) (string, error) {
	if id := m.ids[hash]; id != "" {
		return id, nil
	}
	id, err := upload(ctx)
	m.ids[hash] = id
	return id, err
}

func (m *shelf) Drop(_ context.Context, id string) error {
	m.dropped = append(m.dropped, id)
	for hash, known := range m.ids {
		if known == id {
			delete(m.ids, hash)
		}
	}
	return nil
}

// TestAMediaIDThatWeChatForgot is dropped, and the file uploaded anew, once; another media_id is the script's own.
func TestAMediaIDThatWeChatForgot(t *testing.T) {
	s := withFiles(t)
	kept := &shelf{ids: map[[sha256.Size]byte]string{sha256.Sum256([]byte(picture)): "GONE"}}
	s.config.Uploads = kept
	p := compile(t, s, `on.text(function(msg)
		local ok, err = send.image("$amy", msg.content == "x" and "media/cup.png" or "GONE") return ok and "sent" or tostring(err.errcode)
	end)`)
	require.Equal(t, "sent", answer(t, p, text(t, "x")).Reply.Content)
	require.Equal(t, []string{"GONE"}, kept.dropped)
	require.Equal(t, 1, s.asked(uploadPath))
	require.Equal(t, "sent", answer(t, p, text(t, "x")).Reply.Content)
	require.Equal(t, "40007", answer(t, p, text(t, "y")).Reply.Content)
	require.Equal(t, 1, s.asked(uploadPath))
	require.Len(t, kept.dropped, 1)
}

// TestAFileThatChangedIsAnother, however often the old one was used.
func TestAFileThatChangedIsAnother(t *testing.T) {
	s := withFiles(t)
	s.config.Uploads = &shelf{ids: map[[sha256.Size]byte]string{}}
	p := compile(t, s, `on.text("x", reply.image("media/cup.png"))`)
	first := answer(t, p, text(t, "x")).Reply.MediaID
	require.Equal(t, first, answer(t, p, text(t, "x")).Reply.MediaID)
	written := time.Now()
	for n, data := range []string{picture + "!", picture + "?", picture + "."} {
		s.config.Media.(fstest.MapFS)["cup.png"] = &fstest.MapFile{Data: []byte(data), ModTime: written} // within one tick of the disk's clock
		require.NotEqual(t, first, answer(t, p, text(t, "x")).Reply.MediaID)
		require.Equal(t, 2+n, s.asked(uploadPath))
	}
	s.config.Media.(fstest.MapFS)["cup.png"] = &fstest.MapFile{Data: []byte(picture), ModTime: time.Date(2026, 1, 2, 0, 0, 0, 0, time.UTC)}
	require.Equal(t, first, answer(t, p, text(t, "x")).Reply.MediaID, "the same content again")
}
