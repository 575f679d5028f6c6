package store_test

import (
	"bufio"
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"moonwire/store"
)

// childEnv makes the test binary play one of the children instead of running tests.
const childEnv = "MOONWIRE_STORE_CHILD"

func TestMain(m *testing.M) {
	if name := os.Getenv(childEnv); name != "" {
		os.Exit(playChild(name, os.Getenv("MOONWIRE_STORE_PATH")))
	}
	os.Exit(m.Run())
}

func playChild(name, path string) int {
	plays := map[string]func(path string, out io.Writer) error{
		"work": childWorks, "share": childShares, "fullcommit": childFillsTheDisk, "save": childSaves, "forget": childForgets, "record": childRecords,
	}
	if err := plays[name](path, os.Stdout); err != nil {
		fmt.Println("failed:", err)
		return 1
	}
	return 0
}

// child starts a real process that plays name on the database at path.
type child struct {
	cmd *exec.Cmd
	out *bufio.Scanner
}

func startChild(t *testing.T, name, path string) *child {
	t.Helper()
	cmd := exec.Command(os.Args[0], "-test.run=^$")
	cmd.Env = append(os.Environ(), childEnv+"="+name, "MOONWIRE_STORE_PATH="+path)
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	cmd.Stderr = os.Stderr
	require.NoError(t, cmd.Start())
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	return &child{cmd: cmd, out: bufio.NewScanner(out)}
}

// wait reads what the child still has to say and demands that it ended well.
func (c *child) wait(t *testing.T) (lines []string) {
	t.Helper()
	for c.out.Scan() {
		lines = append(lines, c.out.Text())
	}
	require.NoError(t, c.cmd.Wait(), strings.Join(lines, "\n"))
	return lines
}

// crashTurn is a turn of which one can tell later whether it is there as a whole: it writes three
// values and a session, with pauses that may spread it over several commits.
func crashTurn(ctx context.Context, s *store.Store, n uint64) error {
	turn := s.Turn(store.TurnKey{Account: "demo", Key: crashKey(n), OpenID: fmt.Sprintf("fan%d", n), At: time.Now()})
	for part := range 3 {
		if err := turn.Set(ctx, fmt.Sprintf("w:%d:%d", n, part), fmt.Append(nil, n), 0); err != nil {
			return err
		}
		if n%5 == uint64(part) {
			if err := turn.Claim(ctx); err != nil { // waits for a commit, so that the next write is in another one
				return err
			}
		}
	}
	return turn.Finish(ctx, store.Result{Reply: fmt.Append(nil, n), Session: fmt.Append(nil, n), SessionChanged: true})
}

func crashKey(n uint64) (key [16]byte) {
	binary.BigEndian.PutUint64(key[:], n)
	return key
}

// requireWholeTurns demands that finished turns are there with all they wrote, and that nothing is
// there of a turn without a claim.
func requireWholeTurns(t *testing.T, s *store.Store) (finished map[uint64]bool) {
	t.Helper()
	ctx := context.Background()
	claims, err := s.Claims(ctx, time.Time{})
	require.NoError(t, err)
	finished, claimed := map[uint64]bool{}, map[uint64]bool{}
	reader := s.Turn(store.TurnKey{Account: "demo"})
	for _, c := range claims {
		n := binary.BigEndian.Uint64(c.Key[:])
		claimed[n] = true
		if !c.Finished {
			continue
		}
		finished[n] = true
		require.Equal(t, fmt.Sprint(n), string(c.Reply))
		for part := range 3 {
			val, ok, err := reader.Get(ctx, fmt.Sprintf("w:%d:%d", n, part))
			require.NoError(t, err)
			require.True(t, ok, "turn %d has a reply, but not its write %d", n, part)
			require.Equal(t, fmt.Sprint(n), string(val))
		}
		session, err := s.Turn(store.TurnKey{Account: "demo", OpenID: c.OpenID}).Session(ctx)
		require.NoError(t, err)
		require.Equal(t, fmt.Sprint(n), string(session), "turn %d has a reply, but not its session", n)
	}
	for digit := range 100 { // a list has at most 1,000 entries
		entries, _, err := reader.List(ctx, fmt.Sprintf("w:%02d", digit), store.Page{})
		require.NoError(t, err)
		require.Less(t, len(entries), store.MaxList, "the test itself must see all")
		for _, e := range entries {
			var n uint64
			var part int
			_, err := fmt.Sscanf(e.Key, "w:%d:%d", &n, &part)
			require.NoError(t, err)
			require.True(t, claimed[n], "turn %d wrote without a claim", n)
		}
	}
	return finished
}

// childWorks finishes turns for ever and says so of each.
func childWorks(path string, out io.Writer) error {
	ctx := context.Background()
	s, err := store.Open(ctx, store.Options{Path: path, RecordDelay: time.Millisecond})
	if err != nil {
		return err
	}
	base := uint64(time.Now().UnixNano()) / 1000 * 1000
	var mu sync.Mutex
	var next uint64
	errs := make(chan error)
	for range 8 {
		go func() {
			for {
				mu.Lock()
				next++
				n := (next%90+10)*1e17 + base%1e17 + next // the first two digits spread, for List
				mu.Unlock()
				s.Record(store.Record{Account: "demo", OpenID: "amy", Type: "text", Content: fmt.Sprint(n)})
				if err := crashTurn(ctx, s, n); err != nil {
					errs <- err
					return
				}
				fmt.Fprintln(out, n)
			}
		}()
	}
	return <-errs
}
