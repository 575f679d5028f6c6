package server

import (
	"cmp"
	"net/http"
	"strings"
	"sync"
	"time"

	"moonwire/server/api"
	"moonwire/wechat"
)

// astray tells the operator of requests that were meant for a callback and found none, once a second at most: the first
// hour of an account is spent on its address. The asker gets the same answer as ever.
type astray struct {
	now func() time.Time

	mu     sync.Mutex
	last   time.Time
	silent int // since
}

func (a *astray) allow() (silent int, ok bool) {
	now := a.now()
	a.mu.Lock()
	defer a.mu.Unlock()
	if !a.last.IsZero() && now.Sub(a.last) < time.Second {
		a.silent++
		return 0, false
	}
	silent, a.silent, a.last = a.silent, 0, now
	return silent, true
}

// slip is what is wrong with a path, whatever account it names.
type slip struct {
	name string // of the account, as far as one can tell
	cure string
}

const proxyCure = "the proxy passes the prefix on: let it strip that (docs/operate.md shows how for nginx and Caddy)"

// slipOf finds the slip in a path that is, or looks like, one of a callback; false for any other.
func slipOf(path string, q wechat.Query) (slip, bool) {
	at := strings.LastIndex(strings.ToLower(path), callbackPrefix)
	if at < 0 {
		s := slip{name: path[strings.LastIndexByte(strings.TrimRight(path, "/"), '/')+1:], cure: "callbacks are at /wx/ACCOUNT"}
		s.name = strings.Trim(s.name, "/")
		if strings.EqualFold(s.name, "wx") {
			s.name = ""
		}
		return s, looksSigned(q)
	}
	before, word, name := path[:at], path[at:at+len(callbackPrefix)], path[at+len(callbackPrefix):]
	first, behind, _ := strings.Cut(strings.Trim(name, "/"), "/")
	var cures []string
	for _, c := range []struct {
		is   bool
		cure string
	}{
		{strings.Trim(before, "/") != "", proxyCure},
		{before != "" && strings.Trim(before, "/") == "", "one slash begins the path"},
		{word != callbackPrefix, "/wx/ is written in small letters"},
		{first == "", "the account's name is missing"},
		{first != "" && name[0] == '/', "one slash stands before the account's name"},
		{behind != "", "nothing stands behind the account's name"},
		{first != "" && behind == "" && strings.HasSuffix(name, "/"), "the path ends in a slash"},
	} {
		if c.is {
			cures = append(cures, c.cure)
		}
	}
	return slip{name: first, cure: strings.Join(cures, "; ")}, true
}

// looksSigned reports whether the query has what WeChat puts there.
func looksSigned(q wechat.Query) bool { return q.Signature != "" && q.Timestamp != "" && q.Nonce != "" }

// asked is what is told of a request that found nothing.
type asked struct {
	method, path, query, remote string
	key                         bool // it shows one of the general interface
}

func askedBy(r *http.Request) asked {
	return asked{method: r.Method, path: r.URL.Path, query: r.URL.RawQuery, remote: r.RemoteAddr, key: r.Header.Get("Authorization") != ""}
}

// strayed notes a request that was meant for a callback and found none. instead is the cure where the listener itself is
// the wrong one.
func (s *Server) strayed(r asked, instead string) {
	q := wechat.ParseQuery(r.query)
	lower := strings.ToLower(r.path)
	if strings.LastIndex(lower, hookPrefix) > strings.LastIndex(lower, callbackPrefix) && s.strayedHook(r, instead != "") {
		return
	}
	what, is := slipOf(r.path, q)
	if !is {
		if !s.strayedHook(r, instead != "") {
			s.strayedAPI(r)
		}
		return
	}
	nearest, cure := s.fleet.Astray(what.name)
	cure = cmp.Or(instead, strings.Trim(what.cure+"; "+cure, "; "))
	if cure == "" {
		return // the account is there: why it refused is said elsewhere
	}
	more, ok := s.astray.allow()
	if !ok {
		return
	}
	note := s.o.Log.Info
	if looksSigned(q) {
		note = s.o.Log.Warn
	}
	if nearest != "" {
		nearest = callbackPrefix + nearest
	}
	note("callback for no account", "path", clipPath(r.path), "remote", r.remote, "nearest", nearest, "error", cure, "more", more)
}

// strayedAPI notes a request that was meant for the general interface and found none. Only what shows a key is spoken
// of: strangers look for an /api/ everywhere.
func (s *Server) strayedAPI(r asked) {
	at := strings.LastIndex(strings.ToLower(r.path), "/api/")
	if at < 0 || s.general == nil || !r.key {
		return
	}
	more, ok := s.astray.allow()
	if !ok {
		return
	}
	cure := "the HTTP interface is at " + api.Prefix + "ACCOUNT/METHOD"
	if strings.Trim(r.path[:at], "/") != "" {
		cure += "; " + proxyCure
	}
	s.o.Log.Warn("request for no HTTP interface", "path", clipPath(r.path), "remote", r.remote, "error", cure, "more", more)
}

// lost is a handler for what no route wants.
func (s *Server) lost(status int, instead string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.strayed(askedBy(r), instead)
		if status == http.StatusNotFound {
			http.NotFound(w, r)
			return
		}
		w.WriteHeader(status)
	})
}

// clipPath shortens the words of a stranger.
func clipPath(path string) string {
	const longest = 200
	if len(path) > longest {
		return strings.ToValidUTF8(path[:longest], "") + "…"
	}
	return path
}
