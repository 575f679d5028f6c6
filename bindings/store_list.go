package bindings

import (
	"context"
	"errors"

	lua "github.com/yuin/gopher-lua"
)

const (
	storeList = 100   // items that store.list gives when nothing is said
	mostList  = 1_000 // items that store.list gives at most
	storeTop  = 10    // items that store.top gives when nothing is said
	mostTop   = 100   // items that store.top gives at most
)

var tPage = Type{Lua: "integer|table", Want: Text{"a whole number, or a table {after =, limit =, reverse =}", "整数，或表 {after =, limit =, reverse =}"}, fits: func(v lua.LValue) bool { return isInteger(v) || v.Type() == lua.LTTable }}

// storeListFunctions are those that look at many keys.
func storeListFunctions(calls Text) []Function {
	prefix := Param{Name: "prefix", Type: tString}
	errs := []Text{{"Raises for a prefix of more than 256 bytes.", "前缀超过 256 字节时报错。"}, calls}
	many := Text{
		"Any number of keys costs the same where the prefix ends with a colon, or is empty; for another one it raises when more than 10,000 numbers (top) or 100,000 keys (count) begin with it, and for one under which the keys have too many different beginnings up to their last colon: 100 (top), 100,000 (count).",
		"前缀以冒号结尾或为空时，键再多也一样快；其他前缀下的数值超过 10,000 个（top）或键超过 100,000 个（count）时报错；前缀下的键，截到最后一个冒号的不同开头超过 100 种（top）或 100,000 种（count）时也报错。",
	}
	return []Function{
		{
			Name: "store.list", Forms: params(prefix, optional("options", tPage)), run: storeListing, Reach: ReachReads,
			Returns: []Result{{"items", "{key: string, value: any}[]"}, {"cursor", "string?"}},
			Doc: Text{
				"The items whose key begins so, by key; 100 of them if nothing is said, 1,000 at most. The second argument is how many, or {after =, limit =, reverse =}: then a cursor comes second, nil at the end of the list; as after it gives the next page. Values of more than 8 MiB end a page early. reverse begins with the last key.",
				"键以此开头的条目，按键排序；默认 100 条，最多 1000 条。第二个参数是条数，或 {after =, limit =, reverse =}：此时第二个返回值是游标，到了末尾为 nil；把它作为 after 就得到下一页。一页的值超过 8 MiB 时提前结束。reverse 从最后一个键开始。",
			},
			Example: `on.text("清单", function()
  local cursor
  repeat
    local page
    page, cursor = store.list("order:", { after = cursor, limit = 200 })
    for _, it in ipairs(page) do log.info(it.key, it.value) end
  until not cursor
  return "已记录"
end)`,
			Errors: append([]Text{{"Raises for an unknown option, and when the values of a list without options have more than 8 MiB.", "选项未知、或不带选项的列表的值超过 8 MiB 时报错。"}}, errs...),
		},
		{
			Name: "store.count", Forms: params(prefix), Returns: []Result{{"count", "integer"}}, run: storeCount, Reach: ReachReads,
			Doc:     Text{"How many keys begin so. What has run out does not count.", "有多少个键以此开头。已到期的不算。"},
			Example: `on.text("人数", function() return "已有 " .. store.count("signup:") .. " 人报名" end)`, Errors: append([]Text{many}, errs...),
		},
		{
			Name: "store.top", Forms: params(prefix, optional("n", tInteger)), Returns: []Result{{"items", "{key: string, value: number}[]"}}, run: storeTopping, Reach: ReachReads,
			Doc: Text{
				"The items with the greatest numbers among those whose key begins so, the greatest first, equal ones by key; 10 of them if nothing is said, 100 at most. Values that are no numbers are left out.",
				"键以此开头的条目中数值最大的几个，从大到小，相同的按键排序；默认 10 个，最多 100 个。值不是数字的不算。",
			},
			Example: `on.text("排行", function()
  local lines = {}
  for i, it in ipairs(store.top("points:", 3)) do lines[i] = i .. ". " .. it.value .. " 分" end
  return table.concat(lines, "\n")
end)`,
			Errors: append([]Text{many}, errs...),
		},
	}
}

// prefix is the beginning of keys in argument 1.
func (a arguments) prefix() string {
	p := a.text(1)
	if len(p) > maxKey {
		a.failArg(1, "is "+plural(len(p), "byte")+" long", "at most 256 bytes")
	}
	return p
}

// page is what argument 2 says of a list; options says that it is a table.
func (a arguments) page() (p Page, options bool) {
	p.Limit = storeList
	tb := a.table(2)
	if tb == nil {
		p.Limit = a.within(2, storeList, mostList)
		return p, false
	}
	r := a.record("options", tb, "after", "limit", "reverse")
	p.After, p.Reverse = r.bytes("after"), r.flag("reverse")
	if r.get("limit") != lua.LNil {
		n := r.integer("limit")
		if n < 1 || n > mostList {
			r.fail("limit is %d; want 1 to %d", n, mostList)
		}
		p.Limit = int(n)
	}
	return p, true
}

// within is the optional count in argument n: 1 to most.
func (a arguments) within(n, otherwise, most int) int {
	count := int(a.number(n, float64(otherwise)))
	if count < 1 || count > most {
		a.failArg(n, "is "+lua.LNumber(count).String(), "1 to "+lua.LNumber(most).String())
	}
	return count
}

func storeListing(c call) int {
	prefix := c.prefix()
	page, options := c.page()
	found := c.remember(reads, prefix, func(ctx context.Context, m Memory) (any, error) {
		items, more, err := m.List(ctx, prefix, page)
		return map[string]any{"items": plainItems(items), "more": more}, err
	}).(map[string]any)
	items := found["items"].([]any)
	more := found["more"].(bool)
	if !options {
		if more && len(items) < page.Limit {
			c.fail("the values of the first %d items have 8 MiB together, and more are there; go by pages: store.list(prefix, {after = cursor})", len(items))
		}
		return c.pushItems(items)
	}
	c.pushItems(items)
	if !more {
		c.L.Push(lua.LNil)
		return 2
	}
	return 1 + c.pushText(items[len(items)-1].([]any)[0].(string))
}

func storeCount(c call) int {
	prefix := c.prefix()
	n := c.lookOver(prefix, func(ctx context.Context, m Memory) (any, error) {
		n, err := m.Count(ctx, prefix)
		return float64(n), err
	})
	return c.push(lua.LNumber(n.(float64)))
}

func storeTopping(c call) int {
	prefix, n := c.prefix(), c.within(2, storeTop, mostTop)
	items := c.lookOver(prefix, func(ctx context.Context, m Memory) (any, error) {
		items, err := m.Top(ctx, prefix, n)
		return plainItems(items), err
	})
	return c.pushItems(items.([]any))
}

// lookOver is a look at many keys; it raises when they are too many.
func (c call) lookOver(prefix string, fn func(context.Context, Memory) (any, error)) any {
	found := c.remember(reads, prefix, func(ctx context.Context, m Memory) (any, error) {
		v, err := fn(ctx, m)
		if errors.Is(err, ErrTooMany) {
			return nil, nil
		}
		return v, err
	})
	if found == nil {
		c.fail("too many keys begin with %s to go over them; a prefix that ends with the last colon of its keys costs the same however many there are", quote(prefix))
	}
	return found
}

// plainItems are items as plain data: their keys, and their values as JSON.
func plainItems(items []Item) []any {
	plain := make([]any, 0, len(items))
	for _, it := range items {
		plain = append(plain, []any{it.Key, string(it.Value)})
	}
	return plain
}

// pushItems gives a list of {key =, value =}.
func (c call) pushItems(items []any) int {
	list := c.L.CreateTable(len(items), 0)
	for _, it := range items {
		pair := it.([]any)
		entry := c.L.CreateTable(0, 2)
		entry.RawSetString("key", lua.LString(pair[0].(string)))
		c.pushJSON(pair[1])
		entry.RawSetString("value", c.L.Get(-1))
		c.L.Pop(1)
		list.Append(entry)
	}
	markList(list)
	return c.push(list)
}
