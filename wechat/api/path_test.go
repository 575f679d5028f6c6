package api_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"moonwire/wechat"
	"moonwire/wechat/api"
)

// TestOnePathOneAPI: no other way of writing it leads to an API that gives a token.
func TestOnePathOneAPI(t *testing.T) {
	for _, path := range []string{
		"/cgi-bin/token", "/cgi-bin/token/", "/cgi-bin/token/.", "/cgi-bin/token.", "/cgi-bin/Token", "/cgi-bin/./token", "/cgi-bin/././token",
		"/./cgi-bin/token", "/cgi-bin/../cgi-bin/token", "/cgi-bin/x/../token", "/cgi-bin//token", "//cgi-bin/token", "/cgi-bin/%2e/token",
		"/cgi-bin/%2E%2E/token", "/cgi-bin/.%2e/token", "/cgi-bin/%2ftoken", "/cgi-bin/tok%65n", "/cgi-bin/token?x=1", "/cgi-bin/token#x", "/cgi-bin/token;x",
		`/cgi-bin/.\token`, `/cgi-bin\token`, "/cgi-bin/\u2024/token", "/cgi-bin/ token", "/cgi-bin/token\x00", "/cgi-bin/.../token", "/cgi-bin/.token",
		"/cgi-bin/stable_token", "/cgi-bin/./stable_token", "/cgi-bin/clear_quota/./v2", "/cgi-bin/component/./api_component_token",
		"/wxa/../cgi-bin/token", "/cgi-bin/user/..", "cgi-bin/token", "", "/",
	} {
		var refused *wechat.FieldError
		require.ErrorAs(t, api.CheckCall(path, nil), &refused, "%q", path)
		require.Equal(t, "path", refused.Field)
	}
	for _, path := range []string{"/cgi-bin/user/info", "/cgi-bin/tags/get", "/cgi-bin/openapi/quota/get", "/wxa/v1.0/x"} {
		require.NoError(t, api.CheckCall(path, nil), path)
	}
}
