package bindings

import (
	"context"
	"errors"
	"strconv"
	"time"

	lua "github.com/yuin/gopher-lua"

	"moonwire/engine"
)

func storeFamily() Family {
	key := Param{Name: "key", Type: tString}
	plain := Text{
		"Raises when a value is no plain data or has more than 64 KiB of JSON, when a key has not 1 to 256 bytes, and at the top level.",
		"值不是普通数据或其 JSON 超过 64 KiB、键不是 1 至 256 字节、或在顶层调用时报错。",
	}
	calls := Text{"A turn may call store.* 200 times.", "一轮最多调用 store.* 200 次。"}
	full := Text{
		"Raises when the account would keep more than `limits: { store }` of account.yaml allows.",
		"账号存的数据将超过 account.yaml 里 `limits: { store }` 的上限时报错。",
	}
	reads, errs := []Text{plain, calls}, []Text{plain, full, calls}
	return Family{
		Name: "store",
		Doc: Text{
			"What lasts, per account. Takes effect at once: other turns see it, a later error does not undo it.",
			"持久数据，按账号隔离。立即生效：其他轮次可见，之后出错也不会撤销。",
		},
		Functions: append([]Function{
			{
				Name: "store.get", Forms: params(key), Returns: []Result{{"value", "any"}}, run: storeGet, Reach: ReachReads,
				Doc:     Text{"The stored value, nil if there is none.", "读取的值；没有则为 nil。"},
				Example: `on.text("订单", function(msg) local o = store.get("order:" .. msg.openid) return o and o.tea or "还没有订单" end)`, Errors: reads,
			},
			{
				Name: "store.set", Forms: params(key, Param{Name: "value", Type: tPlain}, optional("options", tTable)), run: storeSet, Reach: ReachActs,
				Doc:     Text{`Stores plain data; nil deletes. {ttl = "10m"} lets it expire.`, `保存普通数据;nil 即删除。{ttl = "10m"} 到期失效。`},
				Example: `on.text("记住", function(msg) store.set("seen:" .. msg.openid, true, { ttl = "10m" }) return "好" end)`, Errors: errs,
			},
			{
				Name: "store.delete", Forms: params(key), Returns: []Result{{"existed", "boolean"}}, run: storeDelete, Reach: ReachActs,
				Doc:     Text{"Deletes; says whether there was a value.", "删除；返回之前是否有值。"},
				Example: `on.text("忘掉", function(msg) return store.delete("seen:" .. msg.openid) and "忘了" or "本来就不记得" end)`, Errors: reads,
			},
			{
				Name: "store.incr", Forms: params(key, optional("n", tNumber)), Returns: []Result{{"value", "number"}}, run: storeIncr, Reach: ReachActs,
				Doc:     Text{"Adds n (1) to a number and gives the new value; two turns never get the same.", "把数值加 n(默认 1)并返回新值；两轮绝不会得到同一个值。"},
				Example: `on.text("取号", function() return ("您是第 %d 号"):format(store.incr("queue")) end)`,
				Errors:  []Text{{"Raises when the stored value is not a number.", "已存的值不是数字时报错。"}, plain, full, calls},
			},
			{
				Name: "store.cas", Forms: params(key, Param{Name: "old", Type: tPlain}, Param{Name: "new", Type: tPlain}), Returns: []Result{{"swapped", "boolean"}}, run: storeCAS, Reach: ReachActs,
				Doc:     Text{"Stores the new value if the stored one equals the old; nil stands for none. False when somebody was faster.", "已存的值等于旧值时换成新值;nil 表示没有。被抢先则返回 false。"},
				Example: `on.text("抢", function(msg) return store.cas("prize", nil, msg.openid) and "抢到了!" or "手慢了" end)`, Errors: errs,
			},
		}, storeListFunctions(calls)...),
	}
}

const (
	maxKey   = 256      // bytes of a key
	maxValue = 64 << 10 // bytes of a value's JSON
)

// key is the key in argument 1.
func (a arguments) key() string {
	k := a.text(1)
	if k == "" || len(k) > maxKey {
		a.failArg(1, "is "+plural(len(k), "byte")+" long", "1 to 256 bytes")
	}
	return k
}

// value is argument n as JSON; nil for nil.
func (a arguments) value(n int) []byte {
	v := a.arg(n)
	if v == lua.LNil {
		return nil
	}
	b, err := a.encodeJSON(v, jsonDepth, maxValue)
	if err != nil {
		a.fail("%s: %s", a.argument(n), err)
	}
	return b
}

// pushJSON gives back a stored value: nil, or JSON as a string.
func (c call) pushJSON(v any) int {
	text, ok := v.(string)
	if !ok {
		return c.push(lua.LNil)
	}
	value, err := c.decodeJSON(text, plainIDs)
	if err != nil {
		c.fail("what is stored is not JSON: %s", err)
	}
	return c.push(value)
}

func storeGet(c call) int {
	key := c.key()
	return c.pushJSON(c.remember(reads, key, func(ctx context.Context, m Memory) (any, error) {
		b, ok, err := m.Get(ctx, key)
		if err != nil || !ok {
			return nil, err
		}
		return string(b), nil
	}))
}

func storeSet(c call) int {
	key, value, ttl := c.key(), c.value(2), c.ttl(3)
	c.remember(acts, key, func(ctx context.Context, m Memory) (any, error) {
		if value == nil {
			_, err := m.Delete(ctx, key)
			return nil, err
		}
		return nil, m.Set(ctx, key, value, ttl)
	})
	return 0
}

// ttl is the field ttl of the options in argument n; 0 when there is none.
func (a arguments) ttl(n int) time.Duration {
	tb := a.table(n)
	if tb == nil {
		return 0
	}
	v := a.record("options", tb, "ttl").get("ttl")
	if v == lua.LNil {
		return 0
	}
	d, ok := durationOf(v)
	if !ok || d <= 0 {
		a.fail("options: ttl is %s; want %s", quote(valueText(v)), tDuration.Want.EN)
	}
	return d
}

func storeDelete(c call) int {
	key := c.key()
	existed := c.remember(acts, key, func(ctx context.Context, m Memory) (any, error) {
		return m.Delete(ctx, key)
	})
	return c.push(lua.LBool(existed.(bool)))
}

func storeIncr(c call) int {
	key, by := c.key(), c.number(2, 1)
	sum := c.remember(acts, key, func(ctx context.Context, m Memory) (any, error) {
		n, err := m.Incr(ctx, key, by)
		if errors.Is(err, ErrNotNumber) {
			old, _, err := m.Get(ctx, key)
			return string(old), err
		}
		return n, err
	})
	if old, ok := sum.(string); ok {
		if _, err := strconv.ParseFloat(old, 64); err == nil {
			c.fail("the value of %s would become larger than any number: %s + %s", quote(key), brief(old), engine.NumberText(by))
		}
		c.fail("the value of %s is not a number", quote(key))
	}
	n := sum.(float64)
	return c.push(lua.LNumber(n))
}

func storeCAS(c call) int {
	key, old, next := c.key(), c.value(2), c.value(3)
	swapped := c.remember(acts, key, func(ctx context.Context, m Memory) (any, error) {
		return m.CAS(ctx, key, old, next)
	})
	return c.push(lua.LBool(swapped.(bool)))
}
