package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"moonwire/folder"
	"moonwire/transcript"
)

// testOptions are the flags of test.
type testOptions struct {
	scripts, config, junit string
	json, update, watch    bool
	coverage               bool
	limit                  timeFlag
}

// longestTest is how long one test may be allowed to take.
const longestTest = time.Hour

func testCommand(p Process) *cobra.Command {
	o := testOptions{limit: timeFlag(transcript.DefaultTimeLimit)}
	cmd := &cobra.Command{
		Use: "test [ACCOUNT|PATH…]", Short: "Run the tests of accounts: conversations in tests/*.chat, and tests/*_test.lua",
		Long: "Each test has a copy of the folder, a store, a clock and a stand-in WeChat of its own; it reaches no network.\n" +
			"Without an argument it runs the tests of all accounts.",
		Example: "  moonwire test\n  moonwire test demo\n  moonwire test scripts/demo/tests/order.chat --update",
		RunE: func(cmd *cobra.Command, args []string) error {
			if limit := time.Duration(o.limit); limit < time.Second || limit > longestTest {
				return fmt.Errorf("--time-limit %s: want a time from 1s to %s", limit, plainTime(longestTest))
			}
			if o.watch && (o.json || o.junit != "" || o.update) {
				return errors.New("--watch goes on until you stop it: it takes no --json, --junit or --update")
			}
			_, ceilings, err := authorConfig(o.config, cmd.Flags().Changed("config"))
			if err != nil {
				return exitWith(ExitConfig, err)
			}
			runner, err := transcript.NewRunner(transcript.Options{Ceilings: ceilings, TimeLimit: time.Duration(o.limit), Coverage: o.coverage})
			if err != nil {
				return exitWith(ExitConfig, err)
			}
			t := &tester{o: o, runner: runner, args: args, out: cmd.OutOrStdout()}
			t.paint = (&terminal{colour: !o.json && coloured(t.out, p.Getenv)}).paint
			return t.run(cmd.Context())
		},
	}
	f := cmd.Flags()
	f.StringVar(&o.scripts, "scripts", "./scripts", "folder of the accounts")
	f.StringVar(&o.config, "config", configName, "the operator's file, for its ceilings")
	f.BoolVar(&o.json, "json", false, "print the results as JSON")
	f.StringVar(&o.junit, "junit", "", "write the results to this file, as JUnit's XML")
	f.BoolVar(&o.update, "update", false, "show what the bot says now, and write it into the tests")
	f.BoolVar(&o.watch, "watch", false, "run them again whenever a file changes")
	f.BoolVar(&o.coverage, "coverage", false, "tell which lines never ran, which rules never answered, which questions nobody was asked")
	f.Var(&o.limit, "time-limit", "how long one test may take")
	return cmd
}

// tester runs the tests that a command line asks for.
type tester struct {
	o      testOptions
	runner *transcript.Runner
	args   []string
	out    io.Writer
	paint  func(code, text string) string
}

var errNoTests = errors.New("there are no tests: a test is a file in an account's tests/ whose name ends in .chat or _test.lua, such as scripts/demo/tests/order.chat; docs/tests.md says what stands in it")

func (t *tester) run(ctx context.Context) error {
	if t.o.watch {
		return t.watch(ctx)
	}
	files, err := t.files()
	if err != nil {
		return exitWith(ExitConfig, err)
	}
	if len(files) == 0 {
		return exitWith(ExitFailed, errNoTests)
	}
	if t.o.update {
		return t.update(ctx, files)
	}
	results, err := t.runAll(ctx, files)
	var coverage []*transcript.Coverage
	if err == nil && t.o.coverage {
		coverage, err = t.coverage(ctx, files)
	}
	if err == nil && t.o.json {
		err = t.printJSON(results, coverage)
	}
	if err == nil && t.o.junit != "" {
		err = t.writeJUnit(results)
	}
	if err != nil {
		return err
	}
	if failed(results) > 0 {
		return exitWith(ExitFailed, errSilent)
	}
	return nil
}

// coverage tells what ran of each account, unless it does not load, which its tests say.
func (t *tester) coverage(ctx context.Context, files []transcript.File) (all []*transcript.Coverage, err error) {
	files = slices.Clone(files)
	files = slices.CompactFunc(files, func(a, b transcript.File) bool { return a.Scripts == b.Scripts && a.Account == b.Account })
	for _, f := range files {
		c, err := t.runner.Coverage(ctx, f.Scripts, f.Account)
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if err != nil {
			continue
		}
		all = append(all, c)
		if !t.o.json {
			c.Print(t.out)
		}
	}
	return all, nil
}

// printJSON prints the results; with the coverage, where that was asked for.
func (t *tester) printJSON(results []transcript.Result, coverage []*transcript.Coverage) error {
	if !t.o.coverage {
		return printJSON(t.out, results)
	}
	return printJSON(t.out, map[string]any{"results": results, "coverage": coverage})
}

// runAll runs tests one after the other; each is shown as soon as it is done.
func (t *tester) runAll(ctx context.Context, files []transcript.File) (results []transcript.Result, err error) {
	began := time.Now()
	for _, f := range files {
		for _, r := range t.runner.Run(ctx, f) {
			if ctx.Err() != nil {
				return results, ctx.Err()
			}
			results = append(results, r)
			if !t.o.json {
				t.show(r)
			}
		}
	}
	if !t.o.json {
		line := fmt.Sprintf("%d test(s), %d failed, %.1f s", len(results), failed(results), time.Since(began).Seconds())
		fmt.Fprintln(t.out, t.good(failed(results) == 0, line))
	}
	return results, nil
}

func failed(results []transcript.Result) (n int) {
	for _, r := range results {
		if r.Failure != nil {
			n++
		}
	}
	return n
}

func (t *tester) good(good bool, text string) string {
	if good {
		return t.paint(green, text)
	}
	return t.paint(red, text)
}

func (t *tester) show(r transcript.Result) {
	if r.Failure == nil {
		fmt.Fprintf(t.out, "%s %s  %s\n", t.good(true, "✓"), r.Title(), t.paint(grey, fmt.Sprintf("%d ms", r.Milliseconds)))
		return
	}
	at := r.File
	if r.Failure.Line > 0 {
		at = fmt.Sprintf("%s:%d", r.File, r.Failure.Line)
	}
	if r.Name != "" {
		at += "  " + r.Name
	}
	fmt.Fprintf(t.out, "%s %s\n", t.good(false, "✗"), at)
	r.Failure.Print(t.out, t.good)
}

func (t *tester) writeJUnit(results []transcript.Result) error {
	file, err := os.Create(t.o.junit)
	if err != nil {
		return exitWith(ExitConfig, fmt.Errorf("--junit %s: %s", t.o.junit, systemWords(err)))
	}
	defer file.Close()
	return transcript.WriteJUnit(file, results)
}

// update shows what would change, and writes it.
func (t *tester) update(ctx context.Context, files []transcript.File) error {
	wrong := 0
	for _, f := range files {
		if !f.IsChat() {
			continue
		}
		u, err := t.runner.Update(ctx, f)
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case err != nil:
			wrong++
			fmt.Fprintf(t.out, "%s %v\n", t.good(false, "✗"), err)
			continue
		case u.Failure != nil:
			wrong++
			t.show(transcript.Result{Account: f.Account, File: f.String(), Failure: u.Failure})
			continue
		case len(u.Edits) == 0:
			fmt.Fprintf(t.out, "%s %s  as it was\n", t.good(true, "✓"), f)
			continue
		}
		for _, line := range u.Diff() {
			switch line[0] {
			case '+', '-':
				line = t.good(line[0] == '+', line)
			}
			fmt.Fprintln(t.out, line)
		}
		if err := u.Write(); err != nil {
			return exitWith(ExitConfig, fmt.Errorf("%s: %s", f, systemWords(err)))
		}
		fmt.Fprintf(t.out, "%s %s  written\n", t.good(true, "✓"), f)
	}
	if wrong > 0 {
		return exitWith(ExitFailed, errSilent)
	}
	return nil
}

// files are the tests that the arguments name.
func (t *tester) files() (all []transcript.File, err error) {
	if len(t.args) == 0 {
		if err := scriptsFolder(t.o.scripts); err != nil {
			return nil, err
		}
		return t.below(t.o.scripts)
	}
	for _, arg := range t.args {
		found, err := t.named(arg)
		if err != nil {
			return nil, err
		}
		all = append(all, found...)
	}
	return all, nil
}

// below are the tests of all accounts of a folder.
func (t *tester) below(dir string) (all []transcript.File, err error) {
	accounts, _ := foldersIn(dir)
	for _, name := range accounts {
		found, err := transcript.Find(dir, name)
		if err != nil {
			return nil, fmt.Errorf("%s: %s", name, systemWords(err))
		}
		all = append(all, found...)
	}
	return all, nil
}

// named are the tests of an account by its name, of a folder, or one file.
func (t *tester) named(arg string) ([]transcript.File, error) {
	if folder.AccountName(arg) && hasMain(filepath.Join(t.o.scripts, arg)) {
		return transcript.Find(t.o.scripts, arg)
	}
	path, err := filepath.Abs(arg)
	if err != nil {
		return nil, err
	}
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("%s: there is no account of that name in %s, and no such file or folder", arg, t.o.scripts)
	}
	dir := upTo(path, hasMain)
	if dir == "" {
		if !info.IsDir() {
			return nil, fmt.Errorf("%s: this file belongs to no account: want a file in an account's tests/", arg)
		}
		return t.below(path)
	}
	if !folder.AccountName(filepath.Base(dir)) {
		return nil, fmt.Errorf("%s: %q cannot be an account: %s", arg, filepath.Base(dir), folder.AccountNameWords)
	}
	return t.inAccount(dir, path, arg)
}

// inAccount are the tests of an account's folder that lie in a path.
func (t *tester) inAccount(dir, path, arg string) (some []transcript.File, err error) {
	all, err := transcript.Find(filepath.Dir(dir), filepath.Base(dir))
	if err != nil {
		return nil, fmt.Errorf("%s: %s", arg, systemWords(err))
	}
	for _, f := range all {
		if path == dir || within(path, filepath.Join(dir, filepath.FromSlash(f.Name))) {
			some = append(some, f)
		}
	}
	if len(some) == 0 && path != dir {
		return nil, fmt.Errorf("%s: no test: want a file in %s whose name ends in .chat or _test.lua", arg, filepath.Join(filepath.Base(dir), "tests"))
	}
	return some, nil
}

// within reports whether a file is a path, or lies in it.
func within(path, file string) bool {
	rest, err := filepath.Rel(path, file)
	return err == nil && (rest == "." || filepath.IsLocal(rest))
}
