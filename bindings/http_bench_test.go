package bindings_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"moonwire/outside"
)

// BenchmarkHTTP makes the same call from a script and by net/http's own client, in turn, and reports how many times the
// client's time a script's call takes: the turn with it less the turn without it, over the client. Medians, since others
// may be at work on the machine.
func BenchmarkHTTP(b *testing.B) {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, `{"tea":"龙井","price":28}`)
	}))
	b.Cleanup(s.Close)
	host := strings.TrimPrefix(s.URL, "http://")
	allowed, err := outside.ParseAllowed("http://" + host)
	if err != nil {
		b.Fatal(err)
	}
	opened, err := outside.ParseOpened(host)
	if err != nil {
		b.Fatal(err)
	}
	cfg := config()
	cfg.Policy = outside.Policy{Account: "demo", Allow: []outside.Allowed{allowed}, Open: []outside.Opened{opened}}
	cfg.HTTP = outside.NewClient(outside.Options{}).Account(cfg.Policy)
	compile := func(body string) func() {
		p, err := compileFiles(b, files{"main.lua": "on.text(function() " + body + " return 'x' end)"}, cfg)
		if err != nil {
			b.Fatal(err)
		}
		in := input(text(b, "x"))
		return func() {
			if out, err := p.Answer(context.Background(), in); err != nil || out.Reply == nil {
				b.Fatal(err)
			}
		}
	}
	client := &http.Client{Transport: &http.Transport{}, Timeout: 10 * time.Second} // as a script has
	steps := []func(){
		compile(`http.get("` + s.URL + `/tea")`), compile(``),
		func() {
			resp, err := client.Get(s.URL + "/tea")
			if err != nil {
				b.Fatal(err)
			}
			if _, err := io.ReadAll(resp.Body); err != nil {
				b.Fatal(err)
			}
			_ = resp.Body.Close()
		},
	}
	for _, step := range steps {
		step()
	}
	var took [3][]time.Duration
	for b.Loop() {
		for i, step := range steps {
			began := time.Now()
			step()
			took[i] = append(took[i], time.Since(began))
		}
	}
	var median [3]float64
	for i, name := range []string{"with-ns", "without-ns", "net/http-ns"} {
		slices.Sort(took[i])
		median[i] = float64(took[i][len(took[i])/2])
		b.ReportMetric(median[i], name)
	}
	b.ReportMetric((median[0]-median[1])/median[2], "times-net/http")
}
