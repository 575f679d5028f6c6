package store_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"moonwire/store"
)

func keysOf(entries []store.Entry) (keys []string) {
	for _, e := range entries {
		keys = append(keys, e.Key+"="+string(e.Value))
	}
	return keys
}

func TestListsPageToTheEnd(t *testing.T) {
	each(t, func(t *testing.T, b backend, c *clock) {
		ctx, s := context.Background(), b.open(t)
		turn := turnOf(s, "demo", "amy", 1, c)
		for _, key := range []string{"a", "a:1", "a:2", "a:3", "a:\xff", "a\xff", "b", "\xff", "\xff\xff"} {
			require.NoError(t, turn.Set(ctx, key, []byte("1"), 0))
		}
		require.NoError(t, turn.Set(ctx, "a:0", []byte("1"), time.Second))
		require.NoError(t, turnOf(s, "other", "amy", 1, c).Set(ctx, "a:4", nil, 0))
		c.Move(time.Second)
		for _, tt := range []struct {
			name, prefix string
			page         store.Page
			want         string
			more         bool
		}{
			{"the first", "a:", store.Page{Limit: 2}, "a:1 a:2", true},
			{"behind them", "a:", store.Page{Limit: 2, After: "a:2"}, "a:3 a:\xff", false},
			{"behind one that went", "a:", store.Page{Limit: 2, After: "a:11"}, "a:2 a:3", true},
			{"all that is there", "a:", store.Page{Limit: 4}, "a:1 a:2 a:3 a:\xff", false},
			{"behind the last", "a:", store.Page{After: "a:\xff"}, "", false},
			{"behind what is greater", "a:", store.Page{After: "b"}, "", false},
			{"behind what is less", "a:", store.Page{After: "Z"}, "a:1 a:2 a:3 a:\xff", false},
			{"from the last", "a:", store.Page{Limit: 2, Reverse: true}, "a:\xff a:3", true},
			{"before them", "a:", store.Page{Limit: 2, Reverse: true, After: "a:3"}, "a:2 a:1", false},
			{"before what is greater", "a:", store.Page{Limit: 1, Reverse: true, After: "zz"}, "a:\xff", true},
			{"before what is less", "a:", store.Page{Reverse: true, After: "a"}, "", false},
			{"a prefix without an end", "\xff", store.Page{Reverse: true}, "\xff\xff \xff", false},
			{"everything, from the last", "", store.Page{Reverse: true, Limit: 3}, "\xff\xff \xff b", true},
		} {
			t.Run(tt.name, func(t *testing.T) {
				entries, more, err := turn.List(ctx, tt.prefix, tt.page)
				require.NoError(t, err)
				var keys []string
				for _, e := range entries {
					keys = append(keys, e.Key)
				}
				require.Equal(t, tt.want, strings.Join(keys, " "))
				require.Equal(t, tt.more, more)
			})
		}
	})
}

func TestTop(t *testing.T) {
	each(t, func(t *testing.T, b backend, c *clock) {
		ctx, s := context.Background(), b.open(t)
		turn := turnOf(s, "demo", "amy", 1, c)
		for key, value := range map[string]string{
			"p:amy": "10", "p:bob": "9", "p:cat": "10", "p:dan": "-3", "p:eve": "0.5", "p:fay": "1e21", "p:none": `"99"`, "p:list": "[99]", "p:yes": "true",
			"p:old:amy": "11", "p:old:bob": "2", "q:amy": "1000", "alone": "5",
		} {
			require.NoError(t, turn.Set(ctx, key, []byte(value), 0))
		}
		require.NoError(t, turn.Set(ctx, "p:gone", []byte("500"), time.Second))
		require.NoError(t, turnOf(s, "other", "amy", 1, c).Set(ctx, "p:zoe", []byte("77"), 0))
		c.Move(time.Second)
		check := func(t *testing.T) {
			for _, tt := range []struct {
				name, prefix string
				n            int
				want         string
			}{
				{"of a group and those in it", "p:", 4, "p:fay=1e21 p:old:amy=11 p:amy=10 p:cat=10"},
				{"all of them", "p:", 0, "p:fay=1e21 p:old:amy=11 p:amy=10 p:cat=10 p:bob=9 p:old:bob=2 p:eve=0.5 p:dan=-3"},
				{"of a group in another", "p:old:", 9, "p:old:amy=11 p:old:bob=2"},
				{"of a part of a group", "p:o", 1, "p:old:amy=11"},
				{"of everything", "", 3, "p:fay=1e21 q:amy=1000 p:old:amy=11"},
				{"of one key", "alone", 3, "alone=5"},
				{"of nothing", "x:", 3, ""},
			} {
				t.Run(tt.name, func(t *testing.T) {
					entries, err := turn.Top(ctx, tt.prefix, tt.n)
					require.NoError(t, err)
					require.Equal(t, tt.want, strings.Join(keysOf(entries), " "))
				})
			}
		}
		t.Run("before the commit", check)
		require.NoError(t, turn.Finish(ctx, store.Result{}))
		turn = turnOf(s, "demo", "amy", 2, c)
		t.Run("after", check)
	})
}

// TestTopAndCountAreWhatTheKeysSay changes keys at random, bytes that are no text among them, and compares with a map.
func TestTopAndCountAreWhatTheKeysSay(t *testing.T) {
	each(t, func(t *testing.T, b backend, c *clock) {
		ctx, s := context.Background(), b.open(t)
		turn := s.Turn(store.TurnKey{Account: "demo", At: c.Now(), Unclaimed: true})
		type entry struct {
			value   string
			expires time.Time
		}
		there := map[string]entry{}
		random := rand.New(rand.NewPCG(7, 8))
		pieces := []string{"a", ":", "茶", "\x80", "\x00", "\xff", "e\xcc"}
		word := func(most int) (s string) {
			for range random.IntN(most) {
				s += pieces[random.IntN(len(pieces))]
			}
			return s
		}
		for round := range 1500 {
			key, value := "k"+word(5), strconv.Itoa(random.IntN(40)-20)
			if random.IntN(5) == 0 {
				value = `"text"`
			}
			switch random.IntN(6) {
			case 0, 1, 2:
				require.NoError(t, turn.Set(ctx, key, []byte(value), 0))
				there[key] = entry{value: value}
			case 3:
				require.NoError(t, turn.Set(ctx, key, []byte(value), time.Minute))
				there[key] = entry{value, c.Now().Add(time.Minute)}
			case 4:
				_, err := turn.Delete(ctx, key)
				require.NoError(t, err)
				delete(there, key)
			default:
				c.Move(time.Second)
				if round%50 == 0 {
					_, err := s.Prune(ctx, store.Retention{})
					require.NoError(t, err)
				}
			}
			if round%3 != 0 {
				continue
			}
			prefix := "k" + word(4)
			var want []store.Entry
			count := int64(0)
			for k, e := range there {
				if !strings.HasPrefix(k, prefix) || !e.expires.IsZero() && !e.expires.After(c.Now()) {
					continue
				}
				if count++; e.value != `"text"` {
					want = append(want, store.Entry{Key: k, Value: []byte(e.value)})
				}
			}
			slices.SortFunc(want, func(x, y store.Entry) int {
				m, _ := strconv.Atoi(string(x.Value))
				n, _ := strconv.Atoi(string(y.Value))
				if m != n {
					return n - m
				}
				return strings.Compare(x.Key, y.Key)
			})
			got, err := turn.Top(ctx, prefix, 5)
			require.NoError(t, err)
			require.Equal(t, keysOf(want[:min(5, len(want))]), keysOf(got), "%q", prefix)
			n, err := turn.Count(ctx, prefix)
			require.NoError(t, err)
			require.Equal(t, count, n, "%q", prefix)
		}
		for key := range there {
			_, err := turn.Delete(ctx, key)
			require.NoError(t, err)
		}
		_, err := turn.Delete(ctx, "nothing")
		require.NoError(t, err)
		require.NoError(t, s.Flush(ctx))
		n, err := turn.Count(ctx, "")
		require.NoError(t, err)
		require.Zero(t, n)
		require.Empty(t, store.Rows(t, s, "kv_groups"), "a group goes with its last key")
	})
}

// TestWhatOlderProgramsWriteCounts: they know no groups.
func TestWhatOlderProgramsWriteCounts(t *testing.T) {
	each(t, func(t *testing.T, b backend, c *clock) {
		ctx := context.Background()
		old, err := store.OpenWithSteps(ctx, store.Options{Path: b.path, Now: c.Now}, 8)
		require.NoError(t, err)
		store.Exec(t, old, `INSERT INTO kv (account, key, value) VALUES ('demo', CAST('p:amy' AS BLOB), CAST('3' AS BLOB))`)
		require.NoError(t, old.Close())
		s := b.open(t)
		for key, value := range map[string]string{"p:amy": "5", "p:bob": "4", "p:cat": "1", "p:dan": "9"} {
			store.Exec(t, s, fmt.Sprintf(`INSERT INTO kv (account, key, value, expires) VALUES ('demo', CAST('%s' AS BLOB), CAST('%s' AS BLOB), NULL)
				ON CONFLICT (account, key) DO UPDATE SET value = excluded.value, expires = excluded.expires`, key, value))
		}
		store.Exec(t, s, `DELETE FROM kv WHERE account = 'demo' AND key = CAST('p:dan' AS BLOB)`)
		turn := turnOf(s, "demo", "amy", 5, c)
		top, err := turn.Top(ctx, "p:", 2)
		require.NoError(t, err)
		require.Equal(t, []string{"p:amy=5", "p:bob=4"}, keysOf(top))
		n, err := turn.Count(ctx, "p:")
		require.NoError(t, err)
		require.Equal(t, int64(3), n)
	})
}

// TestGroupsMoveAndGoWithTheirAccount: the counts of an account follow it to its new name, and are forgotten with it.
func TestGroupsMoveAndGoWithTheirAccount(t *testing.T) {
	each(t, func(t *testing.T, b backend, c *clock) {
		ctx, s := context.Background(), b.open(t)
		turn := turnOf(s, "demo", "amy", 1, c)
		require.NoError(t, turn.Set(ctx, "p:amy", []byte("3"), 0))
		require.NoError(t, turn.Finish(ctx, store.Result{}))
		_, err := s.SetDisabled(ctx, "demo", true, operator)
		require.NoError(t, err)
		require.NoError(t, s.RenameAccount(ctx, "demo", "shop", operator))
		turn = turnOf(s, "shop", "amy", 2, c)
		n, err := turn.Count(ctx, "p:")
		require.NoError(t, err)
		require.Equal(t, int64(1), n)
		top, err := turn.Top(ctx, "p:", 1)
		require.NoError(t, err)
		require.Equal(t, []string{"p:amy=3"}, keysOf(top))
		require.NoError(t, s.ForgetAccount(ctx, "shop", operator))
		require.Empty(t, store.Rows(t, s, "kv_groups"))
	})
}

func TestTopAndCountAreBounded(t *testing.T) {
	each(t, func(t *testing.T, b backend, c *clock) {
		ctx, s := context.Background(), b.open(t)
		store.Exec(t, s, `WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 100000)
			INSERT INTO kv (account, key, value) SELECT 'demo', CAST('p:' || i AS BLOB), CAST(i AS BLOB) FROM n`)
		store.Exec(t, s, `WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 100000)
			INSERT INTO kv (account, key, value) SELECT 'demo', CAST('q:' || i || ':x' AS BLOB), CAST(i AS BLOB) FROM n`)
		turn := turnOf(s, "demo", "amy", 1, c)
		n, err := turn.Count(ctx, "p:")
		require.NoError(t, err)
		require.Equal(t, int64(100_001), n)
		top, err := turn.Top(ctx, "p:", 1)
		require.NoError(t, err)
		require.Equal(t, []string{"p:100000=100000"}, keysOf(top))
		top, err = turn.Top(ctx, "q:1000", 1)
		require.NoError(t, err)
		require.Equal(t, []string{"q:100000:x=100000"}, keysOf(top))
		for _, prefix := range []string{"p", "q:"} {
			_, err = turn.Count(ctx, prefix)
			require.ErrorIs(t, err, store.ErrTooLarge, prefix)
			_, err = turn.Top(ctx, prefix, 1)
			require.ErrorIs(t, err, store.ErrTooLarge, prefix)
		}
	})
}

// TestTopAndCountGoByIndexes asks the database how it finds what they ask for.
func TestTopAndCountGoByIndexes(t *testing.T) {
	s := sqliteBackend(t, newClock().Now).open(t)
	for _, tt := range []struct{ name, query, want string }{
		{"top", store.TopQuery, "SEARCH kv USING INDEX kv_numbers (account=? AND <expr>=?)"},
		{"groups", store.GroupQuery, "SEARCH kv USING INDEX kv_numbers (account=? AND <expr>>?)"},
		{"expired", store.ExpiredQuery, "SEARCH kv USING COVERING INDEX kv_expires (expires<?)"},
		{"sums", store.SumQuery, "SEARCH kv_groups USING PRIMARY KEY (account=? AND name>? AND name<?)"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			plan := store.Plan(t, s, tt.query)
			require.Contains(t, plan, tt.want)
			require.NotContains(t, plan, "TEMP B-TREE", "it must not sort")
		})
	}
}

func BenchmarkTopAndCount(b *testing.B) {
	ctx, s := context.Background(), openForBench(b)
	for n := range 10 {
		turn := s.Turn(store.TurnKey{Account: "demo", Unclaimed: true, At: time.Now()})
		for i := range 100_000 {
			require.NoError(b, turn.Set(ctx, fmt.Sprintf("board:oFan%020d", n*100_000+i), []byte(strconv.Itoa(rand.IntN(1<<30))), 0))
		}
		require.NoError(b, turn.Finish(ctx, store.Result{}))
	}
	turn := s.Turn(store.TurnKey{Account: "demo", Unclaimed: true, At: time.Now()})
	b.Run("top", func(b *testing.B) {
		for b.Loop() {
			top, err := turn.Top(ctx, "board:", 100)
			require.NoError(b, err)
			require.Len(b, top, 100)
		}
	})
	b.Run("count", func(b *testing.B) {
		for b.Loop() {
			n, err := turn.Count(ctx, "board:")
			require.NoError(b, err)
			require.Equal(b, int64(1_000_000), n)
		}
	})
}
