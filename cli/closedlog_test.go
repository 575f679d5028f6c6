//go:build unix

package cli_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// logProcess starts serve in a process of its own with its log in the given file.
func logProcess(t *testing.T, log *os.File) *exec.Cmd {
	t.Helper()
	scripts := t.TempDir()
	write(t, scripts, map[string]string{"shop/account.yaml": accountYAML("safe", ""), "shop/main.lua": countingScript})
	cmd := exec.Command(os.Args[0], "serve", "--scripts", scripts, "--data", t.TempDir(),
		"--addr", "127.0.0.1:0", "--admin-addr", "127.0.0.1:0", "--api-base", "http://127.0.0.1:9")
	cmd.Env = append(os.Environ(), "MOONWIRE_TEST_PROGRAM=1", "MOONWIRE_LOG_FORMAT=json")
	for k, v := range testEnv() {
		cmd.Env = append(cmd.Env, k+"="+v)
	}
	cmd.Stderr = log
	require.NoError(t, cmd.Start())
	t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	return cmd
}

// TestALogThatNobodyReadsEndsNothing is `moonwire serve 2>&1 | head -3`: the pipe is closed after some lines, fans are
// answered as before, and the process ends as it should.
func TestALogThatNobodyReadsEndsNothing(t *testing.T) {
	read, pipe, err := os.Pipe()
	require.NoError(t, err)
	cmd := logProcess(t, pipe)
	require.NoError(t, pipe.Close())
	callback := ""
	for lines, live := bufio.NewScanner(read), false; callback == "" || !live; {
		require.True(t, lines.Scan(), "serve did not start")
		var line struct{ Msg, Callback string }
		require.NoError(t, json.Unmarshal(lines.Bytes(), &line))
		live = live || line.Msg == "build live"
		callback += line.Callback
	}
	require.NoError(t, read.Close())
	phone := newPhone("http://"+callback+"/wx/shop", true)
	for i := range 200 {
		answer, err := phone.say(fmt.Sprintf("oTESTfan00000000000000000%02d", i%7), "count")
		require.NoError(t, err)
		require.Equal(t, fmt.Sprintf("n=%d", i+1), answer)
	}
	require.NoError(t, cmd.Process.Signal(syscall.SIGTERM))
	require.NoError(t, cmd.Wait())
}

// TestTheLastLinesAreInTheLog ends the process right after an answer: nothing of the last moments is missing.
func TestTheLastLinesAreInTheLog(t *testing.T) {
	name := filepath.Join(t.TempDir(), "serve.log")
	log, err := os.Create(name)
	require.NoError(t, err)
	cmd := logProcess(t, log)
	require.NoError(t, log.Close())
	callback := ""
	require.Eventually(t, func() bool {
		body, err := os.ReadFile(name)
		_, rest, ok := strings.Cut(string(body), `"callback":"`)
		callback, _, _ = strings.Cut(rest, `"`)
		return err == nil && ok && strings.Contains(rest, "build live")
	}, patience, 10*time.Millisecond)
	phone := newPhone("http://"+callback+"/wx/shop", true)
	for range 20 {
		_, err := phone.say("oTESTfan0000000000000000001", "plain")
		require.NoError(t, err)
	}
	require.NoError(t, cmd.Process.Signal(syscall.SIGTERM))
	require.NoError(t, cmd.Wait())
	body, err := os.ReadFile(name)
	require.NoError(t, err)
	require.Equal(t, 20, strings.Count(string(body), `"msg":"message","account":"shop","trace":"`))
	require.Equal(t, 20, strings.Count(string(body), `"fan":"oTE…001"`))
	lines := strings.Split(strings.TrimSpace(string(body)), "\n")
	require.Contains(t, lines[len(lines)-1], `"msg":"stopped"`)
}
