package sim

import "strings"

// withdrawnAPIs answer that they are gone, where an unknown path would look like a slip in the address. The
// news of permanent material say 45106, all others 45103. What took their place follows the errmsg.
func withdrawnAPIs() []api {
	var apis []api
	for _, gone := range []struct {
		code           int
		paths, instead string
	}{
		{45106, "/cgi-bin/material/add_news /cgi-bin/media/uploadnews", "draft/add"},
		{45106, "/cgi-bin/material/update_news", "draft/update"},
		{45103, "/cgi-bin/shorturl", "shorten/gen"},
		{45103, "/cgi-bin/groups/{name:.+}", "tags"},
		{45103, "/customservice/msgrecord/getrecord /cgi-bin/customservice/getrecord", "msgrecord/getmsglist"},
		{45103, "/cgi-bin/media/voice/{name:.+} /semantic/{name:.+} /shakearound/{name:.+} /bizwifi/{name:.+} /device/{name:.+}", ""},
	} {
		for path := range strings.FieldsSeq(gone.paths) {
			apis = append(apis, api{path: path, do: func(*call) (any, error) {
				if gone.instead == "" {
					return nil, refuse(gone.code)
				}
				return nil, refuse(gone.code, "use", gone.instead)
			}})
		}
	}
	return apis
}
