package api_test

import (
	"bytes"
	"context"
	"io"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"moonwire/wechat/api"
)

func bg() context.Context { return context.Background() }

func TestTokenIsFetchedOnceAndAhead(t *testing.T) {
	for _, stable := range []bool{true, false} {
		w := newWorld()
		s := w.source(t, stable, false, io.Discard)
		first, err := s.Token(bg())
		require.NoError(t, err)
		w.advance(2*time.Hour - 11*time.Minute)
		again, err := s.Token(bg())
		require.NoError(t, err)
		require.Equal(t, first, again)
		calls, _ := w.counted()
		require.Equal(t, 1, calls)
		w.advance(9 * time.Minute)
		ahead, err := s.Token(bg())
		require.NoError(t, err)
		require.NotEqual(t, first, ahead, "two minutes before its end a token was replaced")
		calls, forces := w.counted()
		require.Equal(t, 2, calls)
		require.Zero(t, forces, "a forced refresh is never the ordinary one")
	}
}

func TestManyCallersCauseOneCall(t *testing.T) {
	w := newWorld()
	s := w.source(t, true, true, io.Discard)
	w.hold, w.arrived = make(chan struct{}), make(chan struct{}, 1)
	var all sync.WaitGroup
	tokens := make([]string, 50)
	for i := range tokens {
		all.Go(func() { tokens[i], _ = s.Token(bg()) })
	}
	<-w.arrived
	close(w.hold)
	all.Wait()
	calls, _ := w.counted()
	require.Equal(t, 1, calls)
	for _, token := range tokens {
		require.Equal(t, "STABLE_000001", token)
	}
}

func TestOthersGoOnWhileOneRefreshesAhead(t *testing.T) {
	w := newWorld()
	s := w.source(t, true, false, io.Discard)
	first, err := s.Token(bg())
	require.NoError(t, err)
	w.advance(2*time.Hour - 2*time.Minute)
	w.set(func() { w.hold, w.arrived = make(chan struct{}), make(chan struct{}, 1) })
	done := make(chan string)
	go func() {
		token, _ := s.Token(bg())
		done <- token
	}()
	<-w.arrived
	meanwhile, err := s.Token(bg())
	require.NoError(t, err)
	require.Equal(t, first, meanwhile)
	close(w.hold)
	require.NotEqual(t, first, <-done)
}

func TestLeaderWhoGivesUpIsReplaced(t *testing.T) {
	w := newWorld()
	s := w.source(t, true, false, io.Discard)
	w.hold, w.arrived = make(chan struct{}), make(chan struct{}, 2)
	hurried, cancel := context.WithCancel(bg())
	gaveUp, got := make(chan error), make(chan string)
	go func() {
		_, err := s.Token(hurried)
		gaveUp <- err
	}()
	<-w.arrived
	go func() {
		token, _ := s.Token(bg())
		got <- token
	}()
	cancel()
	require.ErrorIs(t, <-gaveUp, context.Canceled)
	<-w.arrived
	close(w.hold)
	require.Equal(t, "STABLE_000001", <-got)
}

func TestRenewOfAnOldTokenCostsNothing(t *testing.T) {
	w := newWorld()
	s := w.source(t, false, false, io.Discard)
	first, err := s.Token(bg())
	require.NoError(t, err)
	second, err := s.Renew(bg(), first)
	require.NoError(t, err)
	third, err := s.Renew(bg(), first)
	require.NoError(t, err)
	require.Equal(t, second, third)
	calls, _ := w.counted()
	require.Equal(t, 2, calls)
}

func TestRenewForcesOnlyWhenTheSameTokenComesBack(t *testing.T) {
	w := newWorld()
	s := w.source(t, true, false, io.Discard)
	first, err := s.Token(bg())
	require.NoError(t, err)
	w.set(func() { w.serveStable(true) }) // a third party forces: ours is dead, a new one is there
	second, err := s.Renew(bg(), first)
	require.NoError(t, err)
	require.True(t, w.good(second))
	calls, forces := w.counted()
	require.Equal(t, 2, calls)
	require.Equal(t, 1, forces, "the third party's")

	w.advance(time.Minute)
	third, err := s.Renew(bg(), second) // refused although the platform still hands it out
	require.NoError(t, err)
	require.NotEqual(t, second, third)
	calls, forces = w.counted()
	require.Equal(t, 4, calls)
	require.Equal(t, 2, forces)
}

func TestAPlatformThatInsistsIsNotStormed(t *testing.T) {
	w := newWorld()
	w.stuck = true
	s := w.source(t, true, true, io.Discard)
	first, err := s.Token(bg())
	require.NoError(t, err)
	for range 100 {
		_, err = s.Renew(bg(), first)
		require.ErrorIs(t, err, api.ErrSameToken)
		same, err := s.Token(bg())
		require.NoError(t, err)
		require.Equal(t, first, same)
	}
	calls, forces := w.counted()
	require.Equal(t, 3, calls)
	require.Equal(t, 1, forces)
	for range 23 * 60 * 2 { // a day of refusals, one every 30 s
		w.advance(30 * time.Second)
		token, err := s.Token(bg())
		require.NoError(t, err)
		_, _ = s.Renew(bg(), token)
	}
	_, forces = w.counted()
	require.LessOrEqual(t, forces, 20, "the platform allows 20 forced refreshes a day")
}

func TestWrongSecretDoesNotLoop(t *testing.T) {
	w := newWorld()
	w.errcode = 40001
	var log bytes.Buffer
	s := w.source(t, true, false, &log)
	for range 50 {
		_, err := s.Token(bg())
		var refused *api.Error
		require.ErrorAs(t, err, &refused)
		require.Equal(t, api.ClassSecret, refused.Class)
		require.Contains(t, refused.Hint, "app_secret is wrong")
	}
	calls, forces := w.counted()
	require.Equal(t, 1, calls)
	require.Zero(t, forces)
	requireNoSecret(t, log.String())
}

func TestWrongSecretThroughTheClient(t *testing.T) {
	w := newWorld()
	w.errcode = 40001
	client, err := api.NewClient(api.ClientConfig{AppID: "wx1", Secret: appSecret, Doer: w, Now: w.Now, Sleep: w.Sleep})
	require.NoError(t, err)
	_, err = client.Call(bg(), probe)
	var refused *api.Error
	require.ErrorAs(t, err, &refused)
	require.Equal(t, "stable_token", refused.Op)
	calls, _ := w.counted()
	require.Equal(t, 1, calls)
}

func TestOldTokenServesWhileThePlatformIsDown(t *testing.T) {
	w := newWorld()
	s := w.source(t, true, true, io.Discard)
	first, err := s.Token(bg())
	require.NoError(t, err)
	w.advance(2*time.Hour - 3*time.Minute)
	w.set(func() { w.down = true })
	for range 100 {
		token, err := s.Token(bg())
		require.NoError(t, err)
		require.Equal(t, first, token)
	}
	calls, _ := w.counted()
	require.Equal(t, 2, calls, "one try, then a pause")
	w.set(func() { w.down = false })
	w.advance(time.Minute)
	token, err := s.Token(bg())
	require.NoError(t, err)
	require.NotEqual(t, first, token)
}

func TestStoreThatFailsCostsNoCalls(t *testing.T) {
	w := newWorld()
	s := w.source(t, true, true, io.Discard)
	w.storeDown = true
	first, err := s.Token(bg())
	require.NoError(t, err)
	for range 10 {
		token, err := s.Token(bg())
		require.NoError(t, err)
		require.Equal(t, first, token)
	}
	calls, _ := w.counted()
	require.Equal(t, 1, calls)
}

func TestSecondProcessTakesTheSharedToken(t *testing.T) {
	for _, stable := range []bool{true, false} {
		w := newWorld()
		a, b := w.source(t, stable, true, io.Discard), w.source(t, stable, true, io.Discard)
		first, err := a.Token(bg())
		require.NoError(t, err)
		second, err := b.Token(bg())
		require.NoError(t, err)
		require.Equal(t, first, second)
		fresh, err := a.Renew(bg(), first)
		require.NoError(t, err)
		shared, err := b.Renew(bg(), first)
		require.NoError(t, err)
		require.Equal(t, fresh, shared)
	}
}

func TestProcessThatDiedBlocksNobody(t *testing.T) {
	for _, stable := range []bool{true, false} {
		w := newWorld()
		kind := map[bool]string{true: "stable", false: "plain"}[stable]
		w.rows["token:"+kind+":wx1:lease"] = api.TokenRow{Token: "dead process", Expires: w.now.Add(15 * time.Second)}
		begun := w.now
		token, err := w.source(t, stable, true, io.Discard).Token(bg())
		require.NoError(t, err)
		require.True(t, w.good(token))
		require.LessOrEqual(t, w.now.Sub(begun), 16*time.Second)
	}
}

// A platform that hands back the same token although it ends soon is asked again after a pause, not by
// every caller.
func TestUnchangedTokenIsNotAskedForByEveryCaller(t *testing.T) {
	w := newWorld()
	w.life, w.lazy = 200*time.Second, true
	s := w.source(t, true, false, io.Discard)
	for _, want := range []int{2, 3, 4} {
		for range 10 {
			_, err := s.Token(bg())
			require.NoError(t, err)
		}
		calls, _ := w.counted()
		require.Equal(t, want, calls)
		w.advance(31 * time.Second)
	}
}

func TestWaitingCallerMayGiveUp(t *testing.T) {
	w := newWorld()
	s := w.source(t, true, false, io.Discard)
	w.hold, w.arrived = make(chan struct{}), make(chan struct{}, 1)
	leader := make(chan error)
	go func() {
		_, err := s.Token(bg())
		leader <- err
	}()
	<-w.arrived
	hurried, cancel := context.WithCancel(bg())
	cancel()
	_, err := s.Token(hurried)
	require.ErrorIs(t, err, context.Canceled)
	close(w.hold)
	require.NoError(t, <-leader)
}

// A process whose fetch took longer than its lease comes back after another one has fetched: the token
// that was asked for later stays, whoever writes last.
func TestLateAnswerDoesNotReplaceANewerToken(t *testing.T) {
	w := newWorld()
	slow, quick := w.source(t, false, true, io.Discard), w.source(t, false, true, io.Discard)
	w.hold, w.arrived = make(chan struct{}), make(chan struct{}, 1)
	hold := w.hold
	got := make(chan string)
	go func() {
		token, _ := slow.Token(bg())
		got <- token
	}()
	<-w.arrived
	w.advance(20 * time.Second)
	w.set(func() { w.hold = nil })
	newer, err := quick.Token(bg())
	require.NoError(t, err)
	close(hold)
	require.Equal(t, newer, <-got)
	require.Equal(t, newer, w.rows["token:plain:wx1"].Token.Reveal())
}

// The same with the roles changed: the slow one writes first, the one that asked later still wins.
func TestTokenAskedForLaterStays(t *testing.T) {
	w := newWorld()
	slow, later := w.source(t, false, true, io.Discard), w.source(t, false, true, io.Discard)
	holdSlow, holdLater := make(chan struct{}), make(chan struct{})
	w.hold, w.arrived = holdSlow, make(chan struct{}, 2)
	gotSlow, gotLater := make(chan string), make(chan string)
	get := func(s *api.Tokens, got chan string) {
		token, _ := s.Token(bg())
		got <- token
	}
	go get(slow, gotSlow)
	<-w.arrived
	w.advance(20 * time.Second)
	w.set(func() { w.hold = holdLater })
	go get(later, gotLater)
	<-w.arrived
	close(holdSlow) // the platform serves those who wait in their order
	first := <-gotSlow
	close(holdLater)
	second := <-gotLater
	require.NotEqual(t, first, second)
	require.Equal(t, second, w.rows["token:plain:wx1"].Token.Reveal())
}

func TestOneProcessAsksForTheOther(t *testing.T) {
	for _, stable := range []bool{true, false} {
		w := newWorld()
		w.alive = true
		w.hold, w.arrived = make(chan struct{}), make(chan struct{}, 2)
		tokens := make(chan string, 2)
		get := func(s *api.Tokens) {
			token, _ := s.Token(bg())
			tokens <- token
		}
		go get(w.source(t, stable, true, io.Discard))
		<-w.arrived
		go get(w.source(t, stable, true, io.Discard))
		select {
		case <-w.asleep:
		case <-w.arrived:
			require.Fail(t, "the second process asked the platform too")
		}
		close(w.hold)
		require.Equal(t, <-tokens, <-tokens)
		calls, _ := w.counted()
		require.Equal(t, 1, calls)
	}
}

func TestTokenIsHandedOutWithItsEnd(t *testing.T) {
	w := newWorld()
	s := w.source(t, true, false, io.Discard)
	row, err := s.Row(bg())
	require.NoError(t, err)
	require.Equal(t, api.TokenRow{Token: "STABLE_000001", Expires: w.now.Add(2 * time.Hour)}, row)
	client, err := api.NewClient(api.ClientConfig{AppID: "wx1", Tokens: s})
	require.NoError(t, err)
	again, err := client.AccessToken(bg())
	require.NoError(t, err)
	require.Equal(t, row, again)
}
