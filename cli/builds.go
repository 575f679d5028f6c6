package cli

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"

	"github.com/spf13/cobra"

	"moonwire/server/admin"
)

func buildsCommand(p Process) *cobra.Command {
	cmd := adminCommand(p, cobra.Command{
		Use: "builds ACCOUNT", Short: "List the kept versions of an account's folder", Args: exactly("builds", "ACCOUNT"),
	}, func(a *adminAsk, args []string) error {
		var answer struct{ Builds []admin.Build }
		shown, err := a.call("builds/list", ofAccount{Account: args[0]}, &answer)
		if err != nil || shown {
			return err
		}
		rows := [][]string{{"BUILD", "MADE", "STATE", "FILES", "SIZE", "BY", "NOTE"}}
		for _, b := range answer.Builds {
			state := b.State
			if b.Live {
				state = "live"
			}
			rows = append(rows, []string{b.ID, when(b.MadeAt), state, fmt.Sprint(b.Files), size(b.Bytes), b.By, b.Note})
		}
		return columns(a.cmd.OutOrStdout(), rows)
	})
	cmd.AddCommand(buildsGetCommand(p))
	return cmd
}

func buildsGetCommand(p Process) *cobra.Command {
	return adminCommand(p, cobra.Command{
		Use: "get ACCOUNT BUILD DIR", Short: "Write the files of a build into a new or empty folder", Args: exactly("builds get", "ACCOUNT", "BUILD", "DIR"),
	}, func(a *adminAsk, args []string) error {
		dir := args[2]
		if err := emptyFolder(dir); err != nil {
			return exitWith(ExitConfig, err)
		}
		written := []string{}
		err := a.client.Read(a.cmd.Context(), "builds/get", ofAccount{Account: args[0], Build: args[1]}, func(answer io.Reader) (err error) {
			written, err = writeBuild(dir, answer)
			return err
		})
		switch {
		case err != nil && len(written) > 0:
			return exitWith(ExitConfig, fmt.Errorf("%s has only %d file(s) of the build: %w", dir, len(written), err))
		case err != nil:
			return err
		case a.json:
			return printJSON(a.cmd.OutOrStdout(), map[string]any{"files": written})
		}
		return a.say("%d file(s) of build %s are in %s", len(written), args[1], dir)
	})
}

// emptyFolder wants a folder that is not there or has nothing in it, so that nothing is overwritten.
func emptyFolder(dir string) error {
	entries, err := os.ReadDir(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return fmt.Errorf("%s: %s", dir, systemWords(err))
	case len(entries) > 0:
		return fmt.Errorf("%s is not empty; want a new folder", dir)
	}
	return nil
}

// writeBuild writes the files of an answer of builds/get as they come, into dir and nowhere else, and names those that
// are written.
func writeBuild(dir string, answer io.Reader) (written []string, err error) {
	d := json.NewDecoder(answer)
	for _, want := range []json.Token{json.Delim('{'), "files", json.Delim('[')} {
		if got, err := d.Token(); err != nil || got != want {
			return nil, io.ErrUnexpectedEOF
		}
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, exitWith(ExitConfig, fmt.Errorf("%s: %s", dir, systemWords(err)))
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, exitWith(ExitConfig, fmt.Errorf("%s: %s", dir, systemWords(err)))
	}
	defer root.Close()
	for d.More() {
		var f struct {
			Name   string
			Base64 []byte
		}
		if d.Decode(&f) != nil {
			return written, io.ErrUnexpectedEOF
		}
		if err := writeInside(root, f.Name, f.Base64); err != nil {
			return written, exitWith(ExitConfig, fmt.Errorf("%s: %s", oneLine(f.Name), systemWords(err)))
		}
		written = append(written, f.Name)
	}
	for range 2 {
		if _, err := d.Token(); err != nil {
			return written, io.ErrUnexpectedEOF
		}
	}
	return written, nil
}

func writeInside(root *os.Root, name string, body []byte) error {
	if !fs.ValidPath(name) {
		return errors.New("a file of that name would lie outside of the folder")
	}
	if err := root.MkdirAll(path.Dir(name), 0o755); err != nil {
		return err
	}
	f, err := root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return err
	}
	_, err = f.Write(body)
	return errors.Join(err, f.Close())
}

func rollbackCommand(p Process) *cobra.Command {
	return adminCommand(p, cobra.Command{
		Use: "rollback ACCOUNT [BUILD]", Short: "Go back to the last good build, or to the one that is named",
		Long: "The build serves until the folder is saved with a change, or published. account.yaml is no part of a build: keys that were changed stay so.",
		Args: cobra.MatchAll(atLeast("rollback", "ACCOUNT"), cobra.MaximumNArgs(2)),
	}, func(a *adminAsk, args []string) error {
		body := ofAccount{Account: args[0]}
		if len(args) == 2 {
			body.Build = args[1]
		}
		var answer struct{ Build admin.Build }
		shown, err := a.call("builds/rollback", body, &answer)
		if err != nil || shown {
			return err
		}
		return a.say("%s serves build %s of %s; the next save with a change, or publishing, ends that", args[0], answer.Build.ID, when(answer.Build.MadeAt))
	})
}

func publishCommand(p Process) *cobra.Command {
	var note string
	cmd := adminCommand(p, cobra.Command{
		Use: "publish [ACCOUNT…]", Short: "Make folders live on every machine, where reload.mode is published",
		Long: "Without an ACCOUNT all are published. Each stands by itself: one that is broken holds up no other.",
	}, func(a *adminAsk, args []string) error {
		if note == "" {
			return exitWith(ExitUsage, errors.New("--note is missing: say what is new, for those who look at the builds later"))
		}
		body := struct {
			Accounts []string `json:"accounts,omitempty"`
			Note     string   `json:"note"`
		}{args, note}
		var answer struct{ Reports []admin.Report }
		if err := a.client.Call(a.cmd.Context(), "builds/publish", body, &answer); err != nil {
			return err
		}
		return a.published(answer.Reports)
	})
	cmd.Flags().StringVar(&note, "note", "", "what is new")
	return cmd
}

// published shows what publishing came to; one account that is not live is a failure.
func (a *adminAsk) published(reports []admin.Report) error {
	failed := false
	rows := [][]string{{"ACCOUNT", "RESULT", "BUILD", "ERROR"}}
	for _, r := range reports {
		result := "live"
		if !r.Live {
			result, failed = "refused", true
		}
		rows = append(rows, []string{r.Account, result, r.Build, r.Error})
	}
	var err error
	if a.json {
		err = printJSON(a.cmd.OutOrStdout(), map[string]any{"reports": reports})
	} else {
		err = columns(a.cmd.OutOrStdout(), rows)
	}
	if err == nil && failed {
		return exitWith(ExitFailed, errSilent)
	}
	return err
}
