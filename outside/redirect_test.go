package outside_test

import (
	"fmt"
	"io"
	"net/http"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"moonwire/outside"
)

// TestRedirects are followed as far as they may be, by the rules for addresses in scripts.
func TestRedirects(t *testing.T) {
	var foreign atomic.Int32
	strange := serve(t, func(http.ResponseWriter, *http.Request) { foreign.Add(1) })
	friend := serve(t, func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintf(w, "friend %s %q %q", r.Method, r.Header.Get("X-Key"), r.Header.Get("Authorization"))
	})
	for _, tc := range []struct {
		name   string
		status int
		where  string
		method string
		want   outside.Kind
		body   string
	}{
		{"within", 302, "/end", "GET", "", `end GET "k" ""`},
		{"relative", 302, "end", "GET", "", `end GET "k" ""`},
		{"whole", 301, "http://$home/end", "GET", "", `end GET "k" ""`},
		{"without a scheme", 307, "//$home/end", "GET", "", `end GET "k" ""`},
		{"a post becomes a get", 302, "/end", "POST", "", `end GET "k" ""`},
		{"a post after 303", 303, "/end", "POST", "", `end GET "k" ""`},
		{"a put after 303", 303, "/end", "PUT", "", `end GET "k" ""`},
		{"a put stays", 302, "/end", "PUT", "", `end PUT "k" "body"`},
		{"a post stays", 308, "/end", "POST", "", `end POST "k" "body"`},
		{"a post stays, 307", 307, "/end", "POST", "", `end POST "k" "body"`},
		{"to a friend, without headers", 302, "http://$friend/", "GET", "", `friend GET "" ""`},
		{"to a friend, a post as a get", 302, "http://$friend/", "POST", "", `friend GET "" ""`},
		{"to a friend with a body", 307, "http://$friend/", "POST", outside.Redirect, ""},
		{"to a friend by delete", 302, "http://$friend/", "DELETE", outside.Redirect, ""},
		{"to a stranger", 302, "http://$strange/", "GET", outside.NotAllowed, ""},
		{"to an opened stranger's scheme", 302, "https://$home/end", "GET", outside.NotAllowed, ""},
		{"to a file", 302, "file:///etc/passwd", "GET", outside.Redirect, ""},
		{"to a mail", 302, "mailto:x@example.com", "GET", outside.Redirect, ""},
		{"with a password", 302, "http://amy:pw@$home/end", "GET", outside.Redirect, ""},
		{"to an odd address", 302, "http://2130706433/", "GET", outside.Redirect, ""},
		{"to metadata", 302, "http://169.254.169.254/latest", "GET", outside.NotAllowed, ""},
		{"to a backslash", 302, `http://$home\@$strange/`, "GET", outside.Redirect, ""},
		{"round and round", 302, "/", "GET", outside.Redirect, ""},
		{"nowhere", 302, "", "GET", "", "sent on"},
		{"not one of them", 300, "/end", "GET", "", "sent on"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			foreign.Store(0)
			var home string
			home = serve(t, func(w http.ResponseWriter, r *http.Request) {
				if r.URL.Path == "/end" {
					body, _ := io.ReadAll(r.Body)
					fmt.Fprintf(w, "end %s %q %q", r.Method, r.Header.Get("X-Key"), body)
					return
				}
				if tc.where != "" {
					w.Header().Set("Location", replaced(tc.where, home, friend, strange))
				}
				w.WriteHeader(tc.status)
				fmt.Fprint(w, "sent on")
			})
			a := outside.NewClient(outside.Options{}).Account(policy(t, home, friend))
			target, err := a.Locate("http://" + home + "/")
			require.NoError(t, err)
			r := outside.Request{Method: tc.method, Target: target, Headers: map[string]string{"X-Key": "k"}}
			if tc.method != http.MethodGet {
				r.Body = []byte("body")
			}
			answer, err := a.Do(t.Context(), r)
			require.Zero(t, foreign.Load())
			if tc.want != "" {
				require.Equal(t, tc.want, kind(t, err))
				return
			}
			require.NoError(t, err)
			require.Equal(t, tc.body, answer.Body)
		})
	}
}

func replaced(where, home, friend, strange string) string {
	for from, to := range map[string]string{"$home": home, "$friend": friend, "$strange": strange} {
		for i := 0; i+len(from) <= len(where); i++ {
			if where[i:i+len(from)] == from {
				where = where[:i] + to + where[i+len(from):]
			}
		}
	}
	return where
}

// TestManyRedirects are followed five times.
func TestManyRedirects(t *testing.T) {
	var asked atomic.Int32
	most := int32(5)
	host := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if n := asked.Add(1); n <= most {
			http.Redirect(w, r, fmt.Sprint("/", n), http.StatusFound)
		}
	})
	a := outside.NewClient(outside.Options{}).Account(policy(t, host))
	_, err := get(t, a, "http://"+host)
	require.NoError(t, err)
	asked.Store(0)
	most = 6
	_, err = get(t, a, "http://"+host)
	require.Equal(t, outside.Redirect, kind(t, err))
	require.EqualValues(t, 6, asked.Load())
}

// TestAServiceStaysAtHome: its headers go to its own server and nowhere else, allowed or not.
func TestAServiceStaysAtHome(t *testing.T) {
	var friends atomic.Int32
	friend := serve(t, func(http.ResponseWriter, *http.Request) { friends.Add(1) })
	home := serve(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/v1/near":
			http.Redirect(w, r, "/v1/end", http.StatusFound)
		case "/v1/far":
			http.Redirect(w, r, "http://"+friend+"/", http.StatusFound)
		default:
			fmt.Fprintln(w, r.URL.Path, r.Header.Get("Authorization") == "Bearer tea-for-two-4711")
		}
	})
	service, err := outside.NewService(outside.ServiceConfig{
		Base: "http://" + home + "/v1", Headers: map[string]string{"Authorization": "Bearer tea-for-two-4711"}, Secrets: []string{"tea-for-two-4711"},
	})
	require.NoError(t, err)
	p := policy(t, home, friend)
	p.Services = map[string]*outside.Service{"orders": service}
	a := outside.NewClient(outside.Options{}).Account(p)
	answer, err := get(t, a, "orders:/near")
	require.NoError(t, err)
	require.Equal(t, "/v1/end true\n", answer.Body)
	_, err = get(t, a, "orders:/far")
	require.Equal(t, outside.Redirect, kind(t, err))
	require.ErrorContains(t, err, "another server")
	require.Zero(t, friends.Load())
}
