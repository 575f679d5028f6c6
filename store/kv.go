package store

import (
	"bytes"
	"context"
	"fmt"
	"math"
	"strconv"
	"time"
)

// Limits of the key-value store.
const (
	MaxKey   = 512      // bytes of a key, any bytes, at least one
	MaxValue = 64 << 10 // bytes of a value
	MaxList  = 1000     // entries of one List
	MaxTop   = 100      // entries of one Top
	maxBytes = 8 << 20  // of the values of one List
)

// Entry is one pair of the key-value store.
type Entry struct {
	Key   string
	Value []byte
}

const (
	loadValue   = `SELECT value, expires FROM kv WHERE account = ? AND key = ? AND (expires IS NULL OR expires > ?)`
	saveValue   = `INSERT INTO kv (account, key, value, expires) VALUES (?, ?, ?, ?) ON CONFLICT (account, key) DO UPDATE SET value = excluded.value, expires = excluded.expires`
	deleteValue = `DELETE FROM kv WHERE account = ? AND key = ?`
)

// Get returns the value of key; ok is false when there is none or it has expired.
func (t *Turn) Get(ctx context.Context, key string) (val []byte, ok bool, err error) {
	if err := checkKey(key); err != nil {
		return nil, false, err
	}
	err = t.read(ctx, t.store.writer.unsettled.has(keyName(t.key.Account, key)), func(v reader) error {
		val, _, ok, err = t.load(v, key)
		return err
	})
	return val, ok, err
}

// Set writes a value that is gone after ttl; 0 = never. It, Incr and CAS answer a *FullError when the account
// would keep more than TurnKey.Room.
func (t *Turn) Set(ctx context.Context, key string, val []byte, ttl time.Duration) error {
	if err := checkPair(key, val); err != nil {
		return err
	}
	return t.change(ctx, keyName(t.key.Account, key), func(b *batch) error {
		var expires any
		if ttl > 0 {
			expires = t.store.now().Add(ttl).UnixMilli()
		}
		if err := t.save(b, key, val, expires); err != nil {
			return err
		}
		return t.noted(b, nil)
	})
}

// Delete removes a key and says whether it was there.
func (t *Turn) Delete(ctx context.Context, key string) (existed bool, err error) {
	if err := checkKey(key); err != nil {
		return false, err
	}
	err = t.change(ctx, keyName(t.key.Account, key), func(b *batch) error {
		if _, _, existed, err = t.load(b, key); err != nil {
			return err
		}
		if err := t.remove(b, key); err != nil {
			return err
		}
		return t.noted(b, existed)
	})
	return existed && err == nil, err
}

// Incr adds to a number and returns the sum; an absent key counts as 0, and its time to live stays
// as it is. Numbers are kept as JSON has them: "12", "0.5", "1e+21". The error is ErrNotNumber for
// any other value, and when the sum is not finite.
func (t *Turn) Incr(ctx context.Context, key string, by float64) (sum float64, err error) {
	if err := checkKey(key); err != nil {
		return 0, err
	}
	err = t.change(ctx, keyName(t.key.Account, key), func(b *batch) error {
		val, expires, ok, err := t.load(b, key)
		if err != nil {
			return err
		}
		was := 0.0
		if ok {
			if was, err = number(val); err != nil {
				return err
			}
		}
		if sum = was + by; math.IsNaN(sum) || math.IsInf(sum, 0) {
			return ErrNotNumber
		}
		if err := t.save(b, key, formatNumber(sum), expires); err != nil {
			return err
		}
		return t.noted(b, sum)
	})
	if err != nil {
		return 0, err
	}
	return sum, nil
}

// CAS writes val if the value is still old, and says whether it did. nil means absent, on both
// sides. A value that was there keeps its time to live.
func (t *Turn) CAS(ctx context.Context, key string, old, val []byte) (swapped bool, err error) {
	if err := checkPair(key, val); err != nil {
		return false, err
	}
	err = t.change(ctx, keyName(t.key.Account, key), func(b *batch) error {
		now, expires, ok, err := t.load(b, key)
		if err != nil {
			return err
		}
		if swapped = ok == (old != nil) && bytes.Equal(now, old); swapped {
			if val == nil {
				err = t.remove(b, key)
			} else {
				err = t.save(b, key, val, expires)
			}
		}
		if err != nil {
			return err
		}
		return t.noted(b, swapped)
	})
	return swapped && err == nil, err
}

// load reads a value that has not expired, and when it will (an int64, or nil).
func (t *Turn) load(v reader, key string) (val []byte, expires any, ok bool, err error) {
	var until *int64
	args := []any{t.key.Account, []byte(key), t.store.now().UnixMilli()}
	if ok, err = v.row(loadValue, args, &val, &until); err != nil || !ok {
		return nil, nil, false, err
	}
	if until != nil {
		expires = *until
	}
	return present(val), expires, true, nil
}

func (t *Turn) save(b *batch, key string, val []byte, expires any) error {
	if err := t.charge(b, []byte(key), int64(len(key)+len(val))); err != nil {
		return err
	}
	return b.exec(saveValue, t.key.Account, []byte(key), present(val), expires)
}

func (t *Turn) remove(b *batch, key string) error {
	if err := t.charge(b, []byte(key), 0); err != nil {
		return err
	}
	return b.exec(deleteValue, t.key.Account, []byte(key))
}

// present makes nil bytes empty ones: the database takes nil for NULL, and its driver gives nil for
// empty, while for callers nil means that there is nothing.
func present(val []byte) []byte {
	if val == nil {
		return []byte{}
	}
	return val
}

func checkKey(key string) error {
	if key == "" || len(key) > MaxKey {
		return fmt.Errorf("%w: a key has 1 to %d bytes", ErrTooLarge, MaxKey)
	}
	return nil
}

func checkPair(key string, val []byte) error {
	if len(val) > MaxValue {
		return fmt.Errorf("%w: a value may have %d bytes", ErrTooLarge, MaxValue)
	}
	return checkKey(key)
}

// number reads what JSON calls a number.
func number(val []byte) (float64, error) {
	for _, c := range val {
		if (c < '0' || c > '9') && c != '-' && c != '+' && c != '.' && c != 'e' && c != 'E' {
			return 0, ErrNotNumber // ParseFloat knows infinities, underscores and hexadecimals too
		}
	}
	n, err := strconv.ParseFloat(string(val), 64)
	if err != nil {
		return 0, ErrNotNumber
	}
	return n, nil
}

// formatNumber writes whole numbers without an exponent as far as JSON writers do.
func formatNumber(n float64) []byte {
	if math.Abs(n) < 1e21 {
		return strconv.AppendFloat(nil, n, 'f', -1, 64)
	}
	return strconv.AppendFloat(nil, n, 'e', -1, 64)
}
