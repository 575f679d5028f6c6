package bindings

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"

	lua "github.com/yuin/gopher-lua"

	"moonwire/engine"
	"moonwire/wechat/api"
)

func apiCall(c call) int {
	r := api.Request{Path: c.text(1), Query: url.Values{}}
	if c.has(2) {
		body, err := encodeJSON(c, c.arg(2), jsonDepth, maxJSON)
		if err != nil {
			c.fail("%s: %s", c.argument(2), err)
		}
		r.Body = json.RawMessage(body)
	}
	if tb := c.table(3); tb != nil {
		o := c.record("options", tb, "method", "query")
		r.Method, r.Query = strings.ToUpper(o.text("method")), o.query("query")
	}
	if !slices.Contains([]string{"", http.MethodGet, http.MethodPost}, r.Method) {
		c.fail("options: method is %s; want GET or POST", quote(r.Method))
	}
	if err := api.CheckCall(r.Path, r.Query); err != nil {
		c.fail("%s", fieldText(err))
	}
	w := acts
	if r.Method == http.MethodGet || r.Method == "" && r.Body == nil {
		w = reads
	}
	return c.pushAnswered(c.wechat(w, r.Path, func(ctx context.Context, api API) (any, error) {
		answer, err := api.Call(ctx, r)
		if err != nil {
			return nil, err
		}
		return answer.Value()
	}))
}

// query is a field that is a table of parameters.
func (r record) query(name string) url.Values {
	q := url.Values{}
	tb := r.inner(name)
	if tb == nil {
		return q
	}
	tb.ForEach(func(k, v lua.LValue) {
		key, ok := k.(lua.LString)
		switch v.Type() {
		case lua.LTString, lua.LTNumber, lua.LTBool:
		default:
			ok = false
		}
		if !ok {
			r.fail("%s: %s is %s; want {name = text or number}", name, keyText(k), describe(v))
		}
		q.Set(string(key), valueText(v))
	})
	return q
}

// apiAccessToken gives the live token. It is no answer of the effect, because answers are written down.
func apiAccessToken(c call) int {
	if !c.state.p.config.ExposeToken {
		c.fail("this account's token is not for scripts; account.yaml would have to say expose_token: true")
	}
	var token string
	_, refused := c.outward(engine.KindSecret, reads, "", func(ctx context.Context, api API) (any, error) {
		row, err := api.AccessToken(ctx)
		token = row.Token.Reveal()
		return nil, err
	})
	if refused != nil {
		return c.pushRefusal(refused)
	}
	c.state.secrets = append(c.state.secrets, token)
	return c.pushText(token)
}
