package chat

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
	"time"

	"moonwire/wechat/sim"
)

// settle is how long after an answer more may follow before Talk and Send call it a day.
const settle = time.Second

// longestLine is how many bytes a line may have, its end included.
const longestLine = 1 << 20

// Talk is one conversation in a terminal, or from a pipe.
type Talk struct {
	Client      Client
	Account     string
	Fan         string
	In          io.Reader
	Out         io.Writer
	Wait        time.Duration // for what the bot pushes after its answer, before a pipe's next line is said
	Interactive bool          // a person types: prompt, and do not repeat what was typed
	Record      Recorder      // writes the talk down; nil: nobody does

	fanSaw int64 // the number of the last line that was printed; -1 = none yet
	open   *open // the bot may not be done with the last line; nil = it is
}

// Recorder is told what happens in a talk, in its order.
type Recorder interface {
	Did(fan, kind string, args []string)
	Saw(fan string, e sim.Entry)
	Passed(by string)
}

// open is a line whose turn may not be over.
type open struct {
	said string
	over chan outcome // gets one value
	stop context.CancelFunc
}

type outcome struct {
	busy bool // the wait is over and the turn is not
	err  error
}

const help = `Write something, or one of these:
  /image [ID]   /voice   /video   /loc LAT LONG [LABEL]   /link URL [TITLE [DESCRIPTION]]   /file NAME
  /sub [SCENE]   /unsub   /scan SCENE   /click KEY   /view URL   /event NAME [Field=value…]
  /tap NAME     tap a link in a text (shown as [NAME]), a choice, or an entry of the menu
  /again        the last push once more        /as NAME    be another fan
  /time +49h    move the platform's clock      /quit
`

// short are the words of a chat that differ from those of `moonwire send`.
func short() map[string]string {
	return map[string]string{"loc": "location", "sub": "subscribe", "unsub": "unsubscribe", "pos": "position"}
}

// Run reads lines until the input or ctx ends and says each to the bot. Errors of a single line are
// printed and the talk goes on; an unreachable server ends it. What the bot pushes is shown when it comes. A pipe's
// next line is said when the bot is done with the one before, so that no answer stands below a later line.
func (t Talk) Run(ctx context.Context) error {
	if _, err := t.Client.Lines(ctx, t.Account, t.Fan, math.MaxInt64, 0); err != nil {
		return err // nobody there, or no such account: better said before the first line is typed
	}
	lines := make(chan string)
	var scanErr error
	go func() { // ends with the input; a terminal's read cannot be interrupted
		defer close(lines)
		scan := bufio.NewScanner(t.In)
		scan.Buffer(nil, longestLine)
		for scan.Scan() {
			select {
			case lines <- scan.Text():
			case <-ctx.Done():
				return
			}
		}
		if scanErr = scan.Err(); errors.Is(scanErr, bufio.ErrTooLong) {
			scanErr = fmt.Errorf("a line is too long: at most %d bytes can be said at once", longestLine)
		}
	}()
	t.fanSaw = -1
	defer func() { t.close() }()
	t.prompt()
	for {
		next, over := lines, (chan outcome)(nil)
		if t.open != nil {
			over = t.open.over
			if !t.Interactive {
				next = nil
			}
		}
		select {
		case <-ctx.Done():
			return nil
		case o := <-over:
			if err := t.settled(ctx, o); err != nil {
				return err
			}
		case line, more := <-next:
			if !more {
				return errors.Join(scanErr, t.rest(ctx))
			}
			if quit, err := t.line(ctx, strings.TrimSpace(line)); quit || err != nil {
				return err
			}
			t.prompt()
		}
	}
}

func (t *Talk) prompt() {
	if t.Interactive {
		fmt.Fprintf(t.Out, "%s: ", t.Fan)
	}
}

// follow begins to wait until the bot is done with a line.
func (t *Talk) follow(ctx context.Context, said string) {
	t.close()
	ctx, stop := context.WithCancel(ctx)
	t.open = &open{said: said, over: make(chan outcome, 1), stop: stop}
	go func(client Client, account, fan string, over chan<- outcome) {
		busy, err := client.Busy(ctx, account, fan, t.Wait)
		over <- outcome{busy, err}
	}(t.Client, t.Account, t.Fan, t.open.over)
}

func (t *Talk) close() {
	if t.open != nil {
		t.open.stop()
		t.open = nil
	}
}

// settled shows what the bot sent since its answer.
func (t *Talk) settled(ctx context.Context, o outcome) error {
	said := t.open.said
	t.close()
	if o.err != nil {
		return ignoreEnd(ctx, o.err)
	}
	entries, err := t.Client.Lines(ctx, t.Account, t.Fan, t.fanSaw, 0)
	if err != nil {
		return err
	}
	if len(entries) > 0 && t.Interactive {
		fmt.Fprintln(t.Out)
	}
	t.print(entries)
	if len(entries) > 0 {
		t.prompt()
	}
	if o.busy && !t.Interactive {
		return fmt.Errorf("the bot is still at work on %q after %s, so the lines below it are not said; --wait says how long to wait", said, t.Wait)
	}
	return nil
}

// ignoreEnd drops the error of a question that the end of the talk cut short.
func ignoreEnd(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return nil
	}
	return err
}

// line carries out one line.
func (t *Talk) line(ctx context.Context, line string) (quit bool, err error) {
	kind, args := "text", []string{line}
	if rest, slash := strings.CutPrefix(line, "/"); slash {
		words := strings.Fields(rest)
		if len(words) == 0 {
			words = []string{"help"}
		}
		kind, args = words[0], words[1:]
		if long, ok := short()[kind]; ok {
			kind = long
		}
	}
	switch {
	case line == "":
		return false, nil
	case kind == "quit" || kind == "exit":
		return true, nil
	case kind == "help" || kind == "?":
		fmt.Fprint(t.Out, help)
	case kind == "as":
		if len(args) == 1 {
			t.close()
			t.Fan, t.fanSaw = args[0], -1
		}
	case kind == "time":
		return false, t.moveClock(ctx, args)
	case strings.HasPrefix(line, "/") && !fanDoes(kind):
		fmt.Fprintf(t.Out, "there is no /%s; /help lists what there is\n", strings.TrimPrefix(strings.Fields(line)[0], "/"))
	default:
		return false, t.say(ctx, kind, args)
	}
	return false, nil
}

// fanDoes reports whether a word is something that a fan can do.
func fanDoes(word string) bool {
	return slices.ContainsFunc(sim.Kinds(), func(usage string) bool {
		name, _, _ := strings.Cut(usage, " ")
		return strings.EqualFold(name, word)
	})
}

func (t *Talk) moveClock(ctx context.Context, args []string) error {
	if len(args) != 1 {
		fmt.Fprintln(t.Out, "/time +49h")
		return nil
	}
	now, err := t.Client.MoveClock(ctx, strings.TrimPrefix(args[0], "+"))
	if errors.Is(err, ErrUnreachable) {
		return err
	}
	if err != nil {
		fmt.Fprintln(t.Out, err)
		return nil
	}
	if t.Record != nil {
		t.Record.Passed(strings.TrimPrefix(args[0], "+"))
	}
	fmt.Fprintln(t.Out, "WeChat's clock says", now.Local().Format(time.DateTime))
	return nil
}

func (t *Talk) say(ctx context.Context, kind string, args []string) error {
	told, err := t.Client.Push(ctx, Ask{Account: t.Account, Fan: t.Fan, Kind: kind, Args: args})
	switch {
	case ctx.Err() != nil:
		return nil
	case errors.Is(err, ErrUnreachable):
		return err
	case err != nil:
		fmt.Fprintln(t.Out, err)
		return nil
	}
	if t.fanSaw < 0 {
		t.fanSaw = told.Before
	}
	if t.Record != nil {
		t.Record.Did(t.Fan, kind, args)
	}
	if told.Withheld != "" {
		fmt.Fprintln(t.Out, "not delivered:", told.Withheld)
	}
	entries, err := t.Client.Lines(ctx, t.Account, t.Fan, t.fanSaw, 0)
	t.print(entries)
	t.follow(ctx, strings.TrimSpace(kind+" "+strings.Join(args, " ")))
	return err
}

// rest prints what still follows within a second of the last answer.
func (t *Talk) rest(ctx context.Context) error {
	if t.fanSaw < 0 {
		return nil
	}
	entries, err := t.Client.Lines(ctx, t.Account, t.Fan, t.fanSaw, settle)
	t.print(entries)
	return err
}

func (t *Talk) print(entries []sim.Entry) {
	for _, e := range entries {
		t.fanSaw = max(t.fanSaw, e.Seq)
		if t.Record != nil {
			t.Record.Saw(t.Fan, e)
		}
		if t.Interactive && e.From == "fan" {
			continue
		}
		Print(t.Out, t.Fan, e)
	}
}

// Print writes one line of a chat as it looks on the phone; further lines of one bubble are indented.
func Print(out io.Writer, fan string, e sim.Entry) {
	who := map[string]string{"fan": fan, "bot": "bot", "platform": "WeChat"}[e.From]
	text := strings.ReplaceAll(e.Text, "\n", "\n     ")
	if e.ErrCode != 0 {
		text = fmt.Sprintf("%s   ✗ not shown: %d %s", text, e.ErrCode, e.Cause)
	} else if e.Cause != "" {
		text += "   (" + e.Cause + ")"
	}
	fmt.Fprintf(out, "%s: %s\n", who, text)
}
