package bot_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"moonwire/bot"
	"moonwire/wechat/sim"
)

const createMenu = "/cgi-bin/menu/create"

func menuScript(today, more string) string {
	return fmt.Sprintf(`menu{
  button(%q, { click = function(msg) return "today " .. msg.event_key end }),
  group("更多", { button("官网", { view = "https://example.com" }) }),
}
%s
on.fallback(function(msg) return "fallback " .. (msg.event_key or msg.content) end)
`, today, more)
}

// pushed waits for the nth report of a menu (from 0).
func (h *house) pushed(n int) bot.MenuReport {
	h.t.Helper()
	h.until(fmt.Sprintf("menu report %d", n), func() bool { return len(h.menus) > n })
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.menus[n]
}

func menuHouse(t *testing.T, change ...func(*bot.Options)) (*house, *standIn) {
	return newStandIn(t, map[string]files{"demo": {"account.yaml": yaml, "main.lua": menuScript("今日", "")}}, change...)
}

func TestADeclaredMenuIsPushedWhenItsContentChanged(t *testing.T) {
	h, s := menuHouse(t)
	first := h.pushed(0)
	require.NoError(t, first.Err)
	require.Equal(t, h.save(0).Build, first.Build)
	shown, err := s.MenuOf("demo", "amy")
	require.NoError(t, err)
	require.Contains(t, string(shown), "mw:今日")

	for i := range 10 {
		h.write("demo", files{"main.lua": menuScript("今日", fmt.Sprintf("-- save %d", i))})
		require.True(t, h.save(i+1).Live)
	}
	h.write("demo", files{"main.lua": menuScript("推荐", "")})
	require.True(t, h.save(11).Live)
	require.NoError(t, h.pushed(1).Err)
	h.close()
	require.Len(t, h.menus, 2)
	require.Equal(t, 2, s.count(createMenu))

	h.open()
	h.save(12)
	h.close()
	require.Equal(t, 2, s.count(createMenu), "a start with the menu that was pushed last")

	h.write("demo", files{"main.lua": menuScript("明日", "")})
	h.open()
	require.NoError(t, h.pushed(2).Err)
	h.close()
	require.Equal(t, 3, s.count(createMenu), "a start with another")
}

func TestTheStandInOfDevGetsTheMenuAtEveryStart(t *testing.T) {
	h, s := menuHouse(t, func(o *bot.Options) { o.Dev = true })
	h.pushed(0)
	h.write("demo", files{"main.lua": menuScript("今日", "-- again")})
	h.save(1)
	h.close()
	require.Equal(t, 1, s.count(createMenu))
	h.open()
	require.NoError(t, h.pushed(1).Err)
	h.close()
	require.Equal(t, 2, s.count(createMenu), "the platform of dev does not remember")
}

func TestTwoProcessesPushAMenuOnce(t *testing.T) {
	h, s := menuHouse(t)
	twin := h.twin()
	require.NoError(t, h.pushed(0).Err)
	h.save(0)
	twin.save(0)
	h.write("demo", files{"main.lua": menuScript("推荐", "")})
	h.save(1)
	twin.save(1)
	require.NoError(t, h.pushed(1).Err)
	h.close()
	twin.close()
	require.Len(t, h.menus, 2)
	require.Equal(t, 2, s.count(createMenu), "once per content")

	h.open()
	twin.open()
	h.save(2)
	twin.save(2)
	h.close()
	twin.close()
	require.Equal(t, 2, s.count(createMenu))
	shown, err := s.MenuOf("demo", "amy")
	require.NoError(t, err)
	require.Contains(t, string(shown), "mw:推荐")
}

func TestAFailedMenuPushIsReportedAndTriedAgain(t *testing.T) {
	var fault string
	h, s := newStandIn(t, map[string]files{"demo": {"account.yaml": yaml, "main.lua": `on.text("no menu yet")`}})
	h.save(0)
	fault = s.AddFault(sim.Fault{Path: createMenu, ErrCode: 40119, ErrMsg: "invalid button type"})
	h.write("demo", files{"main.lua": menuScript("今日", "")})
	require.True(t, h.save(1).Live, "the save is live whatever WeChat says")
	r := h.pushed(0)
	require.ErrorContains(t, r.Err, "40119")
	require.ErrorContains(t, r.Err, "menu/create")
	require.ErrorContains(t, r.Err, "button", "a cause, in words")

	h.write("demo", files{"main.lua": menuScript("今日", "-- the next save")})
	require.Error(t, h.pushed(1).Err, "tried again at the next save")
	h.write("demo", files{"main.lua": menuScript("今日", "-- the next save")})
	require.Error(t, h.pushed(2).Err, "even at one that changes nothing")
	h.close()
	h.open()
	require.Error(t, h.pushed(3).Err, "and at the next start")
	s.RemoveFault(fault)
	h.write("demo", files{"main.lua": menuScript("今日", "-- at last")})
	require.NoError(t, h.pushed(4).Err)
	h.close()
	require.Equal(t, 5, s.count(createMenu))
}

func TestAMenuPushBlocksNobody(t *testing.T) {
	h, s := newStandIn(t, map[string]files{"demo": {"account.yaml": yaml, "main.lua": `on.text("old")`}})
	h.save(0)
	s.AddFault(sim.Fault{Path: createMenu, Slow: time.Hour, Times: 1})
	h.write("demo", files{"main.lua": menuScript("今日", `on.text("new")`)})
	require.True(t, h.save(1).Live)
	s.await(createMenu, 1)
	require.Equal(t, "new", s.does("amy", sim.Text("hello")))
	h.write("demo", files{"main.lua": menuScript("今日", `on.text("newer")`)})
	require.True(t, h.save(2).Live)
	require.Equal(t, "newer", s.does("amy", sim.Text("hello")))
	h.close()
	require.Empty(t, h.menus, "an end of the process is no failure of the push")
	h.open()
	require.NoError(t, h.pushed(0).Err, "what was cut off is done at the next start")
}

// hasty is a clock by which nobody has patience with a slow answer: a second is over soon.
func hasty(d time.Duration, fn func()) (stop func() bool) {
	if d == time.Second {
		d = 20 * time.Millisecond
	}
	return time.AfterFunc(d, fn).Stop
}

// TestSlowAnswersHoldUpNoOtherMenu has WeChat keep more accounts waiting than there are pushers, each with a second menu
// on top.
func TestSlowAnswersHoldUpNoOtherMenu(t *testing.T) {
	const slow = 50 // of the pushes that may go on beside
	accounts := map[string]files{"demo": {"account.yaml": yaml, "main.lua": `on.text("no menu yet")`}}
	name := func(i int) string { return fmt.Sprintf("slow%d", i) }
	for i := range slow {
		own := strings.Replace(yaml, "wx1a2b3c4d5e6f7081", fmt.Sprintf("wx1a2b3c4d5e6f8%03d", i), 1)
		accounts[name(i)] = files{"account.yaml": own, "main.lua": `on.text("no menu yet")`}
	}
	h, s := newStandIn(t, accounts, func(o *bot.Options) { o.After = hasty })
	h.save(slow)
	for i := range slow {
		s.AddFault(sim.Fault{Account: name(i), Path: createMenu, Slow: time.Hour})
		h.write(name(i), files{"main.lua": menuScript("今日", "")})
	}
	s.await(createMenu, slow)
	for i := range slow {
		h.write(name(i), files{"main.lua": menuScript("明日", "")})
	}
	h.save(slow * 3)
	h.write("demo", files{"main.lua": menuScript("今日", "")})
	r := h.pushed(0)
	require.NoError(t, r.Err)
	require.Equal(t, "demo", r.Account)
	require.Equal(t, slow+1, s.count(createMenu), "an account has one push under way at most")
}

// TestSlowAnswersGiveTheirPlaceBack: what was slow and is over holds up no other menu either.
func TestSlowAnswersGiveTheirPlaceBack(t *testing.T) {
	const slow, rounds, stuck = 35, 2, 5 // of the slow ones in all more than may go on beside; of the stuck more than there are pushers
	accounts := map[string]files{"demo": {"account.yaml": yaml, "main.lua": `on.text("no menu yet")`}}
	name := func(i int) string { return fmt.Sprintf("slow%d", i) }
	for i := range slow + stuck {
		own := strings.Replace(yaml, "wx1a2b3c4d5e6f7081", fmt.Sprintf("wx1a2b3c4d5e6f8%03d", i), 1)
		accounts[name(i)] = files{"account.yaml": own, "main.lua": `on.text("no menu yet")`}
	}
	h, s := newStandIn(t, accounts, func(o *bot.Options) { o.After = hasty })
	h.save(slow + stuck)
	for round := range rounds {
		for i := range slow {
			s.AddFault(sim.Fault{Account: name(i), Path: createMenu, Slow: 60 * time.Millisecond, Times: 1})
			h.write(name(i), files{"main.lua": menuScript(fmt.Sprint(round), "")})
		}
		require.NoError(t, h.pushed(slow*(round+1)-1).Err)
	}
	for i := range stuck {
		s.AddFault(sim.Fault{Account: name(slow + i), Path: createMenu, Slow: time.Hour})
		h.write(name(slow+i), files{"main.lua": menuScript("明日", "")})
	}
	s.await(createMenu, slow*rounds+stuck)
	h.write("demo", files{"main.lua": menuScript("今日", "")})
	require.Equal(t, "demo", h.pushed(slow*rounds).Account)
}

// A rollback brings back the menu that the build declares.
func TestARollbackBringsItsMenuBack(t *testing.T) {
	h, s := menuHouse(t)
	require.NoError(t, h.pushed(0).Err)
	h.built("demo")
	h.clock.Add(time.Second)
	h.write("demo", files{"main.lua": menuScript("推荐", "")})
	require.NoError(t, h.pushed(1).Err)
	h.built("demo")
	_, err := h.fleet.Rollback(t.Context(), "demo", "", operator)
	require.NoError(t, err)
	require.NoError(t, h.pushed(2).Err)
	shown, err := s.MenuOf("demo", "amy")
	require.NoError(t, err)
	require.Contains(t, string(shown), "mw:今日")
}

func TestWithoutTheRightOrAMenuNothingIsPushed(t *testing.T) {
	tests := []struct{ name, yaml, script, warning string }{
		{"no menu", yaml, `on.text("x")`, ""},
		{"not verified", yaml + "verified: false\n", menuScript("今日", ""), "not verified"},
		{"a subscription account", "app_id: wx1a2b3c4d5e6f7081\nkind: subscription\nmode: plain\ntoken: ${env:TOKEN}\napp_secret: ${env:SECRET}\n", menuScript("今日", ""), "not verified"},
		{"a person's account", yaml + "verified: true\nsubject: personal\n", menuScript("今日", ""), "subject: personal"},
		{"no secret", "app_id: wx1a2b3c4d5e6f7081\nkind: service\nmode: plain\ntoken: ${env:TOKEN}\n", menuScript("今日", ""), "app_secret"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			h, s := newStandIn(t, map[string]files{"demo": {"account.yaml": tt.yaml, "main.lua": tt.script}})
			r := h.save(0)
			require.True(t, r.Live)
			if tt.warning == "" {
				require.Empty(t, r.Warnings)
			} else {
				require.Contains(t, fmt.Sprint(r.Warnings), "menu is not pushed")
				require.Contains(t, fmt.Sprint(r.Warnings), tt.warning)
			}
			h.close()
			require.Empty(t, s.asked)
			require.Empty(t, h.menus)
		})
	}
}

func TestTapsOnDeclaredButtons(t *testing.T) {
	h, s := menuHouse(t)
	require.NoError(t, h.pushed(0).Err)
	require.Equal(t, "today mw:今日", s.does("amy", sim.Tap("今日")))
	require.Equal(t, bot.Answered, h.report(0).Outcome)
	require.Contains(t, h.report(0).Rule, "main.lua:2 button")

	h.write("demo", files{"main.lua": menuScript("推荐", "")})
	h.save(1)
	h.clock.Add(time.Minute) // or the same tap would be a repeat
	require.NoError(t, h.pushed(1).Err)
	require.Equal(t, "today mw:推荐", s.does("amy", sim.Tap("推荐")))
	require.Equal(t, "fallback mw:今日", s.does("amy", sim.Click("mw:今日")), "a phone that still shows the old menu")
	require.Equal(t, "fallback TODAY", s.does("amy", sim.Click("TODAY")))
}
