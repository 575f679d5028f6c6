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
	"runtime"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// child is one server under measurement, in a process of its own, pinned to the first core.
type child struct {
	cmd  *exec.Cmd
	addr string

	// Where it says how much it has allocated, and the words before the numbers there.
	allocations    string
	objects, bytes string
}

// pinned wraps a command so that it runs on one core, where taskset (util-linux) is there.
func pinned(ctx context.Context, core string, name string, args ...string) *exec.Cmd {
	if path, err := exec.LookPath("taskset"); err == nil {
		return exec.CommandContext(ctx, path, append([]string{"-c", core, name}, args...)...)
	}
	return exec.CommandContext(ctx, name, args...)
}

// pinSelf moves the generator to the second core, which it keeps busy.
func pinSelf() {
	runtime.GOMAXPROCS(1)
	_ = exec.Command("taskset", "-a", "-c", "-p", "1", strconv.Itoa(os.Getpid())).Run()
}

// startCompared starts floor or native: this very program.
func startCompared(ctx context.Context, kind string) (*child, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	return startPlain(ctx, self, "-serve", kind)
}

// startSilenceper starts the server that is written with silenceper/wechat.
func startSilenceper(ctx context.Context, binary string) (*child, error) {
	return startPlain(ctx, binary, "-app-id", appID, "-token", token, "-aes-key", aesKey)
}

// startPlain starts a server that prints the address it listens on.
func startPlain(ctx context.Context, binary string, args ...string) (*child, error) {
	cmd := pinned(ctx, "0", binary, args...)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	said := bufio.NewReader(out)
	line, err := said.ReadString('\n')
	go func() { _, _ = io.Copy(io.Discard, said) }() // a full pipe would hold the server up
	addr := strings.TrimSpace(line)
	return &child{cmd: cmd, addr: addr, allocations: "http://" + addr + "/allocations", objects: "objects", bytes: "bytes"}, err
}

// startMoonwire starts `moonwire serve` on a folder of accounts, with its own settings and its log in a file, and waits
// until it is ready.
func startMoonwire(ctx context.Context, binary, scripts, data string) (*child, error) {
	addr, admin, err := freePorts()
	if err != nil {
		return nil, err
	}
	if binary, err = filepath.Abs(binary); err != nil {
		return nil, err
	}
	cmd := pinned(ctx, "0", binary, "serve", "--scripts", scripts, "--data", data,
		"--addr", addr, "--admin-addr", admin, "--api-base", "http://127.0.0.1:9")
	cmd.Dir = data // no moonwire.yaml of somebody's
	cmd.Env = append(slices.DeleteFunc(os.Environ(), func(v string) bool { return strings.HasPrefix(v, "MOONWIRE_") }),
		"BENCH_TOKEN="+token, "BENCH_AES_KEY="+aesKey)
	log, err := os.Create(filepath.Join(data, "serve.log"))
	if err != nil {
		return nil, err
	}
	defer log.Close()
	cmd.Stdout, cmd.Stderr = log, log
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	c := &child{
		cmd: cmd, addr: addr, allocations: "http://" + admin + "/metrics",
		objects: "go_memstats_mallocs_total", bytes: "go_memstats_alloc_bytes_total",
	}
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

// rest waits until the process does nothing more: what it does behind the answers counts too. It returns what the
// process had used when it came to rest.
func (c *child) rest(ctx context.Context) (used time.Duration, err error) {
	used, err = c.cpu()
	last := used
	for quiet, looks := 0, 0; err == nil && quiet < 2 && looks < 60 && ctx.Err() == nil; looks++ {
		time.Sleep(50 * time.Millisecond)
		var now time.Duration
		if now, err = c.cpu(); now-last < 2*time.Millisecond {
			quiet++
		} else {
			quiet, used = 0, now
		}
		last = now
	}
	return used, err
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
