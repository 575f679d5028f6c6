package main_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestBuildSaysWhatIsHappening runs what `make run` builds with, with go commands that are missing, old, cut off or
// slow; nothing of it has a terminal.
func TestBuildSaysWhatIsHappening(t *testing.T) {
	packages := strings.Repeat("echo some/package\n", 40)
	for _, tc := range []struct {
		name, goes string // the go command as a script; "" = there is none
		code       int
		want       []string
		never      string
	}{
		{"no Go", "", 1, []string{"Go is not installed", "needs Go 1.", "go.dev/dl", "golang.google.cn/dl", "没有安装 Go"}, ""},
		{"an old Go", "echo go1.20.4", 1, []string{"this Go is go1.20.4, which is too old", "needs Go 1.", "太旧了"}, ""},
		{
			"a Go that cannot fetch the newer one", "echo 'go: download go1.26.0: toolchain not available' >&2; exit 1", 1,
			[]string{"toolchain not available", "could not be fetched", "下载不下来"},
			"",
		},
		{
			"libraries that do not come", "case $1 in env) echo go1.99.1 ;; *) echo 'proxy.golang.org: i/o timeout' >&2; exit 1 ;; esac", 1,
			[]string{"i/o timeout", "GOPROXY=https://goproxy.cn", "下载不了"},
			"compile",
		},
		{
			"the first time", "case $1 in env) echo go1.99rc1 ;; *) " + packages + " esac", 0,
			[]string{"40 packages to compile", "  20 of 40", "  40 of 40"},
			"make:",
		},
		{"nothing to do", "case $1 in env) echo go1.99.1 ;; esac", 0, nil, "compile"},
		{
			"a fault in the source", "case $1 in env) echo go1.99.1 ;; list) echo moonwire/cli ;; *) echo '# moonwire/cli'; echo 'cli/run.go:3:4: undefined: x'; exit 2 ;; esac", 1,
			[]string{"# moonwire/cli\ncli/run.go:3:4: undefined: x"},
			"GOPROXY",
		},
		{
			"a version that is being developed", "case $1 in env) echo 'devel go1.99-3f2a1b Mon Jan 5 10:00:00 2026 +0000' ;; esac", 0,
			nil,
			"too old",
		},
		{"an old version that was being developed", "echo 'devel go1.20-3f2a1b Mon Jan 5'", 1, []string{"too old"}, ""},
		{
			"a fault that no proxy cures", "case $1 in env) echo go1.99.1 ;; *) echo 'error obtaining VCS status: exit status 128' >&2; exit 1 ;; esac", 1,
			[]string{"error obtaining VCS status", "the lines above say why"},
			"GOPROXY",
		},
	} {
		t.Run(tc.name, func(t *testing.T) {
			dir := t.TempDir()
			gocmd := filepath.Join(dir, "go")
			if tc.goes != "" {
				require.NoError(t, os.WriteFile(gocmd, []byte("#!/bin/sh\n"+tc.goes+"\n"), 0o755))
			}
			cmd := exec.Command("sh", "internal/build.sh", filepath.Join(dir, "bin", "moonwire"))
			cmd.Env = append(os.Environ(), "GO="+gocmd)
			out, _ := cmd.CombinedOutput()
			require.Equal(t, tc.code, cmd.ProcessState.ExitCode(), "%s", out)
			for _, want := range tc.want {
				require.Contains(t, string(out), want)
			}
			if tc.never != "" {
				require.NotContains(t, string(out), tc.never)
			}
		})
	}
}

// TestBuildInAnothersClone builds where git refuses to speak: the program has no revision then, and that is all.
func TestBuildInAnothersClone(t *testing.T) {
	dir := t.TempDir()
	args := filepath.Join(dir, "args")
	require.NoError(t, os.WriteFile(filepath.Join(dir, "go"), []byte("#!/bin/sh\necho \"$@\" >>"+args+"\ncase $1 in env) echo go1.99.1 ;; esac\n"), 0o755))
	for answer, want := range map[string]string{"exit 128": "-buildvcs=false", "exit 0": "-buildvcs=auto"} {
		require.NoError(t, os.WriteFile(filepath.Join(dir, "git"), []byte("#!/bin/sh\n"+answer+"\n"), 0o755))
		require.NoError(t, os.WriteFile(args, nil, 0o600))
		cmd := exec.Command("sh", "internal/build.sh", filepath.Join(dir, "bin", "moonwire"))
		cmd.Env = append(os.Environ(), "GO="+filepath.Join(dir, "go"), "PATH="+dir+":"+os.Getenv("PATH"))
		out, err := cmd.CombinedOutput()
		require.NoError(t, err, "%s", out)
		calls, err := os.ReadFile(args)
		require.NoError(t, err)
		require.Regexp(t, "(?m)^list "+want, string(calls))
		require.Regexp(t, "(?m)^build -v "+want, string(calls))
	}
}
