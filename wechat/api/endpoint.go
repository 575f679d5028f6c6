package api

import (
	"net/http"
	"strings"
)

// Endpoint is one address of WeChat's API, with what everybody who calls or answers it must know.
//
// To add a call, write its row into the table in endpoints.go, with a name if Go code is to use it, and the
// binding. That it is repeated after a lost answer or not, counted as reading or as acting, and paced, follows
// from the row; a test then asks the stand-in for its side.
type Endpoint struct {
	// Path begins with a slash. One that ends with a slash stands for all paths below it that have no row.
	Path string
	// Method is GET or POST where WeChat refuses the other (43001, 43002); "" where it takes both.
	Method string
	Effect Effect
	Quota  Quota
	// RepeatID is the field of the body by which WeChat knows a repeat, which makes one harmless; "" = none.
	RepeatID string
	// Open endpoints take no access_token: they need the AppSecret, or a user's own token.
	Open bool
	// Title says in a few words what a call does or gives.
	Title string
}

// Effect is what a call does to the account.
type Effect uint8

const (
	// Acts: done twice is something else than done once.
	Acts Effect = iota
	// Harmless writes leave the same state when they are done twice, or make something that nobody sees and
	// that goes away by itself.
	Harmless
	// Reads: changes nothing, whichever method asks.
	Reads
)

// Quota is how often an account may call an endpoint; 0 where WeChat states no number.
type Quota struct {
	Daily  int
	Test   int // a day, of a test account; 0 = Daily
	Minute int
}

// Withdrawn is an address that WeChat has closed. Its row in Endpoints is gone, so nothing is known of it but this.
type Withdrawn struct {
	Path string // ends with a slash where all below it is closed
	Code int    // the errcode that is answered
	// Instead is what took its place; "" = nothing.
	Instead string
}

// Endpoints lists all that is known of WeChat's API.
func Endpoints() []Endpoint { return append([]Endpoint(nil), endpoints[:]...) }

// WithdrawnEndpoints lists what was closed.
func WithdrawnEndpoints() []Withdrawn { return append([]Withdrawn(nil), withdrawn[:]...) }

// EndpointAt is the row of a path.
func EndpointAt(path string) (e Endpoint, known bool) {
	e, known = endpointsByPath[path]
	for folder := path; !known && folder != ""; {
		folder = folder[:strings.LastIndexByte(folder[:len(folder)-1], '/')+1]
		e, known = endpointsByPath[folder]
	}
	return e, known
}

// endpointOf is the row of a call. What no row has acts, unless it is a GET without a body.
func endpointOf(method, path string, body bool) Endpoint {
	e, known := EndpointAt(path)
	if !known {
		e = Endpoint{Path: path}
		if method == http.MethodGet && !body {
			e.Effect = Reads
		}
	}
	return e
}

func indexEndpoints(rows []Endpoint) map[string]Endpoint {
	byPath := make(map[string]Endpoint, len(rows))
	for _, e := range rows {
		byPath[e.Path] = e
	}
	return byPath
}

// named finds the row that a name is for.
func named(path string) Endpoint {
	e, known := endpointsByPath[path]
	if !known {
		panic("no row for " + path)
	}
	return e
}
