package sim

import (
	"net/http"
	"net/url"
	"path"
	"strconv"

	"github.com/gorilla/mux"
)

// pages are what WeChat shows to people rather than to programs.
func (p *Platform) pages(r *mux.Router) {
	r.Path("/connect/oauth2/authorize").Methods(http.MethodGet).HandlerFunc(p.authorizePage)
	r.Path("/mp/subscribemsg").Methods(http.MethodGet).HandlerFunc(p.subscribePage)
	r.Path("/cgi-bin/showqrcode").Methods(http.MethodGet).HandlerFunc(p.qrPage)
	r.Path("/platform/files/{account}/{id}").Methods(http.MethodGet).HandlerFunc(p.filePage)
}

// sendBack redirects with more of a query.
func sendBack(w http.ResponseWriter, r *http.Request, to string, more url.Values) {
	u, err := url.Parse(to)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" {
		http.Error(w, "redirect_uri 参数错误 (10003)", http.StatusBadRequest)
		return
	}
	q := u.Query()
	for k, v := range more {
		q[k] = v
	}
	u.RawQuery = q.Encode()
	http.Redirect(w, r, u.String(), http.StatusFound)
}

// subscribePage is the consent to one one-time subscription message.
func (p *Platform) subscribePage(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	a := p.byAppID(q.Get("appid"))
	scene, err := strconv.Atoi(q.Get("scene"))
	if a == nil || q.Get("action") != "get_confirm" || err != nil || scene < 0 || scene > sceneMost {
		http.Error(w, "参数错误", http.StatusBadRequest)
		return
	}
	name, ok := p.asFan(w, r, a, true)
	if !ok {
		return
	}
	answer := "confirm"
	a.mu.Lock()
	f := a.fan(name, p.Now())
	if q.Get("answer") == "cancel" {
		answer = "cancel"
	} else {
		f.Consents[q.Get("template_id")]++
	}
	a.mu.Unlock()
	sendBack(w, r, q.Get("redirect_url"), url.Values{
		"openid": {f.OpenID}, "template_id": {q.Get("template_id")}, "action": {answer},
		"scene": {q.Get("scene")}, "reserved": {q.Get("reserved")},
	})
}

// qrPage answers a picture for a good ticket and 404 for a bad one. The picture is a grey square: the
// stand-in's codes are scanned by ticket, not by camera.
func (p *Platform) qrPage(w http.ResponseWriter, r *http.Request) {
	ticket := r.URL.Query().Get("ticket")
	for _, a := range p.all() {
		a.mu.Lock()
		code := a.state.QR.Codes[ticket]
		a.mu.Unlock()
		if code != nil && !code.over(p.Now()) {
			_, data := sample("image")
			w.Header().Set("Content-Type", "image/jpg")
			_, _ = w.Write(data)
			return
		}
	}
	http.NotFound(w, r)
}

// filePage serves an uploaded file to anybody who has its address.
func (p *Platform) filePage(w http.ResponseWriter, r *http.Request) {
	vars := mux.Vars(r)
	a, err := p.account(vars["account"])
	if err != nil {
		http.NotFound(w, r)
		return
	}
	a.mu.Lock()
	m := a.state.Media[vars["id"]]
	a.mu.Unlock()
	if m == nil || m.over(p.Now()) {
		http.NotFound(w, r)
		return
	}
	b := m.blob()
	w.Header().Set("Content-Type", b.contentType)
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.Header().Set("Content-Disposition", `inline; filename="`+path.Base(b.filename)+`"`)
	_, _ = w.Write(b.data)
}
