package cli

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"path"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"moonwire/check"
	"moonwire/folder"
	"moonwire/words"
)

// saidFinding is a finding as --json prints it.
type saidFinding struct {
	Account string `json:"account"`
	check.Said
}

// sharedOnce makes one finding of those that several accounts have in the same line of shared/.
func sharedOnce(found []accountFinding) (once []accountFinding) {
	at := map[check.Finding]int{}
	for _, f := range found {
		i, there := at[f.Finding]
		if there && strings.HasPrefix(f.File, folder.Shared+"/") {
			once[i].Account += ", " + f.Account
			continue
		}
		at[f.Finding] = len(once)
		once = append(once, f)
	}
	return once
}

func (c *checker) add(account string, f check.Finding) {
	c.found = append(c.found, accountFinding{account, f})
}

// checked is the JSON of check --flows.
type checked struct {
	Findings []saidFinding `json:"findings"`
	Flows    []triedFlows  `json:"flows"`
}

func (c *checker) report(cmd *cobra.Command, o checkOptions, tried []triedFlows) error {
	out, err := cmd.OutOrStdout(), error(nil)
	switch {
	case o.json:
		said := []saidFinding{}
		for _, f := range c.found {
			said = append(said, saidFinding{f.Account, f.Said(c.lang)})
		}
		if tried != nil {
			err = printJSON(out, checked{said, tried})
		} else {
			err = printJSON(out, said)
		}
	case o.annotate != "":
		err = c.annotateAll(out, o)
	default:
		c.print(out, tried)
	}
	if err != nil {
		return err
	}
	for _, f := range c.found {
		if !f.Warning {
			return exitWith(ExitFailed, errSilent)
		}
	}
	return nil
}

func (c *checker) print(out io.Writer, tried []triedFlows) {
	paint := (&terminal{colour: coloured(out, c.p.Getenv)}).paint
	for _, f := range sharedOnce(c.found) {
		for _, line := range findingLines(f, c.lang, paint) {
			fmt.Fprintln(out, line)
		}
	}
	for _, t := range tried {
		fmt.Fprintf(out, "  %s  %s\n", t.Account, oneLine(t.words()))
	}
	fmt.Fprintf(out, "%d account(s), %d finding(s)\n", len(c.looked), len(c.found))
}

// findingLines are a finding as people read it: place and cause, and below it the cure.
func findingLines(f accountFinding, l words.Language, paint func(code, s string) string) []string {
	mark := paint(red, "✗")
	if f.Warning {
		mark = paint(yellow, "!")
	}
	at := f.Place()
	if at != "" {
		at = "  " + at
	}
	lines := []string{fmt.Sprintf("%s %s%s  %s  %s", mark, f.Account, at, f.Cause.In(l), paint(grey, "["+string(f.Code)+"]"))}
	if cure := f.Cure.In(l); cure != "" {
		lines = append(lines, "    → "+cure)
	}
	return lines
}

// annotations are the services whose way of showing findings --annotate knows.
func annotations() []string { return []string{"github", "gitlab"} }

func (c *checker) annotateAll(out io.Writer, o checkOptions) error {
	if o.annotate == "gitlab" {
		return c.codeQuality(out, o.scripts)
	}
	for _, f := range sharedOnce(c.found) {
		level := "error"
		if f.Warning {
			level = "warning"
		}
		_, err := fmt.Fprintf(out, "::%s file=%s,line=%d,title=%s::%s\n", level, property(f.path(o.scripts)), max(f.Line, 1), property(string(f.Code)), workflowText(f.whole(c.lang)))
		if err != nil {
			return err
		}
	}
	return nil
}

// whole is cause and cure in one text.
func (f accountFinding) whole(l words.Language) string {
	if cure := f.Cure.In(l); cure != "" {
		return f.Cause.In(l) + " → " + cure
	}
	return f.Cause.In(l)
}

// path is where a finding stands, from the folder in which the command was given.
func (f accountFinding) path(scripts string) string {
	if strings.HasPrefix(f.File, folder.Shared+"/") {
		return path.Join(scripts, f.File)
	}
	return path.Join(scripts, f.Account, f.File)
}

// workflowText and property write a text and a value of a line of GitHub's workflow commands.
func workflowText(s string) string {
	return strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A").Replace(s)
}

func property(s string) string {
	return strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C").Replace(s)
}

// fingerprint tells a finding from all others.
func (f accountFinding) fingerprint() string {
	sum := sha256.Sum256([]byte(strings.Join([]string{f.Account, f.File, string(f.Code), f.Cause.EN, strconv.Itoa(f.Line)}, "\x00")))
	return hex.EncodeToString(sum[:16])
}

// codeQuality prints the report that GitLab shows with a merge request.
func (c *checker) codeQuality(out io.Writer, scripts string) error {
	type lines struct {
		Begin int `json:"begin"`
	}
	type location struct {
		Path  string `json:"path"`
		Lines lines  `json:"lines"`
	}
	type issue struct {
		Description string     `json:"description"`
		CheckName   words.Code `json:"check_name"`
		Fingerprint string     `json:"fingerprint"`
		Severity    string     `json:"severity"`
		Location    location   `json:"location"`
	}
	all := []issue{}
	for _, f := range sharedOnce(c.found) {
		severity := "major"
		if f.Warning {
			severity = "minor"
		}
		all = append(all, issue{f.whole(c.lang), f.Code, f.fingerprint(), severity, location{f.path(scripts), lines{max(f.Line, 1)}}})
	}
	e := json.NewEncoder(out)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(all)
}
