package bot_test

import (
	"fmt"
	"math/rand/v2"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// countFlow asks for numbers and adds them up, in locals and in the store.
const countFlow = `on.text("开始", flow("sum", function(c)
  local all = {}
  for i = 1, 6 do
    local n = c:ask("第 " .. i .. " 个?", {number = true})
    all[#all + 1] = n
    store.incr("sum", n)
    store.incr("answers")
  end
  return "完: " .. table.concat(all, " ")
end, {cancel = false}))
on.text(function(msg) store.incr("rules") return "规则" end)`

// TestTwoMessagesReachTwoProcesses at once: both are answers, one after the other, and nothing is done twice.
func TestTwoMessagesReachTwoProcesses(t *testing.T) {
	h, _ := flowHouse(t, "", countFlow)
	twin := h.twin()
	require.Equal(t, "第 1 个?", h.talk("amy", "开始"))
	both := []*house{h, twin}
	id, asked := 1000, regexp.MustCompile(`^第 (\d) 个\?$`)
	for round := range 3 {
		var told []string
		var waits []*delivery
		for _, one := range both {
			id++
			waits = append(waits, one.deliver(one.text("amy", fmt.Sprint(id), strconv.Itoa(id))))
		}
		for i, d := range waits {
			both[i].wait("an answer", d.answered)
			told = append(told, d.seen())
		}
		if round < 2 {
			require.ElementsMatch(t, []string{fmt.Sprintf("第 %d 个?", 2*round+2), fmt.Sprintf("第 %d 个?", 2*round+3)}, told)
			continue
		}
		last := told[0]
		if asked.MatchString(last) {
			last = told[1]
		}
		numbers := strings.Fields(strings.TrimPrefix(last, "完: "))
		require.ElementsMatch(t, []string{"1001", "1002", "1003", "1004", "1005", "1006"}, numbers)
	}
	require.Equal(t, []string{"6021", "6", ""}, []string{keptValue(t, h, "sum"), keptValue(t, h, "answers"), keptValue(t, h, "rules")})
}

// TestRandomTalksOnTwoProcesses: whichever process has which message, and however many are under way, each message is an
// answer or one for the rules, each once, and the flow's locals are what was done.
func TestRandomTalksOnTwoProcesses(t *testing.T) {
	rounds := 25
	if testing.Short() {
		rounds = 5
	}
	h, _ := flowHouse(t, "", countFlow)
	both := []*house{h, h.twin()}
	r, id := rand.New(rand.NewPCG(3, 5)), 0
	for round := range rounds {
		fan := fmt.Sprint("fan", round)
		sum, answers, rules := keptNumber(t, h, "sum"), keptNumber(t, h, "answers"), keptNumber(t, h, "rules")
		require.Equal(t, "第 1 个?", both[r.IntN(2)].talk(fan, "开始"))
		said, told := map[string]bool{}, []string{}
		for len(said) < 8 {
			type sent struct {
				*house
				d *delivery
			}
			var flight []sent
			for range 1 + r.IntN(3) {
				id++
				said[strconv.Itoa(id)] = true
				one := both[r.IntN(2)]
				flight = append(flight, sent{one, one.deliver(one.text(fan, fmt.Sprint("r", id), strconv.Itoa(id)))})
			}
			for _, s := range flight {
				s.wait("an answer", s.d.answered)
				told = append(told, s.d.seen())
			}
		}
		why := fmt.Sprint(fan, ": ", told)
		ended, numbers, asRules, total := 0, []string{}, 0, 0
		for _, answer := range told {
			if list, over := strings.CutPrefix(answer, "完: "); over {
				ended++
				numbers = strings.Fields(list)
			}
			if answer == "规则" {
				asRules++
			}
		}
		require.Equal(t, 1, ended, why)
		require.Len(t, numbers, 6, why)
		require.Equal(t, len(said)-6, asRules, why)
		seen := map[string]bool{}
		for _, n := range numbers {
			require.True(t, said[n] && !seen[n], why)
			seen[n] = true
			value, _ := strconv.Atoi(n)
			total += value
		}
		require.Equal(t, []int{sum + total, answers + 6, rules + asRules}, []int{keptNumber(t, h, "sum"), keptNumber(t, h, "answers"), keptNumber(t, h, "rules")}, why)
	}
}

func keptNumber(t *testing.T, h *house, key string) int {
	t.Helper()
	n, _ := strconv.Atoi(keptValue(t, h, key))
	return n
}

// TestAConversationThatEndsUnderItsTurn: an operator ends it, in another process, while a message is being answered.
func TestAConversationThatEndsUnderItsTurn(t *testing.T) {
	const script = `on.before(function(msg) store.incr("before") end)
on.text("开始", flow("f", function(c)
  local a = c:ask("一?")
  %s
  local b = c:ask("二?")
  return "完"
end))
on.text(function(msg) store.incr("rules") return "规则" end)`
	for _, tt := range []struct {
		name, body, want string
		kept             []string // before, rules, done
		warned           string
	}{
		{"nothing was done yet: the message is one for the rules", `time.sleep("1s")`, "规则", []string{"2", "1", ""}, ""},
		{"nothing is done any more", `time.sleep("1s") store.incr("done")`, "规则", []string{"2", "1", ""}, ""},
		{"what was done stands, and is told", `store.incr("done") time.sleep("1s")`, "二?", []string{"2", "", "1"}, "the conversation has ended, or gone on, while this turn ran"},
		{"what was done stands, and no more is done", `store.incr("done") time.sleep("1s") store.incr("done")`, "抱歉", []string{"2", "", "1"}, "the conversation has ended, or gone on, while this turn ran"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			h, _ := flowHouse(t, "apology: 抱歉", fmt.Sprintf(script, tt.body))
			twin := h.twin()
			require.Equal(t, "一?", h.talk("amy", "开始"))
			d := h.deliver(h.text("amy", "m2", "好"))
			h.api.await(t, "sleep", 1)
			require.NoError(t, twin.fleet.EndConversation(t.Context(), "demo", "amy", operator))
			h.api.let("sleep")
			h.wait("an answer", d.answered)
			require.Equal(t, tt.want, d.seen())
			require.Equal(t, tt.kept, []string{keptValue(t, h, "before"), keptValue(t, h, "rules"), keptValue(t, h, "done")})
			_, found := h.conversation("amy")
			require.False(t, found)
			report := h.report(1)
			if said := fmt.Sprint(report.Warnings, report.Err); tt.warned == "" {
				require.Equal(t, "[] <nil>", said)
			} else {
				require.Contains(t, said, tt.warned)
			}
		})
	}
}

// TestAFanWhoIsForgotten has no conversation any more, also where it waited for just that.
func TestAFanWhoIsForgotten(t *testing.T) {
	const name = "user_authorization_cancellation"
	h, _ := flowHouse(t, "", `on.text("开始", flow("f", function(c) c:wait_event("`+name+`") store.incr("left") c:wait_signal("x") end)) on.event("`+name+`", function() store.incr("rules") end)`)
	h.talk("amy", "开始")
	p := h.event("amy", name, "")
	p.body = strings.Replace(p.body, "</xml>", "<OpenID>amy</OpenID></xml>", 1)
	require.Equal(t, "success", h.say(p).seen())
	r := h.report(1)
	require.NoError(t, r.Err)
	require.Empty(t, r.Warnings)
	_, found := h.conversation("amy")
	require.False(t, found)
	require.Equal(t, []string{"1", ""}, []string{keptValue(t, h, "left"), keptValue(t, h, "rules")})
}
