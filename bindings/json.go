package bindings

import (
	lua "github.com/yuin/gopher-lua"
)

func jsonFamily() Family {
	return Family{
		Name: "json",
		Doc:  Text{"Text in JSON and tables of Lua.", "JSON 文本与 Lua 表的互换。"},
		Functions: []Function{
			{
				Name: "json.encode", Forms: params(Param{Name: "value", Type: tPlain}), Returns: []Result{{"text", "string"}}, run: jsonEncode,
				Doc: Text{
					"The value as JSON, keys in order. {} is an empty object; json.array{} and decoded lists are lists even when empty; json.null is null.",
					"把值写成 JSON,键按顺序。{} 是空对象;json.array{} 和解码得到的列表即使为空也是列表;json.null 是 null。",
				},
				Example: `log.info(json.encode({ name = "茶", sizes = { 1, 2, 3 } }))`,
				Errors: []Text{{
					"Raises and names the key when something is no plain data, when a list has holes, when a table has both places and names, when text is not UTF-8; at 32 levels and 1 MiB.",
					"遇到非普通数据、有空洞的列表、同时有序号和名字的表、非 UTF-8 文本时报错并指出键；最多 32 层、1 MiB。",
				}},
			},
			{
				Name: "json.decode", Forms: params(Param{Name: "text", Type: tString}), Returns: []Result{{"value", "any"}}, run: jsonDecode,
				Doc: Text{
					"The value of a JSON text. Whole numbers above 2^53 and the keys msgid, msg_id, menuid, publish_id, msg_data_id and client_msg_id become strings; null becomes json.null.",
					"解析 JSON 文本。超过 2^53 的整数以及 msgid、msg_id、menuid、publish_id、msg_data_id、client_msg_id 解码为字符串;null 为 json.null。",
				},
				Example: `local ok, order = pcall(json.decode, '{"tea":"龙井","n":2}')`,
				Errors:  []Text{{"Raises with line and column when the text is not JSON; at 32 levels.", "文本不是 JSON 时报错并指出行列；最多 32 层。"}},
			},
			{
				Name: "json.array", Forms: params(optional("list", tTable)), Returns: []Result{{"list", "table"}}, run: jsonArray, writes: true,
				Doc:     Text{"Marks a table as a list, so that it is [] in JSON when empty.", "把表标记为列表，空表编码为 []。"},
				Example: `log.info(json.encode({ items = json.array{} }))`,
				Errors:  []Text{{"Raises when the table has names, holes or a metatable, or is read-only.", "表含有名字键、空洞、元表或只读时报错。"}},
			},
		},
		Constants: []Constant{{
			Name: "json.null", Lua: "userdata", value: jsonNull,
			Doc: Text{"The null of JSON, which is something else than a key that is missing. Compare with ==.", "JSON 的 null,不同于缺失的键；用 == 比较。"},
		}},
	}
}

// maxJSON is the largest JSON that json.encode writes, in bytes.
const maxJSON = 1 << 20

// listMark is the metatable of tables that are lists even when they are empty. It is never written, and
// scripts cannot get at it.
var listMark = func() *lua.LTable {
	mark := &lua.LTable{Metatable: lua.LNil}
	mark.RawSetString("__metatable", lua.LString("list"))
	return mark
}()

func markList(tb *lua.LTable) { tb.Metatable = listMark }

func isList(tb *lua.LTable) bool { return tb.Metatable == listMark }

func jsonEncode(c call) int {
	b, err := c.encodeJSON(c.arg(1), jsonDepth, maxJSON)
	if err != nil {
		c.fail("%s", err)
	}
	return c.push(lua.LString(b))
}

func jsonDecode(c call) int {
	v, err := c.decodeJSON(c.text(1), stringIDs)
	if err != nil {
		c.fail("%s", err)
	}
	return c.push(v)
}

func jsonArray(c call) int {
	tb, _ := c.arg(1).(*lua.LTable)
	if tb == nil {
		tb = c.L.CreateTable(0, 0)
	}
	if tb.Metatable != lua.LNil && !isList(tb) {
		c.failArg(1, "is read-only or has a metatable", "a plain table")
	}
	c.turn.ChargeTable(c.L, tb)
	if k, err := sortKeys(tb); err != nil {
		c.fail("%s: %s", c.argument(1), err)
	} else if len(k.names) > 0 {
		c.fail("%s has the key %s; want a list", c.argument(1), brief(k.names[0]))
	}
	markList(tb)
	return c.push(tb)
}

// jsonNull is json.null: a value that nothing else equals.
var jsonNull = &lua.LUserData{Metatable: lua.LNil}
