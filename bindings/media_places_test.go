package bindings_test

import (
	"crypto/sha256"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"

	"moonwire/bindings"
	"moonwire/wechat/sim"
)

const (
	uploadPicture = "/cgi-bin/media/uploadimg"
	uploadVideo   = "/cgi-bin/media/uploadvideo"
	addMaterial   = "/cgi-bin/material/add_material"
)

// TestPicturesOfNewsMayBeFiles: they get the address that WeChat gives them.
func TestPicturesOfNewsMayBeFiles(t *testing.T) {
	for _, tt := range []struct {
		name, body string
		want       int // uploads
	}{
		{"an answer", `return reply.news{ title = "t", pic_url = "media/cup.png", url = "https://e.com/" }`, 1},
		{"two articles", `return reply.news{ { title = "t", pic_url = "media/cup.png" }, { title = "u", pic_url = "media/dir/tea.png" } }`, 2},
		{"a link", `return reply.news{ title = "t", pic_url = "https://e.com/a.png" }`, 0},
		{"none", `return reply.news{ title = "t" }`, 0},
		{"a message", `assert(send.news("$amy", { title = "t", pic_url = "media/cup.png" }))`, 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := withFiles(t)
			p := compile(t, s, "on.text(function() "+tt.body+" end)")
			out := answer(t, p, text(t, "x"))
			require.Equal(t, tt.want, s.asked(uploadPicture))
			require.Zero(t, s.asked(uploadPath))
			if out.Reply == nil {
				require.NotContains(t, s.lastBody(), "media/cup.png")
				return
			}
			require.Empty(t, out.Reply.File, "the address lasts")
			for _, a := range out.Reply.Articles {
				require.NotContains(t, a.PicURL, "media/")
				require.Equal(t, tt.want > 0, strings.Contains(a.PicURL, "/platform/files/demo/"))
			}
		})
	}
	t.Run("the answer of the top level stays as it is", func(t *testing.T) {
		s := withFiles(t)
		s.config.Uploads = &shelf{ids: map[[sha256.Size]byte]string{}}
		p := compile(t, s, `on.text("x", reply.news{ title = "t", pic_url = "media/cup.png" })`)
		for range 2 {
			require.Contains(t, answer(t, p, text(t, "x")).Reply.Articles[0].PicURL, "/platform/files/")
		}
		s.config.Media.(fstest.MapFS)["cup.png"] = &fstest.MapFile{Data: []byte(picture + "!")}
		answer(t, p, text(t, "x"))
		require.Equal(t, 2, s.asked(uploadPicture), "the picture is looked up each time")
	})
}

// TestWrongPicturesOfNews are errors of their line; nothing is uploaded for an answer that WeChat would refuse.
func TestWrongPicturesOfNews(t *testing.T) {
	for _, tt := range []struct{ name, news, want string }{
		{"missing", `{ title = "t", pic_url = "media/no.png" }`, "main.lua:2: reply.news: media/no.png: there is no such file"},
		{"another format", `{ title = "t", pic_url = "media/cup.bmp" }`, `as picture WeChat takes .png, .jpg, .jpeg of at most 1 MB`},
		{"too large", `{ title = "t", pic_url = "media/huge.png" }`, "main.lua:2: reply.news: media/huge.png: has 10485761 bytes; as picture WeChat takes"},
		{"outside", `{ title = "t", pic_url = "media/../main.lua" }`, `"media/../main.lua" is no file; want a link, or a file under media/`},
		{"no title", `{ pic_url = "media/cup.png" }`, "main.lua:2: reply.news: title: missing"},
		{"a wrong link beside it", `{ title = "t", pic_url = "media/cup.png", url = "e.com" }`, "main.lua:2: reply.news: url: "},
		{"too many", `(function() local all = {} for i = 1, 9 do all[i] = { title = "t", pic_url = "media/cup.png" } end return all end)()`, "main.lua:2: reply.news: articles: 9 of them; want 1 to 8"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := withFiles(t)
			_, err := compile(t, s, "on.text(function()\n return reply.news("+tt.news+")\nend)").Answer(t.Context(), input(text(t, "x")))
			require.ErrorContains(t, err, tt.want)
			require.Zero(t, s.asked(uploadPicture))
		})
	}
}

// TestFilesInMassMessages are uploaded as what they are sent as; a video is made ready first.
func TestFilesInMassMessages(t *testing.T) {
	for _, tt := range []struct {
		name, message, want string // want: temporary uploads and videos
	}{
		{"a picture", `image = { media_id = "media/cup.png" }`, "1 0"},
		{"pictures", `images = { media_ids = { "media/cup.png", "MEDIA", "media/dir/tea.png" } }`, "2 0"},
		{"a voice", `voice = { media_id = "media/a.mp3" }`, "1 0"},
		{"a film", `mpvideo = { media_id = "media/a.mp4", title = "t", description = "d" }`, "1 1"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := withFiles(t)
			media, err := s.config.API.UploadMedia(t.Context(), "image", "b.png", []byte(picture))
			require.NoError(t, err)
			message := strings.ReplaceAll(tt.message, "MEDIA", media.MediaID)
			for _, call := range []string{`mass.send{ filter = { is_to_all = true }, `, `mass.preview{ touser = "$amy", `} {
				before := [2]int{s.asked(uploadPath), s.asked(uploadVideo)}
				_, err := compile(t, s, "on.text(function() assert("+call+message+"}) end)").Answer(t.Context(), input(text(t, "x")))
				require.NoError(t, err)
				require.NotContains(t, s.lastBody(), "media/")
				require.Equal(t, tt.want, strings.Join([]string{string(rune('0' + s.asked(uploadPath) - before[0])), string(rune('0' + s.asked(uploadVideo) - before[1]))}, " "))
			}
		})
	}
}

// TestPlacesThatTakeNoFile say so: the media_id of an article is no file's.
func TestPlacesThatTakeNoFile(t *testing.T) {
	for _, call := range []string{
		`send.mpnews("$amy", "media/cup.png")`, `mass.send{ filter = { is_to_all = true }, mpnews = { media_id = "media/cup.png" } }`,
		`menu.create{ button = { { type = "view_limited", name = "a", media_id = "media/cup.png" } } }`,
	} {
		s := withFiles(t)
		_, err := compile(t, s, "on.text(function() "+call+" end)").Answer(t.Context(), input(text(t, "x")))
		require.ErrorContains(t, err, `main.lua:1: `)
		require.ErrorContains(t, err, `"media/cup.png" is a file; want the media_id of an article, such as draft/add gives`)
	}
}

// TestFilesOnButtons go into the library for good, for WeChat takes no temporary media on a menu.
func TestFilesOnButtons(t *testing.T) {
	pushed := func(p *bindings.Program, s *shop) error { return p.PushMenu(t.Context(), s.config.API) }
	for _, tt := range []struct {
		name, main string
		push       func(*bindings.Program, *shop) error
	}{
		{"declared", `menu{ button("a", { media_id = "media/cup.png" }), group("b", { button("c", { media_id = "media/a.mp3" }), button("d", { media_id = "media/a.mp4" }) }) }`, pushed},
		{"created", `on.text(function() assert(menu.create{ button = { { type = "media_id", name = "a", media_id = "media/cup.png" },
			{ name = "b", sub_button = { { type = "media_id", name = "c", media_id = "media/a.mp3" }, { type = "media_id", name = "d", media_id = "media/a.mp4" } } } } }) end)`, nil},
		{"created of buttons", `on.text(function() assert(menu.create{ button("a", { media_id = "media/cup.png" }), button("b", { media_id = "media/a.mp3" }), button("c", { media_id = "media/a.mp4" }) }) end)`, nil},
		{"for some", `on.text(function() assert(menu.create{ button("a", { media_id = "media/cup.png" }) })
			assert(menu.add_conditional{ button = { { type = "media_id", name = "a", media_id = "media/a.mp3" }, { type = "media_id", name = "b", media_id = "media/a.mp4" } }, matchrule = { client_platform_type = "1" } }) end)`, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := withFiles(t)
			p := compile(t, s, tt.main)
			if tt.push == nil {
				answer(t, p, text(t, "x"))
			} else {
				require.NoError(t, tt.push(p, s))
				require.NoError(t, tt.push(p, s), "what is declared stays as it is")
				require.Equal(t, 6, s.asked(addMaterial))
				return
			}
			require.Equal(t, 3, s.asked(addMaterial))
			require.Zero(t, s.asked(uploadPath))
		})
	}
}

// TestTheHashOfAMenuIsAlsoThatOfItsFiles, so that another picture is pushed.
func TestTheHashOfAMenuIsAlsoThatOfItsFiles(t *testing.T) {
	s := withFiles(t)
	hash := func() string {
		_, hash := compile(t, s, `menu{ button("a", { media_id = "media/cup.png" }) }`).Menu()
		return hash
	}
	before := hash()
	require.Equal(t, before, hash())
	s.config.Media.(fstest.MapFS)["cup.png"] = &fstest.MapFile{Data: []byte(picture + "!")}
	require.NotEqual(t, before, hash())
}

// TestMediaIDsThatWeChatForgot are dropped and the files uploaded anew, once, wherever they stand.
func TestMediaIDsThatWeChatForgot(t *testing.T) {
	for _, tt := range []struct{ name, call, want string }{
		{"a mass message", `mass.send{ filter = { is_to_all = true }, image = { media_id = "media/cup.png" } }`, uploadPath},
		{"a film", `mass.send{ filter = { is_to_all = true }, mpvideo = { media_id = "media/cup.mp4", title = "t" } }`, uploadPath},
		{"a preview", `mass.preview{ touser = "$amy", image = { media_id = "media/cup.png" } }`, uploadPath},
		{"a menu", `menu.create{ button("a", { media_id = "media/cup.png" }) }`, addMaterial},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := withFiles(t)
			s.config.Media.(fstest.MapFS)["cup.mp4"] = &fstest.MapFile{Data: []byte(picture)}
			known := &shelf{ids: map[[sha256.Size]byte]string{sha256.Sum256([]byte(picture)): "GONE"}}
			s.config.Uploads = known
			answer(t, compile(t, s, "on.text(function() assert("+tt.call+") end)"), text(t, "x"))
			require.Equal(t, []string{"GONE"}, known.dropped)
			require.Equal(t, 1, s.asked(tt.want))
		})
	}
	t.Run("not for ever", func(t *testing.T) {
		s := withFiles(t)
		s.config.Uploads = &shelf{ids: map[[sha256.Size]byte]string{}}
		s.p.AddFault(sim.Fault{Path: "menu/create", ErrCode: 40007})
		p := compile(t, s, `on.text(function() local ok, err = menu.create{ button("a", { media_id = "media/cup.png" }) } return tostring(err.errcode) end)`)
		require.Equal(t, "40007", answer(t, p, text(t, "x")).Reply.Content)
		require.Equal(t, 2, s.asked(addMaterial))
	})
}

// TestTheFieldsThatTakeFiles are those of the table: each refuses a file that is missing, and says so.
func TestTheFieldsThatTakeFiles(t *testing.T) {
	tables := map[string]string{
		"media_id": `{ media_id = "media/no.x" }`, "thumb_media_id": `{ media_id = "M", thumb_media_id = "media/no.x" }`,
		"pic_url": `{ title = "t", pic_url = "media/no.x" }`, "picurl": `{ title = "t", picurl = "media/no.x" }`, "view_limited": `{ view_limited = "media/no.x" }`,
		"images.media_ids": `{ images = { media_ids = { "media/no.x" } } }`,
	}
	for _, f := range bindings.Functions() {
		var calls []string
		if n, kind := bindings.FileArgument(f.Name); kind != "" {
			calls = append(calls, []string{`"media/no.x"`, `"$amy", "media/no.x"`}[n])
		}
		for path := range bindings.FileFields(f.Name) {
			table := tables[path]
			switch kind, field, nested := strings.Cut(path, "."); {
			case strings.HasPrefix(f.Name, "menu."):
				table = `{ button = { { type = "` + path + `", name = "a", media_id = "media/no.x" } } }`
			case nested && table == "":
				table = "{ " + kind + " = { " + field + ` = "media/no.x" } }`
			case f.Name == "button":
				table = `"a", ` + table
			case strings.HasSuffix(f.Name, ".miniprogrampage"):
				table = `{ title = "t", appid = "wx1", pagepath = "p", thumb_media_id = "media/no.x" }`
			case strings.HasSuffix(f.Name, ".music"):
				table = `{ title = "t", music_url = "https://e.com/", thumb_media_id = "media/no.x" }`
			}
			if strings.HasPrefix(f.Name, "send.") {
				table = `"$amy", ` + table
			}
			calls = append(calls, table)
		}
		for _, call := range calls {
			t.Run(f.Name+" "+call, func(t *testing.T) {
				s := withFiles(t)
				_, err := compile(t, s, "on.text(function() "+f.Name+"("+call+") end)").Answer(t.Context(), input(text(t, "x")))
				require.ErrorContains(t, err, "main.lua:1: "+f.Name+": ")
				require.ErrorContains(t, err, "media/no.x")
			})
		}
	}
}
