package bindings

import (
	"net/http"
	"strings"
	"time"

	lua "github.com/yuin/gopher-lua"

	"moonwire/outside"
)

var tHTTPOptions = Type{Lua: "HTTPOptions", Want: tTable.Want, fits: tTable.fits}

// maxBody is the most that a call may send, in bytes.
const maxBody = 1 << 20

// httpOptions reads what a call sends.
func (c call) httpOptions(r *outside.Request, tb *lua.LTable) {
	o := c.record("options", tb, "query", "headers", "json", "form", "body", "timeout", "retry")
	if q := o.inner("query"); q != nil {
		r.Query = c.pairs("options: query", q)
	}
	if h := o.inner("headers"); h != nil {
		r.Headers = c.headers("options: headers", h)
	}
	o.body(r)
	if v := o.get("timeout"); v != lua.LNil {
		d, ok := durationOf(v)
		if !ok || d < 100*time.Millisecond || d > outside.MaxTimeout {
			o.fail(`timeout is %s; want "100ms" to "50s", or a number of seconds`, brief(valueText(v)))
		}
		r.Timeout = d
	}
	if tb := o.inner("retry"); tb != nil {
		r.Retry = c.retry(tb, r.Method)
	}
}

func (c call) retry(tb *lua.LTable, method string) outside.Retry {
	o := c.record("options: retry", tb, "times", "key")
	retry := outside.Retry{Times: int(max(0, min(o.integer("times"), 100))), Key: o.text("key")}
	switch {
	case retry.Times < 1 || retry.Times > outside.MaxRetries:
		o.fail("times is %d; want 1 to %d", retry.Times, outside.MaxRetries)
	case len(retry.Key) > 200 || outside.CheckHeader("Idempotency-Key", retry.Key) != "":
		o.fail("key is %s; want up to 200 letters, digits and signs", quote(retry.Key))
	case retry.Key == "" && (method == http.MethodPost || method == http.MethodPatch):
		o.fail("key is missing: a %s that is made again may act twice; want what the server knows the call by, such as the order's number", method)
	}
	return retry
}

// headers reads names and values of headers.
func (a arguments) headers(at string, tb *lua.LTable) map[string]string {
	k, err := sortKeys(tb)
	if err != nil || k.numbers > 0 {
		a.fail(`%s is a list; want a table of names and values: {["X-Shop"] = "7"}`, at)
	}
	headers := make(map[string]string, len(k.names))
	for _, name := range k.names {
		v := tb.RawGetString(name)
		if !isStringOrNumber(v) {
			a.fail("%s: %s is %s; want a string", at, brief(name), describe(v))
		}
		headers[name] = valueText(v)
		a.readBytes(at, len(name)+len(headers[name]))
	}
	a.turn.Steps(a.L, 10*len(headers))
	return headers
}

// body is one of json, form and body.
func (o record) body(r *outside.Request) {
	var given []string
	for _, name := range []string{"json", "form", "body"} {
		if o.get(name) != lua.LNil {
			given = append(given, name)
		}
	}
	switch {
	case len(given) == 0:
		return
	case r.Method == http.MethodGet:
		o.fail("%s: a get has no body; want query, or http.post", given[0])
	case len(given) > 1:
		o.fail("%s: want one of json, form and body", strings.Join(given, " and "))
	}
	switch given[0] {
	case "json":
		b, err := o.args.encodeJSON(o.get("json"), jsonDepth, maxBody)
		if err != nil {
			o.fail("json: %s", err)
		}
		if len(b) > maxBody {
			o.fail("json: more than %d bytes of JSON", maxBody)
		}
		r.Body, r.Type = b, "application/json"
	case "form":
		r.Body, r.Type = []byte(o.args.pairs("options: form", o.inner("form"))), "application/x-www-form-urlencoded"
	default:
		s, ok := o.get("body").(lua.LString)
		if !ok {
			o.fail("body is %s; want a string", describe(o.get("body")))
		}
		o.args.readBytes("options: body", len(s))
		r.Body, r.Type = []byte(s), "text/plain; charset=utf-8"
	}
}
