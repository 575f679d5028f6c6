package sim

import (
	"net/http"
	"time"

	"github.com/gorilla/mux"
)

type (
	sent      struct{}
	kfState   struct{ Account string }
	menus     struct{}
	tagList   struct{}
	industry  struct{}
	qrCodes   struct{ Codes map[string]*qrCode }
	qrCode    struct{}
	shortKey  struct{}
	kfDesk    struct{}
	massJobs  struct{}
	article   struct{ Items []any }
	job       struct{}
	webTokens struct{}
	stats     struct{}
)

var errorTexts = map[int]string{}

func newState() *state                                             { return &state{Fans: map[string]*fan{}, Media: map[string]*media{}} }
func (s *state) addTemplates(ts []Template)                        {}
func (q *qrCodes) ticketOf(scene string, now time.Time) string     { return "" }
func (q *qrCode) over(now time.Time) bool                          { return false }
func (q *qrCode) scene() string                                    { return "" }
func (a *account) tapped(f *fan, name string) (Act, error)         { return Act{}, nil }
func (s *stats) push(now time.Time, kind string)                   {}
func (s *stats) joined(now time.Time)                              {}
func (s *stats) left(now time.Time)                                {}
func (s *stats) answered(now time.Time, at []Attempt)              {}
func (p *Platform) transferred(a *account, f *fan, s *Shown)       {}
func (p *Platform) toAgent(a *account, f *fan, out *outgoing) bool { return false }
func (k *kfDesk) agent(name string) *struct{}                      { return nil }
func (s *state) draft(id string) *article                          { return nil }
func (s *state) published(id string) *article                      { return nil }
func (a *article) title() string                                   { return "" }
func (a *article) shown() []ShownArticle                           { return nil }
func (m *menus) uses(id string) bool                               { return false }
func (p *Platform) pages(r *mux.Router)                            {}
func (p *Platform) control(r *mux.Router) { r.NotFoundHandler = http.NotFoundHandler() }

func draftPage(all []*article, offset, count int, bare bool, key string) (any, error) {
	return nil, nil
}

func menuAPIs() []api        { return nil }
func conditionalAPIs() []api { return nil }
func userAPIs() []api        { return nil }
func tagAPIs() []api         { return nil }
func blacklistAPIs() []api   { return nil }
func templateAPIs() []api    { return nil }
func noticeAPIs() []api      { return nil }
func qrAPIs() []api          { return nil }
func shortAPIs() []api       { return nil }
func kfAPIs() []api          { return nil }
func sessionAPIs() []api     { return nil }
func massAPIs() []api        { return nil }
func draftAPIs() []api       { return nil }
func publishAPIs() []api     { return nil }
func webAPIs() []api         { return nil }
func statAPIs() []api        { return nil }
