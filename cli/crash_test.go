package cli_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"moonwire/cli"
)

// TestMain lets this binary stand in for the program, in a process that can be killed.
func TestMain(m *testing.M) {
	if os.Getenv("MOONWIRE_TEST_PROGRAM") == "" {
		os.Exit(m.Run())
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	os.Exit(cli.Run(ctx, cli.Process{
		Args: os.Args[1:], Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr, Getenv: os.LookupEnv,
	}))
}

// serveProcess starts serve in a process of its own and returns it with the callback's address.
func serveProcess(t *testing.T, scripts, data string) (*exec.Cmd, string) {
	t.Helper()
	cmd := exec.Command(os.Args[0], "serve", "--scripts", scripts, "--data", data,
		"--addr", "127.0.0.1:0", "--admin-addr", "127.0.0.1:0", "--api-base", "http://127.0.0.1:9")
	cmd.Env = append(os.Environ(), "MOONWIRE_TEST_PROGRAM=1", "MOONWIRE_LOG_FORMAT=json")
	for k, v := range testEnv() {
		cmd.Env = append(cmd.Env, k+"="+v)
	}
	log, err := cmd.StderrPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	scan := bufio.NewScanner(log)
	scan.Buffer(nil, 1<<20)
	for scan.Scan() {
		var line struct{ Msg, Callback string }
		if json.Unmarshal(scan.Bytes(), &line) == nil && line.Msg == "serving" {
			go func() { // ends with the process
				for scan.Scan() {
				}
			}()
			return cmd, line.Callback
		}
	}
	require.FailNow(t, "serve did not start")
	return nil, ""
}

const countingScript = `
on.text("count", function(msg)
  local n = store.incr("n")
  store.set("by:" .. n, msg.openid)
  msg.session.last = n
  return "n=" .. n
end)
on.text("total", function(msg) return tostring(store.get("n") or 0) end)
on.text("last", function(msg) return tostring(msg.session.last) end)
on.text("plain", "nothing written")
`

// TestKillUnderTraffic kills the process without warning while messages come in, several times on one
// store. What a script wrote before its answer left must be there, a repeated push must get the answer it
// got before, and no handler that wrote may run twice for one push.
func TestKillUnderTraffic(t *testing.T) {
	scripts, data := t.TempDir(), t.TempDir()
	write(t, scripts, map[string]string{"shop/account.yaml": accountYAML("safe", ""), "shop/main.lua": countingScript})
	kills := 3
	if testing.Short() {
		kills = 1
	}
	var answered []sentPush
	var open []push // sent, and nobody knows what became of them
	for range kills {
		cmd, addr := serveProcess(t, scripts, data)
		phone := newPhone("http://"+addr+"/wx/shop", true)
		more, lost := countUntilKilled(t, cmd, phone, 40)
		answered, open = append(answered, more...), append(open, lost...)

		again, addr := serveProcess(t, scripts, data)
		phone = newPhone("http://"+addr+"/wx/shop", true)
		for _, s := range more {
			answer, err := phone.send(s.push)
			require.NoError(t, err)
			require.Equal(t, s.answer, answer, "a repeat of push %d gets its first answer", s.push.id)
		}
		for _, p := range lost {
			answer, err := phone.send(p)
			require.NoError(t, err)
			if answer != "" { // else it was interrupted, and is not run again
				answered = append(answered, sentPush{p, answer})
			}
		}
		checkCounts(t, phone, answered, len(open))
		require.NoError(t, again.Process.Signal(syscall.SIGTERM))
		require.NoError(t, again.Wait())
	}
}

type sentPush struct {
	push   push
	answer string
}

// countUntilKilled lets fans count until so many answers have come, then kills the process.
func countUntilKilled(t *testing.T, cmd *exec.Cmd, phone *phone, enough int) (answered []sentPush, open []push) {
	t.Helper()
	var mu sync.Mutex
	var wg sync.WaitGroup
	reached := make(chan struct{})
	for i := range 8 {
		wg.Go(func() {
			for {
				p := phone.push(fmt.Sprintf("oTESTfan00000000000000000%02d", i), "count")
				answer, err := phone.send(p)
				mu.Lock()
				if err != nil || answer == "" {
					open = append(open, p)
					mu.Unlock()
					return
				}
				answered = append(answered, sentPush{p, answer})
				if len(answered) == enough {
					close(reached)
				}
				mu.Unlock()
			}
		})
	}
	select {
	case <-reached:
	case <-time.After(patience):
		require.FailNow(t, "too few answers")
	}
	require.NoError(t, cmd.Process.Kill())
	wg.Wait()
	_ = cmd.Wait()
	return answered, open
}

// checkCounts wants every number given once, nothing lost, and each fan's session to hold the last one.
func checkCounts(t *testing.T, phone *phone, answered []sentPush, open int) {
	t.Helper()
	numbers, last := map[int]bool{}, map[string]int{}
	for _, s := range answered {
		n, err := strconv.Atoi(strings.TrimPrefix(s.answer, "n="))
		require.NoError(t, err, s.answer)
		require.False(t, numbers[n], "number %d was given twice", n)
		numbers[n] = true
		last[s.push.fan] = max(last[s.push.fan], n)
	}
	answer, err := phone.say("oTESTfan0000000000000000099", "total")
	require.NoError(t, err)
	total, err := strconv.Atoi(answer)
	require.NoError(t, err)
	require.GreaterOrEqual(t, total, len(numbers), "a number that a fan saw is lost")
	require.LessOrEqual(t, total, len(numbers)+open, "a handler ran twice for one push")
	for fan, n := range last {
		answer, err := phone.say(fan, "last")
		require.NoError(t, err)
		got, err := strconv.Atoi(answer)
		require.NoError(t, err)
		require.GreaterOrEqual(t, got, n, "the session of %s is older than the answer", fan)
	}
}
