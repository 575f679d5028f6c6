package store_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"runtime"
	"slices"
	"strconv"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"moonwire/store"
)

func openForBench(b *testing.B) *store.Store {
	s, err := store.Open(context.Background(), store.Options{Path: sqliteBackend(b, nil).path})
	require.NoError(b, err)
	b.Cleanup(func() { s.Close() })
	return s
}

// cpu returns the processor time this process has used; unlike the clock it does not mind neighbours.
func cpu() time.Duration {
	var u syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func reportCPU(b *testing.B, since time.Duration, n int) {
	b.ReportMetric(float64((cpu()-since).Nanoseconds())/float64(n), "cpu-ns/op")
}

// BenchmarkTurn is one write and Finish, durable.
func BenchmarkTurn(b *testing.B) {
	for _, goroutines := range []int{1, 16, 64} {
		b.Run(fmt.Sprint(goroutines), func(b *testing.B) {
			s, before := openForBench(b), cpu()
			var n atomic.Uint64
			if goroutines == 1 {
				runTurns(b, s, &n, b.Loop)
			} else {
				b.SetParallelism(max(1, goroutines/runtime.GOMAXPROCS(0)))
				b.RunParallel(func(p *testing.PB) { runTurns(b, s, &n, p.Next) })
			}
			reportCPU(b, before, int(n.Load()))
			b.ReportMetric(float64(n.Load())/float64(s.Stats().Commits), "turns/commit")
		})
	}
}

func runTurns(b *testing.B, s *store.Store, n *atomic.Uint64, next func() bool) {
	ctx := context.Background()
	for next() {
		id := n.Add(1)
		key := store.TurnKey{Account: "demo", OpenID: fmt.Sprintf("fan%d", id%1000), At: time.Now()}
		copy(key.Key[:], fmt.Sprintf("%016x", id))
		turn := s.Turn(key)
		if err := turn.Set(ctx, fmt.Sprintf("count:%d", id%1000), []byte("1"), 0); err != nil {
			b.Error(err)
		}
		if err := turn.Finish(ctx, store.Result{Reply: []byte("<xml><Content>hello</Content></xml>")}); err != nil {
			b.Error(err)
		}
	}
}

// BenchmarkRecord is the whole cost of a record: encoding, and its share of the writing behind and of what is done later
// with what was written, with so many fans at random. With MOONWIRE_BENCH_ROWS the file has so many records before.
func BenchmarkRecord(b *testing.B) {
	rows, _ := strconv.Atoi(os.Getenv("MOONWIRE_BENCH_ROWS"))
	for _, fans := range []int{100, 10_000, 1_000_000} {
		b.Run(fmt.Sprintf("%dfans", fans), func(b *testing.B) {
			s := openForBench(b)
			n := benchRecords(b, s, fans, 0, rows)
			b.ResetTimer()
			before := cpu()
			benchRecords(b, s, fans, n, b.N)
			reportCPU(b, before, b.N)
			require.EqualValues(b, rows+b.N, s.Stats().Recorded)
		})
	}
}

// benchRecords writes records numbered from n on and returns the next number.
func benchRecords(b *testing.B, s *store.Store, fans, n, records int) int {
	now, chance, openid := time.Now(), rand.New(rand.NewPCG(uint64(n), 1)), make([]byte, 0, 32)
	for range records {
		n++
		openid = fmt.Appendf(openid[:0], "oABCDEFGHIJKLMNOPQ%010d", chance.IntN(fans))
		r := store.Record{
			Trace: s.Trace(), Account: "demo", OpenID: string(openid),
			MsgID: strconv.Itoa(24000000000000000 + n), Type: "text", Content: "hello there, a cup of tea please",
			CreateTime: now.Unix(), Received: now, FanAct: true,
			Opens:  store.Window{Kind: store.MessageWindow, Opened: now, Expires: now.Add(48 * time.Hour), Left: 5},
			Status: store.Answered, Outcome: "ok", ReplyKind: "passive:text", Reply: "hello there, a cup of tea please",
			Rule: "main.lua:3 on.text()", Build: "3f9c81bd", Attempts: 1, Latency: time.Millisecond, Handler: 100 * time.Microsecond, Written: true,
		}
		for !s.Record(r) {
			time.Sleep(time.Millisecond)
		}
	}
	require.NoError(b, s.Flush(context.Background()))
	return n
}

// BenchmarkRecordCall is what the turn itself pays for a record.
func BenchmarkRecordCall(b *testing.B) {
	s, err := store.Open(context.Background(), store.Options{Path: sqliteBackend(b, nil).path, RecordDelay: time.Hour, RecordBytes: 2 << 10})
	require.NoError(b, err)
	b.Cleanup(func() { s.Close() })
	r := store.Record{Account: "demo", OpenID: "oABCDEFGHIJKLMNOPQRSTUVWXYZ12", Type: "text", Content: "hello", Reply: "hello", MsgID: "24000000000000000"}
	b.ReportAllocs()
	for b.Loop() {
		s.Record(r)
	}
}

// BenchmarkTurnWhileRecording is how long durable turns, one at a time, wait while records flood in.
func BenchmarkTurnWhileRecording(b *testing.B) {
	for _, rate := range []int{0, 5000, 20000} {
		b.Run(fmt.Sprintf("%drecords", rate), func(b *testing.B) {
			s, stop, done := openForBench(b), make(chan struct{}), make(chan struct{})
			go func() {
				defer close(done)
				floodRecords(s, rate, stop)
			}()
			var n atomic.Uint64
			var waits []time.Duration
			began := time.Now()
			for b.Loop() {
				start := time.Now()
				once := 1
				runTurns(b, s, &n, func() bool { once--; return once == 0 })
				waits = append(waits, time.Since(start))
			}
			took := time.Since(began)
			close(stop)
			<-done
			slices.Sort(waits)
			b.ReportMetric(float64(waits[len(waits)/2].Microseconds()), "p50-µs")
			b.ReportMetric(float64(waits[len(waits)*99/100].Microseconds()), "p99-µs")
			b.ReportMetric(float64(s.Stats().Recorded)/took.Seconds(), "records/s")
			b.ReportMetric(float64(s.Stats().Dropped), "dropped")
		})
	}
}

func floodRecords(s *store.Store, perSecond int, stop <-chan struct{}) {
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	began, sent := time.Now(), 0
	for {
		select {
		case <-stop:
			return
		case <-tick.C:
		}
		for ; sent < int(time.Since(began).Seconds()*float64(perSecond)); sent++ {
			s.Record(store.Record{
				Account: "demo", OpenID: fmt.Sprint("oFan", sent%1000), MsgID: fmt.Sprint(24000000000000000 + sent), Type: "text",
				Content: "hello", Reply: "hello", CreateTime: int64(sent), FanAct: true, Status: store.Answered,
			})
		}
	}
}
