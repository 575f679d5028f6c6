package cli

import (
	"fmt"
	"io"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// command finds the program's own commands in a text: `moonwire chat demo`. A folder in front is a path, not a command.
var command = regexp.MustCompile(`(^|[^\w/.-])moonwire ((?:dev|serve|platform|chat|send|check|explain|types|new|version|help|completion)\b|--?[a-z])`)

// typed writes the program's own commands in a text as they can be typed where it was started: `./bin/moonwire chat
// demo` after `make run`, `moonwire chat demo` where it is on the PATH.
func (p Process) typed(text string) string {
	name := p.typedName()
	if name == "moonwire" {
		return text
	}
	return command.ReplaceAllStringFunc(text, func(found string) string {
		return strings.Replace(found, "moonwire", name, 1)
	})
}

// typedName is the program as it was started, quoted where a shell needs that.
func (p Process) typedName() string {
	switch {
	case p.Name == "":
		return "moonwire"
	case strings.Contains(filepath.ToSlash(p.Name), "/go-build"):
		return "go run ." // that is where `go run` puts a program for as long as it runs
	case strings.ContainsAny(p.Name, " \t'()&;$"):
		return `"` + p.Name + `"`
	}
	return p.Name
}

// chatWith is the command that talks to an account of a scripts folder, demo if there is one.
func (p Process) chatWith(scripts, addr string) string {
	account := "ACCOUNT"
	if names, _ := foldersIn(scripts); slices.Contains(names, "demo") {
		account = "demo"
	} else if len(names) > 0 {
		account = names[0]
	}
	if addr != defaultDevAddr {
		account += " --addr " + addr
	}
	return p.typed("moonwire chat " + account)
}

// say prints one line with its commands as they can be typed.
func (p Process) say(out io.Writer, format string, args ...any) error {
	_, err := fmt.Fprintln(out, p.typed(fmt.Sprintf(format, args...)))
	return err
}
