package cli_test

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"moonwire/cli"
)

// TestABuildStaysInItsFolder gets builds of a server that lies, or breaks off.
func TestABuildStaysInItsFolder(t *testing.T) {
	file := func(name, body string) string {
		return fmt.Sprintf(`{"name":%q,"base64":%q}`, name, base64.StdEncoding.EncodeToString([]byte(body)))
	}
	good := file("main.lua", "-- good")
	for _, tt := range []struct {
		name, answer string
		want         string
		written      int
	}{
		{"above", `{"files":[` + good + `,` + file("../evil.lua", "x") + `]}`, "../evil.lua: a file of that name would lie outside of the folder", 1},
		{"absolute", `{"files":[` + file("/tmp/evil.lua", "x") + `]}`, "would lie outside", 0},
		{"around a corner", `{"files":[` + file("a/../../evil.lua", "x") + `]}`, "would lie outside", 0},
		{"the folder itself", `{"files":[` + file(".", "x") + `]}`, ".: ", 0},
		{"twice", `{"files":[` + good + `,` + good + `]}`, "main.lua: file exists", 1},
		{"a file for a folder", `{"files":[` + good + `,` + file("main.lua/x", "x") + `]}`, "main.lua/x: ", 1},
		{"broken off", `{"files":[` + good + `,{"name":"b.lua","ba`, "has only 1 file(s) of the build: no moonwire answers at", 1},
		{"broken off between two", `{"files":[` + good, "has only 1 file(s) of the build: no moonwire answers at", 1},
		{"something else", `{"accounts":[]}`, "what it sends breaks off, or is something else's", 0},
		{"no base64", `{"files":[{"name":"main.lua","base64":"!"}]}`, "what it sends breaks off, or is something else's", 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			fake := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Moonwire-Admin", "1")
				_, _ = w.Write([]byte(tt.answer))
			}))
			defer fake.Close()
			top := t.TempDir()
			dir := filepath.Join(top, "deep", "out")
			code, out, errs := command(t, map[string]string{"MOONWIRE_ADMIN_TOKEN": "x"}, "", "builds", "get", "shop", "12345678", dir, "--admin", fake.URL)
			require.NotEqual(t, cli.ExitOK, code)
			require.Empty(t, out)
			require.Contains(t, errs, tt.want)
			require.Equal(t, 1, strings.Count(errs, "\n"), errs)
			var found []string
			require.NoError(t, filepath.WalkDir(top, func(path string, d os.DirEntry, err error) error {
				if err == nil && !d.IsDir() {
					found = append(found, path)
				}
				return err
			}))
			require.Len(t, found, tt.written)
			for _, f := range found {
				require.Equal(t, filepath.Join(dir, "main.lua"), f)
			}
		})
	}
}
