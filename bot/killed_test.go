package bot_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"moonwire/bindings"
	"moonwire/bot"
	"moonwire/engine"
	"moonwire/store"
)

// childEnv makes the test binary play a process that can be killed, on the scripts and the store that it names.
const childEnv = "MOONWIRE_BOT_CHILD"

func TestMain(m *testing.M) {
	if dir := os.Getenv(childEnv); dir != "" {
		if err := playChild(context.Background(), dir, os.Getenv("MOONWIRE_BOT_PLAY"), os.Stdout); err != nil {
			fmt.Println("failed:", err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

// playChild serves a folder of scripts as the real program does, says which saves are live, and, for the play rollback,
// goes back and forth between two builds.
func playChild(ctx context.Context, dir, play string, out io.Writer) error {
	now, after := time.Now, bot.After(nil)
	if play == "jobs" {
		now, after = hastyNow, hastyAfter
	}
	st, err := store.Open(ctx, store.Options{Path: filepath.Join(dir, "bot.db"), Now: now})
	if err != nil {
		return err
	}
	set, err := bindings.NewSet()
	if err != nil {
		return err
	}
	limits := engine.DefaultLimits()
	for _, name := range []string{"script_time", "total_time"} {
		if err := limits.Set(name, "5m", engine.Boundless()); err != nil {
			return err
		}
	}
	eng, err := engine.New(set, engine.Options{Limits: limits})
	if err != nil {
		return err
	}
	fleet := bot.NewFleet(bot.Options{
		Scripts: filepath.Join(dir, "scripts"), Dev: true, APIBase: "http://127.0.0.1:9", Resolver: resolver(), Ceilings: limits, Engine: eng, Store: st, Now: now, After: after,
		Events: bot.Events{Save: func(r bot.SaveReport) { fmt.Fprintln(out, "save", r.Build, r.Err == nil) }},
	})
	go func() { _ = eng.Run(ctx) }()
	ended := make(chan error, 1)
	go func() { ended <- fleet.Run(ctx) }()
	<-fleet.Ready()
	if from, talks := strings.CutPrefix(play, "talk "); talks {
		return playTalk(ctx, fleet, from, out)
	}
	switch play {
	case "rename", "forget":
		return playOperator(ctx, fleet, play, out)
	case "rollback":
	default:
		return <-ended
	}
	fleet.Load(ctx, "demo")
	builds, err := fleet.Builds(ctx, "demo")
	if err != nil {
		return err
	}
	for n := 0; ; n++ {
		to := builds[1+n%2].ID
		fmt.Fprintln(out, "begin", to)
		if _, err := fleet.Rollback(ctx, "demo", to, operator); err != nil {
			return err
		}
		fmt.Fprintln(out, "back", to)
	}
}

// playOperator does what an operator asks for, once a line comes in.
func playOperator(ctx context.Context, fleet *bot.Fleet, play string, out io.Writer) error {
	fleet.Load(ctx, "demo")
	fmt.Fprintln(out, "begin it")
	if _, err := bufio.NewReader(os.Stdin).ReadString('\n'); err != nil {
		return err
	}
	if play == "rename" {
		return fleet.Rename(ctx, "demo", "shop", operator)
	}
	err := fleet.Forget(ctx, "demo", operator)
	fmt.Fprintln(out, "forgotten it")
	if err == nil {
		<-ctx.Done()
	}
	return err
}

// killed is a child that will be.
type killed struct {
	t     *testing.T
	cmd   *exec.Cmd
	in    io.Writer
	lines *bufio.Scanner
}

// goOn lets the child do what it is there for.
func (k *killed) goOn() {
	_, err := fmt.Fprintln(k.in)
	require.NoError(k.t, err)
}

func startKilled(h *house, play string) *killed {
	t := h.t.(*testing.T)
	cmd := exec.Command(os.Args[0], "-test.run=^$")
	cmd.Env = append(os.Environ(), childEnv+"="+filepath.Dir(h.dir), "MOONWIRE_BOT_PLAY="+play)
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	in, err := cmd.StdinPipe()
	require.NoError(t, err)
	cmd.Stderr = os.Stderr
	require.NoError(t, cmd.Start())
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	return &killed{t, cmd, in, bufio.NewScanner(out)}
}

// next is the next line that begins so.
func (k *killed) next(begin string) string {
	k.t.Helper()
	for k.lines.Scan() {
		line := k.lines.Text()
		require.False(k.t, strings.HasPrefix(line, "failed"), line)
		if rest, ok := strings.CutPrefix(line, begin+" "); ok {
			return rest
		}
	}
	require.FailNow(k.t, "the process has ended", begin)
	return ""
}

func (k *killed) kill() {
	require.NoError(k.t, k.cmd.Process.Kill())
	_ = k.cmd.Wait()
}

// A process that is killed while it goes back leaves the old build live or the new one, and what it said is done stays.
func TestKilledInTheMiddleOfARollback(t *testing.T) {
	h := newHouse(t, map[string]files{"demo": saying("one")})
	says := map[string]string{}
	for _, word := range []string{"one", "two", "three"} {
		h.write("demo", saying(word))
		require.NoError(t, h.load("demo").Err)
		says[h.built("demo")[0]] = word
		h.clock.Add(time.Second)
	}
	h.close()
	for round := range 6 {
		child := startKilled(h, "rollback")
		for range round {
			child.next("back")
		}
		next := child.next("begin")
		child.kill() // it runs on meanwhile: how far it gets is another thing each time
		h.reopen()
		s := h.status("demo")
		require.Equal(t, says[s.Build], h.hears("demo"))
		require.NotEmpty(t, says[next])
		if round > 0 {
			require.Equal(t, bot.StateRolledBack, s.State)
			require.NotEqual(t, "three", says[s.Build], "a rollback that was done stays")
		}
		now, err := h.store.Current(t.Context(), "demo")
		require.NoError(t, err)
		require.Equal(t, s.Build, now.Build)
		require.Len(t, h.built("demo"), 3)
		h.close()
	}
}

// A process that is killed while saves come in leaves a build to serve, whatever the folder holds: the last one that was
// there is served when the folder is broken afterwards, or one before it.
func TestKilledInTheMiddleOfASave(t *testing.T) {
	h := newHouse(t, map[string]files{"demo": saying("word 0")})
	h.built("demo")
	h.close()
	word := 0
	for round := range 5 {
		child := startKilled(h, "save")
		child.next("save")
		for range round + 1 {
			word++
			h.write("demo", files{"main.lua": saying(fmt.Sprintf("word %d", word))["main.lua"], "media/cup.jpg": strings.Repeat("x", word*1000)})
			if word%3 == 0 {
				child.next("save")
			}
		}
		child.kill()
		broken := round%2 == 0
		if broken {
			h.write("demo", files{"main.lua": "on.text("})
		}
		h.reopen()
		heard := h.hears("demo")
		if broken {
			require.Regexp(t, `^word \d+$`, heard)
			require.Equal(t, bot.StateStale, h.status("demo").State)
			h.write("demo", saying(fmt.Sprintf("word %d", word)))
			require.NoError(t, h.load("demo").Err)
			heard = h.hears("demo")
		}
		require.Equal(t, fmt.Sprintf("word %d", word), heard)
		h.built("demo")
		h.close()
	}
}
