package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"time"
)

const countedMessages = 5000

// counts are what one message costs beside time.
type counts struct {
	objects, bytes float64 // allocated on the heap
	calls          float64 // system calls
}

// callCounter counts the system calls of a process while something runs.
type callCounter struct {
	name  string // how it counts, for those who read the figures
	count func(pid int, during func() error) (int64, error)
}

// newCallCounter counts by perf, or what the kernel counts for everybody where perf is not there or not allowed: calls
// that read and write only.
func newCallCounter() callCounter {
	self := os.Getpid()
	if n, err := perfCalls(self, func() error { _, err := os.ReadFile("/proc/self/io"); return err }); err == nil && n > 0 {
		return callCounter{"all system calls, counted by perf", perfCalls}
	}
	return callCounter{"reads and writes only, from /proc/PID/io, as perf is not here or not allowed", procCalls}
}

// perfCalls counts by the tracepoint of all system calls.
func perfCalls(pid int, during func() error) (int64, error) {
	perf := exec.Command("perf", "stat", "-x", ",", "-e", "raw_syscalls:sys_enter", "-p", strconv.Itoa(pid))
	var out bytes.Buffer
	perf.Stderr = &out
	if err := perf.Start(); err != nil {
		return 0, err
	}
	time.Sleep(300 * time.Millisecond) // it says nothing when it has begun
	err := during()
	_ = perf.Process.Signal(os.Interrupt)
	_ = perf.Wait() // of an interrupted command this is an error
	if err != nil {
		return 0, err
	}
	return parsePerf(out.String())
}

// parsePerf finds the number in a line such as "14630,,raw_syscalls:sys_enter,…".
func parsePerf(out string) (int64, error) {
	for line := range strings.Lines(out) {
		if number, rest, ok := strings.Cut(line, ","); ok && strings.Contains(rest, "sys_enter") {
			return strconv.ParseInt(number, 10, 64)
		}
	}
	return 0, fmt.Errorf("perf: %s", out)
}

func procCalls(pid int, during func() error) (int64, error) {
	before, err := procIO(pid)
	if err != nil {
		return 0, err
	}
	if err := during(); err != nil {
		return 0, err
	}
	after, err := procIO(pid)
	return after - before, err
}

func procIO(pid int) (int64, error) {
	body, err := os.ReadFile(fmt.Sprintf("/proc/%d/io", pid))
	if err != nil {
		return 0, err
	}
	n, err := numbers(string(body), "syscr:", "syscw:")
	if err != nil {
		return 0, err
	}
	return int64(n[0] + n[1]), nil
}

// numbers finds those that stand behind the names, each at the begin of a line.
func numbers(body string, names ...string) ([]float64, error) {
	found := map[string]float64{}
	for line := range strings.Lines(body) {
		if f := strings.Fields(line); len(f) == 2 {
			if n, err := strconv.ParseFloat(f[1], 64); err == nil {
				found[f[0]] = n
			}
		}
	}
	var out []float64
	for _, name := range names {
		n, ok := found[name]
		if !ok {
			return nil, fmt.Errorf("no %s", name)
		}
		out = append(out, n)
	}
	return out, nil
}

// allocated is what the process has allocated so far.
func (c *child) allocated() (objects, bytes float64, err error) {
	res, err := http.Get(c.allocations)
	if err != nil {
		return 0, 0, err
	}
	defer res.Body.Close()
	body, err := io.ReadAll(io.LimitReader(res.Body, 1<<20))
	if err != nil {
		return 0, 0, err
	}
	n, err := numbers(string(body), c.objects, c.bytes)
	if err != nil {
		return 0, 0, err
	}
	return n[0], n[1], nil
}

// countAll is a round of its own, as counting costs time.
func countAll(ctx context.Context, targets []*target, maker *requestMaker) (callCounter, error) {
	calls := newCallCounter()
	for _, t := range targets {
		if err := t.count(ctx, maker, calls); err != nil {
			return calls, fmt.Errorf("%s: counting: %w", t.name, err)
		}
	}
	return calls, nil
}

func (t *target) count(ctx context.Context, maker *requestMaker, calls callCounter) error {
	requests := maker.batch(2*countedMessages, t.ask)
	d, err := t.connect(ctx, maker)
	if err != nil {
		return err
	}
	defer d.close()
	load := func(requests [][]byte) error {
		took, _, err := d.slice(ctx, requests, time.Minute, 0, t.want)
		if err == nil && len(took) < countedMessages {
			err = errors.New("not all messages were answered within a minute")
		}
		_, rest := t.server.rest(ctx)
		return errors.Join(err, rest)
	}
	// Asking costs something too: the second time shows how much.
	var objects, bytes [3]float64
	for i := range objects {
		if i == 2 {
			if err := load(requests[:countedMessages]); err != nil {
				return err
			}
		}
		if objects[i], bytes[i], err = t.server.allocated(); err != nil {
			return err
		}
	}
	n, err := calls.count(t.server.cmd.Process.Pid, func() error { return load(requests[countedMessages:]) })
	if err != nil {
		return err
	}
	t.counts = counts{
		objects: (objects[2] - 2*objects[1] + objects[0]) / countedMessages,
		bytes:   (bytes[2] - 2*bytes[1] + bytes[0]) / countedMessages,
		calls:   float64(n) / countedMessages,
	}
	return nil
}
