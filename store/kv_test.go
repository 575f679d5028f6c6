package store_test

import (
	"bytes"
	"context"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"moonwire/store"
)

func TestValues(t *testing.T) {
	each(t, func(t *testing.T, b backend, c *clock) {
		ctx, s := context.Background(), b.open(t)
		turn := turnOf(s, "demo", "amy", 1, c)
		big := bytes.Repeat([]byte{0, 255}, store.MaxValue/2)
		keys := []string{"k", "\x00", "\xff\xff", "a%_'\"\\b", "键", strings.Repeat("x", store.MaxKey)}
		for i, key := range keys {
			for _, val := range [][]byte{{byte(i)}, {}, nil, big} {
				require.NoError(t, turn.Set(ctx, key, val, 0))
				got, ok, err := turn.Get(ctx, key)
				require.NoError(t, err)
				require.True(t, ok)
				require.NotNil(t, got, "there, though empty")
				require.True(t, bytes.Equal(val, got))
			}
		}
		_, ok, err := turnOf(s, "other", "amy", 1, c).Get(ctx, "k")
		require.NoError(t, err)
		require.False(t, ok, "accounts do not meet")

		existed, err := turn.Delete(ctx, "k")
		require.NoError(t, err)
		require.True(t, existed)
		existed, err = turn.Delete(ctx, "k")
		require.NoError(t, err)
		require.False(t, existed)

		require.ErrorIs(t, turn.Set(ctx, "", nil, 0), store.ErrTooLarge)
		require.ErrorIs(t, turn.Set(ctx, strings.Repeat("x", store.MaxKey+1), nil, 0), store.ErrTooLarge)
		require.ErrorIs(t, turn.Set(ctx, "k", make([]byte, store.MaxValue+1), 0), store.ErrTooLarge)
		_, err = turn.CAS(ctx, "k", nil, make([]byte, store.MaxValue+1))
		require.ErrorIs(t, err, store.ErrTooLarge)
	})
}

// Values written before and after their commit must read the same.
func TestValuesBeforeAndAfterTheCommit(t *testing.T) {
	each(t, func(t *testing.T, b backend, c *clock) {
		ctx, s := context.Background(), b.open(t)
		turn := turnOf(s, "demo", "amy", 1, c)
		require.NoError(t, turn.Set(ctx, "k", []byte{}, time.Hour))
		require.NoError(t, turn.Finish(ctx, store.Result{}))
		later := turnOf(s, "demo", "amy", 2, c)
		val, ok, err := later.Get(ctx, "k")
		require.NoError(t, err)
		require.True(t, ok)
		require.NotNil(t, val)
		entries, _, err := later.List(ctx, "k", store.Page{})
		require.NoError(t, err)
		require.Len(t, entries, 1)
	})
}

func TestTimeToLive(t *testing.T) {
	each(t, func(t *testing.T, b backend, c *clock) {
		ctx, s := context.Background(), b.open(t)
		turn := turnOf(s, "demo", "amy", 1, c)
		there := func(key string) bool {
			_, ok, err := turn.Get(ctx, key)
			require.NoError(t, err)
			entries, _, err := turn.List(ctx, key, store.Page{Limit: 1})
			require.NoError(t, err)
			require.Equal(t, ok, len(entries) == 1)
			return ok
		}
		for _, key := range []string{"set", "incr", "cas", "again"} {
			require.NoError(t, turn.Set(ctx, key, []byte("1"), time.Minute))
		}
		require.NoError(t, turn.Set(ctx, "again", []byte("1"), 0))
		_, err := turn.Incr(ctx, "incr", 1)
		require.NoError(t, err)
		swapped, err := turn.CAS(ctx, "cas", []byte("1"), []byte("2"))
		require.NoError(t, err)
		require.True(t, swapped)
		c.Move(time.Minute - time.Millisecond)
		for _, key := range []string{"set", "incr", "cas", "again"} {
			require.True(t, there(key), key)
		}
		c.Move(time.Millisecond)
		for _, key := range []string{"set", "incr", "cas"} {
			require.False(t, there(key), key)
		}
		require.True(t, there("again"), "a Set without ttl is for ever")

		existed, err := turn.Delete(ctx, "set")
		require.NoError(t, err)
		require.False(t, existed, "what has run out is not there")
		sum, err := turn.Incr(ctx, "incr", 5)
		require.NoError(t, err)
		require.Equal(t, 5.0, sum, "counting begins anew")
		swapped, err = turn.CAS(ctx, "cas", nil, []byte("new"))
		require.NoError(t, err)
		require.True(t, swapped)
		c.Move(24 * time.Hour)
		require.True(t, there("incr"), "and for ever")
		require.True(t, there("cas"))
	})
}

func TestIncr(t *testing.T) {
	tests := []struct {
		name string
		was  string // "" = absent
		by   float64
		want string // "" = ErrNotNumber
	}{
		{"absent", "", 1, "1"},
		{"whole", "41", 1, "42"},
		{"negative", "-1", -1, "-2"},
		{"fraction", "0.5", 0.25, "0.75"},
		{"exponent", "1e3", 1, "1001"},
		{"large", "100000000000000000000", 0, "100000000000000000000"},
		{"larger", "1e21", 0, "1e+21"},
		{"beyond", "1e308", 1.7e308, ""},
		{"not a number by", "1", math.NaN(), ""},
		{"text", `"1"`, 1, ""},
		{"infinity", "Inf", 1, ""},
		{"hexadecimal", "0x10", 1, ""},
		{"underscore", "1_0", 1, ""},
		{"blank", " ", 1, ""},
	}
	each(t, func(t *testing.T, b backend, c *clock) {
		ctx, s := context.Background(), b.open(t)
		for i, test := range tests {
			t.Run(test.name, func(t *testing.T) {
				turn := turnOf(s, "demo", "amy", byte(i), c)
				if test.was != "" {
					require.NoError(t, turn.Set(ctx, test.name, []byte(test.was), 0))
				}
				_, err := turn.Incr(ctx, test.name, test.by)
				got, _, getErr := turn.Get(ctx, test.name)
				require.NoError(t, getErr)
				if test.want == "" {
					require.ErrorIs(t, err, store.ErrNotNumber)
					require.Equal(t, test.was, string(got), "untouched")
					return
				}
				require.NoError(t, err)
				require.Equal(t, test.want, string(got))
			})
		}
	})
}

func TestCAS(t *testing.T) {
	tests := []struct {
		name          string
		was, old, val []byte
		swapped       bool
		want          []byte
	}{
		{"make", nil, nil, []byte("a"), true, []byte("a")},
		{"make what is there", []byte("x"), nil, []byte("a"), false, []byte("x")},
		{"make what is there, empty", []byte{}, nil, []byte("a"), false, []byte{}},
		{"swap", []byte("x"), []byte("x"), []byte("a"), true, []byte("a")},
		{"swap with empty", []byte("x"), []byte("x"), []byte{}, true, []byte{}},
		{"swap something else", []byte("y"), []byte("x"), []byte("a"), false, []byte("y")},
		{"swap what is not there", nil, []byte("x"), []byte("a"), false, nil},
		{"empty is not absent", nil, []byte{}, []byte("a"), false, nil},
		{"delete", []byte("x"), []byte("x"), nil, true, nil},
		{"delete something else", []byte("y"), []byte("x"), nil, false, []byte("y")},
		{"absent to absent", nil, nil, nil, true, nil},
	}
	each(t, func(t *testing.T, b backend, c *clock) {
		ctx, s := context.Background(), b.open(t)
		for i, test := range tests {
			t.Run(test.name, func(t *testing.T) {
				turn := turnOf(s, "demo", "amy", byte(i), c)
				if test.was != nil {
					require.NoError(t, turn.Set(ctx, test.name, test.was, 0))
				}
				swapped, err := turn.CAS(ctx, test.name, test.old, test.val)
				require.NoError(t, err)
				require.Equal(t, test.swapped, swapped)
				got, ok, err := turn.Get(ctx, test.name)
				require.NoError(t, err)
				require.Equal(t, test.want != nil, ok)
				require.Equal(t, string(test.want), string(got))
			})
		}
	})
}

func TestList(t *testing.T) {
	each(t, func(t *testing.T, b backend, c *clock) {
		ctx, s := context.Background(), b.open(t)
		keys := []string{"", "a", "a%", "a%b", "a_b", "aXb", "ab", "a\x00", "a\xff", "a\xff\xff", "a\xffz", "b", "\xff", "\xff\xff", "é", "键"}
		turn := turnOf(s, "demo", "amy", 1, c)
		for _, key := range keys[1:] {
			require.NoError(t, turn.Set(ctx, key, []byte("v"+key), 0))
		}
		require.NoError(t, turnOf(s, "other", "amy", 1, c).Set(ctx, "a", nil, 0))
		check := func(t *testing.T) {
			reader := turnOf(s, "demo", "amy", 2, c)
			for _, prefix := range append(keys, "zz", "a%c", "\xff\xff\xff") {
				var want, got []string
				for _, key := range keys[1:] {
					if strings.HasPrefix(key, prefix) {
						want = append(want, key)
					}
				}
				slices.Sort(want)
				entries, _, err := reader.List(ctx, prefix, store.Page{})
				require.NoError(t, err)
				for _, e := range entries {
					got = append(got, e.Key)
					require.Equal(t, "v"+e.Key, string(e.Value))
				}
				require.Equal(t, want, got, "%q", prefix)
			}
		}
		t.Run("before the commit", check)
		require.NoError(t, turn.Finish(ctx, store.Result{}))
		t.Run("after", check)
		entries, _, err := turn.List(ctx, "a", store.Page{Limit: 3})
		require.NoError(t, err)
		require.Len(t, entries, 3)
	})
}

func TestListIsBounded(t *testing.T) {
	each(t, func(t *testing.T, b backend, c *clock) {
		ctx, s := context.Background(), b.open(t)
		turn := turnOf(s, "demo", "amy", 1, c)
		for n := range store.MaxList + 1 {
			require.NoError(t, turn.Set(ctx, fmt.Sprintf("s%04d", n), nil, 0))
		}
		entries, _, err := turn.List(ctx, "s", store.Page{Limit: 1 << 30})
		require.NoError(t, err)
		require.Len(t, entries, store.MaxList)
		for n := range 129 {
			require.NoError(t, turn.Set(ctx, fmt.Sprintf("l%04d", n), make([]byte, store.MaxValue), 0))
		}
		entries, more, err := turn.List(ctx, "l", store.Page{})
		require.NoError(t, err)
		require.Len(t, entries, 128, "8 MiB of values")
		require.True(t, more)
	})
}
