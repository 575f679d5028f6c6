package server

import (
	"cmp"
	"html/template"
	"net/http"
	"slices"

	"moonwire/bot"
)

var homePage = template.Must(template.New("home").Parse(`<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Moonwire</title>
<style>
:root { color-scheme: light dark; font: 16px/1.6 system-ui, sans-serif }
body { max-width: 44rem; margin: 3rem auto; padding: 0 1rem }
code { background: #8882; padding: .1em .35em; border-radius: .25em }
td, th { text-align: left; padding: .2rem 1rem .2rem 0 }
</style>
<h1>Moonwire</h1>
{{if .Accounts}}<table><tr><th>account<th>callback{{range .Accounts}}<tr><td>{{.Name}}<td><code>/wx/{{.Name}}</code>{{end}}</table>
<p>Talk to a bot in a terminal: <code>{{.Command}} chat {{(index .Accounts 0).Name}}</code>
{{else}}<p>Running. There is nothing to see here for a stranger.{{end}}
`))

// home is the page at /: on a developer's machine it lists the accounts, elsewhere it tells nothing.
func (s *Server) home(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'")
	page := struct {
		Command  string
		Accounts []bot.Status
	}{Command: cmp.Or(s.o.Command, "moonwire")}
	if s.o.Dev != nil {
		page.Accounts = slices.DeleteFunc(s.fleet.Accounts(), func(a bot.Status) bool { return a.State == bot.StateGone })
	}
	if err := homePage.Execute(w, page); err != nil {
		s.o.Log.Debug("page not written", "error", err)
	}
}
