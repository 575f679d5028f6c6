package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

const connections = 16

// driver keeps the connections to one server.
type driver struct {
	conns []net.Conn
	read  []*bufio.Reader

	patience time.Duration // how long an answer may take
}

func dial(addr string) (*driver, error) {
	d := &driver{patience: 10 * time.Second}
	for range connections {
		c, err := net.Dial("tcp", addr)
		if err != nil {
			return nil, err
		}
		s, err := spin(c)
		if err != nil {
			return nil, err
		}
		d.conns = append(d.conns, s)
		d.read = append(d.read, bufio.NewReader(s))
	}
	return d, nil
}

func (d *driver) close() {
	for _, c := range d.conns {
		_ = c.Close()
	}
}

// slice sends requests on all connections until they or the time run out, gap apart when gap is not
// zero, and returns how long each answer took.
func (d *driver) slice(ctx context.Context, requests [][]byte, limit, gap time.Duration, want string) ([]time.Duration, time.Duration, error) {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	var next atomic.Int64
	for _, c := range d.conns {
		_ = c.SetDeadline(time.Now().Add(limit + d.patience)) // a server that does not answer is an error, not a wait
	}
	took := make([][]time.Duration, len(d.conns))
	errs := make([]error, len(d.conns))
	begin := time.Now()
	var wg sync.WaitGroup
	for i := range d.conns {
		wg.Go(func() {
			for ctx.Err() == nil {
				n := int(next.Add(1)) - 1
				if n >= len(requests) {
					return
				}
				if gap > 0 {
					time.Sleep(time.Until(begin.Add(time.Duration(n) * gap)))
				}
				sent := time.Now()
				if err := d.exchange(i, requests[n], want); err != nil {
					errs[i] = err
					return
				}
				took[i] = append(took[i], time.Since(sent))
			}
		})
	}
	wg.Wait()
	return slices.Concat(took...), time.Since(begin), errors.Join(errs...)
}

// exchange sends one request and checks the answer.
func (d *driver) exchange(i int, request []byte, want string) error {
	if _, err := d.conns[i].Write(request); err != nil {
		return err
	}
	body, err := readAnswer(d.read[i])
	if err != nil {
		return err
	}
	if !bytes.Contains(body, []byte(want)) {
		return fmt.Errorf("answer %q lacks %q", body, want)
	}
	return nil
}

func readAnswer(r *bufio.Reader) ([]byte, error) {
	status, err := r.ReadSlice('\n')
	if err != nil {
		return nil, err
	}
	if !bytes.HasPrefix(status, []byte("HTTP/1.1 200")) {
		return nil, fmt.Errorf("answer %q", bytes.TrimSpace(status))
	}
	length := -1
	for {
		line, err := r.ReadSlice('\n')
		if err != nil {
			return nil, err
		}
		if len(line) <= 2 {
			break
		}
		if name, value, ok := strings.Cut(string(line), ":"); ok && strings.EqualFold(name, "Content-Length") {
			if length, err = strconv.Atoi(strings.TrimSpace(value)); err != nil {
				return nil, err
			}
		}
	}
	if length < 0 {
		return nil, errors.New("answer without Content-Length")
	}
	body := make([]byte, length)
	_, err = io.ReadFull(r, body)
	return body, err
}

// quantile of durations that need not be sorted.
func quantile(d []time.Duration, q float64) time.Duration {
	if len(d) == 0 {
		return 0
	}
	d = slices.Clone(d)
	slices.Sort(d)
	return d[min(len(d)-1, int(q*float64(len(d))))]
}
