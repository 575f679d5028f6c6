package cli_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestSavesUnderTraffic saves one script 200 times in every way an editor, a careless hand or git can,
// while 16 connections send messages without pause. Not one message may be lost, refused or answered by
// a mixture of two saves; each good save goes live, each bad one leaves the last good one serving.
func TestSavesUnderTraffic(t *testing.T) {
	for _, mode := range []string{"plain", "safe"} {
		t.Run(mode, func(t *testing.T) { savesUnderTraffic(t, mode) })
	}
}

func savesUnderTraffic(t *testing.T, mode string) {
	saves := 100 // per mode: 200 in all
	if testing.Short() {
		saves = 20
	}
	scripts := t.TempDir()
	e := &editor{t: t, dir: filepath.Join(scripts, "shop"), shared: filepath.Join(scripts, "shared")}
	write(t, scripts, map[string]string{
		"shop/account.yaml": accountYAML(mode, ""), "shop/main.lua": versionScript(0, ""), "shared/base.lua": "return 0\n",
	})
	p, addr := startServe(t, testEnv(), scripts, t.TempDir())
	e.program, e.phone = p, newPhone("http://"+addr+"/wx/shop", mode == "safe")
	e.awaitVersion(0)

	traffic := startTraffic(e.phone)
	for i := 1; i <= saves; i++ {
		e.save(i)
	}
	sent, errs := traffic.end()
	require.Empty(t, errs, "of %d messages", sent)
	require.Greater(t, sent, int64(saves))
	t.Logf("%d messages during %d saves", sent, saves)
}

// versionScript answers with its number from both ends of the file, so that half of one and half of
// another would show.
func versionScript(n int, extra string) string {
	return fmt.Sprintf("local top = %d\nlocal base = require 'shared.base'\n%s\n%s\non.text(function(msg) return top .. '/' .. bottom() .. '/' .. msg.content end)\nfunction bottom() return %d end\n",
		n, extra, strings.Repeat("-- filler, so that half a file is half a script\n", 20), n)
}

// editor saves the script in many ways and knows which version must answer.
type editor struct {
	t           *testing.T
	dir, shared string
	program     *program
	phone       *phone
	live        int // the version that must answer now
}

func (e *editor) main() string { return filepath.Join(e.dir, "main.lua") }

func (e *editor) put(path, body string) {
	e.t.Helper()
	require.NoError(e.t, os.WriteFile(path, []byte(body), 0o644))
}

// save makes save number i; every second one or so is bad.
func (e *editor) save(i int) {
	e.t.Helper()
	good := versionScript(i, "")
	switch i % 10 {
	case 0, 5:
		e.put(e.main(), good)
		e.good(i)
	case 1:
		e.bad(good+"on.text(\n", "unexpected symbol near")
	case 2: // an editor's way: a new file beside, then renamed over
		beside := filepath.Join(e.dir, ".main.lua.tmp")
		e.put(beside, good)
		require.NoError(e.t, os.Rename(beside, e.main()))
		e.good(i)
	case 3:
		e.bad(good+"local nothing = nil\nnothing.field = 1\n", "attempt to index local 'nothing' (a nil value)")
	case 4: // half a file, and a moment later the rest
		e.bad(good[:len(good)-70], "")
		e.put(e.main(), good)
		e.good(i)
	case 6:
		n := e.program.lines.count()
		require.NoError(e.t, os.Remove(e.main()))
		e.awaitRefusal(n, "main.lua")
		e.put(e.main(), good)
		e.good(i)
	case 7: // a new module, in a new folder, and a script that uses it
		lib := filepath.Join(e.dir, "lib"+strconv.Itoa(i))
		require.NoError(e.t, os.Mkdir(lib, 0o755))
		e.put(filepath.Join(lib, "part.lua"), "return { ok = true }\n")
		e.put(e.main(), versionScript(i, fmt.Sprintf("assert(require('lib%d.part').ok)", i)))
		e.good(i)
	case 8: // shared/ belongs to every account
		e.put(filepath.Join(e.shared, "base.lua"), fmt.Sprintf("return %d\n", i))
		e.put(e.main(), versionScript(i, fmt.Sprintf("assert(base == %d)", i)))
		e.good(i)
	case 9:
		e.bad("on.txet('hi', 'hello')\n", "txet")
	}
}

func (e *editor) good(i int) {
	e.t.Helper()
	e.live = i
	e.awaitVersion(i)
}

// bad saves what cannot work, waits for the report and sees the last good version answer.
func (e *editor) bad(body, says string) {
	e.t.Helper()
	n := e.program.lines.count()
	e.put(e.main(), body)
	e.awaitRefusal(n, says)
	answer, err := e.phone.say("oTESTfan0000000000000000099", "after a bad save")
	require.NoError(e.t, err)
	require.Equal(e.t, fmt.Sprintf("%d/%d/after a bad save", e.live, e.live), answer, "%s", lastLines(e.program))
}

func (e *editor) awaitRefusal(n int, says string) {
	e.t.Helper()
	line := e.program.lines.await(e.t, n, "that the save is refused", func(l string) bool {
		// a writer that the machine keeps waiting leaves the file empty for so long that this is said, and rightly
		return strings.Contains(l, `"msg":"save refused"`) && !strings.Contains(l, "main.lua: is empty")
	})
	require.Contains(e.t, line, says)
	require.NotContains(e.t, line, "✗ shop")
}

// awaitVersion asks until version n answers.
func (e *editor) awaitVersion(n int) {
	e.t.Helper()
	want := fmt.Sprintf("%d/%d/which", n, n)
	require.Eventually(e.t, func() bool {
		answer, err := e.phone.say("oTESTfan0000000000000000098", "which")
		return err == nil && answer == want
	}, patience, 5e6, "version %d never answered\n%s", n, lastLines(e.program))
}

func lastLines(p *program) string {
	lines, _ := p.lines.from(max(0, p.lines.count()-20))
	return strings.Join(lines, "\n")
}

// traffic is 16 fans who write without pause and check every answer.
type traffic struct {
	sent atomic.Int64
	stop chan struct{}
	wg   sync.WaitGroup

	mu   sync.Mutex
	errs []error
}

func startTraffic(phone *phone) *traffic {
	tr := &traffic{stop: make(chan struct{})}
	for i := range 16 {
		tr.wg.Go(func() { tr.fan(phone, fmt.Sprintf("oTESTfan00000000000000000%02d", i)) })
	}
	return tr
}

func (tr *traffic) fan(phone *phone, name string) {
	newest := 0
	for n := 0; ; n++ {
		select {
		case <-tr.stop:
			return
		default:
		}
		word := strconv.Itoa(n)
		answer, err := phone.say(name, word)
		tr.sent.Add(1)
		if err == nil {
			newest, err = checkAnswer(answer, word, newest)
		}
		if err != nil {
			tr.mu.Lock()
			tr.errs = append(tr.errs, fmt.Errorf("%s said %s: %w", name, word, err))
			tr.mu.Unlock()
			return
		}
	}
}

// checkAnswer wants one version, not older than the last one this fan saw, and the fan's own word.
func checkAnswer(answer, word string, newest int) (int, error) {
	parts := strings.SplitN(answer, "/", 3)
	if len(parts) != 3 || parts[0] != parts[1] || parts[2] != word {
		return newest, fmt.Errorf("answer %q", answer)
	}
	version, err := strconv.Atoi(parts[0])
	if err != nil || version < newest {
		return newest, fmt.Errorf("answer %q after version %d", answer, newest)
	}
	return version, nil
}

func (tr *traffic) end() (sent int64, errs []error) {
	close(tr.stop)
	tr.wg.Wait()
	return tr.sent.Load(), tr.errs
}
