//go:build unix

package account_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"moonwire/account"
)

// patient bounds waits for what other goroutines do.
const patient = time.Minute

// strangeFiles lays files into a folder that nobody should wait for.
func strangeFiles(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	require.NoError(t, syscall.Mkfifo(filepath.Join(dir, "pipe"), 0o600))
	require.NoError(t, os.Symlink("pipe", filepath.Join(dir, "link_to_pipe")))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "plain"), []byte("s3cr3t\n"), 0o600))
	require.NoError(t, os.Symlink("plain", filepath.Join(dir, "link")))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "full"), []byte(strings.Repeat("x", account.MaxSecretFile)), 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "large"), []byte(strings.Repeat("x", account.MaxSecretFile+1)), 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "sparse"), nil, 0o600))
	require.NoError(t, os.Truncate(filepath.Join(dir, "sparse"), 1<<40))
	return dir
}

func TestFileReaderReadsRegularFilesOnly(t *testing.T) {
	dir := strangeFiles(t)
	r := &account.FileReader{Limit: account.MaxSecretFile, Patience: patient}
	for _, tt := range []struct{ name, path, want string }{
		{"a pipe", filepath.Join(dir, "pipe"), "is a pipe; want a regular file"},
		{"a link to a pipe", filepath.Join(dir, "link_to_pipe"), "is a pipe; want a regular file"},
		{"an endless device", "/dev/zero", "is a device; want a regular file"},
		{"a terminal", "/dev/tty", "is a device; want a regular file"},
		{"a folder", dir, "is a folder; want a file"},
		{"one byte too many", filepath.Join(dir, "large"), "has more than 64 KiB, which is all that is read here"},
		{"a sparse file", filepath.Join(dir, "sparse"), "has more than 64 KiB, which is all that is read here"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := r.Read(tt.path)
			require.EqualError(t, err, tt.want)
		})
	}
	for _, name := range []string{"plain", "link"} {
		body, err := r.Read(filepath.Join(dir, name))
		require.NoError(t, err)
		require.Equal(t, "s3cr3t\n", string(body))
	}
	body, err := r.Read(filepath.Join(dir, "full"))
	require.NoError(t, err)
	require.Len(t, body, account.MaxSecretFile)
	_, err = r.Read(filepath.Join(dir, "nowhere"))
	require.ErrorIs(t, err, fs.ErrNotExist)

	root, err := os.OpenRoot(dir)
	require.NoError(t, err)
	defer root.Close()
	_, err = r.ReadIn(root, "pipe")
	require.EqualError(t, err, "is a pipe; want a regular file")
	body, err = r.ReadIn(root, "plain")
	require.NoError(t, err)
	require.Equal(t, "s3cr3t\n", string(body))
}

func TestFileReaderGivesUpWhatHangs(t *testing.T) {
	r := &account.FileReader{Limit: account.MaxSecretFile, Patience: time.Millisecond}
	var ends []func()
	hang := func(name string) error {
		held, let := make(chan struct{}), make(chan struct{})
		ends = append(ends, func() { close(let) })
		_, err := r.Within(name, func() ([]byte, error) {
			close(held)
			<-let
			return nil, nil
		})
		<-held
		return err
	}
	defer func() {
		for _, end := range ends {
			end()
		}
	}()
	require.EqualError(t, hang("/nfs/a"), "does not answer within 1ms; the file system it lies on hangs")
	_, err := r.Within("/nfs/a", nil)
	require.EqualError(t, err, "does not answer: an earlier attempt to read it still hangs")
	for i := range 31 {
		require.Error(t, hang("/nfs/"+strings.Repeat("b", i+1)))
	}
	_, err = r.Within("/nfs/other", nil)
	require.EqualError(t, err, "is not read: 32 other files do not answer", "each holds a thread")

	ends[0]()
	ends = ends[1:]
	quick := &account.FileReader{Limit: account.MaxSecretFile, Patience: patient}
	body, err := quick.Within("/nfs/a", func() ([]byte, error) { return []byte("back"), nil })
	require.NoError(t, err)
	require.Equal(t, "back", string(body))
	require.Eventually(t, func() bool {
		_, err := r.Within("/nfs/a", func() ([]byte, error) { return []byte("back"), nil })
		return err == nil
	}, patient, time.Millisecond, "what answers again is read again")
}

func TestSecretThatCannotBeReadIsSaid(t *testing.T) {
	dir := strangeFiles(t)
	files := &account.FileReader{Limit: account.MaxSecretFile, Patience: patient}
	for _, tt := range []struct{ name, file, want string }{
		{"a pipe", "pipe", "is a pipe; want a regular file"},
		{"a sparse file", "sparse", "has more than 64 KiB, which is all that is read here"},
	} {
		for _, dev := range []bool{false, true} {
			t.Run(tt.name, func(t *testing.T) {
				path := filepath.Join(dir, tt.file)
				_, _, err := account.Load("demo", []byte("app_id: wx1\nmode: plain\ntoken: ${file:"+path+"}\n"),
					account.Resolver{ReadFile: files.Read}, account.Options{Dev: dev})
				require.EqualError(t, err, "account.yaml:3: token: ${file:"+path+"}: "+tt.want)
			})
		}
	}
}
