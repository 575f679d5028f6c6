package transcript_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"moonwire/transcript"
)

// files are those of a scripts folder, by name.
type files map[string]string

const service = "kind: service\nmode: safe\napp_secret: ${env:X}\ntimezone: Asia/Shanghai\n"

// lay makes a scripts folder.
func lay(t *testing.T, all files) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range all {
		path := filepath.Join(dir, filepath.FromSlash(name))
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
		require.NoError(t, os.WriteFile(path, []byte(text), 0o644))
	}
	return dir
}

// try runs one transcript against one script.
func try(t *testing.T, main, yaml, chat string) transcript.Result {
	t.Helper()
	dir := lay(t, files{"shop/main.lua": main, "shop/account.yaml": yaml, "shop/tests/a.chat": chat})
	return run(t, transcript.Options{}, dir)[0]
}

// run runs the tests of the account shop.
func run(t *testing.T, o transcript.Options, dir string) (all []transcript.Result) {
	t.Helper()
	if o.TimeLimit == 0 {
		o.TimeLimit = 2 * time.Minute
	}
	r, err := transcript.NewRunner(o)
	require.NoError(t, err)
	found, err := transcript.Find(dir, "shop")
	require.NoError(t, err)
	for _, f := range found {
		all = append(all, r.Run(t.Context(), f)...)
	}
	return all
}

// passes wants a test without a fault.
func passes(t *testing.T, r transcript.Result) {
	t.Helper()
	if r.Failure != nil {
		t.Fatalf("line %d\n%s", r.Failure.Line, printed(r))
	}
}

func printed(r transcript.Result) string {
	var b strings.Builder
	r.Failure.Print(&b, func(_ bool, text string) string { return text })
	return b.String()
}
