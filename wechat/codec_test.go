package wechat_test

import (
	"encoding/hex"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"moonwire/wechat"
)

// recorded are all pushes that tests know by heart: the samples, those that once were read wrong, and the odd ones.
func recorded(tb testing.TB) []string {
	tb.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", "trials.txt"))
	require.NoError(tb, err)
	all := append(samplePushes(tb), strings.Split(strings.TrimSpace(string(b)), "\n")...)
	for _, odd := range oddBodies() {
		all = append(all, strings.Replace(odd, "<xml>", "<xml><ToUserName>gh_1</ToUserName><FromUserName>o1</FromUserName><MsgType>text</MsgType>", 1))
	}
	return all
}

// seen is all that the program can learn of a message.
func seen(m *wechat.Message) []any {
	window, opens := m.Opens()
	return []any{
		m.ToUserName, m.FromUserName, m.CreateTime, m.MsgType, m.Event, m.EventKey, m.Content, m.MsgID, m.Tree(),
		m.OpenID(), m.Scene(), m.IsEvent(), m.FanAct(), m.Repliable(), window, opens, m.Key("demo"), m.String(),
	}
}

func TestARecordedMessageIsTheSame(t *testing.T) {
	n := 0
	for _, body := range recorded(t) {
		m, err := wechat.ParseMessage([]byte(body))
		if err != nil {
			continue // an odd one
		}
		n++
		b := m.Encode()
		require.Less(t, len(b), 64+2*len(body))
		back, err := wechat.DecodeMessage(b)
		require.NoError(t, err, body)
		require.Equal(t, seen(m), seen(back), body)
		require.Equal(t, b, back.Encode(), body)
	}
	require.Greater(t, n, 45)
}

// TestAChangedMessageIsRecordedAsItIs: the envelope need not be what the tree says.
func TestAChangedMessageIsRecordedAsItIs(t *testing.T) {
	m, err := wechat.ParseMessage([]byte(push("text", "<Content>a</Content><MsgId>1</MsgId>")))
	require.NoError(t, err)
	m.Content, m.CreateTime, m.MsgID = "b", -5, ""
	back, err := wechat.DecodeMessage(m.Encode())
	require.NoError(t, err)
	require.Equal(t, seen(m), seen(back))
}

// TestRecordsOfOldAreRead: these bytes lie in databases.
func TestRecordsOfOldAreRead(t *testing.T) {
	m, err := wechat.ParseMessage([]byte(`{"ToUserName":"gh_1","FromUserName":" o1 ","CreateTime":7,"MsgType":"event","Event":"e","List":[{"a":"1"}],"none":[]}`))
	require.NoError(t, err)
	v1 := strings.Join([]string{
		"0100", "02" + "01026f31" + "05" + "06" + "00" + "00" + "00", // gh_1 as field 0 has it, "o1" in full, …
		"0e", "07",
		"000a546f557365724e616d650467685f31", "000c46726f6d557365724e616d6504206f3120", "000a43726561746554696d650137",
		"00074d736754797065056576656e74", "00054576656e740165", "05044c69737400" + "010001610131", "02046e6f6e6500",
	}, "")
	require.Equal(t, v1, hex.EncodeToString(m.Encode()))
	b, err := hex.DecodeString(v1)
	require.NoError(t, err)
	back, err := wechat.DecodeMessage(b)
	require.NoError(t, err)
	require.Equal(t, seen(m), seen(back))
}

func TestWhatIsNoRecord(t *testing.T) {
	m, err := wechat.ParseMessage([]byte(event("CLICK", "<EventKey>k</EventKey><A><B>1</B></A>")))
	require.NoError(t, err)
	whole := m.Encode()
	for n := range whole {
		_, err := wechat.DecodeMessage(whole[:n])
		require.Error(t, err, "%d of %d bytes", n, len(whole))
	}
	nested := func(depth int) []byte {
		b := append([]byte{1, 0}, 0, 0, 0, 0, 0, 0, 0, 0)
		for range depth - 1 {
			b = append(b, 1, 4, 1, 'a', 0)
		}
		return append(b, 1, 0, 1, 'a', 0)
	}
	_, err = wechat.DecodeMessage(nested(16))
	require.NoError(t, err)
	for _, tt := range []struct {
		name string
		b    []byte
		want string
	}{
		{"nothing", nil, "no recorded message"},
		{"another version", append([]byte{2}, whole[1:]...), "of version 2; this program reads 1"},
		{"more behind it", append(whole[:len(whole):len(whole)], 0), "no recorded message"},
		{"marks nobody knows", append([]byte{1, 2}, whole[2:]...), "no recorded message"},
		{"too deep", nested(17), "no recorded message"},
		{"a field that is not there", []byte{1, 0, 9, 0, 0, 0, 0, 0, 0, 0, 0}, "no recorded message"},
		{"a thousand fields in a few bytes", append([]byte{1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xe8, 0x07}, make([]byte, 30)...), "no recorded message"},
		{"larger than any push", make([]byte, 4<<20+1), "at most 4194304 are read"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := wechat.DecodeMessage(tt.b)
			require.ErrorContains(t, err, tt.want)
		})
	}
}

// FuzzDecodeMessage: what is read is written the same way again, and nothing panics.
func FuzzDecodeMessage(f *testing.F) {
	for _, body := range recorded(f) {
		if m, err := wechat.ParseMessage([]byte(body)); err == nil && len(body) < 4096 {
			f.Add(m.Encode())
		}
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		m, err := wechat.DecodeMessage(b)
		if err != nil {
			return
		}
		back, err := wechat.DecodeMessage(m.Encode())
		require.NoError(t, err)
		require.Equal(t, seen(m), seen(back))
	})
}
