package sim

import (
	"html/template"
	"net/http"
	"net/url"
	"regexp"
	"strings"
)

var whoPage = template.Must(template.New("who").Parse(`<!doctype html><meta charset="utf-8"><title>Who are you?</title>
<p>The stand-in platform cannot know whose phone this is. Continue as
<ul>{{range .}}<li><a href="{{.URL}}">{{.Name}}</a>{{with .Refusal}} · <a href="{{.}}">refuse</a>{{end}}{{else}}<li>nobody yet: add <code>&amp;fan=NAME</code> to the address{{end}}</ul>
`))

// asFan finds the fan a page is opened by, the query's fan; without one it asks, also for a refusal where
// the page takes one: answer=cancel.
func (p *Platform) asFan(w http.ResponseWriter, r *http.Request, a *account, refusable bool) (string, bool) {
	if fan := r.URL.Query().Get("fan"); fan != "" {
		return fan, true
	}
	type choice struct{ Name, URL, Refusal string }
	var choices []choice
	fans, err := p.Fans(a.name)
	if err != nil {
		http.NotFound(w, r)
		return "", false
	}
	for _, f := range fans {
		q := r.URL.Query()
		q.Set("fan", f.OpenID)
		one := choice{Name: f.Name, URL: r.URL.Path + "?" + q.Encode()}
		if one.Name == "" {
			one.Name = f.OpenID
		}
		if refusable {
			one.Refusal = one.URL + "&answer=cancel"
		}
		choices = append(choices, one)
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	if err := whoPage.Execute(w, choices); err != nil {
		p.o.Log.Debug("page not written", "error", err)
	}
	return "", false
}

var stateShape = regexp.MustCompile(`^[A-Za-z0-9]{0,128}$`)

// authorizePage sends the fan back with a code, as WeChat does after consent, or without one after a
// refusal. snsapi_base asks nothing and cannot be refused.
func (p *Platform) authorizePage(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	a, scope, state := p.byAppID(q.Get("appid")), q.Get("scope"), q.Get("state")
	switch {
	case a == nil:
		http.Error(w, "appid 参数错误 (10003)", http.StatusBadRequest)
		return
	case scope != "snsapi_base" && scope != "snsapi_userinfo":
		http.Error(w, "scope 参数错误 (10005)", http.StatusBadRequest)
		return
	case q.Get("response_type") != "code" || !stateShape.MatchString(state):
		http.Error(w, "参数错误", http.StatusBadRequest)
		return
	case !a.settings().sendsBackTo(q.Get("redirect_uri")):
		http.Error(w, "redirect_uri 参数错误 (10003)", http.StatusBadRequest)
		return
	}
	fan, ok := p.asFan(w, r, a, scope == "snsapi_userinfo")
	if !ok {
		return
	}
	more := url.Values{"state": {state}}
	if scope == "snsapi_base" || q.Get("answer") != "cancel" {
		code, err := p.Authorize(a.name, fan, scope)
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		more.Set("code", code)
	}
	sendBack(w, r, q.Get("redirect_uri"), more)
}

// sendsBackTo says whether an address is on the registered web-authorization domain.
func (s *settings) sendsBackTo(address string) bool {
	u, err := url.Parse(address)
	if err != nil {
		return false
	}
	return s.WebDomain == "" || strings.EqualFold(s.WebDomain, u.Hostname()) || strings.EqualFold(s.WebDomain, u.Host)
}
