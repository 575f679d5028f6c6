package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// child is one server under measurement, in a process of its own, pinned to the first core.
type child struct {
	cmd  *exec.Cmd
	addr string
}

// pinned wraps a command so that it runs on one core, where taskset (util-linux) is there.
func pinned(ctx context.Context, core string, name string, args ...string) *exec.Cmd {
	if path, err := exec.LookPath("taskset"); err == nil {
		return exec.CommandContext(ctx, path, append([]string{"-c", core, name}, args...)...)
	}
	return exec.CommandContext(ctx, name, args...)
}

// pinSelf moves the generator to the second core.
func pinSelf() {
	_ = exec.Command("taskset", "-a", "-c", "-p", "1", strconv.Itoa(os.Getpid())).Run()
}

// startCompared starts floor or native: this very program, which prints the address it listens on.
func startCompared(ctx context.Context, kind string) (*child, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	cmd := pinned(ctx, "0", self, "-serve", kind)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	return &child{cmd: cmd, addr: strings.TrimSpace(line)}, err
}

// startMoonwire starts `moonwire serve` on a folder of accounts and waits until it is ready.
func startMoonwire(ctx context.Context, binary, scripts, data string) (*child, error) {
	addr, admin, err := freePorts()
	if err != nil {
		return nil, err
	}
	cmd := pinned(ctx, "0", binary, "serve", "--scripts", scripts, "--data", data,
		"--addr", addr, "--admin-addr", admin, "--api-base", "http://127.0.0.1:9")
	cmd.Env = append(os.Environ(), "BENCH_TOKEN="+token, "BENCH_AES_KEY="+aesKey, "BENCH_SECRET=bench-secret", "MOONWIRE_LOG_LEVEL=error")
	log, err := os.Create(filepath.Join(data, "serve.log"))
	if err != nil {
		return nil, err
	}
	defer log.Close()
	cmd.Stdout, cmd.Stderr = log, log
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	c := &child{cmd: cmd, addr: addr}
	if err := waitReady(ctx, "http://"+admin+"/readyz"); err != nil {
		c.stop()
		body, _ := os.ReadFile(log.Name())
		return nil, fmt.Errorf("%s serve: %w\n%s", binary, err, body)
	}
	return c, nil
}

func freePorts() (a, b string, err error) {
	var addrs [2]string
	for i := range addrs {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return "", "", err
		}
		defer l.Close()
		addrs[i] = l.Addr().String()
	}
	return addrs[0], addrs[1], nil
}

func waitReady(ctx context.Context, url string) error {
	deadline := time.Now().Add(60 * time.Second)
	for time.Now().Before(deadline) && ctx.Err() == nil {
		if res, err := http.Get(url); err == nil {
			_, _ = io.Copy(io.Discard, res.Body)
			res.Body.Close()
			if res.StatusCode == http.StatusOK {
				return nil
			}
		}
		time.Sleep(2 * time.Millisecond)
	}
	return errors.New("not ready within a minute")
}

func (c *child) stop() {
	if c == nil || c.cmd.Process == nil {
		return
	}
	_ = c.cmd.Process.Signal(syscall.SIGTERM)
	_ = c.cmd.Wait()
}

// cpu is what the process has used so far, user and system, in all its threads.
func (c *child) cpu() (time.Duration, error) {
	tasks, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/schedstat", c.cmd.Process.Pid))
	if err != nil {
		return 0, err
	}
	var total time.Duration
	for _, task := range tasks {
		body, err := os.ReadFile(task)
		if err != nil {
			continue // the thread ended meanwhile
		}
		ns, err := strconv.ParseInt(strings.Fields(string(body))[0], 10, 64)
		if err != nil {
			return 0, err
		}
		total += time.Duration(ns)
	}
	return total, nil
}

// rss is the process's resident memory in bytes.
func (c *child) rss() (int64, error) {
	body, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", c.cmd.Process.Pid))
	if err != nil {
		return 0, err
	}
	for line := range strings.Lines(string(body)) {
		if rest, ok := strings.CutPrefix(line, "VmRSS:"); ok {
			kib, err := strconv.ParseInt(strings.Fields(rest)[0], 10, 64)
			return kib << 10, err
		}
	}
	return 0, errors.New("no VmRSS")
}
