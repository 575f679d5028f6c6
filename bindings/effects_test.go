package bindings_test

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"testing"
	"testing/fstest"
	"time"

	"github.com/stretchr/testify/require"

	"moonwire/bindings"
	"moonwire/engine"
)

// observe answers a push and gives all effects that the turn was seen to have.
func observe(t *testing.T, p *bindings.Program, in bindings.Input) (seen []engine.Observed, out bindings.Outcome, err error) {
	t.Helper()
	in.Observe = func(o engine.Observed) { seen = append(seen, o) }
	out, err = p.Answer(t.Context(), in)
	return seen, out, err
}

// bodies are handlers for functions whose example does not call them in answer to a text.
var bodies = map[string]string{
	"api.call":    `api.call("/cgi-bin/tags/create", {tag = {name = "z"}})`,
	"tag.members": `for id in tag.members(2) do end`,
	"oauth.user":  `oauth.user("a code")`, "media.get": `media.get("M")`, "media.url": `media.url("M")`,
	"user.tag": `tag.create("v") user.tag("$amy", "v")`, "user.untag": `tag.create("w") user.untag("$amy", "w")`,
	"reply.voice": `return reply.voice("media/a.mp3")`, "reply.video": `return reply.video{media_id = "media/a.mp4"}`,
	"reply.news":  `return reply.news{title = "t", pic_url = "media/cup.jpg"}`,
	"reply.music": `return reply.music{thumb_media_id = "media/cup.jpg"}`,
	"short.fetch": `short.fetch("K")`, "mass.get": `mass.get("M")`, "mass.delete": `mass.delete("123")`,
	"log.debug": `log.debug("x")`, "log.info": `log.info("x")`, "log.warn": `log.warn("x")`, "log.error": `log.error("x")`, "print": `print("x")`,
}

// alike are functions without arguments, and those of one or several lists: which, and how far.
var alike = []string{"menu.list", "user.list", "tag.list"}

var inText = regexp.MustCompile(`on\.(?:text|has)\("([^"]+)"`)

// TestEveryFunctionReachesAsFarAsTheTableSays runs the example of every function of the table, and holds the effects
// that an observer sees against the column Reach: a function that reaches outside by another door than Effect, under another
// name, or in another weight than is stated, fails here.
func TestEveryFunctionReachesAsFarAsTheTableSays(t *testing.T) {
	s := newShop(t)
	s.config.ExposeToken, s.config.Records = true, noRecords{}
	s.config.Model = &scripted{says: []any{spoke("好")}}
	s.config.Media = fstest.MapFS{"a.jpg": {Data: []byte(picture)}, "cup.jpg": {Data: []byte(picture)}, "a.mp3": {Data: []byte("ID3")}, "a.mp4": {Data: []byte("mp4")}}
	reach := map[string]bindings.Reach{"msg.session": bindings.ReachReads}
	for _, f := range bindings.Functions() {
		reach[f.Name] = f.Reach
	}
	for _, f := range bindings.Functions() {
		t.Run(f.Name, func(t *testing.T) {
			main, said := f.Example, "x"
			if body, ok := bodies[f.Name]; ok {
				main = "on.text(function(msg) " + body + " end)"
			} else if m := inText.FindStringSubmatch(main); m != nil {
				said = m[1]
			}
			p, err := compileFiles(t, files{"main.lua": s.fans.Replace(main), "data/faq.csv": "question,answer\n几点开门,九点\n", "data/prices.json": `{"茶":28}`}, s.config)
			require.NoError(t, err)
			in := input(text(t, said))
			touched := &touches{memory: in.Memory.(*memory)}
			now := in.Now
			in.Memory, in.Now = touched, func() time.Time { touched.n++; return now() }
			asked := s.asked("")
			in.Sleep = func(context.Context, time.Duration) error { return nil }
			seen, _, err := observe(t, p, in)
			require.NoError(t, err)
			if len(seen) == 0 {
				require.Zero(t, touched.n+s.asked("")-asked, "%s reaches outside by another door than Effect", f.Name)
			}
			mine := bindings.ReachNone
			for _, o := range seen {
				require.Contains(t, reach, o.Function)
				require.LessOrEqual(t, reachOf(o), reach[o.Function], "%s %s: %s", o.Function, o.Label, o.Weight)
				require.NotZero(t, o.Args)
				if o.Function == f.Name {
					mine = max(mine, reachOf(o))
					require.Equal(t, len(f.Forms[0]) > 0 || slices.Contains(alike, f.Name), o.Label != "" || f.Name == "user.list", "label %q", o.Label)
				}
			}
			require.Equal(t, f.Reach, mine, "the effects of %s do not say what the table does", f.Name)
		})
	}
}

func reachOf(o engine.Observed) bindings.Reach {
	if o.Weight == engine.Acts {
		return bindings.ReachActs
	}
	return bindings.ReachReads
}

// touches counts how often what lasts, or the clock, was asked.
type touches struct {
	*memory
	n int
}

func (m *touches) Get(ctx context.Context, key string) ([]byte, bool, error) {
	m.n++
	return m.memory.Get(ctx, key)
}

func (m *touches) Set(ctx context.Context, key string, value []byte, ttl time.Duration) error {
	m.n++
	return m.memory.Set(ctx, key, value, ttl)
}

func (m *touches) Delete(ctx context.Context, key string) (bool, error) {
	m.n++
	return m.memory.Delete(ctx, key)
}

func (m *touches) Incr(ctx context.Context, key string, by float64) (float64, error) {
	m.n++
	return m.memory.Incr(ctx, key, by)
}

func (m *touches) CAS(ctx context.Context, key string, old, next []byte) (bool, error) {
	m.n++
	return m.memory.CAS(ctx, key, old, next)
}

func (m *touches) List(ctx context.Context, prefix string, p bindings.Page) ([]bindings.Item, bool, error) {
	m.n++
	return m.memory.List(ctx, prefix, p)
}

func (m *touches) Count(ctx context.Context, prefix string) (int64, error) {
	m.n++
	return m.memory.Count(ctx, prefix)
}

func (m *touches) Top(ctx context.Context, prefix string, n int) ([]bindings.Item, error) {
	m.n++
	return m.memory.Top(ctx, prefix, n)
}

func (m *touches) PutJob(ctx context.Context, j bindings.JobOrder) (string, error) {
	m.n++
	return m.memory.PutJob(ctx, j)
}

func (m *touches) CancelJob(ctx context.Context, id string) (bool, error) {
	m.n++
	return m.memory.CancelJob(ctx, id)
}

func (m *touches) Session(ctx context.Context) ([]byte, error) {
	m.n++
	return m.memory.Session(ctx)
}

func (m *touches) Claim(ctx context.Context) error {
	m.n++
	return m.memory.Claim(ctx)
}

type noRecords struct{}

func (noRecords) LastMessage(context.Context, string) (int64, bool, error) { return 0, false, nil }

func (noRecords) MenuEvents(context.Context, string) ([]bindings.MenuEvent, error) { return nil, nil }

// TestWhatAnObserverSees tells calls of one function apart, in the order in which they were made.
func TestWhatAnObserverSees(t *testing.T) {
	s := newShop(t)
	s.config.ExposeToken = true
	for _, tt := range []struct {
		name, body string
		want       []string
	}{
		{
			"keys", `store.get("a") store.set("b", {1}) store.incr("n", 2) store.cas("a", nil, 1) store.delete("a") store.list("p")`,
			[]string{"reads store.get a", "acts store.set b", "acts store.incr n", "acts store.cas a", "acts store.delete a", "reads store.list p"},
		},
		{
			"openids", `user.remark("$amy", "r") user.tags("$amy") send.text("$bob", "hi") send.typing("$amy")`,
			[]string{"acts user.remark $amy", "reads user.tags $amy", "reads user.tags tags/get", "acts send.text $bob", "acts send.typing $amy true"},
		},
		{
			"pages", `for id in user.list() do end for id in tag.members(2) do end user.get_all{"$amy", "$bob"}`,
			[]string{"reads user.list ", "reads user.list $bob", "reads user.list $eve", "reads tag.members 2", "reads user.get_all $amy and 1"},
		},
		{
			"menus", `menu.create{button = {{type = "click", name = "今日", key = "T"}, {type = "click", name = "更多", key = "M"}}} menu.delete()`,
			[]string{"acts menu.create 今日/更多", "acts menu.delete "},
		},
		{
			"masses", `mass.send{filter = {is_to_all = true}, text = {content = "a"}, clientmsgid = "c"} mass.send{filter = {tag_id = 2}, text = {content = "a"}} mass.send{touser = {"$amy", "$bob"}, text = {content = "a"}}`,
			[]string{"acts mass.send c", "acts mass.send text to tag 2", "acts mass.send text to $amy and 1"},
		},
		{"a code", `oauth.user("secret code")`, []string{"acts oauth.user code 90b82c0171bb58aa"}},
		{"calls", `api.call("/cgi-bin/tags/get") api.call("/cgi-bin/tags/create", {tag = {name = "t"}})`, []string{"reads api.call /cgi-bin/tags/get", "acts api.call /cgi-bin/tags/create"}},
		{
			"chance, time, log", `math.random(1, 6) math.random() os.time() time.now() time.sleep(2) log.info("a", 1) print("b")`,
			[]string{"reads math.random 1 6", "reads math.random ", "reads os.time ", "reads time.now ", "reads time.sleep 2s", "reads log.info a 1", "reads print b"},
		},
		{"what a session reads", `msg.session.n = 1 msg.session.m = 2`, []string{"reads msg.session "}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			in := input(text(t, "x"))
			in.Sleep = func(context.Context, time.Duration) error { return nil }
			seen, _, err := observe(t, s.compile(`on.text(function(msg) `+tt.body+` end)`), in)
			require.NoError(t, err)
			var got []string
			for _, o := range seen {
				require.False(t, o.Refused)
				require.NoError(t, o.Err)
				got = append(got, o.Weight.String()+" "+o.Function+" "+o.Label)
			}
			want := slices.Clone(tt.want)
			for i := range want {
				want[i] = s.fans.Replace(want[i])
			}
			require.Equal(t, want, got)
		})
	}
}

// TestAnObserverHearsWhatCameBack: the value of a call, what WeChat refused, what failed beneath.
func TestAnObserverHearsWhatCameBack(t *testing.T) {
	s := newShop(t)
	seen, _, err := observe(t, s.compile(`on.text(function(msg) store.set("a", "x") store.get("a") user.tag("$amy", 77) reply.pick{"a", "b"} return reply.pick{"a", "b"} end)`), input(text(t, "x")))
	require.NoError(t, err)
	require.Equal(t, `"x"`, seen[1].Value)
	require.Equal(t, float64(45159), seen[2].Value.(map[string]any)["refused"].(map[string]any)["errcode"])
	require.Equal(t, "reply.pick", seen[3].Function)
	require.Len(t, seen, 4, "a choice is made once it is the answer")

	in := input(text(t, "x"))
	in.Memory.(*memory).broken = errors.New("the disk is gone")
	seen, _, err = observe(t, program(t, `on.text(function(msg) pcall(store.get, "a") pcall(store.get, "b") end)`), in)
	require.ErrorContains(t, err, "the disk is gone")
	require.Len(t, seen, 1, "nothing is done in a turn that has ended")
	require.ErrorContains(t, seen[0].Err, "the disk is gone")
}

// TestNoObserverSeesAToken, be it as the answer of a call, in a label, in a value that came back, or in an error.
func TestNoObserverSeesAToken(t *testing.T) {
	s := newShop(t)
	s.config.ExposeToken = true
	row, err := s.config.API.(bindings.Calls).AccessToken(t.Context())
	require.NoError(t, err)
	token := row.Token.Reveal()
	seen, _, err := observe(t, s.compile(`on.text(function(msg)
		local T = api.access_token() store.set("k", {T}) store.get("k") store.get(T) store.list("k") log.info(T) send.text("$amy", T:sub(1, 40))
	end)`), input(text(t, "x")))
	require.ErrorContains(t, err, "which no fan must see")
	require.Len(t, seen, 7)
	require.Equal(t, engine.KindSecret, seen[0].Kind)
	require.Nil(t, seen[0].Value)
	for _, o := range seen {
		require.NotContains(t, fmt.Sprintf("%+v", o), token[:12])
		require.NotContains(t, fmt.Sprintf("%+v", o), token[len(token)-12:])
	}
	require.Contains(t, fmt.Sprint(seen[2].Value), "[redacted]")
}

// forgetful is a memory that fails and says of which key.
type forgetful struct{ *memory }

func (forgetful) Get(_ context.Context, key string) ([]byte, bool, error) {
	return nil, false, errors.New("cannot read " + key)
}

func TestNoObserverSeesATokenInAnError(t *testing.T) {
	s := newShop(t)
	s.config.ExposeToken = true
	in := input(text(t, "x"))
	in.Memory = forgetful{newMemory()}
	seen, _, err := observe(t, s.compile(`on.text(function(msg) store.get(api.access_token()) end)`), in)
	require.Error(t, err)
	require.EqualError(t, seen[1].Err, "cannot read [redacted]")
}

// TestHashesAreOfTheArguments, and of nothing that a function puts on the stack for itself.
func TestHashesAreOfTheArguments(t *testing.T) {
	s := newShop(t)
	seen, _, err := observe(t, s.compile(`on.text(function(msg)
		store.set("a", {x = 1, y = 2}) store.set("a", {y = 2, x = 1}) store.set("a", {x = 1, y = 3}) store.set("a", {x = 1, y = 2}, {ttl = 9})
		local all = {} for i = 1, 101 do all[i] = "$amy" end user.get_all(all)
	end)`), input(text(t, "x")))
	require.NoError(t, err)
	require.Len(t, seen, 6)
	require.Equal(t, seen[0].Args, seen[1].Args)
	require.NotEqual(t, seen[0].Args, seen[2].Args)
	require.NotEqual(t, seen[0].Args, seen[3].Args)
	require.Equal(t, seen[4].Args, seen[5].Args)
	require.NotEqual(t, seen[4].Label, seen[5].Label)
}

// TestAnObserverChangesNothing: the outcome and the cost of a turn are the same with one and without.
func TestAnObserverChangesNothing(t *testing.T) {
	s := newShop(t)
	p := s.compile(`on.text(function(msg)
		msg.session.n = math.random(100) store.set("k", {msg.content, msg}) return store.incr("n") .. show(store.list("k"))
	end) show = json.encode`)
	_, seen, err := observe(t, p, input(text(t, "x")))
	require.NoError(t, err)
	plain, err := p.Answer(t.Context(), input(text(t, "x")))
	require.NoError(t, err)
	require.Equal(t, plain, seen)
}
