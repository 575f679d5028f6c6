package cli_test

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"moonwire/cli"
)

// patience bounds every wait of these tests; none of them measures time.
const patience = time.Minute

// program is the very program, started with a command line in this process.
type program struct {
	t     *testing.T
	stop  context.CancelFunc
	done  chan int
	lines *lineBook
}

// lineBook keeps what the program printed and lets tests wait for a line.
type lineBook struct {
	mu    sync.Mutex
	all   []string
	grown chan struct{}
}

func (b *lineBook) add(line string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.all = append(b.all, line)
	close(b.grown)
	b.grown = make(chan struct{})
}

func (b *lineBook) from(n int) ([]string, <-chan struct{}) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.all[min(n, len(b.all)):], b.grown
}

func (b *lineBook) count() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return len(b.all)
}

func (b *lineBook) text() string {
	lines, _ := b.from(0)
	return strings.Join(lines, "\n")
}

// await returns the first line from number n on that fits.
func (b *lineBook) await(t *testing.T, n int, what string, fits func(string) bool) string {
	t.Helper()
	timeout := time.After(patience)
	for {
		lines, grown := b.from(n)
		for _, l := range lines {
			n++
			if fits(l) {
				return l
			}
		}
		select {
		case <-grown:
		case <-timeout:
			require.FailNow(t, "the program did not say "+what, "it said:\n%s", b.text())
		}
	}
}

func start(t *testing.T, env map[string]string, args ...string) *program {
	t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	p := &program{t: t, stop: stop, done: make(chan int, 1), lines: &lineBook{grown: make(chan struct{})}}
	read, write := io.Pipe()
	var reader sync.WaitGroup
	reader.Go(func() {
		scan := bufio.NewScanner(read)
		scan.Buffer(nil, 1<<20)
		for scan.Scan() {
			p.lines.add(scan.Text())
		}
	})
	go func() {
		code := cli.Run(ctx, cli.Process{
			Args: args, Stdin: strings.NewReader(""), Stdout: write, Stderr: write,
			Getenv: func(name string) (string, bool) { v, ok := env[name]; return v, ok },
		})
		_ = write.Close()
		reader.Wait()
		p.done <- code
	}()
	t.Cleanup(func() { p.end() })
	return p
}

// end stops the program as SIGTERM does and returns its exit code.
func (p *program) end() int {
	p.stop()
	select {
	case code := <-p.done:
		p.done <- code
		return code
	case <-time.After(patience):
		require.FailNow(p.t, "the program does not end", "%s", p.lines.text())
		return -1
	}
}

// run carries out one command line to its end.
func run(t *testing.T, stdin string, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	return runWith(t, nil, stdin, args...)
}

// runWith is run with variables.
func runWith(t *testing.T, env map[string]string, stdin string, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	var out, errs strings.Builder
	code = cli.Run(ctx, cli.Process{Args: args, Stdin: strings.NewReader(stdin), Stdout: &out, Stderr: &errs, Getenv: func(name string) (string, bool) {
		v, ok := env[name]
		return v, ok
	}})
	return code, out.String(), errs.String()
}

// startServe starts serve on free ports and returns the callback's address.
func startServe(t *testing.T, env map[string]string, scripts, data string, args ...string) (*program, string) {
	t.Helper()
	all := map[string]string{"MOONWIRE_LOG_FORMAT": "json"}
	for k, v := range env {
		all[k] = v
	}
	p := start(t, all, append([]string{
		"serve", "--scripts", scripts, "--data", data, "--addr", "127.0.0.1:0",
		"--admin-addr", "127.0.0.1:0", "--api-base", "http://127.0.0.1:9",
	}, args...)...)
	line := p.lines.await(t, 0, "where it serves", func(l string) bool { return strings.Contains(l, `"msg":"serving"`) })
	var serving struct{ Callback, Admin string }
	require.NoError(t, json.Unmarshal([]byte(line), &serving))
	return p, serving.Callback
}

// startDev starts dev on free ports and returns its address, host:port.
func startDev(t *testing.T, scripts string, args ...string) (*program, string) {
	t.Helper()
	return startDevAs(t, nil, scripts, args...)
}

// startDevAs is startDev in an environment.
func startDevAs(t *testing.T, env map[string]string, scripts string, args ...string) (*program, string) {
	t.Helper()
	p := start(t, env, append([]string{
		"dev", "--scripts", scripts, "--data", t.TempDir(), "--addr", "127.0.0.1:0", "--platform-addr", "127.0.0.1:0",
	}, args...)...)
	line := p.lines.await(t, 0, "its address", func(l string) bool { return strings.HasPrefix(l, "Moonwire ") })
	_, rest, ok := strings.Cut(line, "http://")
	require.True(t, ok, line)
	return p, strings.Fields(rest)[0]
}

// write puts files below dir; a name may have folders.
func write(t *testing.T, dir string, files map[string]string) {
	t.Helper()
	for name, body := range files {
		path := filepath.Join(dir, filepath.FromSlash(name))
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
		require.NoError(t, os.WriteFile(path, []byte(body), 0o644))
	}
}
