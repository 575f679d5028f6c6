package api

import (
	"regexp"
	"strings"
)

// masked stands where a secret was found in text that came from outside.
const masked = "***"

// minSecret keeps an empty or absurdly short secret from blotting out whole texts.
const minSecret = 6

// secretParams are the beginnings after which a secret stands, in a query or in JSON, wherever they
// appear: "component_access_token=" ends like the first.
var secretParams = [...]string{
	"access_token=", "secret=", "refresh_token=",
	`access_token":"`, `secret":"`, `refresh_token":"`,
	`access_token": "`, `secret": "`, `refresh_token": "`,
	`access_token\":\"`, `secret\":\"`, `refresh_token\":\"`,
}

// mask removes the live secrets from a text, and the value of every parameter that holds one, so
// that a URL in an answer or an error of the network cannot leak a token that died a minute ago.
func mask(text string, live ...string) string {
	for _, s := range live {
		if len(s) >= minSecret {
			text = strings.ReplaceAll(text, s, masked)
		}
	}
	for _, param := range secretParams {
		text = maskParam(text, param)
	}
	return text
}

// tokenShape is what an access_token looks like: a number, "_" and letters, 84_kY3…; older ones and tickets are just
// long. Ids of media, templates and fans are shorter.
var tokenShape = regexp.MustCompile(`[0-9]{1,4}_[A-Za-z0-9_-]{20,}|[A-Za-z0-9_-]{80,}`)

// maskError is mask for the text of an error. There every word goes that looks like a token: the platform may quote
// one that another process held, or that died long ago.
func maskError(text string, live ...string) string {
	return tokenShape.ReplaceAllString(mask(text, live...), masked)
}

// maskParam replaces what follows each occurrence of param up to the end of the parameter.
func maskParam(text, param string) string {
	if !strings.Contains(text, param) {
		return text
	}
	var out strings.Builder
	for {
		before, after, found := strings.Cut(text, param)
		out.WriteString(before)
		if !found {
			return out.String()
		}
		out.WriteString(param)
		out.WriteString(masked)
		end := strings.IndexAny(after, "&\"'#<> \\\r\n\t,;)")
		if end < 0 {
			return out.String()
		}
		text = after[end:]
	}
}
