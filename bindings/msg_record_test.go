package bindings_test

import (
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"moonwire/bindings"
	"moonwire/wechat"
)

// tellAll answers with all that a script can see of a push, and with what hangs on time, chance and the session.
const tellAll = `
local function all(v)
  if type(v) ~= "table" then return type(v) .. ":" .. tostring(v) end
  local parts = {}
  for k, x in pairs(v) do parts[#parts + 1] = tostring(k) .. "=" .. all(x) end
  return "{" .. table.concat(parts, " ") .. "}"
end
on.before(function(msg)
  msg.session.n = (msg.session.n or 0) + 1
  log.info(all(msg))
  log.info(msg.content, msg.openid, msg.scene, msg.event, msg.event_key, msg.account, msg.trace, msg.create_time)
  log.info(os.time(), os.date("%F %T"), time.now(), os.clock(), math.random(1000), math.random(), tostring(all), time.format(time.now(), "%H:%M"))
end)
on.text(function() return nil end) on.image(function() return nil end) on.voice(function() return nil end)
on.subscribe(function() return nil end) on.scan("*", function() return nil end) on.click(function() return nil end)
on.view(function() return nil end) on.event("LOCATION", function() return nil end) on.unsubscribe(function() return nil end)
on.message(function() return reply.pick{"a", "b", "c", "d", "e"} end)
`

// TestARecordedPushIsAnsweredTheSame over every push that tests know: as it came and as it was decoded from its record.
func TestARecordedPushIsAnsweredTheSame(t *testing.T) {
	p := program(t, tellAll)
	n := 0
	for _, file := range []string{"pushes.txt", "trials.txt"} {
		b, err := os.ReadFile("../wechat/testdata/" + file)
		require.NoError(t, err)
		for i, body := range strings.Split(strings.TrimSpace(string(b)), "\n") {
			m, err := wechat.ParseMessage([]byte(body))
			require.NoError(t, err)
			n++
			r := bindings.MsgRecord{
				Account: "demo", Trace: "trace00001", Received: time.Unix(1_760_000_000+int64(i), 123_456_789), Seed: uint64(i),
				Session: []byte(`{"n":41,"words":["a",{"b":"茶"}]}`), Message: m,
			}
			bytes, err := r.Encode()
			require.NoError(t, err)
			back, err := bindings.DecodeMsgRecord(bytes)
			require.NoError(t, err)
			want, err := p.Answer(t.Context(), r.Input(newMemory()))
			require.NoError(t, err)
			got, err := p.Answer(t.Context(), back.Input(newMemory()))
			require.NoError(t, err)
			require.Equal(t, want, got, body)
			require.Contains(t, string(want.Session), `"n":42`)
			require.NotEmpty(t, want.Log[0].Text)
			require.True(t, r.Received.Equal(back.Received))
			require.Equal(t, []any{r.Account, r.Trace, r.Seed, r.Session}, []any{back.Account, back.Trace, back.Seed, back.Session})
		}
	}
	require.Greater(t, n, 40)
}

// TestAReplayedTurnReadsTheSessionOfItsRecord, whatever became of the session since.
func TestAReplayedTurnReadsTheSessionOfItsRecord(t *testing.T) {
	r := bindings.MsgRecord{Message: text(t, "x"), Session: []byte(`{"step":"addr"}`)}
	lasting := newMemory()
	lasting.session, lasting.values["k"] = `{"step":"paid"}`, `"kept"`
	p := program(t, `on.text(function(msg) return msg.session.step .. store.get("k") end)`)
	out, err := p.Answer(t.Context(), r.Input(lasting))
	require.NoError(t, err)
	require.Equal(t, "addrkept", out.Reply.Content)
	require.False(t, out.SessionChanged)
}

// TestARecordWithoutAPush is that of a turn which nobody's message began.
func TestARecordWithoutAPush(t *testing.T) {
	r := bindings.MsgRecord{Account: "demo", Trace: "t", Received: time.Unix(7, 8), Seed: 9, Session: []byte("{}")}
	b, err := r.Encode()
	require.NoError(t, err)
	back, err := bindings.DecodeMsgRecord(b)
	require.NoError(t, err)
	require.Equal(t, &r, back)
	_, err = bindings.DecodeMsgRecord(append(b, 0))
	require.ErrorContains(t, err, "no recorded push")
}

func TestWhatIsNoRecordedPush(t *testing.T) {
	r := bindings.MsgRecord{Account: "demo", Message: text(t, "x")}
	whole, err := r.Encode()
	require.NoError(t, err)
	for n := range whole {
		_, err := bindings.DecodeMsgRecord(whole[:n])
		require.Error(t, err)
	}
	_, err = bindings.DecodeMsgRecord(append([]byte{9}, whole[1:]...))
	require.ErrorContains(t, err, "of version 9; this program reads 1")
	_, err = bindings.DecodeMsgRecord([]byte{1, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1})
	require.ErrorContains(t, err, "no recorded push")
	r.Session = make([]byte, 256<<10)
	_, err = r.Encode()
	require.ErrorContains(t, err, "a record holds 262144")
}

func FuzzDecodeMsgRecord(f *testing.F) {
	r := bindings.MsgRecord{Account: "demo", Trace: "t", Received: time.Unix(7, 0), Seed: 1, Session: []byte("{}"), Message: text(f, "x")}
	b, err := r.Encode()
	require.NoError(f, err)
	f.Add(b)
	f.Fuzz(func(t *testing.T, b []byte) {
		r, err := bindings.DecodeMsgRecord(b)
		if err != nil {
			return
		}
		again, err := r.Encode()
		if err != nil {
			return // a head that grows over its bound where JSON writes it longer
		}
		back, err := bindings.DecodeMsgRecord(again)
		require.NoError(t, err)
		require.True(t, r.Received.Equal(back.Received))
		require.Equal(t, r.Message == nil, back.Message == nil)
		if r.Message != nil {
			require.Equal(t, r.Message.Tree(), back.Message.Tree())
		}
	})
}
