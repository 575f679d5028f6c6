package bindings

import (
	"net/url"
	"strings"

	lua "github.com/yuin/gopher-lua"
)

func urlFamily() Family {
	text := params(Param{Name: "text", Type: tString})
	return Family{
		Name: "url",
		Doc:  Text{"Parts of web addresses.", "网址的各个部分。"},
		Functions: []Function{
			{
				Name: "url.encode", Forms: text, Returns: []Result{{"text", "string"}}, run: urlEncode,
				Doc:     Text{"The text in percent signs, to stand in a path or a query.", "百分号编码，可用于路径或查询参数。"},
				Example: `local link = "https://example.com/s?q=" .. url.encode("龙井 茶")`, Errors: []Text{{"Raises when the argument is not a string.", "参数不是字符串时报错。"}},
			},
			{
				Name: "url.decode", Forms: text, Returns: []Result{{"text", "string"}}, run: urlDecode,
				Doc:     Text{"The text that was encoded; + is a space.", "解码;+ 读作空格。"},
				Example: `log.info(url.decode("%E8%8C%B6"))`, Errors: []Text{{"Raises when a % is not followed by two hex digits.", "% 后面不是两位十六进制数时报错。"}},
			},
			{
				Name: "url.query", Forms: params(Param{Name: "values", Type: tTable}), Returns: []Result{{"text", "string"}}, run: urlQuery,
				Doc:     Text{"A query of names and values, in order of the names: a=1&b=2.", "由名字和值组成的查询串，按名字排序:a=1&b=2。"},
				Example: `local link = "https://example.com/s?" .. url.query{ q = "茶", page = 2 }`,
				Errors:  []Text{{"Raises when a value is no string, number or boolean, or the table is a list.", "值不是字符串、数字或布尔，或表是列表时报错。"}},
			},
		},
	}
}

func urlEncode(c call) int {
	s := c.text(1)
	c.turn.Steps(c.L, len(s)/8)
	c.turn.Bytes(c.L, escapedLen(s))
	return c.push(lua.LString(escape(s)))
}

// escape writes a text so that it may stand anywhere in a URL: a space is %20.
func escape(s string) string { return strings.ReplaceAll(url.QueryEscape(s), "+", "%20") }

// escapedLen is how long escape makes a text.
func escapedLen(s string) int {
	n := len(s)
	for i := 0; i < len(s); i++ {
		b := s[i]
		if (b < 'a' || b > 'z') && (b < 'A' || b > 'Z') && (b < '0' || b > '9') && b != '-' && b != '_' && b != '.' && b != '~' {
			n += 2
		}
	}
	return n
}

func urlDecode(c call) int {
	s := c.text(1)
	c.turn.Steps(c.L, len(s)/8)
	plain, err := url.QueryUnescape(s)
	if err != nil {
		c.failArg(1, "has a % that two hex digits do not follow", "a text that url.encode made")
	}
	return c.pushText(c.masked(plain))
}

func urlQuery(c call) int {
	tb := c.table(1)
	text := c.pairs("", tb)
	c.turn.Bytes(c.L, len(text))
	return c.push(lua.LString(text))
}

// pairs writes a table of names and values as a query, in order of the names. at is the option that it stands in, "" for
// argument 1.
func (a arguments) pairs(at string, tb *lua.LTable) string {
	inside := ""
	if at == "" {
		at = a.argument(1)
	} else {
		inside = at + ": "
	}
	k, err := sortKeys(tb)
	if err != nil || k.numbers > 0 {
		a.fail(`%s is a list; want a table of names and values: {q = "茶", page = 1}`, at)
	}
	var parts []string
	for _, name := range k.names {
		v := tb.RawGetString(name)
		if !isScalar(v) {
			a.fail("%s%s is %s; want a string, a number or a boolean", inside, brief(name), describe(v))
		}
		text := valueText(v)
		a.turn.Bytes(a.L, escapedLen(name)+escapedLen(text)+2)
		a.readBytes(at, len(name)+len(text))
		parts = append(parts, escape(name)+"="+escape(text))
	}
	a.turn.Steps(a.L, 10*len(parts))
	return strings.Join(parts, "&")
}
