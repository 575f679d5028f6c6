package cli

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"
)

// How serve's log is written behind.
const (
	logLinesMost  = 1 << 20                // bytes of lines that wait for a slow disk; more are lost, and counted
	logLinesFull  = logLinesMost / 16      // so many do not wait for the time
	logLinesEvery = 100 * time.Millisecond // how long a line waits at most
	logLinesLast  = 2 * time.Second        // how long the end of the program waits for a disk that does not answer
)

// logLinesLost is how the log says that it has a gap.
const logLinesLost = "log lines lost: what the log is written to is slow, full or closed"

// logLines is what serve's log is written to. Lines wait in a buffer, and one goroutine writes them, so that a turn
// never waits for a disk or for whoever reads a pipe: every 100 ms, at once after a warning, and at the end. Lines that
// find no room, or that cannot be written, are lost; as soon as that is possible the log says how many.
type logLines struct {
	out    io.Writer
	most   int
	ticks  <-chan time.Time                     // when waiting lines are written
	after  func(time.Duration) <-chan time.Time // how long the end waits
	notice func(lost int, why error) []byte     // a line that says so
	lost   atomic.Int64

	rouse, end, done chan struct{}

	mu      sync.Mutex
	waiting []byte // whole lines
	missed  int    // lines that found no room since the writer last took some; then none has room, so that the gap is one

	// Of the writer alone.
	spare []byte
	owed  int   // lost lines that are not said yet
	why   error // why they could not be written; nil: there was no room
	torn  bool  // what was written ends inside a line
}

func newLogLines(out io.Writer, handler func(io.Writer) slog.Handler, ticks <-chan time.Time, after func(time.Duration) <-chan time.Time) *logLines {
	l := &logLines{
		out: out, most: logLinesMost, ticks: ticks, after: after, notice: lostNotice(handler),
		rouse: make(chan struct{}, 1), end: make(chan struct{}), done: make(chan struct{}),
	}
	go l.run()
	return l
}

// lostNotice makes the line about lost lines in the log's own format.
func lostNotice(handler func(io.Writer) slog.Handler) func(int, error) []byte {
	return func(lost int, why error) []byte {
		var b bytes.Buffer
		fields := []any{"lines", lost}
		if why != nil {
			fields = append(fields, "error", why.Error())
		}
		slog.New(handler(&b)).Error(logLinesLost, fields...)
		return b.Bytes()
	}
}

// Write takes one whole line. It does not wait, and does not fail.
func (l *logLines) Write(line []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.missed > 0 || len(l.waiting)+len(line) > l.most {
		l.missed++
		l.lost.Add(1)
		return len(line), nil
	}
	l.waiting = append(l.waiting, line...)
	if len(l.waiting) >= logLinesFull {
		l.hurry()
	}
	return len(line), nil
}

// hurry has the waiting lines written now.
func (l *logLines) hurry() {
	select {
	case l.rouse <- struct{}{}:
	default:
	}
}

// close writes what waits. It gives up when that takes too long: a program must be able to end.
func (l *logLines) close() {
	close(l.end)
	select {
	case <-l.done:
	case <-l.after(logLinesLast):
	}
}

func (l *logLines) run() {
	defer close(l.done)
	for {
		select {
		case <-l.ticks:
		case <-l.rouse:
		case <-l.end:
			l.flush()
			return
		}
		l.flush()
	}
}

func (l *logLines) flush() {
	lines, missed := l.take()
	if len(lines) > 0 {
		l.put(lines)
	}
	l.owed += missed
	l.say()
}

func (l *logLines) take() (lines []byte, missed int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	lines, missed = l.waiting, l.missed
	l.waiting, l.spare = l.spare[:0], lines
	l.missed = 0
	return lines, missed
}

// put writes lines behind what has to be said before.
func (l *logLines) put(lines []byte) {
	n := 0
	if l.say() {
		if n, l.why = l.out.Write(lines); n > 0 {
			l.torn = lines[n-1] != '\n'
		}
	}
	if lost := bytes.Count(lines[n:], []byte("\n")); lost > 0 {
		l.owed += lost
		l.lost.Add(int64(lost))
	}
}

// say writes how many lines are lost. False: that cannot be written either.
func (l *logLines) say() bool {
	if l.owed == 0 {
		return true
	}
	line := l.notice(l.owed, l.why)
	if l.torn {
		line = append([]byte("\n"), line...)
	}
	n, err := l.out.Write(line)
	if n > 0 {
		l.torn = line[n-1] != '\n'
	}
	if n < len(line) {
		l.why = err
		return false
	}
	l.owed, l.why = 0, nil
	return true
}

// hurrying is a handler whose warnings and errors do not wait.
type hurrying struct {
	slog.Handler
	lines *logLines
}

func (h hurrying) Handle(ctx context.Context, r slog.Record) error {
	err := h.Handler.Handle(ctx, r)
	if r.Level >= slog.LevelWarn {
		h.lines.hurry()
	}
	return err
}

func (h hurrying) WithAttrs(attrs []slog.Attr) slog.Handler {
	return hurrying{h.Handler.WithAttrs(attrs), h.lines}
}

func (h hurrying) WithGroup(name string) slog.Handler {
	return hurrying{h.Handler.WithGroup(name), h.lines}
}
