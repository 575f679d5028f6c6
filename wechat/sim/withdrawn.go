package sim

import (
	"strings"

	"moonwire/wechat/api"
)

// withdrawnAPIs answer that they are gone, where an unknown path would look like a slip in the address. What took
// their place follows the errmsg.
func withdrawnAPIs() []route {
	var routes []route
	for _, gone := range api.WithdrawnEndpoints() {
		path := gone.Path
		if strings.HasSuffix(path, "/") {
			path += "{name:.+}"
		}
		routes = append(routes, route{path: path, do: func(*call) (any, error) {
			if gone.Instead == "" {
				return nil, refuse(gone.Code)
			}
			return nil, refuse(gone.Code, "use", gone.Instead)
		}})
	}
	return routes
}
