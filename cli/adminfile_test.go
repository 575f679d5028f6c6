package cli_test

import (
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"moonwire/cli"
)

// adminFile reads the file of the process that runs on a data folder.
func adminFile(t *testing.T, data string) (url, token string) {
	t.Helper()
	body, err := os.ReadFile(filepath.Join(data, "admin.token"))
	require.NoError(t, err)
	lines := strings.Split(string(body), "\n")
	require.Len(t, lines, 3, "two lines")
	require.Empty(t, lines[2])
	return lines[0], lines[1]
}

// TestTheTokenLivesAsLongAsItsProcess: for the owner only, another one for each start, and gone at the end.
func TestTheTokenLivesAsLongAsItsProcess(t *testing.T) {
	scripts := shopFolder(t)
	for name, begin := range map[string]func(t *testing.T, data string) *program{
		"serve": func(t *testing.T, data string) *program { p, _ := startServe(t, testEnv(), scripts, data); return p },
		"dev":   func(t *testing.T, data string) *program { p, _ := startDev(t, scripts, "--data", data); return p },
	} {
		t.Run(name, func(t *testing.T) {
			data := t.TempDir()
			seen := map[string]bool{}
			for range 2 {
				p := begin(t, data)
				info, err := os.Stat(filepath.Join(data, "admin.token"))
				require.NoError(t, err)
				require.Equal(t, os.FileMode(0o600), info.Mode().Perm())
				url, token := adminFile(t, data)
				require.Regexp(t, `^[0-9a-f]{64}$`, token)
				require.Regexp(t, `^http://127\.0\.0\.1:[0-9]+$`, url)
				seen[token] = true
				code, out, errs := command(t, nil, "", "accounts", "list", "--data", data)
				require.Zero(t, code, errs)
				require.NotContains(t, out, token)
				require.Zero(t, p.end())
				require.NoFileExists(t, filepath.Join(data, "admin.token"))
				require.NotContains(t, p.lines.text(), token)
			}
			require.Len(t, seen, 2)
			left, err := filepath.Glob(filepath.Join(data, "admin.token*"))
			require.NoError(t, err)
			require.Equal(t, []string{filepath.Join(data, "admin.token.lock")}, left)
		})
	}
}

// somewhere is a socket with an address.
type somewhere struct {
	net.Listener
	at net.Addr
}

func (s somewhere) Addr() net.Addr { return s.at }

// TestTheFileHasAnAddressOfThisMachine, wherever the operator's listener may be reached from.
func TestTheFileHasAnAddressOfThisMachine(t *testing.T) {
	for ip, want := range map[string]string{
		"0.0.0.0": "127.0.0.1:8420", "::": "127.0.0.1:8420", "127.0.0.1": "127.0.0.1:8420", "::1": "[::1]:8420", "10.1.2.3": "10.1.2.3:8420",
	} {
		require.Equal(t, want, cli.Reachable(somewhere{at: &net.TCPAddr{IP: net.ParseIP(ip), Port: 8420}}))
	}
}

// TestNobodyReadsTheToken looks for it in the log of refused and of failed requests, in answers and metrics.
func TestNobodyReadsTheToken(t *testing.T) {
	data := t.TempDir()
	p := serving(t, shopFolder(t), data)
	url, token := adminFile(t, data)
	ask := func(method, path, bearer string) string {
		req, err := http.NewRequestWithContext(t.Context(), method, url+path, strings.NewReader(`{"account":"`+token+`"}`))
		require.NoError(t, err)
		if bearer != "" {
			req.Header.Set("Authorization", "Bearer "+bearer)
		}
		res, err := http.DefaultClient.Do(req)
		require.NoError(t, err)
		defer func() { require.NoError(t, res.Body.Close()) }()
		body, err := io.ReadAll(res.Body)
		require.NoError(t, err)
		return string(body)
	}
	for _, path := range []string{"/metrics", "/readyz", "/healthz", "/", "/admin/v1/openapi.json", "/admin/v1/accounts/list", "/admin/v1/no/such"} {
		for _, bearer := range []string{"", "wrong", token} {
			require.NotContains(t, ask(http.MethodGet, path, bearer), token, path)
			require.NotContains(t, ask(http.MethodPost, path, bearer), token, path)
		}
	}
	require.Zero(t, p.end())
	require.NotContains(t, p.lines.text(), token)
	require.Contains(t, p.lines.text(), "admin request refused")
}

// TestAFileThatCannotBeWritten is said, costs nothing else, and is written as soon as it can.
func TestAFileThatCannotBeWritten(t *testing.T) {
	data := t.TempDir()
	blocked := filepath.Join(data, "admin.token")
	require.NoError(t, os.MkdirAll(filepath.Join(blocked, "folder"), 0o755))
	p := serving(t, shopFolder(t), data)
	p.lines.await(t, 0, "that commands do not find it", func(l string) bool { return strings.Contains(l, "its file cannot be written") })
	require.NoError(t, os.RemoveAll(blocked))
	awaitTaken(t, data)
	code, out, errs := command(t, nil, "", "accounts", "list", "--data", data)
	require.Zero(t, code, errs)
	require.Contains(t, out, "shop")
	require.Equal(t, 1, strings.Count(p.lines.text(), "its file cannot be written"))
}

// awaitTaken waits until a process has the file.
func awaitTaken(t *testing.T, data string) {
	t.Helper()
	require.Eventually(t, func() bool {
		code, _, _ := command(t, nil, "", "accounts", "list", "--data", data)
		return code == 0
	}, patience, 20*time.Millisecond)
}
