package bot_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"moonwire/bot"
	"moonwire/store"
)

// TestAnOperatorSeesConversations, ends them without a word, and lets failed ones go on.
func TestAnOperatorSeesConversations(t *testing.T) {
	h, _ := flowHouse(t, pushesYAML, orderScript)
	h.talk("amy", "下单", "茶")
	h.talk("bob", "下单")
	list, err := h.fleet.Conversations(t.Context(), "demo", "", 10)
	require.NoError(t, err)
	require.Len(t, list, 2)
	require.Equal(t, []string{"amy", "bob"}, []string{list[0].OpenID, list[1].OpenID})
	list, err = h.fleet.Conversations(t.Context(), "demo", "amy", 10)
	require.NoError(t, err)
	require.Len(t, list, 1)
	list, err = h.fleet.Conversations(t.Context(), "demo", "", 1)
	require.NoError(t, err)
	require.Len(t, list, 1)

	c, pieces, err := h.fleet.ConversationOf(t.Context(), "demo", "amy")
	require.NoError(t, err)
	require.Equal(t, []any{"order", store.ConversationWaits}, []any{c.Flow, c.State})
	require.NotEmpty(t, pieces)
	_, _, err = h.fleet.ConversationOf(t.Context(), "demo", "eve")
	require.ErrorIs(t, err, bot.ErrNoConversation)

	require.NoError(t, h.fleet.EndConversation(t.Context(), "demo", "amy", operator))
	require.ErrorIs(t, h.fleet.EndConversation(t.Context(), "demo", "amy", operator), bot.ErrNoConversation)
	require.Equal(t, "没听懂", h.talk("amy", "2"))
	require.Empty(t, h.api.messages())
	require.Equal(t, "几杯?", h.talk("bob", "茶"), "nobody else's ends")
}

// TestOnWhichBuildAConversationGoesOn that had failed: the live one, or one that is named.
func TestOnWhichBuildAConversationGoesOn(t *testing.T) {
	h, dues := flowHouse(t, serveYAML, twoQuestions("谁?", "几杯?"), func(o *bot.Options) { o.Dev = false })
	first := h.built("demo")[0]
	ctx, f := t.Context(), h.fleet
	fail := func() {
		h.talk("amy", "开始", "我")
		h.saveScript(`on.text("开始", flow("f", function(c) error("no") end)) on.fallback("没听懂")`)
		require.NoError(t, f.ResumeConversation(ctx, "demo", "amy", "", operator))
		h.lookAtDue(dues, 0)
		h.until("it has failed", func() bool {
			c, found := h.conversation("amy")
			return found && c.State == store.ConversationFailed
		})
	}
	fail()
	require.ErrorIs(t, f.ResumeConversation(ctx, "demo", "amy", "ffffffff", operator), store.ErrNoBuild)
	require.ErrorIs(t, f.ResumeConversation(ctx, "demo", "eve", "", operator), bot.ErrNoConversation)
	h.clock.Add(time.Second) // what is resumed twice at one moment goes on once
	require.NoError(t, f.ResumeConversation(ctx, "demo", "amy", first[:8], operator))
	c, found := h.conversation("amy")
	require.True(t, found)
	require.Equal(t, first, c.Build)
	h.until("it is asked again", func() bool {
		c, found := h.conversation("amy")
		return found && c.State == store.ConversationWaits
	})
	require.Equal(t, "我2", h.talk("amy", "2"))
}

// TestAReportOfAConversationThatWoke says what woke it.
func TestAReportOfAConversationThatWoke(t *testing.T) {
	h, dues := flowHouse(t, pushesYAML, `on.text("问", flow("f", function(c) local x, why = c:ask("?", { timeout = "5m" }) error("没有回答") end))`)
	h.talk("amy", "问")
	h.lookAtDue(dues, 5*time.Minute)
	r := h.report(1)
	require.Equal(t, bot.Failed, r.Outcome)
	require.Contains(t, r.Box, `flow "f": timeout`)
	require.Equal(t, []string{bot.Woken, "f"}, []string{r.MsgType, r.EventKey})
}
