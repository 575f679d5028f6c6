package outside_test

import (
	"context"
	"io"
	"net/http"
	"slices"
	"testing"
	"time"

	"moonwire/outside"
)

// BenchmarkDo makes the same call by an Account and by net/http's own client, in turn.
func BenchmarkDo(b *testing.B) {
	host := serve(b, func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, `{"tea":"龙井","price":28}`) })
	a := outside.NewClient(outside.Options{}).Account(policy(b, host))
	client := &http.Client{Transport: &http.Transport{}}
	steps := []func(){
		func() {
			target, err := a.Locate("http://" + host + "/tea")
			if err != nil {
				b.Fatal(err)
			}
			if _, err := a.Do(context.Background(), outside.Request{Method: http.MethodGet, Target: target}); err != nil {
				b.Fatal(err)
			}
		},
		func() {
			resp, err := client.Get("http://" + host + "/tea")
			if err != nil {
				b.Fatal(err)
			}
			if _, err := io.ReadAll(resp.Body); err != nil {
				b.Fatal(err)
			}
			_ = resp.Body.Close()
		},
	}
	var took [2][]time.Duration
	for b.Loop() {
		for i, step := range steps {
			began := time.Now()
			step()
			took[i] = append(took[i], time.Since(began))
		}
	}
	for i := range took {
		slices.Sort(took[i])
	}
	b.ReportMetric(float64(took[0][len(took[0])/2])/float64(took[1][len(took[1])/2]), "times-net/http")
}
