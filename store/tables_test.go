package store_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"moonwire/store"
)

// No table without an owner who deletes, a bound, and a place in forget, export and backup.
func TestEveryTableIsSpokenFor(t *testing.T) {
	each(t, func(t *testing.T, b backend, _ *clock) {
		there, said := store.Columns(t, b.open(t)), map[string]store.Table{}
		for _, table := range store.Tables() {
			require.NotContains(t, said, table.Name, "twice")
			said[table.Name] = table
		}
		require.ElementsMatch(t, slices.Collect(maps.Keys(there)), slices.Collect(maps.Keys(said)), "a table of the database is missing in tables.go, or one there is none of the database")
		for name, columns := range there {
			t.Run(name, func(t *testing.T) {
				table := said[name]
				require.NotEmpty(t, table.Whose)
				require.NotEmpty(t, table.Retention)
				require.NotEmpty(t, table.Bound)
				require.NotEmpty(t, table.AccountForgets)
				require.Subset(t, columns, table.Columns, "it speaks of columns that are not there")
				if slices.Contains(columns, "account") && name != "audit" {
					require.Contains(t, []string{"account", "fan"}, table.Whose)
					require.NotEqual(t, "never", table.AccountForgets)
				}
				for _, fan := range []string{"openid", "fan"} {
					if slices.Contains(columns, fan) {
						require.Equal(t, "fan", table.Whose)
						require.Equal(t, fan, table.Fan)
						require.NotEmpty(t, table.FanForgets)
					}
				}
			})
		}
	})
}

// mentions are the columns whose values have a word in them, in rows of an account or of nobody.
func mentions(t *testing.T, s *store.Store, word, account string, but ...string) (found []string) {
	t.Helper()
	for table, rows := range everything(t, s) {
		for _, row := range rows {
			if of, ok := row["account"]; ok && account != "" && of != account || slices.Contains(but, table) {
				continue
			}
			for column, value := range row {
				text := fmt.Sprint(value)
				if raw, ok := value.([]byte); ok {
					text = string(raw)
				}
				if strings.Contains(text, word) {
					found = append(found, table+"."+column)
				}
			}
		}
	}
	slices.Sort(found)
	return slices.Compact(found)
}

func TestForgetAccountLeavesNothing(t *testing.T) {
	each(t, func(t *testing.T, b backend, c *clock) {
		ctx, s := context.Background(), b.open(t)
		fill(t, s, c, "demo", 1)
		fill(t, s, c, "other", 2)
		for _, table := range store.Tables() {
			if !slices.Contains([]string{"record_masks", "old_messages", "old_fans"}, table.Name) {
				require.NotEmpty(t, store.Rows(t, s, table.Name), "the test itself must fill %s", table.Name)
			}
		}
		before := everything(t, s)
		_, err := s.SetDisabled(ctx, "demo", true, operator)
		require.NoError(t, err)
		require.NoError(t, s.AccountGone(ctx, "demo")) // while its folder is there, it stays disabled
		require.NoError(t, s.ForgetAccount(ctx, "demo", operator))
		c.Move(26 * time.Hour) // tokens run out by themselves
		_, err = s.Prune(ctx, store.Retention{})
		require.NoError(t, err)
		require.Empty(t, mentions(t, s, "demo", "", "audit"))
		log, err := s.AuditLog(ctx, store.AuditFilter{Account: "demo"})
		require.NoError(t, err)
		require.Equal(t, []string{"account.forget", "account.disable", "test"}, acts(log), "who did it stays")
		requireTidy(t, s)
		for table, rows := range everything(t, s) {
			if slices.Contains([]string{"claims", "sessions", "answers", "histories", "tokens", "audit", "nodes"}, table) {
				continue // they have run out for all, or go on
			}
			for _, row := range before[table] {
				if row["account"] == "other" || row["app_id"] == "wxother" {
					require.Contains(t, rows, row, table)
				}
			}
		}
		require.NotEmpty(t, store.Rows(t, s, "files"), "what other accounts have too")
		require.ErrorIs(t, s.ForgetAccount(ctx, "demo", operator), store.ErrLive, "there is nothing to forget")
	})
}

// An app_id that another account has keeps its menu.
func TestForgetAccountWithASharedAppID(t *testing.T) {
	each(t, func(t *testing.T, b backend, c *clock) {
		ctx, s := context.Background(), b.open(t)
		fill(t, s, c, "demo", 1)
		require.NoError(t, s.AccountHere(ctx, "twin", "wxdemo"))
		require.NoError(t, s.AccountGone(ctx, "demo"))
		require.NoError(t, s.AccountGone(ctx, "twin"))
		require.NoError(t, s.ForgetAccount(ctx, "demo", operator))
		require.Len(t, store.Rows(t, s, "menus"), 1)
		require.NoError(t, s.ForgetAccount(ctx, "twin", operator))
		require.Empty(t, store.Rows(t, s, "menus"))
	})
}

func TestForgetFanLeavesNothing(t *testing.T) {
	each(t, func(t *testing.T, b backend, c *clock) {
		ctx, s := context.Background(), b.open(t)
		fill(t, s, c, "demo", 1)
		fill(t, s, c, "other", 2)
		shared := []string{"record_blocks", "record_changes", "record_pages"} // rows that several accounts have
		bob := mentions(t, s, "bob", "demo", shared...)
		require.Equal(t, []string{
			"answers.openid", "claims.fan", "conversations.id", "conversations.openid", "histories.openid", "histories.value", "journals.body", "journals.owner",
			"menu_events.last", "sessions.openid", "signals.data", "signals.openid", "spendings.openid", "traces.body", "traces.openid",
		}, bob)
		records := []string{"record_blocks.body", "record_changes.body", "record_pages.body", "traces.body"}
		require.Equal(t, records, mentions(t, s, "bob of demo", "demo"))
		require.NoError(t, s.Forget(ctx, "demo", "bob"))
		require.Equal(t, []string{"claims.fan"}, mentions(t, s, "bob", "demo", shared...))
		require.Empty(t, mentions(t, s, "bob of demo", "demo"))
		require.Equal(t, bob, mentions(t, s, "bob", "other", shared...))
		require.Equal(t, records, mentions(t, s, "bob of other", "other"))
		require.NotEmpty(t, mentions(t, s, "amy", "demo"))
		c.Move(store.ClaimLife)
		_, err := s.Prune(ctx, store.Retention{})
		require.NoError(t, err)
		require.Empty(t, mentions(t, s, "bob", "demo", shared...))
	})
}

func export(t *testing.T, s *store.Store, account string) (rows map[string][]map[string]any, text string) {
	t.Helper()
	var out bytes.Buffer
	require.NoError(t, s.Export(context.Background(), account, &out))
	text, rows = out.String(), map[string][]map[string]any{}
	lines := bufio.NewScanner(&out)
	for lines.Scan() {
		var line struct {
			Table string
			Row   map[string]any
		}
		require.NoError(t, json.Unmarshal(lines.Bytes(), &line))
		rows[line.Table] = append(rows[line.Table], line.Row)
	}
	require.NoError(t, lines.Err())
	return rows, text
}

func TestExport(t *testing.T) {
	each(t, func(t *testing.T, b backend, c *clock) {
		ctx, s := context.Background(), b.open(t)
		fill(t, s, c, "demo", 1)
		fill(t, s, c, "other", 2)
		turn := turnOf(s, "demo", "amy", 99, c)
		require.NoError(t, turn.Set(ctx, "raw", []byte{0xff, 0}, time.Hour))
		require.NoError(t, turn.Set(ctx, "<b>茶</b>", []byte("&"), 0))
		require.NoError(t, turn.Finish(ctx, store.Result{}))
		require.NoError(t, s.Forget(ctx, "demo", "bob"))
		rows, text := export(t, s, "demo")
		for _, table := range store.Tables() {
			if table.Exported {
				require.NotEmpty(t, rows[table.Shown], table.Name)
			} else {
				require.NotContains(t, rows, table.Name)
			}
		}
		require.Contains(t, text, "<b>茶</b>")
		for _, strange := range []string{"secret", "bob", "other"} {
			require.NotContains(t, text, strange)
		}
		require.Equal(t, []map[string]any{
			{"key": "<b>茶</b>", "value": "&"},
			{"key": "fan", "value": "1"},
			{"key": "raw", "value": map[string]any{"base64": "/wA="}, "expires": "2026-03-01T11:30:00Z"},
		}, rows["kv"])
		require.Len(t, rows["messages"], 4)
		require.Equal(t, "words of amy of demo", rows["messages"][0]["body"].(map[string]any)["content"])
		require.Len(t, rows["messages"][0]["id"], 13)
		require.Equal(t, "amy", rows["fans"][0]["openid"])
		none, _ := export(t, s, "nobody")
		require.Empty(t, none)
	})
}

func TestExportHasAllPages(t *testing.T) {
	each(t, func(t *testing.T, b backend, c *clock) {
		ctx, s := context.Background(), b.open(t)
		const many = 1203
		for n := range many {
			require.True(t, s.Record(store.Record{
				Account: []string{"demo", "other"}[n%2], OpenID: fmt.Sprint("fan", n), Type: "event", Event: "CLICK", MenuEvent: true, EventKey: fmt.Sprint(n),
			}))
		}
		require.NoError(t, s.KeepAnswer(ctx, "demo", "amy", []byte("late")))
		rows, _ := export(t, s, "demo")
		for _, table := range []string{"messages", "fans", "menu_events"} {
			require.Len(t, rows[table], (many+1)/2, table)
		}
		seen := map[any]bool{}
		for _, row := range rows["fans"] {
			seen[row["openid"]] = true
		}
		require.Len(t, seen, (many+1)/2, "none twice")
		require.Equal(t, "late", rows["answers"][0]["answer"])
	})
}
