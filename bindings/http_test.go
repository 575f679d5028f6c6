package bindings_test

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"moonwire/bindings"
	"moonwire/engine"
	"moonwire/outside"
)

// world is a server that scripts may call, one that they may not, and everything that was sent to either.
type webWorld struct {
	t       *testing.T
	open    string // host and port of the one that they may
	closed  string
	reached atomic.Int32 // the closed one
	mu      sync.Mutex
	seen    []string
	config  bindings.ProgramConfig
	policy  outside.Policy
}

func newWebWorld(t *testing.T) *webWorld {
	t.Helper()
	w := &webWorld{t: t, config: config()}
	w.open = w.serve(func(rw http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		w.mu.Lock()
		w.seen = append(w.seen, fmt.Sprintf("%s %s %s|%s|%s", r.Method, r.RequestURI, r.Header.Get("Content-Type"), r.Header.Get("X-Mine"), body))
		w.mu.Unlock()
		if to := r.URL.Query().Get("to"); to != "" {
			http.Redirect(rw, r, to, http.StatusFound)
			return
		}
		rw.Header().Set("X-Shop", "茶铺")
		if strings.HasPrefix(r.URL.Path, "/v1/missing") {
			rw.WriteHeader(http.StatusNotFound)
		}
		fmt.Fprint(rw, `{"tea":"龙井","id":9007199254740995,"none":null}`)
	})
	w.closed = w.serve(func(http.ResponseWriter, *http.Request) { w.reached.Add(1) })
	allowed, err := outside.ParseAllowed("http://" + w.open)
	require.NoError(t, err)
	opened, err := outside.ParseOpened(w.open)
	require.NoError(t, err)
	service, err := outside.NewService(outside.ServiceConfig{
		Base: "http://" + w.open + "/v1", Headers: map[string]string{"Authorization": "Bearer teafortwo4711"}, Secrets: []string{"teafortwo4711"},
	})
	require.NoError(t, err)
	w.policy = outside.Policy{
		Account: "demo", Allow: []outside.Allowed{allowed}, Open: []outside.Opened{opened}, Services: map[string]*outside.Service{"orders": service},
	}
	w.use(outside.NewClient(outside.Options{}))
	return w
}

func (w *webWorld) serve(h http.HandlerFunc) string {
	s := httptest.NewServer(h)
	w.t.Cleanup(s.Close)
	u, err := url.Parse(s.URL)
	require.NoError(w.t, err)
	return u.Host
}

func (w *webWorld) use(c *outside.Client) {
	w.config.Policy, w.config.HTTP = w.policy, c.Account(w.policy)
}

// says runs the body of a handler and gives its answer, or its error.
func (w *webWorld) says(body string) string {
	w.t.Helper()
	p, err := compileFiles(w.t, files{"main.lua": "on.text(function(msg) " + strings.ReplaceAll(body, "$open", w.open) + " end)"}, w.config)
	require.NoError(w.t, err)
	out, err := p.Answer(w.t.Context(), input(text(w.t, "x")))
	if err != nil {
		return err.Error()
	}
	require.NotNil(w.t, out.Reply)
	return out.Reply.Content
}

func (w *webWorld) last() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(w.seen) == 0 {
		return ""
	}
	return w.seen[len(w.seen)-1]
}

// TestHTTPCalls are what a script sends and gets.
func TestHTTPCalls(t *testing.T) {
	w := newWebWorld(t)
	for _, tc := range []struct{ name, body, sent, want string }{
		{"get", `local r = http.get("http://$open/a?x=1", {query = {q = "茶 叶", n = 2}}) return r.status .. " " .. r.json().tea`, "GET /a?x=1&n=2&q=%E8%8C%B6%20%E5%8F%B6 ||", "200 龙井"},
		{"json by a colon", `local r = http.get("http://$open/a") return r:json().id .. tostring(r:json().none == json.null)`, "GET /a ||", "9007199254740995true"},
		{"headers", `local r = http.get("http://$open/a", {headers = {["X-Mine"] = 7}}) return r.headers["x-shop"] .. tostring(r.headers["X-Shop"])`, "GET /a |7|", "茶铺nil"},
		{"post json", `local r = http.post("http://$open/a", {json = {b = {1, "二"}, c = json.array{}}}) return r.body:sub(1, 1)`, `POST /a application/json||{"b":[1,"二"],"c":[]}`, "{"},
		{"post a form", `http.post("http://$open/a", {form = {q = "茶", n = 1.5, ok = true}}) return "x"`, "POST /a application/x-www-form-urlencoded||n=1.5&ok=true&q=%E8%8C%B6", "x"},
		{"post a text", `http.post("http://$open/a", {body = "hi"}) return "x"`, "POST /a text/plain; charset=utf-8||hi", "x"},
		{"post a text of a kind", `http.post("http://$open/a", {body = "<a/>", headers = {["Content-Type"] = "text/xml"}}) return "x"`, "POST /a text/xml||<a/>", "x"},
		{"post nothing", `http.post("http://$open/a") return "x"`, "POST /a ||", "x"},
		{"put", `http.put("orders:/items/7", {json = json.null}) return "x"`, "PUT /v1/items/7 application/json||null", "x"},
		{"patch", `http.patch("orders:/items/7", {json = true, retry = {times = 1, key = "k"}}) return "x"`, "PATCH /v1/items/7 application/json||true", "x"},
		{"delete", `http.delete("orders:/items/7", {timeout = "5s"}) return "x"`, "DELETE /v1/items/7 ||", "x"},
		{"a status is an answer", `local r, err = http.get("orders:/missing") return r.status .. tostring(err)`, "GET /v1/missing ||", "404nil"},
		{"no JSON", `local r = http.get("http://$open/a") r.body = "no" return tostring(r.json().tea)`, "GET /a ||", "龙井"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			require.Equal(t, tc.want, w.says(tc.body))
			require.Equal(t, tc.sent, w.last())
		})
	}
}

func TestAnAnswerThatIsNoJSON(t *testing.T) {
	w := newWebWorld(t)
	page := w.serve(func(rw http.ResponseWriter, _ *http.Request) { fmt.Fprint(rw, "<html>") })
	allowed, err := outside.ParseAllowed("http://" + page)
	require.NoError(t, err)
	opened, err := outside.ParseOpened(page)
	require.NoError(t, err)
	w.policy.Allow, w.policy.Open = append(w.policy.Allow, allowed), append(w.policy.Open, opened)
	w.use(outside.NewClient(outside.Options{}))
	require.Equal(t, `nil protocol the answer is no JSON: line 1, column 1: want a value`, strings.SplitN(w.says(`local v, err = http.get("http://`+page+`").json() return tostring(v) .. " " .. err.kind .. " " .. err.message .. ";" .. err.hint .. err.hint_zh`), ";", 2)[0])
}

// forbidden are targets that no script reaches. What is said of each is in the author's words.
var forbidden = []struct{ name, call, want string }{
	{"a host that is not allowed", `http.get("https://evil.example/")`, `not_allowed: evil.example is not among the hosts that this account may call; the operator would have to add it to account.yaml: allow_http: [ "evil.example" ]`},
	{"another port", `http.get("http://127.0.0.1:1/")`, `not_allowed: http://127.0.0.1:1 is not among`},
	{"a service that is not there", `http.get("ordrs:/x")`, `not_allowed: account.yaml names no service ordrs; under http: there are orders`},
	{"this machine", `http.get("http://lo.test:$port/")`, `private: lo.test has the address 127.0.0.1, which is this machine itself; scripts call public addresses only; the operator may open this one in moonwire.yaml: private_http: { demo: [ "lo.test:$port" ] }`},
	{"this machine by its address", `http.get("http://127.0.0.1:$port/")`, `private: 127.0.0.1 is this machine itself`},
	{"this machine by IPv6", `http.get("http://[::1]:$port/")`, `private: ::1 is this machine itself`},
	{"this machine by IPv6 in full", `http.get("http://[0:0:0:0:0:0:0:1]:$port/")`, `private: ::1 is this machine itself`},
	{"this machine in IPv6's clothes", `http.get("http://[::ffff:127.0.0.1]:$port/")`, `private: 127.0.0.1 is this machine itself`},
	{"in IPv6's clothes, in hex", `http.get("http://[::ffff:7f00:1]:$port/")`, `private: 127.0.0.1 is this machine itself`},
	{"decimal", `http.get("http://2130706433:$port/")`, `main.lua:1: http.get: argument 1 (url) the host "2130706433" is an odd way to write an address`},
	{"octal", `http.get("http://0177.0.0.1:$port/")`, `the host "0177.0.0.1" is an odd way to write an address`},
	{"hex", `http.get("http://0x7f000001:$port/")`, `the host "0x7f000001" is an odd way to write an address`},
	{"hex in parts", `http.get("http://0x7f.0.0.1:$port/")`, `is an odd way to write an address`},
	{"short", `http.get("http://127.1:$port/")`, `the host "127.1" is an odd way to write an address`},
	{"no address of a machine", `http.get("http://0.0.0.0:$port/")`, `private: 0.0.0.0 is no address of a machine`},
	{"zero in short", `http.get("http://0:$port/")`, `the host "0" is an odd way to write an address`},
	{"metadata", `http.get("http://169.254.169.254:$port/latest/meta-data/")`, `private: 169.254.169.254 is a link-local address, where clouds give away the rights of their machines; no script may call such an address`},
	{"metadata by a name", `http.get("http://meta.test:$port/")`, `private: meta.test has the address 169.254.169.254, which is a link-local address`},
	{"metadata of Alibaba", `http.get("http://aliyun.test:$port/")`, `private: aliyun.test has the address 100.100.100.200, which is an address at which a cloud gives away`},
	{"ten", `http.get("http://ten.test:$port/")`, `private: ten.test has the address 10.0.0.8, which is an address of a private network`},
	{"172", `http.get("http://docker.test:$port/")`, `which is an address of a private network`},
	{"192.168", `http.get("http://home.test:$port/")`, `which is an address of a private network`},
	{"a provider's", `http.get("http://cgnat.test:$port/")`, `which is an address inside of a provider's network`},
	{"link-local of IPv6", `http.get("http://linklocal.test:$port/")`, `private: linklocal.test has the address fe80::1, which is a link-local address`},
	{"unique local", `http.get("http://ula.test:$port/")`, `which is an address of a private network`},
	{"NAT64", `http.get("http://nat64.test:$port/")`, `which is an address that leads into other networks (NAT64)`},
	{"6to4", `http.get("http://6to4.test:$port/")`, `which is an address that leads into other networks (6to4)`},
	{"multicast", `http.get("http://multicast.test:$port/")`, `which is a multicast address`},
	{"a record that has changed", `http.get("http://flip.test:$port/")`, `private: flip.test has the address 127.0.0.1, which is this machine itself`},
	{"sent on to this machine", `http.get("http://$open/", {query = {to = "http://127.0.0.1:$port/"}})`, `private: 127.0.0.1 is this machine itself`},
	{"sent on to a name of this machine", `http.get("http://$open/", {query = {to = "http://lo.test:$port/"}})`, `private: lo.test has the address 127.0.0.1`},
	{"sent on to a stranger", `http.get("http://$open/", {query = {to = "http://evil.example/"}})`, `not_allowed: it was sent on: http://evil.example is not among the hosts`},
	{"sent on to a decimal address", `http.get("http://$open/", {query = {to = "http://2130706433:$port/"}})`, `redirect: it was sent on to another address: the host "2130706433" is an odd way`},
	{"sent on to a file", `http.get("http://$open/", {query = {to = "file:///etc/passwd"}})`, `redirect: it was sent on to another address: only https:// and http:// can be called`},
	{"a service sent on", `http.get("orders:/", {query = {to = "http://lo.test:$port/"}})`, `redirect: the service sends the call on to http://lo.test:$port, which is another server`},
	{"a file", `http.get("file:///etc/passwd")`, `argument 1 (url) only https:// and http:// can be called`},
	{"gopher", `http.post("gopher://127.0.0.1:$port/_x")`, `http.post: argument 1 (url) only https:// and http:// can be called`},
	{"no scheme", `http.get("127.0.0.1:$port")`, `is no web address; want one such as https://api.example.com/orders`},
	{"a password", `http.get("http://amy:pw@lo.test:$port/")`, `has a name or password before @; a service in account.yaml (http:) sends them in a header`},
	{"a host behind a password", `http.get("http://$open@127.0.0.1:$port/")`, `has a name or password before @`},
	{"a host behind a backslash", `http.get("http://$open\\@127.0.0.1:$port/")`, `has a \ in it`},
	{"a line break in the path", `http.get("http://$open/\r\nHost: 127.0.0.1")`, `has a line break or another control character in it; put url.encode(…) around what comes from a fan`},
	{"a line break in a service's path", `http.get("orders:/x\nX: y")`, `has a line break or another control character`},
	{"a line break in a header", `http.get("http://$open/", {headers = {["X-A"] = "1\r\nHost: 127.0.0.1"}})`, `http.get: options: headers: X-A has a line break or another control character in its value`},
	{"a line break in a header's name", `http.get("http://$open/", {headers = {["X-A\r\nHost"] = "127.0.0.1"}})`, `is no name of a header; want letters, digits and -`},
	{"another host in a header", `http.get("http://$open/", {headers = {host = "127.0.0.1"}})`, `options: headers: host is set by the program and by nobody else`},
	{"another key for a service", `http.get("orders:/", {headers = {authorization = "mine"}})`, `options: headers: authorization is the service's own; account.yaml sets it`},
	{"out of a service", `http.get("orders:/../admin")`, `has ".." in its path, which a service's path may not have`},
	{"out of a service in percent signs", `http.get("orders:/%2e%2e/admin")`, `has ".." in its path`},
	{"a service and another host", `http.get("orders://127.0.0.1:$port/")`, `has "//" in its path`},
	{"a service and at", `http.get("orders:/@127.0.0.1:$port/")`, `has "@" in its path`},
}

// TestForbiddenTargets are not reached, and what is wrong is said. The operator has allowed by name whatever can be allowed.
func TestForbiddenTargets(t *testing.T) {
	w := newWebWorld(t)
	_, port, err := net.SplitHostPort(w.closed)
	require.NoError(t, err)
	names := map[string]string{
		"lo.test": "127.0.0.1", "meta.test": "169.254.169.254", "aliyun.test": "100.100.100.200", "ten.test": "10.0.0.8", "docker.test": "172.17.0.1",
		"home.test": "192.168.1.1", "cgnat.test": "100.64.0.1", "linklocal.test": "fe80::1", "ula.test": "fd12::1", "nat64.test": "64:ff9b::7f00:1",
		"6to4.test": "2002:7f00:1::", "multicast.test": "224.0.0.1",
	}
	for name := range names {
		w.allow(name + ":" + port)
	}
	for _, address := range []string{"127.0.0.1", "[::1]", "0.0.0.0", "169.254.169.254", "flip.test"} {
		w.allow(address + ":" + port)
	}
	flips := &flipping{names: names, first: "93.184.216.34"}
	d := &onlyHome{home: w.open}
	w.use(outside.NewClient(outside.Options{Resolver: flips, Dialer: d}))
	require.Contains(t, w.says(`local r, err = http.get("http://flip.test:`+port+`/") return err.kind`), "connect", "public when it is first looked at")
	require.Len(t, d.asked, 1)
	for _, tc := range forbidden {
		t.Run(tc.name, func(t *testing.T) {
			before := len(d.foreign())
			said := w.says(strings.ReplaceAll(`local r, err = `+tc.call+` return err.kind .. ": " .. err.message .. "; " .. err.hint .. "; " .. err.hint_zh`, "$port", port))
			require.Contains(t, said, strings.ReplaceAll(tc.want, "$port", port))
			require.NotContains(t, said, "0xc0")
			require.Len(t, d.foreign(), before, "nothing was dialled")
			require.Zero(t, w.reached.Load())
		})
	}
	require.GreaterOrEqual(t, len(forbidden), 40)
}

func (w *webWorld) allow(host string) {
	w.t.Helper()
	a, err := outside.ParseAllowed("http://" + host)
	require.NoError(w.t, err)
	w.policy.Allow = append(w.policy.Allow, a)
}

// flipping is a resolver for which flip.test is public once, and this machine from then on.
type flipping struct {
	mu    sync.Mutex
	names map[string]string
	first string
}

func (f *flipping) LookupNetIP(_ context.Context, _, host string) ([]netip.Addr, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	addr := f.names[host]
	if host == "flip.test" {
		addr, f.first = f.first, "127.0.0.1"
	}
	return []netip.Addr{netip.MustParseAddr(addr)}, nil
}

// onlyHome connects to one server and notes what else was asked for.
type onlyHome struct {
	home  string
	mu    sync.Mutex
	asked []string
}

func (d *onlyHome) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	if address == d.home {
		var real net.Dialer
		return real.DialContext(ctx, network, address)
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.asked = append(d.asked, address)
	return nil, io.ErrClosedPipe
}

func (d *onlyHome) foreign() []string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.asked
}

func TestWrongHTTPArguments(t *testing.T) {
	w := newWebWorld(t)
	for _, tc := range []struct{ name, call, want string }{
		{"no address", `http.get()`, "http.get: argument 1 (url) is missing; want a string"},
		{"a number", `http.get(7)`, "argument 1 (url) is a number; want a string"},
		{"unknown option", `http.get("orders:/", {hedaers = {}})`, "options: has no field hedaers; did you mean headers?"},
		{"a body of a get", `http.get("orders:/", {json = {}})`, "options: json: a get has no body; want query, or http.post"},
		{"two bodies", `http.post("orders:/", {json = {}, body = ""})`, "options: json and body: want one of json, form and body"},
		{"a list of headers", `http.get("orders:/", {headers = {"a"}})`, `options: headers is a list; want a table of names and values`},
		{"a table in headers", `http.get("orders:/", {headers = {a = {}}})`, "options: headers: a is a table; want a string"},
		{"a table in the query", `http.get("orders:/", {query = {a = {}}})`, "options: query: a is a table; want a string, a number or a boolean"},
		{"no query", `http.get("orders:/", {query = "a=1"})`, "options: query is a string; want a table"},
		{"a form that is none", `http.post("orders:/", {form = "a=1"})`, "options: form is a string; want a table"},
		{"a function in JSON", `http.post("orders:/", {json = {a = print}})`, "options: json: a: is a function; want plain data"},
		{"a table as body", `http.post("orders:/", {body = {}})`, "options: body is a table; want a string"},
		{"no time", `http.get("orders:/", {timeout = 0})`, `options: timeout is 0; want "100ms" to "50s"`},
		{"too much time", `http.get("orders:/", {timeout = "51s"})`, `options: timeout is 51s; want "100ms" to "50s"`},
		{"a time that is none", `http.get("orders:/", {timeout = "soon"})`, `options: timeout is soon; want "100ms" to "50s"`},
		{"too many repeats", `http.get("orders:/", {retry = {times = 4}})`, "options: retry: times is 4; want 1 to 3"},
		{"no repeats", `http.get("orders:/", {retry = {}})`, "options: retry: times is 0; want 1 to 3"},
		{"a post without a key", `http.post("orders:/", {retry = {times = 1}})`, "options: retry: key is missing: a POST that is made again may act twice"},
		{"a patch without a key", `http.patch("orders:/", {retry = {times = 1}})`, "options: retry: key is missing: a PATCH"},
		{"a key with a line break", `http.post("orders:/", {retry = {times = 1, key = "a\r\nb"}})`, "options: retry: key is"},
		{"too large a body", `http.post("orders:/", {body = ("x"):rep(1024 * 1024 + 1)})`, "the texts up to here have 1048577 bytes; want at most 1048576 in one call"},
		{"too large JSON", `local s = ("x"):rep(600000) http.post("orders:/", {json = {s, s}})`, "more than 1048576 bytes of JSON"},
		{"many headers", `local h = {} for i = 1, 65 do h["X-" .. i] = "x" end http.get("orders:/", {headers = h})`, "options: headers: are 65; want at most 64"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			said := w.says(tc.call)
			require.Contains(t, said, tc.want)
			require.True(t, strings.HasPrefix(said, "main.lua:1: http."), said)
		})
	}
	require.Empty(t, w.last(), "nothing was sent")
	require.Contains(t, fails(t, `http.get("https://api.example.com")`), "main.lua:1: http.get: not allowed at the top level")
}

// TestHTTPIsCounted and ends the turn at its limit.
func TestHTTPIsCounted(t *testing.T) {
	w := newWebWorld(t)
	require.Contains(t, w.says(`for i = 1, 11 do http.get("orders:/" .. i) end`), "over the limit http_calls of 10 by 1")
	require.Len(t, w.seen, 10)
}

// TestWhatActsIsClaimed before it is sent, and what reads is not.
func TestWhatActsIsClaimed(t *testing.T) {
	w := newWebWorld(t)
	for call, claims := range map[string]int{
		`http.get("orders:/x")`: 0, `http.post("orders:/x")`: 1, `http.put("orders:/x")`: 1, `http.patch("orders:/x")`: 1, `http.delete("orders:/x")`: 1,
		`http.post("ordrs:/x")`: 0, // it is not sent at all
	} {
		p, err := compileFiles(t, files{"main.lua": "on.text(function() " + call + " end)"}, w.config)
		require.NoError(t, err)
		in := input(text(t, "x"))
		_, err = p.Answer(t.Context(), in)
		require.NoError(t, err)
		require.Equal(t, claims, in.Memory.(*memory).claims, call)
	}
	p, err := compileFiles(t, files{"main.lua": `on.text(function() http.post("orders:/claimed") end)`}, w.config)
	require.NoError(t, err)
	in := input(text(t, "x"))
	in.Memory.(*memory).claim = io.ErrClosedPipe
	_, err = p.Answer(t.Context(), in)
	require.ErrorIs(t, err, io.ErrClosedPipe)
	require.NotContains(t, strings.Join(w.seen, " "), "claimed", "another run has the right to act")
}

// TestWhatAnObserverSeesOfHTTP tells calls apart and holds no secret.
func TestWhatAnObserverSeesOfHTTP(t *testing.T) {
	w := newWebWorld(t)
	p, err := compileFiles(t, files{"main.lua": strings.ReplaceAll(`on.text(function()
  http.get("orders:/items/7?key=hidden") http.post("http://$open/a", {json = {1}})
  http.post("orders:/b", {retry = {times = 1, key = "order 7"}}) http.get("https://evil.example/x?key=hidden")
end)`, "$open", w.open)}, w.config)
	require.NoError(t, err)
	seen, out, err := observe(t, p, input(text(t, "x")))
	require.NoError(t, err)
	var got []string
	for _, o := range seen {
		require.Equal(t, engine.KindHTTP, o.Kind)
		got = append(got, o.Weight.String()+" "+o.Function+" "+o.Label)
	}
	require.Equal(t, []string{
		"reads http.get GET orders:/items/7", "acts http.post POST http://" + w.open + "/a", "acts http.post order 7", "reads http.get GET https://evil.example/x",
	}, got)
	require.Equal(t, 200.0, seen[0].Value.(map[string]any)["status"])
	require.Empty(t, out.Warnings)
	require.NotContains(t, fmt.Sprint(seen), "teafortwo4711")
}

// TestAFailedActIsSeen also when the script does not look.
func TestAFailedActIsSeen(t *testing.T) {
	w := newWebWorld(t)
	p, err := compileFiles(t, files{"main.lua": `on.text(function() http.post("https://evil.example/") http.get("https://evil.example/") end)`}, w.config)
	require.NoError(t, err)
	out := answer(t, p, text(t, "x"))
	require.Equal(t, []string{"http.post came to nothing: not_allowed: evil.example is not among the hosts that this account may call"}, out.Warnings)
}
