package admin_test

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/time/rate"

	"moonwire/bot"
	"moonwire/server/admin"
	"moonwire/store"
)

const token = "7f3a9c0d5e1b48a6b2c4d6e8f0a1b3c5"

// fleet is one account; the functions are what a test is about.
type fleet struct {
	admin.Fleet
	files   func() []store.File
	disable func(context.Context) error
}

func (fleet) Accounts() []bot.Status {
	return []bot.Status{{Name: "shop", State: bot.StateServing}}
}

func (f fleet) BuildFiles(context.Context, string, string) ([]store.File, error) {
	return f.files(), nil
}

func (f fleet) Disable(ctx context.Context, _ string, _ store.Actor) error { return f.disable(ctx) }

// kept is a store in which nothing is.
type kept struct{ admin.Store }

func (kept) Trace() string                                          { return "0123456789ABC" }
func (kept) Accounts(context.Context) ([]store.Account, error)      { return nil, nil }
func (kept) Current(context.Context, string) (store.Current, error) { return store.Current{}, nil }
func (kept) AuditLog(context.Context, store.AuditFilter) ([]store.AuditEntry, error) {
	return nil, nil
}

// doorOf is the door to a fleet, with its log.
func doorOf(f admin.Fleet) (*admin.Handler, *strings.Builder) {
	log := &strings.Builder{}
	return admin.New(f, admin.Options{Token: token, Store: kept{}, Log: slog.New(slog.NewTextHandler(log, nil)), Noise: rate.NewLimiter(1, 1)}), log
}

func ask(ctx context.Context, h http.Handler, method, body string) *httptest.ResponseRecorder {
	r := httptest.NewRequestWithContext(ctx, http.MethodPost, admin.Prefix+method, strings.NewReader(body))
	r.Header.Set("Authorization", "Bearer "+token)
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

const getBuild = `{"account":"shop","build":"3f9c12ab"}`

// TestFewHoldWholeFolders: two at once, and who does not wait is told to ask again.
func TestFewHoldWholeFolders(t *testing.T) {
	inside, goOn := make(chan struct{}), make(chan struct{})
	h, _ := doorOf(fleet{files: func() []store.File {
		inside <- struct{}{}
		<-goOn
		return nil
	}})
	var asking sync.WaitGroup
	answers := make([]*httptest.ResponseRecorder, 2)
	for i := range answers {
		asking.Go(func() { answers[i] = ask(t.Context(), h, "builds/get", getBuild) })
	}
	<-inside
	<-inside
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	w := ask(gone, h, "builds/get", getBuild)
	require.Equal(t, http.StatusServiceUnavailable, w.Code)
	require.Contains(t, w.Body.String(), "others are at work on whole folders; ask again")
	close(goOn)
	asking.Wait()
	for _, a := range answers {
		require.Equal(t, http.StatusOK, a.Code)
		require.JSONEq(t, `{"files":[]}`, a.Body.String())
	}
}

// TestFilesAreWrittenOneByOne, and are JSON together, whatever is in their names and contents.
func TestFilesAreWrittenOneByOne(t *testing.T) {
	files := []store.File{{Name: "main.lua", Bytes: []byte("x")}, {Name: `da"ta/茶.csv`, Bytes: nil}, {Name: "media/a.jpg", Bytes: []byte(strings.Repeat("\xff\x00", 100_000))}}
	h, _ := doorOf(fleet{files: func() []store.File { return files }})
	w := ask(t.Context(), h, "builds/get", getBuild)
	var answer struct {
		Files []struct{ Name, Base64 string }
	}
	require.NoError(t, json.Unmarshal(w.Body.Bytes(), &answer))
	require.Len(t, answer.Files, len(files))
	for i, f := range answer.Files {
		require.Equal(t, files[i].Name, f.Name)
		body, err := base64.StdEncoding.DecodeString(f.Base64)
		require.NoError(t, err)
		require.Equal(t, string(files[i].Bytes), string(body))
	}
}

// TestWhoHangsUpStopsNoChange: it is made whole, or not begun.
func TestWhoHangsUpStopsNoChange(t *testing.T) {
	gone, cancel := context.WithCancel(t.Context())
	h, _ := doorOf(fleet{disable: func(ctx context.Context) error {
		cancel()
		_, bounded := ctx.Deadline()
		require.True(t, bounded)
		return ctx.Err()
	}})
	require.Equal(t, http.StatusOK, ask(gone, h, "accounts/disable", `{"account":"shop"}`).Code)
}

// TestOurFaultsAreOurs: a panic is told as a fault of ours, under the trace that the log has, and shows nobody a stack.
func TestOurFaultsAreOurs(t *testing.T) {
	h, log := doorOf(fleet{disable: func(context.Context) error { panic("oops " + token) }})
	w := ask(t.Context(), h, "accounts/disable", `{"account":"shop"}`)
	require.Equal(t, http.StatusInternalServerError, w.Code)
	require.JSONEq(t, `{"error":{"kind":"internal","message":"something went wrong on our side; the log has it under this trace","trace":"3456789ABC"}}`, w.Body.String())
	require.Contains(t, log.String(), "3456789ABC")
	require.Contains(t, log.String(), "panic: oops")
}

// TestAServerThatHangs is given up: it may be stopped, or starved.
func TestAServerThatHangs(t *testing.T) {
	asked, goOn := make(chan struct{}), make(chan struct{})
	hangs := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		close(asked)
		<-goOn
	}))
	defer hangs.Close()
	defer close(goOn)
	err := admin.Client{URL: hangs.URL, Token: token, Patience: time.Millisecond}.Call(t.Context(), "accounts/list", nil, nil)
	require.ErrorIs(t, err, admin.ErrSlow)
	require.NotContains(t, err.Error(), token)
	<-asked
}
