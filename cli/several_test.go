//go:build unix

package cli_test

import (
	"bufio"
	"database/sql"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// process is serve in a process of its own, with what it logs.
type process struct {
	cmd   *exec.Cmd
	phone *phone
	log   *lineBook
}

// beside starts serve in a process of its own; others may run on the same folders.
func beside(t *testing.T, scripts, data string) *process {
	t.Helper()
	cmd := exec.Command(os.Args[0], "serve", "--scripts", scripts, "--data", data,
		"--addr", "127.0.0.1:0", "--admin-addr", "127.0.0.1:0", "--api-base", "http://127.0.0.1:9", "--drain", "1s")
	cmd.Env = append(os.Environ(), "MOONWIRE_TEST_PROGRAM=1", "MOONWIRE_LOG_FORMAT=json")
	for k, v := range testEnv() {
		cmd.Env = append(cmd.Env, k+"="+v)
	}
	out, err := cmd.StderrPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	p := &process{cmd: cmd, log: &lineBook{grown: make(chan struct{})}}
	var reader sync.WaitGroup
	reader.Go(func() {
		for scan := bufio.NewScanner(out); scan.Scan(); {
			p.log.add(scan.Text())
		}
	})
	t.Cleanup(func() {
		_ = cmd.Process.Signal(syscall.SIGCONT)
		_ = cmd.Process.Kill()
		reader.Wait()
		_ = cmd.Wait()
		if t.Failed() {
			t.Logf("process %d said:\n%s", cmd.Process.Pid, p.log.text())
		}
	})
	line := p.log.await(t, 0, "where it serves", func(l string) bool { return strings.Contains(l, `"msg":"serving"`) })
	var serving struct{ Callback string }
	require.NoError(t, json.Unmarshal([]byte(line), &serving))
	p.phone = newPhone("http://"+serving.Callback+"/wx/shop", true)
	return p
}

// told is the answer to a push.
type told struct {
	text string
	err  error
}

func (p *process) send(m push) <-chan told {
	answer := make(chan told, 1)
	go func() {
		text, err := p.phone.send(m)
		answer <- told{text, err}
	}()
	return answer
}

func (p *process) asks(t *testing.T, m push) string {
	t.Helper()
	select {
	case a := <-p.send(m):
		require.NoError(t, a.err)
		return a.text
	case <-time.After(patience):
		require.FailNow(t, "no answer")
		return ""
	}
}

func (p *process) says(t *testing.T, fan, text string) string {
	t.Helper()
	return p.asks(t, p.phone.push(fan, text))
}

// logged waits for a line of the log, about the given thing.
func (p *process) logged(t *testing.T, what string) {
	t.Helper()
	p.log.await(t, 0, what, func(l string) bool { return strings.Contains(l, what) })
}

// acted waits until the script that acts has begun to.
func (p *process) acted(t *testing.T) {
	t.Helper()
	require.Eventually(t, func() bool { return p.says(t, carl, "runs") == "1" }, patience, 10*time.Millisecond)
}

const severalScript = `
on.text("ping", "pong")
on.text("acted", function(msg)
  local n = store.incr("acted")
  time.sleep(settings.nap)
  return "acted " .. n
end)
on.text("read", function(msg)
  log.info("read here")
  time.sleep(settings.nap)
  return "read " .. math.random(1e9)
end)
on.text("runs", function(msg) return tostring(store.get("acted") or 0) end)
on.text("late", function(msg) time.sleep("6s") return "the late answer" end)
on.text("1", "an ordinary message")
`

func several(t *testing.T, nap, more string) (scripts, data string) {
	if testing.Short() {
		t.Skip("starts processes and waits for them; not in short mode")
	}
	t.Parallel()
	scripts, data = t.TempDir(), t.TempDir()
	write(t, scripts, map[string]string{
		"shop/account.yaml": accountYAML("safe", "settings: { nap: "+nap+" }\n"+more), "shop/main.lua": severalScript,
	})
	return scripts, data
}

const (
	anna = "oTESTfan0000000000000000001"
	bert = "oTESTfan0000000000000000002"
	carl = "oTESTfan0000000000000000003"
)

// A process that starts beside a running one takes nothing of it for dead: a repeat that reaches it gets the answer
// of the turn that runs there.
func TestAProcessThatStartsBesideARunningOneWaitsForItsTurns(t *testing.T) {
	scripts, data := several(t, "6s", "late: join\n")
	one := beside(t, scripts, data)
	require.Equal(t, "pong", one.says(t, bert, "ping"))
	acted, read := one.phone.push(anna, "acted"), one.phone.push(bert, "read")
	firstRead, firstActed := one.send(read), one.send(acted)
	one.acted(t)
	two := beside(t, scripts, data)
	secondActed, secondRead := two.send(acted), two.send(read)
	for _, both := range [][2]<-chan told{{firstActed, secondActed}, {firstRead, secondRead}} {
		first, second := <-both[0], <-both[1]
		require.NoError(t, first.err)
		require.NoError(t, second.err)
		require.NotEmpty(t, first.text)
		require.Equal(t, first.text, second.text)
	}
	require.Equal(t, "1", two.says(t, carl, "runs"))
	require.NotContains(t, two.log.text(), "turn interrupted")
	require.NotContains(t, two.log.text(), "read here", "the repeat did not run again")
}

// An answer that one process keeps is fetched from any.
func TestAKeptAnswerIsFetchedFromAnyProcess(t *testing.T) {
	scripts, data := several(t, "1s", "late: fetch\nfetch_word: \"1\"\nfetch_text: later\n")
	one := beside(t, scripts, data)
	require.Equal(t, "pong", one.says(t, bert, "ping"))
	two := beside(t, scripts, data)
	require.Equal(t, "an ordinary message", two.says(t, anna, "1"))
	require.Equal(t, "later", one.says(t, anna, "late"))
	// Until it is there, the fan is told to wait, by both.
	fetched := ""
	for deadline := time.Now().Add(patience); time.Now().Before(deadline) && (fetched == "" || fetched == "later"); {
		fetched = two.says(t, anna, "1")
	}
	require.Equal(t, "the late answer", fetched)
	require.Equal(t, "an ordinary message", one.says(t, anna, "1"), "given once")
}

// What a killed process had begun is taken over at once: the answer is there before the platform's patience ends,
// which it would not be if anybody waited for four seconds first.
func TestWhatAKilledProcessHadBegunIsTakenOverAtOnce(t *testing.T) {
	scripts, data := several(t, "1500ms", "")
	one := beside(t, scripts, data)
	require.Equal(t, "pong", one.says(t, bert, "ping"))
	two := beside(t, scripts, data)
	acted, read := one.phone.push(anna, "acted"), one.phone.push(bert, "read")
	first := []<-chan told{one.send(read), one.send(acted)}
	one.acted(t)
	require.NoError(t, one.cmd.Process.Kill())
	for _, f := range first {
		require.Error(t, (<-f).err)
	}
	require.Regexp(t, "^read ", two.asks(t, read), "it had changed nothing, and runs again")
	require.Empty(t, two.asks(t, acted), "it had acted, and does not")
	two.logged(t, "turn interrupted")
	require.Equal(t, "1", two.says(t, carl, "runs"))
	// A third takes the place of the dead one, and nothing is reported or run once more.
	three := beside(t, scripts, data)
	require.Empty(t, three.asks(t, acted))
	require.NotContains(t, three.log.text(), "turn interrupted")
	require.Equal(t, "pong", three.says(t, anna, "ping"))
}

// A process that stands still for ten seconds loses its turns to the others, and notices; one that was alone until
// then, too.
func TestAProcessThatStoodStillNoticesThatItsEpochIsOver(t *testing.T) {
	for name, known := range map[string]bool{"while it knew of the other": true, "while it was alone": false} {
		t.Run(name, func(t *testing.T) { standStill(t, known) })
	}
}

// standStill stops a process in a moment in which it holds no lock of SQLite's, which nobody could take from it.
func (p *process) standStill(t *testing.T, data string) {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+filepath.Join(data, "moonwire.db")+"?_txlock=immediate&_pragma=busy_timeout(0)")
	require.NoError(t, err)
	defer db.Close()
	require.Eventually(t, func() bool {
		require.NoError(t, p.cmd.Process.Signal(syscall.SIGSTOP))
		var status syscall.WaitStatus
		_, err := syscall.Wait4(p.cmd.Process.Pid, &status, syscall.WUNTRACED, nil) // until all its threads have stopped
		require.NoError(t, err)
		require.True(t, status.Stopped())
		tx, err := db.Begin()
		if err != nil {
			require.NoError(t, p.cmd.Process.Signal(syscall.SIGCONT))
			return false
		}
		return tx.Rollback() == nil
	}, patience, 10*time.Millisecond)
}

func standStill(t *testing.T, known bool) {
	scripts, data := several(t, "1s", "late: push\n")
	one := beside(t, scripts, data)
	require.Equal(t, "pong", one.says(t, bert, "ping"))
	var two *process
	if known {
		two = beside(t, scripts, data)
		require.Equal(t, "pong", two.says(t, carl, "ping"))
	}
	acted, read := one.phone.push(anna, "acted"), one.phone.push(bert, "read")
	firstRead, firstActed := one.send(read), one.send(acted)
	one.acted(t)
	one.standStill(t, data)
	stopped := time.Now()
	during := one.phone.push(anna, "ping") // lies in its socket meanwhile
	firstDuring := one.send(during)
	if !known {
		two = beside(t, scripts, data)
	}

	time.Sleep(time.Until(stopped.Add(5 * time.Second))) // the platform asks again
	answer := two.asks(t, read)
	require.Regexp(t, "^read ", answer, "it runs again, in the other process")
	require.Empty(t, two.asks(t, acted), "it had acted")
	two.logged(t, "turn interrupted")
	require.Equal(t, "pong", two.asks(t, during))

	time.Sleep(time.Until(stopped.Add(10 * time.Second)))
	require.NoError(t, one.cmd.Process.Signal(syscall.SIGCONT))
	one.logged(t, "was taken for dead")
	for _, first := range []<-chan told{firstRead, firstActed, firstDuring} {
		late := <-first
		require.NoError(t, late.err)
		require.Contains(t, []string{"", "pong", answer}, late.text, "nothing of its own")
	}
	require.Equal(t, "1", one.says(t, carl, "runs"), "nothing was done twice")
	require.Contains(t, []string{"", answer}, one.asks(t, read))
	require.Equal(t, "acted 2", one.says(t, bert, "acted"), "it goes on")
	require.NotContains(t, one.log.text(), "not sent", "nothing was pushed late")
}

// Old and new processes take the messages of many fans in turn while processes come and go; each number is given
// once, and each message is answered.
func TestProcessesComeAndGoUnderTraffic(t *testing.T) {
	if testing.Short() {
		t.Skip("starts processes; not in short mode")
	}
	scripts, data := t.TempDir(), t.TempDir()
	write(t, scripts, map[string]string{"shop/account.yaml": accountYAML("safe", ""), "shop/main.lua": countingScript})
	one := beside(t, scripts, data)
	var answered []sentPush
	var open []push
	for range 3 {
		two := beside(t, scripts, data)
		more, lost := countUntilKilled(t, one.cmd, one.phone, 30)
		for _, s := range more {
			require.Equal(t, s.answer, two.asks(t, s.push), "the other process gives the first answer")
		}
		for _, p := range lost {
			if answer := two.asks(t, p); answer != "" {
				more = append(more, sentPush{p, answer})
			}
		}
		answered, open = append(answered, more...), append(open, lost...)
		checkCounts(t, two.phone, answered, len(open))
		one = two
	}
}
