package llm_test

import (
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"moonwire/llm"
)

// TestRetryAfter: a provider says how long it wants to be left alone, in seconds or by a date.
func TestRetryAfter(t *testing.T) {
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	for _, tt := range []struct {
		name, after string
		want        []time.Duration // the pauses
	}{
		{"seconds", "7", []time.Duration{7 * time.Second, 7 * time.Second}},
		{"a date", now.Add(9 * time.Second).Format(http.TimeFormat), []time.Duration{9 * time.Second, 9 * time.Second}},
		{"a date that is over", now.Add(-time.Hour).Format(http.TimeFormat), []time.Duration{500 * time.Millisecond, 2 * time.Second}},
		{"a date that is too far away", now.Add(time.Hour).Format(http.TimeFormat), nil},
		{"nonsense", "soon", []time.Duration{500 * time.Millisecond, 2 * time.Second}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Retry-After", tt.after)
				w.WriteHeader(http.StatusTooManyRequests)
			}))
			t.Cleanup(server.Close)
			var pauses []time.Duration
			after := func(d time.Duration, fn func()) func() bool {
				if d < longest {
					pauses = append(pauses, d)
					go fn()
				}
				return func() bool { return true }
			}
			c := llm.NewClient(llm.Endpoint{Base: server.URL, Model: "m"}, llm.Options{Now: func() time.Time { return now }, After: after})
			_, err := c.Chat(t.Context(), ask("x"))
			require.Equal(t, llm.Rate, kindOf(t, err))
			require.Equal(t, tt.want, pauses)
		})
	}
}

type closed struct{ asked int }

func (c *closed) Do(*http.Request) (*http.Response, error) {
	c.asked++
	return nil, refusal{}
}

type refusal struct{}

func (refusal) Error() string          { return "private: 10.0.0.1" }
func (refusal) Hints() (en, zh string) { return "open it", "放开它" }
func (refusal) Lasting() bool          { return true }

// TestAnAddressThatIsClosedIsNotAskedAgain: it stays so.
func TestAnAddressThatIsClosedIsNotAskedAgain(t *testing.T) {
	doer := &closed{}
	c := llm.NewClient(llm.Endpoint{Base: "http://10.0.0.1", Model: "m"}, llm.Options{Doer: doer, After: (&timers{}).after})
	_, err := c.Chat(t.Context(), ask("x"))
	require.Equal(t, llm.Refused, kindOf(t, err))
	require.Equal(t, 1, doer.asked)
}
