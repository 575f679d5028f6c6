//go:build unix

package server_test

import (
	"bufio"
	"fmt"
	"net"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"moonwire/bot"
	"moonwire/server"
)

// BenchmarkReaders tells the two readers of pushes apart: what each push costs the processor, with its sender and a bot
// that answers at once, which cost the same with both.
func BenchmarkReaders(b *testing.B) {
	body := "<xml>" + strings.Repeat("x", 260) + "</xml>"
	push := fmt.Appendf(nil, "POST /wx/shop?signature=%s&timestamp=1772416800&nonce=1772416800 HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: text/xml\r\nContent-Length: %d\r\n\r\n%s",
		strings.Repeat("a", 40), len(body), body)
	s := server.New(&fakeFleet{receive: func(r bot.Responder, _ []byte) {
		r.Respond("application/xml; charset=utf-8", []byte(body), bot.OnReturn)
	}}, server.Options{})
	for _, by := range []reader{standard, fast} {
		b.Run(string(by), func(b *testing.B) {
			addr := strings.TrimPrefix(by.serve(b, s).URL, "http://")
			b.ReportAllocs()
			b.ResetTimer()
			before := processorTime(b)
			var left atomic.Int64
			left.Store(int64(b.N))
			var senders sync.WaitGroup
			for range 16 {
				senders.Go(func() { sendAll(b, addr, push, &left) })
			}
			senders.Wait()
			b.ReportMetric(float64(processorTime(b)-before)/float64(b.N), "cpu-ns/op")
		})
	}
}

// sendAll sends pushes one after another on a connection of its own.
func sendAll(b *testing.B, addr string, push []byte, left *atomic.Int64) {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		b.Error(err)
		return
	}
	defer conn.Close()
	answers := bufio.NewReader(conn)
	size := 0
	for left.Add(-1) >= 0 {
		if _, err = conn.Write(push); err == nil && size == 0 {
			size, err = answerSize(answers)
		}
		if err == nil {
			_, err = answers.Discard(size)
		}
		if err != nil {
			b.Error(err)
			return
		}
	}
}

// answerSize is how long each answer is.
func answerSize(answers *bufio.Reader) (int, error) {
	for n := 256; ; n++ {
		seen, err := answers.Peek(n)
		if err != nil || strings.HasSuffix(string(seen), "</xml>") {
			return n, err
		}
	}
}

func processorTime(b *testing.B) time.Duration {
	var u syscall.Rusage
	require.NoError(b, syscall.Getrusage(syscall.RUSAGE_SELF, &u))
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
