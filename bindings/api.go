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

func apiFamily() Family {
	return Family{
		Name: "api",
		Doc:  Text{"Any other API of WeChat, with the same token, repeats and errors.", "微信的任何其他接口,token、重试、错误规则相同。"},
		Functions: []Function{
			{
				Name: "api.call", Returns: answers("answer", "table"), run: apiCall, Reach: ReachActs,
				Forms: params(Param{Name: "path", Type: tString}, optional("body", tTable), optional("options", tTable)),
				Doc: Text{
					"Calls a path of WeChat's API and gives its JSON as a table. With a body it is a POST, else a GET. Options: method, query = {…}. Ids and whole numbers above 2^53 are strings.",
					"调用微信接口，返回 JSON 对应的表。有 body 为 POST,否则 GET。选项:method、query = {…}。id 和超过 2^53 的整数为字符串。",
				},
				Example: `on.text("数据", function()
  local got, err = api.call("/datacube/getusersummary", { begin_date = "2026-03-01", end_date = "2026-03-01" })
  return got and #got.list .. " 行" or err.hint
end)`,
				Errors: faults(Text{
					"Raises for a path that is not WeChat's, that needs the AppSecret, holds \"..\" or odd characters, and for access_token, appid or secret in the query.",
					"路径不属于微信接口、需要 AppSecret、含 \"..\" 或特殊字符，或 query 里有 access_token、appid、secret 时报错。",
				}),
			},
			{
				Name: "api.access_token", Forms: params(), Returns: answers("access_token", "string"), run: apiAccessToken, Reach: ReachReads,
				Doc: Text{
					"The account's live access_token, for other systems of the owner. Only where account.yaml says expose_token: true. It is kept out of logs, traces and errors.",
					"账号当前的 access_token,供所有者的其他系统使用。仅在 account.yaml 写明 expose_token: true 时可用。不会写入日志、追踪和错误。",
				},
				Example: `on.text("同步", function() local token, err = api.access_token() return token and "拿到了" or err.hint end)`,
				Errors:  faults(Text{"Raises where account.yaml does not say expose_token: true.", "account.yaml 没有 expose_token: true 时报错。"}),
			},
		},
	}
}

func apiCall(c call) int {
	r := api.Request{Path: c.text(1), Query: url.Values{}}
	if c.has(2) {
		body, err := c.encodeJSON(c.arg(2), jsonDepth, maxJSON)
		if err != nil {
			c.fail("%s: %s", c.argument(2), err)
		}
		if strings.HasPrefix(r.Path, "/cgi-bin/message/") {
			body = c.state.disarmBody(body)
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
		c.failField(err)
	}
	return c.pushAnswered(c.wechat(weightOf(r), r.Path, func(ctx context.Context, api API) (any, error) {
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
		if !ok || !isScalar(v) {
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
