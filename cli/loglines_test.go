package cli

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// logPatience bounds the waits of these tests; none of them measures time.
const logPatience = time.Minute

// gate is what a log is written to: each write waits until the test lets it through, with how many bytes of it and
// which error.
type gate struct {
	asked chan struct{}
	let   chan letThrough

	mu  sync.Mutex
	all bytes.Buffer
}

type letThrough struct {
	bytes int // -1: all
	err   error
}

func newGate() *gate { return &gate{asked: make(chan struct{}), let: make(chan letThrough)} }

func (g *gate) Write(b []byte) (int, error) {
	g.asked <- struct{}{}
	let := <-g.let
	n := len(b)
	if let.bytes >= 0 {
		n = min(n, let.bytes)
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	g.all.Write(b[:n])
	return n, let.err
}

// through waits for a write and lets it through.
func (g *gate) through(t *testing.T, n int, err error) {
	t.Helper()
	select {
	case <-g.asked:
		g.let <- letThrough{n, err}
	case <-time.After(logPatience):
		require.FailNow(t, "nothing is written")
	}
}

func (g *gate) text() string {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.all.String()
}

// heldLog is a log whose time the test holds.
type heldLog struct {
	*slog.Logger
	lines  *logLines
	ticks  chan time.Time
	enough chan time.Time // the end has waited long enough
}

func newHeldLog(t *testing.T, out io.Writer) *heldLog {
	t.Helper()
	bare := func(out io.Writer) slog.Handler {
		return slog.NewTextHandler(out, &slog.HandlerOptions{ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
			if a.Key == slog.TimeKey || a.Key == slog.LevelKey {
				return slog.Attr{}
			}
			return a
		}})
	}
	l := &heldLog{ticks: make(chan time.Time), enough: make(chan time.Time)}
	l.lines = newLogLines(out, bare, l.ticks, func(time.Duration) <-chan time.Time { return l.enough })
	l.Logger = slog.New(hurrying{bare(l.lines), l.lines})
	return l
}

// tick lets 100 ms pass. It returns when the lines of the time before are being written.
func (l *heldLog) tick(t *testing.T) {
	t.Helper()
	select {
	case l.ticks <- time.Time{}:
	case <-time.After(logPatience):
		require.FailNow(t, "the writer does not look at the time")
	}
}

func TestLinesWaitForTheTime(t *testing.T) {
	out := newGate()
	log := newHeldLog(t, out)
	log.Info("one")
	log.Info("two")
	require.Empty(t, out.text())
	log.tick(t)
	out.through(t, -1, nil) // both in one write
	log.tick(t)             // nothing waits, nothing is written
	require.Equal(t, "msg=one\nmsg=two\n", out.text())
	log.Info("three")
	go log.lines.close()
	out.through(t, -1, nil)
	<-log.lines.done
	require.Equal(t, "msg=one\nmsg=two\nmsg=three\n", out.text())
}

func TestWarningsAndErrorsDoNotWait(t *testing.T) {
	for _, tt := range []struct {
		name string
		say  func(*slog.Logger)
		want string
	}{
		{"a warning", func(l *slog.Logger) { l.Warn("bad") }, "msg=before\nmsg=bad\n"},
		{"an error", func(l *slog.Logger) { l.Error("worse") }, "msg=before\nmsg=worse\n"},
		{"of a logger made from it", func(l *slog.Logger) { l.With("a", 1).WithGroup("g").Warn("bad", "b", 2) }, "msg=before\nmsg=bad a=1 g.b=2\n"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			out := newGate()
			log := newHeldLog(t, out)
			log.Info("before")
			tt.say(log.Logger)
			out.through(t, -1, nil) // no tick
			log.lines.close()
			require.Equal(t, tt.want, out.text())
		})
	}
}

// TestManyLinesDoNotWait shows that a busy log is written before the buffer is full.
func TestManyLinesDoNotWait(t *testing.T) {
	out := newGate()
	log := newHeldLog(t, out)
	const many = logLinesFull/1000 + 1
	for range many {
		log.Info(strings.Repeat("x", 1000))
	}
	out.through(t, -1, nil)
	go log.lines.close()
	for done := false; !done; {
		select {
		case <-out.asked:
			out.let <- letThrough{-1, nil}
		case <-log.lines.done:
			done = true
		}
	}
	require.Equal(t, many, strings.Count(out.text(), "\n"))
	require.Zero(t, log.lines.lost.Load())
}

// TestASlowDiskCostsLines lets one write stand still while lines come: nobody waits, what has room is written later in
// order, and the log says how many had none, where they would have stood.
func TestASlowDiskCostsLines(t *testing.T) {
	out := newGate()
	log := newHeldLog(t, out)
	log.lines.most = 60
	log.Warn("first")
	<-out.asked // and stands still
	for i := range 10 {
		log.Info(fmt.Sprintf("line %d, some more", i)) // 24 bytes
	}
	log.Info("x") // would have room, but stands behind the gap
	require.EqualValues(t, 9, log.lines.lost.Load())
	out.let <- letThrough{-1, nil}
	log.tick(t)
	out.through(t, -1, nil)
	out.through(t, -1, nil)
	log.Warn("last")
	out.through(t, -1, nil)
	log.lines.close()
	require.Equal(t, "msg=first\nmsg=\"line 0, some more\"\nmsg=\"line 1, some more\"\n"+
		"msg=\"log lines lost: what the log is written to is slow, full or closed\" lines=9\nmsg=last\n", out.text())
}

// TestAFullDiskCostsLines lets writes fail for a while, in the middle of a line too: what is torn stays on a line of its
// own, no line comes twice, and the log says how many are lost, and why, as soon as it can.
func TestAFullDiskCostsLines(t *testing.T) {
	out := newGate()
	log := newHeldLog(t, out)
	full := syscall.ENOSPC
	log.Info("one")
	log.Info("two")
	log.tick(t)
	out.through(t, 12, full) // msg=one and half of msg=two
	out.through(t, 3, full)  // the line about it
	log.Info("three")
	log.tick(t)
	out.through(t, 0, full) // the line about it comes first
	out.through(t, 0, full)
	log.Info("four")
	log.tick(t)
	out.through(t, -1, nil)
	out.through(t, -1, nil)
	log.lines.close()
	require.EqualValues(t, 2, log.lines.lost.Load())
	require.Equal(t, "msg=one\nmsg=\nms\n"+
		"msg=\"log lines lost: what the log is written to is slow, full or closed\" lines=2 error=\"no space left on device\"\nmsg=four\n", out.text())
}

// TestTheEndDoesNotWaitForever ends while a write stands still.
func TestTheEndDoesNotWaitForever(t *testing.T) {
	out := newGate()
	log := newHeldLog(t, out)
	log.Warn("first")
	<-out.asked
	closed := make(chan struct{})
	go func() { log.lines.close(); close(closed) }()
	log.enough <- time.Time{}
	<-closed
	out.let <- letThrough{-1, nil}
	<-log.lines.done
}

// TestAPanicWritesWhatWaits shows the lines before a panic.
func TestAPanicWritesWhatWaits(t *testing.T) {
	var out bytes.Buffer
	log := newHeldLog(t, &out)
	require.Panics(t, func() {
		defer (&serveLog{Logger: log.Logger, lines: log.lines}).close()
		log.Info("before")
		panic("a bug of ours")
	})
	require.Equal(t, "msg=before\n", out.String())
}

// TestLinesOfOneWriterKeepTheirOrder writes from many goroutines at once, warnings among them, to a sink that fails now
// and then: what arrives of each is in its order, and what does not is counted.
func TestLinesOfOneWriterKeepTheirOrder(t *testing.T) {
	const writers, each = 8, 500
	out := &moody{}
	log := newHeldLog(t, out)
	log.lines.most = 4096
	var all sync.WaitGroup
	for w := range writers {
		all.Go(func() {
			for i := range each {
				level := slog.LevelInfo
				if i%50 == 0 {
					level = slog.LevelWarn
				}
				log.Log(noContext, level, "line", "w", w, "i", i, "whole", 1)
			}
		})
	}
	all.Wait()
	log.lines.close()
	last, arrived, said := map[int]int{}, 0, 0
	for line := range strings.Lines(out.String()) {
		var w, i, n int
		if _, err := fmt.Sscanf(line, "msg=line w=%d i=%d whole=1\n", &w, &i); err == nil {
			require.GreaterOrEqual(t, i, last[w])
			last[w] = i + 1
			arrived++
		} else if _, after, ok := strings.Cut(line, " lines="); ok {
			_, err := fmt.Sscanf(after, "%d", &n)
			require.NoError(t, err)
			said += n
		}
	}
	require.Equal(t, writers*each, arrived+int(log.lines.lost.Load()))
	require.LessOrEqual(t, said, int(log.lines.lost.Load()))
	require.NotZero(t, said)
}

// moody fails every third write after half of it.
type moody struct {
	bytes.Buffer
	n int
}

func (m *moody) Write(b []byte) (int, error) {
	if m.n++; m.n%3 == 0 {
		n := len(b) / 2
		if b[n] == '\n' {
			n-- // not a whole line without its end
		}
		_, _ = m.Buffer.Write(b[:n])
		return n, errors.New("mood")
	}
	return m.Buffer.Write(b)
}
