package store_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"moonwire/store"
)

var operator = store.Actor{Kind: store.ActorCLI, Name: "root"}

func accounts(t *testing.T, s *store.Store) []store.Account {
	t.Helper()
	all, err := s.Accounts(context.Background())
	require.NoError(t, err)
	return all
}

func TestDisabledOutlivesRestarts(t *testing.T) {
	each(t, func(t *testing.T, b backend, c *clock) {
		ctx, s := context.Background(), b.open(t)
		changed, err := s.SetDisabled(ctx, "demo", true, operator)
		require.NoError(t, err)
		require.True(t, changed)
		at := c.Now()
		c.Move(time.Hour)
		changed, err = s.SetDisabled(ctx, "demo", true, operator)
		require.NoError(t, err)
		require.False(t, changed, "it is disabled already")
		require.True(t, s.Record(store.Record{Account: "demo", OpenID: "amy", Type: "text"}), "a message under way")
		require.NoError(t, s.Flush(ctx))
		require.NoError(t, s.AccountHere(ctx, "demo", "wx1"))
		require.NoError(t, s.Close())

		s = b.open(t)
		a, known, err := s.Account(ctx, "demo")
		require.NoError(t, err)
		require.True(t, known)
		require.True(t, at.Equal(a.ChangedAt))
		a.ChangedAt = time.Time{}
		require.Equal(t, store.Account{Name: "demo", AppID: "wx1", Disabled: true, ChangedBy: operator}, a)
		_, err = s.SetDisabled(ctx, "demo", false, operator)
		require.NoError(t, err)
		messages, err := s.Messages(ctx, "demo", store.MessageFilter{})
		require.NoError(t, err)
		require.Len(t, messages, 1, "the account's chain is whole")
		a, _, err = s.Account(ctx, "demo")
		require.NoError(t, err)
		require.False(t, a.Disabled)
		_, known, err = s.Account(ctx, "nobody")
		require.NoError(t, err)
		require.False(t, known)
		log, err := s.AuditLog(ctx, store.AuditFilter{Account: "demo"})
		require.NoError(t, err)
		require.Equal(t, []string{"account.enable", "account.disable"}, acts(log), "what changed nothing is not noted")
	})
}

func TestGoneAccounts(t *testing.T) {
	each(t, func(t *testing.T, b backend, c *clock) {
		ctx, s := context.Background(), b.open(t)
		for _, name := range []string{"back", "away", "live"} {
			require.NoError(t, s.AccountHere(ctx, name, "wx"+name))
			require.NoError(t, turnOf(s, name, "amy", 1, c).Set(ctx, "k", nil, 0))
		}
		require.NoError(t, s.AccountGone(ctx, "back"))
		require.NoError(t, s.AccountGone(ctx, "away"))
		first, _, err := s.Account(ctx, "away")
		require.NoError(t, err)
		require.True(t, first.GoneAt.Equal(c.Now()))
		c.Move(store.KeepGone / 2)
		require.NoError(t, s.AccountGone(ctx, "away"))
		require.NoError(t, s.AccountHere(ctx, "back", "wxback"))
		again, _, err := s.Account(ctx, "away")
		require.NoError(t, err)
		require.Equal(t, first, again, "it is away since then")
		pruned, err := s.Prune(ctx, store.Retention{})
		require.NoError(t, err)
		require.Zero(t, pruned.Accounts)
		c.Move(store.KeepGone / 2)
		pruned, err = s.Prune(ctx, store.Retention{})
		require.NoError(t, err)
		require.EqualValues(t, 1, pruned.Accounts)
		require.Equal(t, []store.Account{{Name: "back", AppID: "wxback"}, {Name: "live", AppID: "wxlive"}}, accounts(t, s))
		for name, want := range map[string]bool{"back": true, "away": false, "live": true} {
			_, kept, err := turnOf(s, name, "amy", 2, c).Get(ctx, "k")
			require.NoError(t, err)
			require.Equal(t, want, kept, name)
		}
	})
}

func TestForgetAndRenameRefuse(t *testing.T) {
	each(t, func(t *testing.T, b backend, c *clock) {
		ctx, s := context.Background(), b.open(t)
		fill(t, s, c, "demo", 1)
		fill(t, s, c, "other", 1)
		disable := func(name string, disabled bool) {
			_, err := s.SetDisabled(ctx, name, disabled, operator)
			require.NoError(t, err)
		}
		before := everything(t, s)
		for _, test := range []struct {
			name     string
			from, to string
			want     error
		}{
			{"a live account", "demo", "new", store.ErrLive},
			{"no account at all", "nobody", "new", store.ErrLive},
			{"no name", "demo", "", store.ErrTooLarge},
			{"a long name", "demo", strings.Repeat("x", 256), store.ErrTooLarge},
		} {
			t.Run(test.name, func(t *testing.T) {
				require.ErrorIs(t, s.RenameAccount(ctx, test.from, test.to, operator), test.want)
			})
		}
		require.ErrorIs(t, s.ForgetAccount(ctx, "demo", operator), store.ErrLive)
		require.ErrorIs(t, s.ForgetAccount(ctx, "nobody", operator), store.ErrLive)
		require.Equal(t, before, everything(t, s))

		disable("demo", true)
		require.ErrorIs(t, s.RenameAccount(ctx, "demo", "other", operator), store.ErrTaken)
		_, err := s.SaveBuild(ctx, "built", []store.File{{Name: "main.lua"}}, store.BuildMeta{})
		require.NoError(t, err)
		require.ErrorIs(t, s.RenameAccount(ctx, "demo", "built", operator), store.ErrTaken, "a build is something too")
		require.ErrorIs(t, s.RenameAccount(ctx, "demo", "demo", operator), store.ErrTaken)
		disable("demo", false)
		require.ErrorIs(t, s.ForgetAccount(ctx, "demo", operator), store.ErrLive)
	})
}

func TestRenameMovesEverything(t *testing.T) {
	each(t, func(t *testing.T, b backend, c *clock) {
		ctx, s := context.Background(), b.open(t)
		fill(t, s, c, "demo", 1)
		fill(t, s, c, "other", 2)
		before := everything(t, s)
		_, err := s.SetDisabled(ctx, "demo", true, operator)
		require.NoError(t, err)
		require.NoError(t, s.RenameAccount(ctx, "demo", "new", operator))
		require.Empty(t, rowsOf(t, s, "account", "demo", "audit"))
		_, err = s.SetDisabled(ctx, "new", false, store.Actor{})
		require.NoError(t, err)
		after := everything(t, s)
		for table, rows := range before {
			for _, row := range rows {
				if row["account"] == "demo" && table != "audit" {
					row["account"] = "new"
				}
				if row["account"] == "new" && table == "accounts" {
					continue // its state has changed
				}
				if table != "audit" {
					require.Contains(t, after[table], row, table)
				}
			}
			if table != "audit" {
				require.Len(t, after[table], len(rows), table)
			}
		}
		messages, err := s.Messages(ctx, "new", store.MessageFilter{OpenID: "amy"})
		require.NoError(t, err)
		require.NotEmpty(t, messages)
		builds, err := s.Builds(ctx, "new")
		require.NoError(t, err)
		require.Len(t, builds, 2)
		log, err := s.AuditLog(ctx, store.AuditFilter{Account: "new", Limit: 1})
		require.NoError(t, err)
		require.Equal(t, "account.rename", log[0].Act)
		require.Equal(t, "demo new", log[0].Object)
		require.True(t, s.Record(store.Record{Account: "new", OpenID: "amy", Type: "text"}))
		require.NoError(t, s.Flush(ctx))
		more, err := s.Messages(ctx, "new", store.MessageFilter{OpenID: "amy"})
		require.NoError(t, err)
		require.Len(t, more, len(messages)+1, "it goes on under its new name")
	})
}

func TestRenameHasABound(t *testing.T) {
	if testing.Short() {
		t.Skip("many rows by one goroutine, of which the race detector learns nothing")
	}
	each(t, func(t *testing.T, b backend, c *clock) {
		ctx, s := context.Background(), b.open(t)
		store.Exec(t, s, fmt.Sprintf(`INSERT INTO kv (account, key, value) WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %d) SELECT 'demo', cast(i AS BLOB), x'76' FROM n`, store.MaxRename))
		_, err := s.SetDisabled(ctx, "demo", true, operator)
		require.NoError(t, err)
		require.ErrorIs(t, s.RenameAccount(ctx, "demo", "new", operator), store.ErrTooLarge, "the account's own row counts, and that of the keys' group")
		store.Exec(t, s, `DELETE FROM kv WHERE key IN (cast(1 AS BLOB), cast(2 AS BLOB))`)
		require.NoError(t, s.RenameAccount(ctx, "demo", "new", operator))
	})
}

func acts(log []store.AuditEntry) (all []string) {
	for _, e := range log {
		all = append(all, e.Act)
	}
	return all
}

// fill gives an account rows in every table; n tells accounts apart.
func fill(t *testing.T, s *store.Store, c *clock, account string, n byte) {
	t.Helper()
	ctx := context.Background()
	require.NoError(t, s.AccountHere(ctx, account, "wx"+account))
	for i, fan := range []string{"amy", "bob"} {
		turn := turnOf(s, account, fan, n*10+byte(i), c)
		require.NoError(t, turn.Set(ctx, "fan", []byte(fmt.Sprint(i)), 0))
		require.NoError(t, turn.Finish(ctx, store.Result{Reply: []byte("hi"), Session: []byte("{}"), SessionChanged: true}))
		require.NoError(t, s.KeepAnswer(ctx, account, fan, []byte("late")))
		whose, err := s.ReserveTokens(ctx, store.SpendingKey{Account: account, OpenID: fan, Day: store.SpendingDay(c.Now())}, 10, store.SpendingBounds{Fan: 100, Account: 100})
		require.NoError(t, err)
		require.Empty(t, whose)
		fillTalk(t, s, c, account, fan, n*10+byte(i)+100)
		require.NoError(t, s.KeepHistory(ctx, account, fan, []byte("said by "+fan)))
		fillRecords(t, s, c, account, fan)
	}
	var last store.Build
	for i := range 2 {
		var err error
		last, err = s.SaveBuild(ctx, account, []store.File{
			{Name: "main.lua", Bytes: []byte(fmt.Sprint("build ", i, " of ", account))}, {Name: "shared/x.lua", Bytes: []byte("shared by all")},
		}, store.BuildMeta{State: store.BuildGood})
		require.NoError(t, err)
	}
	_, set, err := s.SetCurrent(ctx, account, store.Current{Build: last.ID}, store.Actor{})
	require.NoError(t, err)
	require.True(t, set)
	called := s.Turn(store.TurnKey{Account: account, Key: [16]byte{byte(len(account)), 77}, At: c.Now()})
	require.NoError(t, called.PutJob(ctx, store.Job{ID: "job of " + account, Kind: store.JobTask, Name: "remind", Due: c.Now().Add(time.Hour), Args: []byte(`{"n":1}`)}))
	require.NoError(t, called.Finish(ctx, store.Result{Hook: &store.HookCall{Hook: "paid of " + account, ID: [16]byte{77}, Type: "text/plain"}}))
	_, err = s.HoldJobs(ctx, account, store.Actor{})
	require.NoError(t, err)
	_, err = s.Publish(ctx, account, last.ID, []byte("app_id: wx"+account), store.Actor{})
	require.NoError(t, err)
	claim, _, err := s.ClaimMenu(ctx, "wx"+account, "hash", false)
	require.NoError(t, err)
	require.NoError(t, s.FinishMenu(ctx, claim, true))
	require.NoError(t, s.SaveMedia(ctx, store.MediaKey{AppID: "wx" + account, Kind: "image"}, "media of "+account, c.Now().Add(72*time.Hour)))
	_, err = s.SwapToken(ctx, "token:plain:wx"+account, "", store.TokenRow{Token: "secret", Expires: c.Now().Add(2 * time.Hour)})
	require.NoError(t, err)
	require.NoError(t, s.Audit(ctx, store.AuditEntry{Account: account, Who: operator, Act: "test", Object: "o"}))
	require.NoError(t, s.Flush(ctx))
}

// fillTalk lets a fan be in a conversation, and keeps a signal.
func fillTalk(t *testing.T, s *store.Store, c *clock, account, fan string, key byte) {
	t.Helper()
	ctx := context.Background()
	turn := turnOf(s, account, fan, key, c)
	talk := store.Talk{ID: "talk of " + account + " " + fan, Flow: "order", Build: "3f9c12ab", Fresh: true, Life: time.Hour}
	end := &store.TalkEnd{Talk: talk, State: store.ConversationWaits, Entries: []byte("said by " + fan), Kind: "text", Question: "?"}
	require.NoError(t, turn.Finish(ctx, store.Result{Talk: end}))
	_, err := s.Signal(ctx, account, store.Signal{OpenID: fan, Name: "paid", Data: []byte("paid by " + fan)})
	require.NoError(t, err)
}

// fillRecords writes three events and a message of a fan, and has them changed later.
func fillRecords(t *testing.T, s *store.Store, c *clock, account, fan string) {
	t.Helper()
	whose := fan + " of " + account
	r := store.Record{
		Account: account, OpenID: fan, Type: "event", Event: "CLICK", EventKey: "k", MenuEvent: true,
		Content: "words of " + whose, Detail: []byte("trace of " + whose), Status: store.Answered, FanAct: true, CreateTime: c.Now().Unix(),
	}
	for range 3 {
		require.True(t, s.Record(r))
	}
	r.Trace, r.Type, r.Event, r.MenuEvent, r.MsgID = s.Trace(), "text", "", false, "message of "+whose
	require.True(t, s.Record(r))
	store.Seal(t, s)
	r.Again = true
	require.True(t, s.Record(r))
}

// everything is all rows of all tables.
func everything(t *testing.T, s *store.Store) map[string][]map[string]any {
	t.Helper()
	all := map[string][]map[string]any{}
	for table := range store.Columns(t, s) {
		all[table] = store.Rows(t, s, table)
	}
	return all
}

// rowsOf names the tables that have rows whose column has that value, but for some.
func rowsOf(t *testing.T, s *store.Store, column, value string, but ...string) (tables []string) {
	t.Helper()
	for table, rows := range everything(t, s) {
		for _, row := range rows {
			if row[column] == value && !slices.Contains(but, table) {
				tables = append(tables, table)
				break
			}
		}
	}
	return tables
}
