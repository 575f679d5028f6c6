package cli_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"moonwire/chat"
	"moonwire/cli"
	"moonwire/wechat/sim"
)

// TestTalkingToSomethingElse gives chat and send addresses where no dev is.
func TestTalkingToSomethingElse(t *testing.T) {
	p, _ := startDev(t, examples(t))
	platform := p.lines.await(t, 0, "where the stand-in is", func(l string) bool { return strings.HasPrefix(l, "stand-in WeChat on http://") })
	platform, _, _ = strings.Cut(strings.TrimPrefix(platform, "stand-in WeChat on http://"), " ")
	page := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("<html>")) }))
	defer page.Close()
	empty := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("{}")) }))
	defer empty.Close()
	for name, addr := range map[string]string{"the stand-in": platform, "a page": strings.TrimPrefix(page.URL, "http://"), "some JSON": strings.TrimPrefix(empty.URL, "http://")} {
		for _, args := range [][]string{{"chat", "demo"}, {"send", "demo", "text", "hi"}, {"send", "demo", "text", "hi", "--json"}} {
			t.Run(name+" "+args[0], func(t *testing.T) {
				code, _, errs := run(t, "hi\n", append(args, "--addr", addr)...)
				require.Equal(t, cli.ExitRefused, code)
				require.Contains(t, errs, "what answers at http://"+addr+" is no `moonwire dev`")
				require.NotContains(t, errs, "json:")
			})
		}
	}
	_, err := chat.Client{Base: empty.URL}.MoveClock(t.Context(), "1h")
	require.ErrorContains(t, err, "is no `moonwire dev`")
}

// TestSendByItselfSaysWhatHelps where nobody listens, and where the push is refused.
func TestSendByItselfSaysWhatHelps(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, map[string]string{"shop/account.yaml": "app_id: wx1a2b3c4d5e6f7081\nmode: plain"})
	send := []string{"send", "shop", "text", "hi", "--scripts", dir, "--addr"}
	code, _, errs := run(t, "", append(send, "127.0.0.1:9")...)
	require.Equal(t, cli.ExitUnreachable, code)
	require.Contains(t, errs, "nothing listens at 127.0.0.1:9: start `moonwire serve`, or say with --addr where it is")
	require.NotContains(t, errs, "signature")

	_, addr := startServe(t, nil, t.TempDir(), t.TempDir())
	code, _, errs = run(t, "", append(send, addr)...)
	require.Equal(t, cli.ExitRefused, code)
	require.Contains(t, errs, addr+" refuses the message (403); its log says why")
}

// TestStoppingASendIsNoFault presses Ctrl-C while it waits, with and without a dev.
func TestStoppingASendIsNoFault(t *testing.T) {
	hang := make(chan struct{}, 1)
	slow := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body) // or nobody sees that the connection ends
		hang <- struct{}{}
		<-r.Context().Done()
	}))
	defer slow.Close()
	dir := t.TempDir()
	write(t, dir, map[string]string{"shop/account.yaml": "app_id: wx1a2b3c4d5e6f7081\nmode: plain"})
	addr := strings.TrimPrefix(slow.URL, "http://")
	for _, more := range [][]string{nil, {"--scripts", dir}} {
		ctx, stop := context.WithCancel(t.Context())
		var out strings.Builder
		done := make(chan int, 1)
		go func() {
			done <- cli.Run(ctx, cli.Process{Args: append([]string{"send", "shop", "text", "hi", "--addr", addr}, more...), Stdin: strings.NewReader(""), Stdout: &out, Stderr: &out})
		}()
		<-hang
		stop()
		require.Equal(t, cli.ExitRefused, <-done)
		require.Contains(t, out.String(), "moonwire: stopped before it was done")
		require.NotContains(t, out.String(), "context")
	}
}

// TestChatsHelpHasTheOrderOfArguments holds /help against what a fan can do.
func TestChatsHelpHasTheOrderOfArguments(t *testing.T) {
	p, addr := startDev(t, examples(t))
	awaitLive(t, p, "echo")
	_, help, _ := run(t, "/help\n", "chat", "echo", "--addr", addr)
	for _, kind := range sim.Kinds() {
		if word, usage, _ := strings.Cut(kind, " "); word == "link" || word == "scan" || word == "click" || word == "tap" || word == "view" {
			require.Contains(t, help, "/"+word+" "+usage, kind)
		}
	}
}

// TestNewThatCannotBe says why, in words, and where dev must look.
func TestNewThatCannotBe(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "file")
	write(t, dir, map[string]string{"file": ""})
	code, _, errs := run(t, "", "new", "shop", "--scripts", file)
	require.Equal(t, cli.ExitConfig, code)
	require.Contains(t, errs, filepath.Join(file, "shop")+" cannot be made: ")
	require.NotContains(t, errs, "exists already")
	require.NotContains(t, errs, ".new-")
	require.NotContains(t, errs, "mkdir")

	sc := filepath.Join(dir, "my shops")
	_, out, _ := run(t, "", "new", "a", "--scripts", sc)
	require.Contains(t, out, "With `moonwire dev --scripts \""+sc+"\"` running it is live now")
	code, _, errs = run(t, "", "new", "a", "--scripts", sc)
	require.Equal(t, cli.ExitConfig, code)
	require.Contains(t, errs, "exists already")
	if locked(t, sc) {
		_, _, errs = run(t, "", "new", "b", "--scripts", sc)
		require.Contains(t, errs, filepath.Join(sc, "b")+" cannot be made: permission denied")
	}

	code, _, errs = run(t, "", "dev", "--scripts", filepath.Join(dir, "none"), "--addr", "127.0.0.1:0", "--platform-addr", "127.0.0.1:0")
	require.Equal(t, cli.ExitConfig, code)
	require.Contains(t, errs, "`moonwire new shop` makes one")
	for _, command := range []string{"dev", "serve"} {
		_, _, errs = run(t, "", command, "--scripts", filepath.Join("..", "scripts", "demo"), "--data", dir)
		require.Contains(t, errs, "is the folder of one account: give the folder above")
	}
	p, _ := startDev(t, t.TempDir())
	p.lines.await(t, 0, "how to make the first account", func(l string) bool { return strings.Contains(l, "`moonwire new shop --scripts ") })
}

// TestWithoutACommandItTakesDevsFlags as its help says.
func TestWithoutACommandItTakesDevsFlags(t *testing.T) {
	p := start(t, nil, "--addr", "127.0.0.1:0", "--platform-addr=127.0.0.1:0", "--scripts", examples(t), "--data", t.TempDir())
	p.lines.await(t, 0, "that it is there", func(l string) bool { return strings.HasPrefix(l, "Moonwire ") })
	require.Zero(t, p.end())
	code, _, errs := run(t, "", "--addr", "127.0.0.1:0", "--config", "/nowhere/moonwire.yaml")
	require.Equal(t, cli.ExitConfig, code)
	require.Contains(t, errs, "/nowhere/moonwire.yaml: there is no such file", "a file that was asked for")
	code, _, errs = run(t, "", "--adr", "x")
	require.Equal(t, cli.ExitUsage, code)
	require.Contains(t, errs, "unknown flag: --adr")
}
