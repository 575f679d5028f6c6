package bot_test

import (
	"context"
	"fmt"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"moonwire/bot"
	"moonwire/llm"
	"moonwire/llm/standin"
	"moonwire/outside"
	"moonwire/store"
)

// parlour is a house whose accounts have the stand-in model.
func parlour(t testing.TB, accounts map[string]files, sleep func(context.Context, time.Duration) error, change ...func(*bot.Options)) (*house, *standin.Model) {
	t.Helper()
	model := standin.New(standin.Options{Sleep: sleep})
	server := httptest.NewServer(model.Handler())
	t.Cleanup(server.Close)
	change = append(change, func(o *bot.Options) {
		o.StandInModel = llm.Endpoint{Base: server.URL, Model: standin.ModelName}
		if l, ok := o.ModelDoer.(*listener); ok {
			l.Doer = server.Client()
		} else {
			o.ModelDoer = server.Client()
		}
	})
	return newHouse(t, accounts, change...), model
}

const asking = `on.text(function(msg)
  local a, err = llm.chat{ messages = {{role = "user", content = msg.content}}, max_tokens = 100 }
  return a and a.text or err.kind .. ": " .. err.message
end)`

// A model is asked on the way of all calls of scripts: what is on this machine or beside it is not reached unless the
// operator opens it.
func TestAModelIsNoWayIn(t *testing.T) {
	model := standin.New(standin.Options{})
	server := httptest.NewServer(model.Handler())
	t.Cleanup(server.Close)
	at, err := outside.ParseOpened(server.Listener.Addr().String())
	require.NoError(t, err)
	demo := map[string]files{"demo": {"main.lua": asking, "account.yaml": unhurried + "\nllm: { base: \"" + server.URL + "/v1\", model: " + standin.ModelName + " }"}}
	for _, tt := range []struct {
		name string
		open []outside.Opened
		want string
	}{
		{"closed", nil, "refused: private: 127.0.0.1 is this machine itself"},
		{"opened by the operator", []outside.Opened{at}, standin.Han(40)},
	} {
		t.Run(tt.name, func(t *testing.T) {
			h := newHouse(t, demo, func(o *bot.Options) { o.PrivateHTTP = map[string][]outside.Opened{"demo": tt.open} })
			require.Equal(t, tt.want, h.say(h.text("amy", "1", "#han=40")).seen())
		})
	}
	require.Len(t, model.Asked(), 1)
}

func TestBudgetsOfAModel(t *testing.T) {
	const yaml = unhurried + "\nllm: { base: \"http://127.0.0.1:1/v1\", model: x, key: \"${env:NONE}\", budget: { fan: 380, day: 600 } }"
	h, model := parlour(t, map[string]files{"demo": {"main.lua": asking, "account.yaml": yaml}}, nil)
	steps := []struct{ name, fan, said, want string }{
		{"answered", "amy", "#han=40", standin.Han(40)},
		{"reserved, and given back when refused", "amy", "#status=401", "unauthorized: HTTP 401: Incorrect API key provided"},
		{"what the first took is gone", "amy", "#han=100", standin.Han(100)},
		{"and again", "amy", "#han=100", standin.Han(100)},
		{"the fan has no more", "amy", "#han=100", "budget: this fan has no more of today's 380 tokens for a question that may take 107 (llm: budget: fan)"},
		{"another has", "bob", "#han=100", standin.Han(100)},
		{"and again", "bob", "#han=100", standin.Han(100)},
		{"now the account has no more", "cat", "#han=40", "budget: the account has no more of today's 600 tokens for a question that may take 107 (llm: budget: day)"},
	}
	for i, st := range steps {
		t.Run(st.name, func(t *testing.T) {
			require.Equal(t, st.want, h.say(h.text(st.fan, fmt.Sprint(i), st.said)).seen())
		})
	}
	require.Len(t, model.Asked(), 6, "what the budget refuses is not asked")
	h.clock.Add(24 * time.Hour)
	require.Equal(t, standin.Han(40), h.say(h.text("amy", "next day", "#han=40")).seen())
}

// TestBudgetsHoldWhenAllAskAtOnce: what is reserved is not to be had by others.
func TestBudgetsHoldWhenAllAskAtOnce(t *testing.T) {
	const yaml = unhurried + "\nllm: { base: \"http://127.0.0.1:1/v1\", model: x, key: \"${env:NONE}\", budget: { fan: 10000, day: 600 } }"
	ask, gate := make(chan struct{}, 20), make(chan struct{})
	h, _ := parlour(t, map[string]files{"demo": {"main.lua": asking, "account.yaml": yaml}}, func(ctx context.Context, d time.Duration) error {
		if d > 0 {
			ask <- struct{}{}
			<-gate
		}
		return nil
	})
	var wg sync.WaitGroup
	var mu sync.Mutex
	budget := 0
	for i := range 20 {
		wg.Go(func() {
			if said := h.say(h.text(fmt.Sprint("fan", i), "1", "#delay=1s #han=40")).seen(); said != standin.Han(40) {
				mu.Lock()
				defer mu.Unlock()
				require.Contains(t, said, "budget: ")
				budget++
			}
		})
	}
	for range 5 { // 111 tokens each
		<-ask
	}
	require.Eventually(t, func() bool { mu.Lock(); defer mu.Unlock(); return budget == 15 }, patient, time.Millisecond)
	close(gate)
	wg.Wait()
	spent, err := h.store.SpendingOf(t.Context(), store.SpendingKey{Account: "demo", Day: store.SpendingDay(noon.In(time.FixedZone("CST", 8*60*60)))})
	require.NoError(t, err)
	require.EqualValues(t, 5, spent.Asked)
	require.Less(t, spent.Tokens, int64(400), "settled")
}

func TestWhoHasWhichModel(t *testing.T) {
	own := func(key string) string {
		return "llm: { base: \"http://127.0.0.1:1/v1\", model: x, key: \"${env:" + key + "}\" }"
	}
	tests := []struct {
		name, llm string
		alone     bool // without a stand-in
		want      string
	}{
		{"none, with a stand-in", "", false, "standin"},
		{"none at all", "", true, "unauthorized: account.yaml has no llm"},
		{"its key is not set, with a stand-in", own("NONE"), false, "standin"},
		{"its key is not set", own("NONE"), true, "unauthorized: account.yaml has no llm"},
		{"its own, which is not there", own("SECRET"), false, "refused: private: 127.0.0.1 is this machine itself"},
	}
	const main = `on.text(function(msg)
  local a, err = llm.chat{messages = {{role = "user", content = "x"}}, timeout = "1s"}
  return a and a.model or err.kind .. ": " .. err.message
end)`
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			server := httptest.NewServer(standin.New(standin.Options{}).Handler())
			t.Cleanup(server.Close)
			h := newHouse(t, map[string]files{"demo": {"main.lua": main, "account.yaml": unhurried + "\n" + tt.llm}}, func(o *bot.Options) {
				if !tt.alone {
					o.StandInModel = llm.Endpoint{Base: server.URL, Model: standin.ModelName}
				}
			})
			require.Equal(t, tt.want, h.say(h.text("amy", "1", "x")).seen())
		})
	}
}

// TestWhatAModelDoesPausesNobody: neither an answer of any length nor a slow one counts as what the script spent.
func TestWhatAModelDoesPausesNobody(t *testing.T) {
	const talkative = "\nllm: { base: \"http://127.0.0.1:1/v1\", model: x, key: \"${env:NONE}\", max_tokens: 32000 }"
	longest := func(ctx context.Context, d time.Duration) error {
		if d == 0 {
			return nil
		}
		<-ctx.Done()
		return ctx.Err()
	}
	tests := []struct {
		name, script, yaml, says string
		want                     string
	}{
		{"a long llm.reply", assistant, unhurried + talkative, "#han=40000", "〔1〕"},
		{"a long llm.chat", `on.text("plain", "plain") on.text(function(msg) return llm.chat{ messages = {{role = "user", content = msg.content}} }.text end)`, unhurried + talkative, "#han=40000", "〔1〕"},
		{"two long ones", `on.text("plain", "plain") on.text(function(msg) local a = llm.chat{ messages = {{role = "user", content = msg.content}} }.text return a .. a end)`, unhurried + talkative, "#han=40000", "〔1〕"},
		{"slow", `on.text("plain", "plain") on.text(function(msg) return llm.chat{ messages = {{role = "user", content = msg.content}} }.text end)`, "limits: { total_time: 100ms }", "#delay=1s", "抱歉"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			h, _ := parlour(t, map[string]files{"demo": {"main.lua": tt.script, "account.yaml": tt.yaml}}, longest)
			for i := range 4 {
				require.Contains(t, h.say(h.text(fmt.Sprint("fan", i), fmt.Sprint(i), tt.says)).seen(), tt.want)
			}
			require.Equal(t, "plain", h.say(h.text("amy", "9", "plain")).seen())
			require.Zero(t, h.fleet.Account("demo").Status().Pauses)
			if tt.says == "#han=40000" {
				h.until("a report says so", func() bool { // the plain one may come first
					return slices.ContainsFunc(h.turns, func(r bot.TurnReport) bool { return strings.Contains(fmt.Sprint(r.Warnings), "not whole") })
				})
			}
		})
	}
}
