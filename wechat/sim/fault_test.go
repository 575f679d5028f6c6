package sim_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"moonwire/wechat/sim"
)

func TestAnErrcodeSoManyTimes(t *testing.T) {
	w := newWorld(t)
	w.push("amy", sim.Text("hi"))
	w.p.AddFault(sim.Fault{Path: "message/custom/send", ErrCode: 45009, Times: 2})
	require.Equal(t, 45009, w.sendText("amy", "a"))
	require.Zero(t, w.get("/cgi-bin/tags/get").code(), "another API")
	require.Equal(t, 45009, w.sendText("amy", "a"))
	require.Zero(t, w.sendText("amy", "a"))
	require.Empty(t, w.p.Faults())
	require.Equal(t, []string{"fan/push hi", "bot/custom a"}, w.lines("amy"), "what failed was not carried out")
}

func TestFaultsOfOneAccount(t *testing.T) {
	w := newWorld(t)
	id := w.p.AddFault(sim.Fault{Account: "other", Path: "*", ErrCode: -1})
	require.Zero(t, w.get("/cgi-bin/tags/get").code())
	w.p.RemoveFault(id)
	w.p.AddFault(sim.Fault{Account: "shop", Path: "*", ErrCode: -1})
	require.Equal(t, -1, w.get("/cgi-bin/tags/get").code())
	require.Equal(t, -1, w.stable(false).code(), "the token API too")
	w.p.RemoveFault("")
	require.Zero(t, w.get("/cgi-bin/tags/get").code())
}

func TestFaultsOfTheTransport(t *testing.T) {
	w := newWorld(t)
	server := httptest.NewServer(w.api)
	defer server.Close()
	w.push("amy", sim.Text("hi"))
	send := func(fault sim.Fault) (int, string, error) {
		fault.Path, fault.Times = "message/custom/send", 1
		w.p.AddFault(fault)
		body := `{"touser":"` + w.openID("amy") + `","msgtype":"text","text":{"content":"a"}}`
		resp, err := http.Post(server.URL+w.withToken("/cgi-bin/message/custom/send"), "application/json", strings.NewReader(body))
		if err != nil {
			return 0, "", err
		}
		defer func() { require.NoError(t, resp.Body.Close()) }()
		text, err := io.ReadAll(resp.Body)
		return resp.StatusCode, string(text), err
	}
	status, _, err := send(sim.Fault{Status: 502})
	require.NoError(t, err)
	require.Equal(t, 502, status)
	_, text, err := send(sim.Fault{Garbage: true})
	require.NoError(t, err)
	require.NotContains(t, text, "errcode")
	_, _, err = send(sim.Fault{Cut: true})
	require.Error(t, err)
	require.Len(t, w.lines("amy"), 1, "nothing was sent so far")
	_, _, err = send(sim.Fault{Lost: true})
	require.Error(t, err)
	require.Len(t, w.lines("amy"), 2, "carried out, though the answer is lost")
	start := time.Now()
	_, text, err = send(sim.Fault{Slow: 30 * time.Millisecond})
	require.NoError(t, err)
	require.Contains(t, text, `"errcode":0`)
	require.GreaterOrEqual(t, time.Since(start), 30*time.Millisecond)
}

func TestFaultsOfPushes(t *testing.T) {
	tests := []struct {
		name  string
		fault sim.Fault
		seen  int // deliveries that reach the server
		want  []sim.Verdict
	}{
		{"dropped", sim.Fault{Drop: true}, 1, []sim.Verdict{sim.Broken, sim.Shows}},
		{"answer lost", sim.Fault{Lost: true}, 2, []sim.Verdict{sim.Broken, sim.Shows}},
		{"duplicated", sim.Fault{Duplicate: true}, 2, []sim.Verdict{sim.Shows, sim.Shows}},
		{"slow", sim.Fault{Slow: time.Millisecond}, 1, []sim.Verdict{sim.Shows}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t)
			w.answers(func(r received) (int, string) { return 200, hello(r) })
			tt.fault.Path, tt.fault.Times = sim.Pushes, 1
			w.p.AddFault(tt.fault)
			d := w.push("amy", sim.Text("hi"))
			var verdicts []sim.Verdict
			for _, a := range d.Attempts {
				verdicts = append(verdicts, a.Verdict)
			}
			require.Equal(t, tt.want, verdicts)
			require.Len(t, w.seen(), tt.seen)
			require.Equal(t, []string{"fan/push hi", "bot/passive hello"}, w.lines("amy"))
		})
	}
}

func TestAReorderedPushComesAfterTheNext(t *testing.T) {
	w := newWorld(t, window(time.Hour)) // the bound of the wait, which must not be what ends it
	w.p.AddFault(sim.Fault{Path: sim.Pushes, Reorder: true, Times: 1})
	chat, err := w.p.Chat("shop", "amy")
	require.NoError(t, err)
	first := make(chan *sim.Delivery, 1)
	go func() { first <- w.p.Push(t.Context(), "shop", "amy", sim.Text("first")) }()
	_, err = chat.Wait(t.Context(), 0)
	require.NoError(t, err)
	require.Eventually(t, func() bool { return len(w.p.Faults()) == 0 }, patient, time.Millisecond, "the first is held back")
	w.push("amy", sim.Text("second"))
	select {
	case d := <-first:
		require.NoError(t, d.Err)
	case <-time.After(patient):
		t.Fatal("the first is still held back")
	}
	seen := w.seen()
	require.Contains(t, seen[0].plain, "second")
	require.Contains(t, seen[1].plain, "first")
}
