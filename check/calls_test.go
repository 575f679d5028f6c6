package check_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"moonwire/bindings"
	"moonwire/check"
	"moonwire/outside"
)

// TestEvents holds the names of events against those that WeChat sends.
func TestEvents(t *testing.T) {
	for _, tc := range []struct {
		name, main string
		wrong      []string
		warned     []string
	}{
		{"a misspelt event", "on.event('subscirbe', 'hi')", one(`main.lua:1: on.event("subscirbe"): WeChat has no such event: did you mean "subscribe"?`), nil},
		{"an event in other letters", "on.event('Subscribe', 'hi')", nil, nil},
		{
			"an event that may be new", "on.event('moon_festival_greeting', 'hi')", nil,
			one(`main.lua:1: on.event("moon_festival_greeting"): WeChat has no such event that Moonwire knows of: check the spelling; the rule waits for exactly this name`),
		},
		{"an event that only running tells", "local name = 'subscribe'\non.event(name, 'hi')", nil, nil},
		{"no event", "on.message(function() on.event() end)", one("main.lua:1: on.event: 0 arguments; takes 2: write on.event(event, handler)"), nil},
		{"an event of a local library", "local on2 = on\nlocal on = { event = function() end }\non.event('subscirbe')\non2.text('x')", nil, nil},
	} {
		t.Run(tc.name, func(t *testing.T) {
			found := look(t, map[string]string{"main.lua": tc.main}, check.Options{})
			require.Equal(t, tc.wrong, wrong(found))
			require.Equal(t, tc.warned, warned(found))
		})
	}
}

// TestEveryEventThatIsKnownPasses keeps the check from refusing what the bindings take.
func TestEveryEventThatIsKnownPasses(t *testing.T) {
	main := "on.text('x')\n"
	for _, name := range bindings.EventNames() {
		main += "on.event('" + name + "', 'hi')\n"
	}
	require.NotEmpty(t, bindings.EventNames())
	require.Empty(t, look(t, map[string]string{"main.lua": main}, check.Options{}))
}

// TestPatternsOfLua are found where a regular expression is wanted, and only there.
func TestPatternsOfLua(t *testing.T) {
	for _, tc := range []struct {
		name, main string
		want       []string
	}{
		{
			"digits in a rule", "on.match('^(%d+)$', function(msg, n) return n end)",
			one(`main.lua:1: on.match("^(%d+)$"): %d is of Lua's patterns; this is a regular expression: write \d, and the text in [[…]]`),
		},
		{"white space in a rule", "on.match('a%sb', 'x')", one(`main.lua:1: on.match("a%sb"): %s is of Lua's patterns; this is a regular expression: write \s, and the text in [[…]]`)},
		{
			"letters for re", "on.text(function(msg) return re.match(msg.content, '^%a+$') end)",
			one(`main.lua:1: re.match("^%a+$"): %a is of Lua's patterns; this is a regular expression: write \a, and the text in [[…]]`),
		},
		{"a percent sign in what is searched", "on.text(function(msg) return tostring(re.match('%d', '5')) end)", nil},
		{"a percent sign that is none of Lua's", "on.match('50%', 'x')", nil},
		{"a regular expression", `on.match([[^\d+$]], 'x')`, nil},
		{"a pattern of Lua for string", "on.text(function(msg) return string.match(msg.content, '%d') end)", nil},
		{"a pattern that only running tells", "local p = '%d'\non.match(p, 'x')", nil},
		{"no pattern at all", "local f = re.match\non.text(function(msg) return tostring(f(msg.content)) end)", nil},
	} {
		t.Run(tc.name, func(t *testing.T) {
			found := look(t, map[string]string{"main.lua": tc.main}, check.Options{})
			require.Equal(t, tc.want, warned(found))
			require.Empty(t, wrong(found))
		})
	}
}

// TestRepliesThrownAway are calls of reply whose result nobody takes.
func TestRepliesThrownAway(t *testing.T) {
	for _, tc := range []struct {
		name, main string
		want       []string
	}{
		{"a statement of its own", "on.text(function(msg)\n  reply.text('b')\n  return reply.text('c')\nend)", one("main.lua:2: what reply.text makes is thrown away: write return reply.text(…)")},
		{"another kind", "on.text(function(msg)\n  reply.image('b')\n  return 'c'\nend)", one("main.lua:2: what reply.image makes is thrown away: write return reply.image(…)")},
		{"returned", "on.text(function(msg) return reply.text('c') end)", nil},
		{"kept", "on.text(function(msg) local r = reply.text('c') return r end)", nil},
		{"a local's", "local mine = { text = function() end }\non.text(function(msg) mine.text('x') return 'y' end)", nil},
		{"a local of that name", "local reply = { text = function() end }\non.text(function(msg) reply.text('x') return 'y' end)", nil},
		{"a method of that name", "local t = { }\nfunction t:text() end\non.text(function(msg) t:text('x') return 'y' end)", nil},
	} {
		t.Run(tc.name, func(t *testing.T) {
			found := look(t, map[string]string{"main.lua": tc.main}, check.Options{})
			require.Equal(t, tc.want, warned(found))
			require.Empty(t, wrong(found))
		})
	}
}

// TestAddresses that stand in the text are held against account.yaml.
func TestAddresses(t *testing.T) {
	allowed, err := outside.ParseAllowed("api.example.com")
	require.NoError(t, err)
	service, err := outside.NewService(outside.ServiceConfig{Base: "https://orders.example.com"})
	require.NoError(t, err)
	policy := outside.Policy{Account: "shop", Allow: []outside.Allowed{allowed}, Services: map[string]*outside.Service{"orders": service}}
	for _, tc := range []struct {
		name, call string
		wrong      []string
		warned     []string
	}{
		{"allowed", `http.get("https://api.example.com/x")`, nil, nil},
		{"a service", `http.post("orders:/items")`, nil, nil},
		{"only running tells", `http.get(url)`, nil, nil},
		{"no argument", `http.get()`, one("main.lua:2: http.get: 0 arguments; takes 1 to 2: write http.get(url, options?)"), nil},
		{"of a local library", `local http = { get = function() end } http.get("ftp://x")`, nil, nil},
		{
			"not allowed", `http.get("https://other.example.com/x")`, nil,
			one(`main.lua:2: http.get: other.example.com is not among the hosts that this account may call: the operator would have to add it to account.yaml: allow_http: [ "other.example.com" ]`),
		},
		{"no such service", `http.delete("ordrs:/x")`, nil, one("main.lua:2: http.delete: account.yaml names no service ordrs: under http: there are orders")},
		{"no address", `http.get("api.example.com/x")`, one(`main.lua:2: http.get("api.example.com/x"): is no web address; want one such as https://api.example.com/orders, or SERVICE:/path`), nil},
		{"out of a service", `http.get("orders:/../x")`, one(`main.lua:2: http.get("orders:/../x"): has ".." in its path, which a service's path may not have; put url.encode(…) around what comes from a fan`), nil},
	} {
		t.Run(tc.name, func(t *testing.T) {
			found := look(t, map[string]string{"main.lua": "local url = settings.url\non.text(function() " + tc.call + " end)"}, check.Options{Program: bindings.ProgramConfig{Policy: policy}})
			require.Equal(t, tc.wrong, wrong(found))
			require.Equal(t, tc.warned, warned(found))
		})
	}
}

// TestFilesInThePlaceOfMediaIDs are looked for, in functions and at the top level, and need the right to upload.
func TestFilesInThePlaceOfMediaIDs(t *testing.T) {
	png := "\x89PNG\r\n\x1a\n"
	verified := check.Options{Program: bindings.ProgramConfig{Verified: true}}
	for _, tc := range []struct {
		name, main string
		options    check.Options
		want       []string
	}{
		{"there", "on.text('a', reply.image('media/cup.png'))\non.text('b', function(msg) send.image(msg.openid, 'media/cup.png') return reply.image('media/cup.png') end)", verified, nil},
		{"a media_id", "on.text(function() return reply.image('MEDIA') end)", check.Options{}, nil},
		{"missing, in a function", "on.text(function()\n return reply.image('media/no.png')\nend)", verified, one("main.lua:2: reply.image: media/no.png: there is no such file")},
		{"missing, at the top level", "local a\non.text('a', reply.image('media/no.png'))", verified, one("main.lua:2: reply.image: media/no.png: there is no such file")},
		{"missing in a message", "on.text(function(msg) send.voice(msg.openid, 'media/no.mp3') end)", verified, one("main.lua:1: send.voice: media/no.mp3: there is no such file")},
		{"another format", "on.text(function() return reply.voice('media/cup.png') end)", verified, one(`main.lua:1: reply.voice: media/cup.png: "cup.png" is no such file by its name; as voice WeChat takes .amr, .mp3 of at most 2 MB (60 seconds)`)},
		{"a film", "on.text(function()\n return reply.video{\n title = 'a', media_id = 'media/no.mp4' }\nend)", verified, one("main.lua:3: reply.video: media/no.mp4: there is no such file")},
		{"a cover", "on.text(function() return reply.music{ thumb_media_id = 'media/no.jpg' } end)", verified, one("main.lua:1: reply.music: media/no.jpg: there is no such file")},
		{"a picture of news", "on.text(function() return reply.news{ { title = 'a', pic_url = 'media/cup.png' }, { title = 'b', pic_url = 'media/no.png' } } end)", verified, one("main.lua:1: reply.news: media/no.png: there is no such file")},
		{"a mass message", "on.text(function() mass.send{ filter = { is_to_all = true }, images = { media_ids = { 'media/cup.png', 'media/no.png' } } } end)", verified, one("main.lua:1: mass.send: media/no.png: there is no such file")},
		{"a film for many", "on.text(function() mass.preview{ touser = 'a', mpvideo = { media_id = 'media/cup.png', title = 't' } } end)", verified, one(`main.lua:1: mass.preview: media/cup.png: "cup.png" is no such file by its name; as mpvideo WeChat takes .mp4 of at most 10 MB`)},
		{"a button", "on.text(function() menu.create{ button = { { type = 'media_id', name = 'a', media_id = 'media/no.png' } } } end)", verified, one("main.lua:1: menu.create: media/no.png: there is no such file")},
		{"a button of the top level", "menu{\n button('a', { media_id = 'media/no.png' }) }", verified, one("main.lua:2: button: media/no.png: there is no such file")},
		{"a format of no button", "menu{ button('a', { media_id = 'media/cup.txt' }) }", verified, one(`main.lua:1: button: media/cup.txt: "cup.txt" is no such file by its name; as material WeChat takes .png, .jpg, .jpeg, .gif, .amr, .mp3 and .mp4`)},
		{"an article", "menu{ button('a', { view_limited = 'media/cup.png' }) }", verified, one(`main.lua:1: button: "media/cup.png" is a file; want the media_id of an article, such as draft/add gives`)},
		{
			"without the right to a picture of news", "on.text(function() return reply.news{ title = 'a', pic_url = 'media/cup.png' } end)",
			check.Options{},
			one(`main.lua:1: reply.news: "media/cup.png" is a file, which would have to be uploaded: account.yaml says that this account is not verified, so it may not call WeChat's API (verified: false)`),
		},
		{
			"without the right", "on.text(function() return reply.image('media/cup.png') end)",
			check.Options{},
			one(`main.lua:1: reply.image: "media/cup.png" is a file, which would have to be uploaded: account.yaml says that this account is not verified, so it may not call WeChat's API (verified: false)`),
		},
	} {
		t.Run(tc.name, func(t *testing.T) {
			found := look(t, map[string]string{"main.lua": tc.main, "media/cup.png": png}, tc.options)
			require.Equal(t, tc.want, wrong(found))
			require.Empty(t, warned(found))
		})
	}
}

// TestPicturesThatAreNone are found by their first bytes, at the top level and within functions, whatever names them.
func TestPicturesThatAreNone(t *testing.T) {
	verified := check.Options{Program: bindings.ProgramConfig{Verified: true}}
	const none = ": media/wrong.jpg: is no picture, as its first bytes tell; as "
	for _, tc := range []struct{ name, main, want string }{
		{"in a function", `on.text(function() return reply.image("media/wrong.jpg") end)`, "main.lua:1: reply.image" + none + "image WeChat takes .png, .jpg, .jpeg, .gif of at most 10 MB"},
		{"at the top level", `on.text("a", reply.image("media/wrong.jpg"))`, "main.lua:1: reply.image" + none + "image WeChat takes .png, .jpg, .jpeg, .gif of at most 10 MB"},
		{"made at the top level", `for _, n in ipairs{"wrong"} do on.text(n, reply.image("media/" .. n .. ".jpg")) end`, "main.lua:1: reply.image" + none + "image WeChat takes .png, .jpg, .jpeg, .gif of at most 10 MB"},
		{"a cover", `on.text(function() return reply.music{ music_url = "https://e.com/a.mp3", thumb_media_id = "media/wrong.jpg" } end)`, "main.lua:1: reply.music" + none + "thumb WeChat takes .jpg, .jpeg of at most 64 KB"},
		{"of news", `on.text(function() return reply.news{ title = "t", pic_url = "media/wrong.jpg" } end)`, "main.lua:1: reply.news" + none + "picture WeChat takes .png, .jpg, .jpeg of at most 1 MB"},
		{"on a button", `menu{ button("a", { media_id = "media/wrong.jpg" }) }`, "main.lua:1: button" + none + "material image WeChat takes .png, .jpg, .jpeg, .gif of at most 10 MB"},
		{"a picture", `on.text(function() return reply.image("media/right.jpg") end)`, ""},
		{"a picture by another name", `on.text(function() return reply.image("media/other.jpg") end)`, ""},
		{"a voice", `on.text(function() return reply.voice("media/a.mp3") end)`, ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			found := look(t, map[string]string{
				"main.lua": tc.main, "media/wrong.jpg": "not a picture", "media/right.jpg": "\xff\xd8\xff\xe0", "media/other.jpg": "GIF89a", "media/a.mp3": "ID3",
			}, verified)
			var want []string
			if tc.want != "" {
				want = one(tc.want)
			}
			require.Equal(t, want, wrong(found))
		})
	}
}

// TestLinksInMedia are doubts, also where no call names them.
func TestLinksInMedia(t *testing.T) {
	c := newChecker(t)
	c.write(map[string]string{"shop/main.lua": `on.text("hi", "hello")`, "shop/media/cup.png": "\x89PNG\r\n\x1a\n"})
	require.NoError(t, os.Symlink("../main.lua", filepath.Join(c.dir, "shop/media/out.png")))
	found, err := c.folder(t.Context(), "shop", check.Options{})
	require.NoError(t, err)
	require.Empty(t, wrong(found))
	require.Equal(t, one("media/out.png: is a symbolic link that leads to no file in media/; it is refused when it is sent"), warned(found))
}
