package bindings

import (
	"context"
	"errors"
	"strconv"
	"time"

	lua "github.com/yuin/gopher-lua"

	"moonwire/engine"
)

const (
	maxKey    = 256      // bytes of a key
	maxValue  = 64 << 10 // bytes of a value's JSON
	storeList = 100      // items that store.list gives when nothing is said
	mostList  = 1_000    // items that store.list gives at most
)

// key is the key in argument 1.
func (c call) key() string {
	k := c.text(1)
	if k == "" || len(k) > maxKey {
		c.failArg(1, "is "+plural(len(k), "byte")+" long", "1 to 256 bytes")
	}
	return k
}

// value is argument n as JSON; nil for nil.
func (c call) value(n int) []byte {
	v := c.arg(n)
	if v == lua.LNil {
		return nil
	}
	b, err := encodeJSON(c, v, jsonDepth, maxValue)
	if err != nil {
		c.fail("%s: %s", c.argument(n), err)
	}
	return b
}

// pushJSON gives back a stored value: nil, or JSON as a string.
func (c call) pushJSON(v any) int {
	text, ok := v.(string)
	if !ok {
		return c.push(lua.LNil)
	}
	value, err := decodeJSON(c, text, plainIDs)
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
func (c call) ttl(n int) time.Duration {
	tb := c.table(n)
	if tb == nil {
		return 0
	}
	v := c.record("options", tb, "ttl").get("ttl")
	if v == lua.LNil {
		return 0
	}
	d, ok := durationOf(v)
	if !ok || d <= 0 {
		c.fail("options: ttl is %s; want %s", quote(valueText(v)), tDuration.Want.EN)
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

func storeListing(c call) int {
	prefix, limit := c.text(1), int(c.number(2, storeList))
	if len(prefix) > maxKey {
		c.failArg(1, "is "+plural(len(prefix), "byte")+" long", "at most 256 bytes")
	}
	if limit < 1 || limit > mostList {
		c.failArg(2, "is "+lua.LNumber(limit).String(), "1 to 1000")
	}
	found := c.remember(reads, prefix, func(ctx context.Context, m Memory) (any, error) {
		items, err := m.List(ctx, prefix, limit)
		plain := make([]any, 0, len(items))
		for _, it := range items {
			plain = append(plain, []any{it.Key, string(it.Value)})
		}
		return plain, err
	})
	items := found.([]any)
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
