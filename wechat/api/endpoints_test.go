package api_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"moonwire/wechat/api"
)

func TestTheTableOfEndpoints(t *testing.T) {
	seen := map[string]bool{}
	for _, e := range api.Endpoints() {
		t.Run(e.Path, func(t *testing.T) {
			require.Regexp(t, `^/[a-z0-9-]+(/[a-z0-9_]+)*/?$`, e.Path)
			require.False(t, seen[e.Path], "two rows")
			seen[e.Path] = true
			require.Contains(t, []string{"", http.MethodGet, http.MethodPost}, e.Method)
			require.NotEmpty(t, e.Title)
			require.False(t, e.RepeatID != "" && e.Effect != api.Acts, "only what acts has to be known by an id")
			require.LessOrEqual(t, e.Quota.Test, e.Quota.Daily)
			if e.Open {
				require.Error(t, api.CheckCall(e.Path, nil), "needs what scripts must not have")
			} else if !strings.HasSuffix(e.Path, "/") {
				require.NoError(t, api.CheckCall(e.Path, nil))
			}
		})
	}
	for _, gone := range api.WithdrawnEndpoints() {
		_, known := api.EndpointAt(gone.Path)
		require.False(t, known, "%s is withdrawn and has a row", gone.Path)
	}
}

func TestTheEndpointAtAPath(t *testing.T) {
	for _, tt := range []struct {
		name, path, want string
	}{
		{"its own row", "/cgi-bin/user/info", "/cgi-bin/user/info"},
		{"the row of its folder", "/datacube/getsomethingnew", "/datacube/"},
		{"deeper below that", "/datacube/get/something/new", "/datacube/"},
		{"below a row that stands for itself alone", "/cgi-bin/user/info/x", ""},
		{"another case", "/cgi-bin/User/Info", ""},
		{"nothing known", "/cgi-bin/of/which/nobody/knows", ""},
		{"a slash", "/", ""},
		{"no slash", "cgi-bin", ""},
		{"nothing", "", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			e, known := api.EndpointAt(tt.path)
			require.Equal(t, tt.want, e.Path)
			require.Equal(t, tt.want != "", known)
		})
	}
}

func TestWhatOnlyReads(t *testing.T) {
	body := map[string]any{"a": 1}
	for _, tt := range []struct {
		name    string
		request api.Request
		want    bool
	}{
		{"a read that is posted", api.Request{Path: "/cgi-bin/tags/getidlist", Body: body}, true},
		{"a harmless write that is got", api.Request{Path: "/cgi-bin/menu/delete"}, false},
		{"a write by the wrong method", api.Request{Path: "/cgi-bin/tags/create", Method: http.MethodGet}, false},
		{"what nobody knows", api.Request{Path: "/cgi-bin/x/y"}, true},
		{"what nobody knows, with a body", api.Request{Path: "/cgi-bin/x/y", Body: body}, false},
		{"what nobody knows, got with a body", api.Request{Path: "/cgi-bin/x/y", Body: body, Method: http.MethodGet}, false},
		{"what nobody knows, posted", api.Request{Path: "/cgi-bin/x/y", Method: http.MethodPost}, false},
		{"what nobody knows, with a file", api.Request{Path: "/cgi-bin/x/y", Upload: &api.Upload{}}, false},
	} {
		t.Run(tt.name, func(t *testing.T) { require.Equal(t, tt.want, tt.request.Reads()) })
	}
}
