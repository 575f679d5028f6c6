package sim

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"time"

	"github.com/gorilla/mux"

	"moonwire/wechat/api"
)

// need is what an account must be to call an API; others get 48001.
type need uint8

const (
	anyone need = iota
	verified
	verifiedService
)

// route is what the stand-in does at one address of the server API.
type route struct {
	path string
	// endpoint is the address's row in the table of package api: the method it takes, its quota, whether it takes
	// an access_token. A withdrawn address has none.
	endpoint api.Endpoint
	needs    need
	// raw APIs refuse \uXXXX escapes (40033).
	raw bool
	// literal APIs do not read \uXXXX escapes that need not be: the fan sees them as they stand.
	literal bool
	// plain APIs answer as text/plain.
	plain bool
	// do runs with the account locked (c.a is nil for an open API).
	do func(c *call) (any, error)
}

// call is one request to an API.
type call struct {
	p     *Platform
	a     *account
	route *route
	req   *http.Request
	query url.Values
	body  []byte
	now   time.Time
	rid   string
	// after runs once the answer has been written.
	after []func(ctx context.Context)
}

// maxRequest is the most an API takes: the largest upload and its form.
const maxRequest = 12 << 20

// Handler serves the server API of all accounts and, under /platform/, the control interface.
func (p *Platform) Handler() http.Handler {
	router := mux.NewRouter()
	for _, e := range routes() {
		router.Path(e.path).HandlerFunc(func(w http.ResponseWriter, r *http.Request) { p.serve(w, r, &e) })
	}
	p.pages(router)
	p.control(router.PathPrefix("/platform").Subrouter())
	router.NotFoundHandler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c := &call{p: p, rid: p.ids.rid(), route: &route{}}
		c.write(w, c.answer(nil, refuse(40066)))
	})
	return router
}

// routes is all that the stand-in answers, each with its row of the table. A test holds the two against each other.
func routes() []route {
	all := slices.Concat(
		tokenAPIs(), quotaAPIs(), customAPIs(), menuAPIs(), conditionalAPIs(), userAPIs(), tagAPIs(), blacklistAPIs(),
		templateAPIs(), noticeAPIs(), mediaAPIs(), materialAPIs(), qrAPIs(), shortAPIs(), kfAPIs(), sessionAPIs(),
		massAPIs(), draftAPIs(), publishAPIs(), commentAPIs(), webAPIs(), statAPIs(), withdrawnAPIs(),
	)
	for i := range all {
		all[i].endpoint, _ = api.EndpointAt(all[i].path)
	}
	return all
}

// serve answers one call: who calls, what is to go wrong, and then the API itself.
func (p *Platform) serve(w http.ResponseWriter, r *http.Request, e *route) {
	start := time.Now()
	body, status, err := readBody(w, r, maxRequest)
	if err != nil {
		http.Error(w, err.Error(), status)
		return
	}
	c := &call{p: p, route: e, req: r, query: r.URL.Query(), body: body, now: p.Now(), rid: p.ids.rid()}
	err = c.identify()
	fault := p.faults.strike(c.claimed(), e.path)
	if !p.pause(r.Context(), fault.Slow) {
		return
	}
	if fault.Cut {
		panic(http.ErrAbortHandler) // net/http's way to cut a connection
	}
	out := c.carryOut(err, fault)
	c.log(out, time.Since(start))
	if fault.Lost {
		panic(http.ErrAbortHandler)
	}
	c.write(w, out)
	for _, job := range c.after {
		p.crew.job(job)
	}
}

// carryOut runs the API, unless the caller or a fault is in the way.
func (c *call) carryOut(err error, fault Fault) *answer {
	switch {
	case fault.Status != 0:
		return &answer{status: fault.Status, contentType: "text/html", body: []byte("<html><body>gateway</body></html>\n")}
	case fault.Garbage:
		return &answer{status: http.StatusOK, contentType: "text/html", body: []byte("<html>not json")}
	case fault.ErrCode != 0:
		return c.answer(nil, &fail{code: fault.ErrCode, detail: fault.ErrMsg})
	case err != nil:
		return c.answer(nil, err)
	}
	if c.a == nil {
		return c.answer(c.route.do(c))
	}
	c.a.mu.Lock()
	defer c.a.mu.Unlock()
	if err := c.admit(); err != nil {
		return c.answer(nil, err)
	}
	return c.answer(c.route.do(c))
}

// identify checks the method and finds the calling account by its token.
func (c *call) identify() error {
	switch {
	case c.route.endpoint.Method == http.MethodGet && c.req.Method != http.MethodGet:
		return refuse(43001)
	case c.route.endpoint.Method == http.MethodPost && c.req.Method != http.MethodPost:
		return refuse(43002)
	case c.route.endpoint.Open:
		return nil
	}
	value := c.query.Get("access_token")
	if value == "" {
		return refuse(41001)
	}
	var best error = refuse(40001)
	if !tokenShape(value) {
		best = refuse(40014)
	}
	for _, a := range c.p.all() {
		a.mu.Lock()
		err, known := a.state.Tokens.check(value, c.now)
		a.mu.Unlock()
		if known {
			c.a, best = a, err
			break
		}
	}
	return best
}

// admit checks the caller's address, quota, right and escapes, with the account locked.
func (c *call) admit() error {
	if err := c.allowed(c.a.set); err != nil {
		return err
	}
	if err := c.a.state.Quota.use(c.route.path, c.a.set.quota(c.route), c.now); err != nil {
		return err
	}
	set := c.a.set
	switch {
	case c.route.needs >= verified && !set.callable():
		return refuse(48001)
	case c.route.needs == verifiedService && set.Kind == subscription:
		return refuse(48001)
	case c.route.raw && hasEscapes(c.body):
		return refuse(40033)
	}
	return nil
}

// claimed is the name of the account that calls, by its token or, where none is taken, by its appid.
func (c *call) claimed() string {
	if c.a != nil {
		return c.a.name
	}
	appID := c.query.Get("appid")
	if appID == "" {
		var in struct{ AppID string }
		if exact(c.body, &in) == nil {
			appID = in.AppID
		}
	}
	if a := c.p.byAppID(appID); a != nil {
		return a.name
	}
	return ""
}

func (c *call) accountName() string {
	if c.a == nil {
		return ""
	}
	return c.a.name
}

// follow delivers an event that this call brings about, once the call has been answered.
func (c *call) follow(fan string, act Act) {
	account, p := c.a.name, c.p
	c.after = append(c.after, func(ctx context.Context) {
		if d := p.Push(ctx, account, fan, act); d.Err != nil && !errors.Is(d.Err, ErrNoAccount) {
			p.o.Log.Warn("event after an API call not delivered", "account", account, "event", act.Event, "error", d.Err)
		}
	})
}
