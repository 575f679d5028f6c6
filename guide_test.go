package main_test

import (
	"bytes"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// guidePatience bounds what a reader of a guide waits for: a save to be live, an answer.
const guidePatience = time.Minute

// TestTheAssistantsGuide does what the page says, in an empty folder, letter by letter: each sh block is run, and what
// the text block after it shows must be seen.
func TestTheAssistantsGuide(t *testing.T) {
	bash, err := exec.LookPath("bash")
	if err != nil {
		t.Skip("there is no bash to read the page with")
	}
	bin := t.TempDir()
	out, err := exec.Command("go", "build", "-o", filepath.Join(bin, "moonwire"), ".").CombinedOutput()
	require.NoError(t, err, string(out))
	for _, page := range []string{"docs/assistant.md", "docs/assistant.zh-CN.md"} {
		t.Run(page, func(t *testing.T) {
			r := &guideReader{t: t, bash: bash, dir: t.TempDir(), env: append(os.Environ(), "PATH="+bin+string(os.PathListSeparator)+os.Getenv("PATH"))}
			for _, name := range []string{"ADDR", "ADMIN_ADDR", "PLATFORM_ADDR", "MODEL_ADDR"} { // those of the page may be taken here
				r.env = append(r.env, "MOONWIRE_"+name+"="+freeAddr(t))
			}
			for _, step := range guideSteps(t, page) {
				r.does(step.does, step.sees)
			}
		})
	}
}

// guideStep is what a reader does, and then sees; "" = nothing that the page shows.
type guideStep struct{ does, sees string }

var guideBlock = regexp.MustCompile("(?ms)^```(sh|text)\n(.*?)^```")

func guideSteps(t *testing.T, page string) (steps []guideStep) {
	body, err := os.ReadFile(page)
	require.NoError(t, err)
	for _, m := range guideBlock.FindAllStringSubmatch(string(body), -1) {
		if m[1] == "sh" {
			steps = append(steps, guideStep{does: m[2]})
			continue
		}
		require.NotEmpty(t, steps, "%s shows an answer to nothing", page)
		steps[len(steps)-1].sees = strings.TrimSpace(m[2])
	}
	require.Greater(t, len(steps), 5, page)
	return steps
}

type guideReader struct {
	t         *testing.T
	bash, dir string
	env       []string
}

func (r *guideReader) command(text string) *exec.Cmd {
	cmd := exec.Command(r.bash, "-euc", text)
	cmd.Dir, cmd.Env = r.dir, r.env
	return cmd
}

// does what a block says. What has a terminal of its own goes on; what shows too early what it did before, since a save
// is not live yet, is done again.
func (r *guideReader) does(text, sees string) {
	r.t.Helper()
	if text == "moonwire dev\n" {
		r.runs(text)
		return
	}
	for deadline := time.Now().Add(guidePatience); ; {
		out, err := r.command(text).CombinedOutput()
		if err == nil && strings.Contains(string(out), sees) {
			return
		}
		require.NoError(r.t, err, "%s\n%s", text, out)
		require.True(r.t, time.Now().Before(deadline), "%s shows\n%s\nand not\n%s", text, out, sees)
	}
}

// runs a program beside the reader, until the page ends.
func (r *guideReader) runs(text string) {
	out := &watchedOutput{seen: make(chan struct{}), want: " is live"}
	cmd := r.command("exec " + text)
	cmd.Stdout, cmd.Stderr = out, out
	require.NoError(r.t, cmd.Start())
	r.t.Cleanup(func() {
		_ = cmd.Process.Signal(os.Interrupt)
		_ = cmd.Wait()
	})
	select {
	case <-out.seen:
	case <-time.After(guidePatience):
		r.t.Fatalf("%s is not there:\n%s", text, out.text())
	}
}

// watchedOutput waits for some words.
type watchedOutput struct {
	mu   sync.Mutex
	all  bytes.Buffer
	want string
	seen chan struct{}
}

func (w *watchedOutput) Write(b []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	before := strings.Contains(w.all.String(), w.want)
	n, err := w.all.Write(b)
	if !before && strings.Contains(w.all.String(), w.want) {
		close(w.seen)
	}
	return n, err
}

func (w *watchedOutput) text() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.all.String()
}

func freeAddr(t *testing.T) string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer l.Close()
	return l.Addr().String()
}
