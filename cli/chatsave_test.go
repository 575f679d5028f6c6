package cli_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"moonwire/cli"
)

// TestChatSavesATest: what was said in dev is a test that passes, and nobody's file is written over.
func TestChatSavesATest(t *testing.T) {
	dir := examples(t)
	p, addr := startDev(t, dir)
	awaitLive(t, p, "demo")
	file := filepath.Join(dir, "demo", "tests", "mine", "talk.chat")
	said := "/sub desk-7\n[微笑]\n\\x\n你好\n/image\n/loc 30.25 120.15 西湖 边\n下单\n普洱\n/time +10m\n2\n/again\n/as bob\n[click me]\n/tap 茶单\n/unsub\n"
	code, out, errs := run(t, said, "chat", "demo", "--addr", addr, "--save", file)
	require.Equal(t, cli.ExitOK, code, out+errs)
	require.Contains(t, errs, "the talk is written down in "+file)
	body, err := os.ReadFile(file)
	require.NoError(t, err)
	for _, line := range []string{
		"amy: [subscribe desk-7]\n", "amy: [微笑]\n", `amy: \\x` + "\n", "amy: [image]\nbot: [image {…}]\n", `amy: [location 30.25 120.15 西湖 边]` + "\n",
		"clock +10m\n", "amy: [again]\nbot: 第 1 单", `bob: \[click me]` + "\n", "bob: [tap 茶单]\nbot: 今日茶单：\n     1. 龙井", "bob: [unsubscribe]\n",
	} {
		require.Contains(t, string(body), line)
	}
	code, out, _ = run(t, "", "test", file)
	require.Equal(t, cli.ExitOK, code, out)

	for name, want := range map[string]string{file: "this file is there already", filepath.Join(dir, "talk.txt"): "want a file whose name ends in .chat"} {
		_, _, errs = run(t, "", "chat", "demo", "--addr", addr, "--save", name)
		require.Contains(t, errs, want)
	}
}
