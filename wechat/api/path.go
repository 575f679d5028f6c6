package api

import (
	"net/url"
	"strings"

	"moonwire/wechat"
)

// apiPrefixes are the roots of the server API (wechat-protocol §6 and the vendor's index).
var apiPrefixes = [...]string{
	"/cgi-bin/", "/customservice/", "/datacube/", "/wxaapi/", "/wxa/", "/card/", "/cv/", "/bizwifi/",
	"/merchant/", "/scan/", "/shakearound/", "/semantic/", "/product/", "/intp/", "/nontax/",
}

// secretPaths need the AppSecret, or answer with a token: they have typed methods or none.
var secretPaths = [...]string{
	"/cgi-bin/token", "/cgi-bin/stable_token", "/cgi-bin/clear_quota/v2", "/cgi-bin/component",
}

// refusedParams must not stand in a caller's query.
var refusedParams = [...]string{"access_token", "appid", "secret", "appsecret", "component_access_token", "component_appid"}

// maxPath is far above the longest path of the API.
const maxPath = 200

// CheckCall reports why Call would refuse a path and query, as a *FieldError, without calling.
func CheckCall(path string, query url.Values) error {
	if err := checkPath(path); err != nil {
		return err
	}
	for name := range query {
		for _, refused := range refusedParams {
			if strings.EqualFold(name, refused) {
				return wechat.BadField("query."+name, "is added by the engine; leave it out")
			}
		}
	}
	return nil
}

func checkPath(path string) error {
	known := false
	for _, prefix := range apiPrefixes {
		known = known || strings.HasPrefix(path, prefix) && len(path) > len(prefix)
	}
	switch {
	case len(path) > maxPath:
		return wechat.BadField("path", "is longer than 200 bytes")
	case !safePath(path):
		return wechat.BadField("path", `holds a character that no API path has; want letters, digits, "_", "-", "." and "/", the query in {query=…}`)
	case strings.Contains(path, "//") || strings.Contains(path, "/.") || strings.Contains(path, ".."):
		return wechat.BadField("path", `must not hold "..", "/." or "//"`) // an API has one path
	case !known:
		return wechat.BadField("path", "is no path of WeChat's API; want "+strings.Join(apiPrefixes[:], " ")+"…")
	case needsSecret(path):
		return wechat.BadField("path", "needs the account's secret or gives a token; the engine calls it by itself")
	}
	return nil
}

func safePath(path string) bool {
	for i := range len(path) {
		c := path[i]
		letter := 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9'
		if !letter && c != '_' && c != '-' && c != '.' && c != '/' {
			return false
		}
	}
	return true
}

func needsSecret(path string) bool {
	path = strings.ToLower(strings.TrimRight(path, "/."))
	for _, secret := range secretPaths {
		if path == secret || strings.HasPrefix(path, secret+"/") {
			return true
		}
	}
	return false
}

// opOf is how errors and logs name an API: its path without /cgi-bin/.
func opOf(path string) string {
	return strings.TrimPrefix(strings.TrimPrefix(path, "/cgi-bin/"), "/")
}
