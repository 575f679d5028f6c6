package bindings_test

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"moonwire/bindings"
)

const editedFlow = `on.text("开始", flow("f", function(c)
  local a = c:ask("谁?")
  c:say("你好," .. a)
  local t = store.get("t")
  local b = c:ask("几岁?", {number = true})
  store.incr("n")
  local d = c:ask("哪里?", {one_of = {"杭州", "上海"}})
  return table.concat({a, b, d}, " ")
end))
on.fallback("没听懂")`

const goesOn, theBuildThatAsked = "goes on", "the build that asked goes on"

// edits are what authors do while a fan waits at the third question. The names stand in docs/flows.md.
var edits = []struct {
	name     string
	old, now []string // in pairs
	want     string   // of the live build
}{
	{"anything behind it", []string{`" ")`}, []string{`"/")`}, goesOn},
	{"a local, a computation, a comment", []string{`  local t`}, []string{"  local x = 1 + 1 -- neu\n  local t"}, goesOn},
	{"an answered question is taken out", []string{`c:ask("谁?")`}, []string{`"谁"`}, goesOn},
	{"two answered questions are swapped", []string{`local a = c:ask("谁?")`, `local b = c:ask("几岁?", {number = true})`}, []string{`local b = c:ask("几岁?", {number = true})`, `local a = c:ask("谁?")`}, goesOn},
	{"the words of a question that stand in the file as a text, and nothing else of its texts", []string{`"谁?"`}, []string{`"您是谁?"`}, goesOn},
	{"the words of two questions at once, or of a text from `settings` or `data`", []string{`"谁?"`, `"几岁?"`}, []string{`"您是谁?"`, `"您几岁?"`}, theBuildThatAsked},
	{"the words of a question with an `id`", []string{`"谁?"`, `"欢迎"`}, []string{`"您是谁?"`, `"您好"`}, goesOn},
	{"`min`, `max` or `one_of`, so that an answer does not fit any more", []string{`number = true`}, []string{`number = true, max = 20`}, theBuildThatAsked},
	{"the kind of a question", []string{`number = true`}, []string{`phone = true`}, theBuildThatAsked},
	{"a question is put in", []string{`  local b`}, []string{"  local new = c:ask(\"新?\", {number = true})\n  local b"}, theBuildThatAsked},
	{"a call that only looks (`store.get`, `http.get`, the time) is put in", []string{`  local b`}, []string{"  local x, y = store.get(\"x\"), os.time()\n  local b"}, goesOn},
	{"a call that acts (`store.set`, `send`, `http.post`) is put in", []string{`  local b`}, []string{"  store.set(\"x\", 1)\n  local b"}, theBuildThatAsked},
	{"a call is taken out", []string{`  store.incr("n")`, `  local t = store.get("t")`}, []string{"", ""}, goesOn},
	{"`c:say` is put in, taken out or reworded", []string{`c:say("你好," .. a)`}, []string{`c:say("新的话")`}, goesOn},
	{"the flow is renamed or taken out", []string{`flow("f"`}, []string{`flow("g"`}, "gone"},
}

// TestEditsUnderAWaitingFan: what happens to each is what docs/flows.md says.
func TestEditsUnderAWaitingFan(t *testing.T) {
	page, err := os.ReadFile("../docs/flows.md")
	require.NoError(t, err)
	rows := regexp.MustCompile(`(?m)^\| (.+) \| (.+) \|$`).FindAllStringSubmatch(string(page), -1)[1:]
	require.Len(t, rows, len(edits))
	for i, tt := range edits {
		t.Run(tt.name, func(t *testing.T) {
			require.Equal(t, tt.name, rows[i][1])
			main := editedFlow
			if strings.Contains(tt.name, "`id`") {
				main = strings.Replace(main, `c:ask("谁?")`, `c:ask("谁?", {id = "who"}) local w = "欢迎"`, 1)
			}
			k := newTalking(t, main)
			for _, said := range []string{"开始", "我", "30"} {
				k.say(said)
				require.NoError(t, k.err)
			}
			require.Equal(t, "哪里?", k.question.Text)
			values := len(k.m.values)
			now := main
			if tt.name == "two answered questions are swapped" {
				now = strings.NewReplacer(tt.old[0], tt.now[0], tt.old[1], tt.now[1], `"你好," .. a`, `"你好"`).Replace(main)
			} else {
				for j := range tt.old {
					require.Contains(t, now, tt.old[j])
					now = strings.Replace(now, tt.old[j], tt.now[j], 1)
				}
			}
			before := k.conv
			k.save(now)
			said := k.say("杭州")
			require.NoError(t, k.err)
			switch tt.want {
			case goesOn:
				require.Equal(t, bindings.TalkEnded, k.state(), k.last.Conversation.Why)
				require.Regexp(t, `^\S+[ /]30[ /]杭州$`, said)
				require.Regexp(t, "goes on|the new code runs|each gets its own answer", rows[i][2])
				require.NotContains(t, rows[i][2], theBuildThatAsked)
			default:
				require.Contains(t, rows[i][2], theBuildThatAsked)
				require.Contains(t, []bindings.TalkState{bindings.TalkDiffers, bindings.TalkGone}, k.state())
				require.NotEmpty(t, k.last.Conversation.Why)
				require.Empty(t, said)
				require.Same(t, before, k.conv)
			}
			require.Len(t, k.m.values, values, "nothing was done before the question")
		})
	}
}

// TestAskedAnew: the live build asks what it does not know, and no answer goes to another question.
func TestAskedAnew(t *testing.T) {
	for _, tt := range []struct {
		name, old, now string
		want           []string
	}{
		{"a question put in", `  local b`, "  local new = c:ask(\"新?\", {number = true})\n  local b", []string{"新?", "哪里?", "我 30 杭州"}},
		{"another kind", `{number = true}`, `{phone = true}`, []string{"几岁?", "哪里?", "我 12345678 杭州"}},
		{"both reworded: what was said to the first is said anew", `c:ask("谁?")`, `c:ask("您是谁?") local x = "新"`, []string{"您是谁?", "你好,1\n哪里?", "1 30 杭州"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			k := newTalking(t, editedFlow)
			for _, said := range []string{"开始", "我", "30"} {
				k.say(said)
			}
			k.save(strings.Replace(editedFlow, tt.old, tt.now, 1))
			k.change = func(in *bindings.Input) { in.Conversation.Lenient = true }
			var told []string
			for i, said := range []string{"上海", "1", "杭州"} {
				if i == 1 && tt.name == "another kind" {
					said = "12345678"
				}
				told = append(told, k.say(said))
				require.NoError(t, k.err)
				if i == 0 {
					require.Len(t, k.last.Conversation.Notes, 1)
					require.Contains(t, k.last.Warnings[0], "哪里?")
				}
				k.change = func(in *bindings.Input) {
					if in.Conversation != nil {
						in.Conversation.Lenient = true
					}
				}
			}
			require.Equal(t, tt.want, told)
			require.Equal(t, "1", k.m.values["n"], "once")
		})
	}
}
