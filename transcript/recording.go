package transcript

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"

	"moonwire/wechat/sim"
)

// Recording writes down a talk as a test. The zero Recording works.
type Recording struct {
	lines []string
	fan   string // who did something last
	full  bool
}

// Did notes what a fan does, in the words of sim.Kinds.
func (r *Recording) Did(fan, kind string, args []string) {
	line := fan + ": "
	if kind == "text" {
		text := strings.Join(args, " ")
		if _, inBrackets, err := readAct(text); inBrackets || err != nil || strings.HasPrefix(text, `\`) {
			text = `\` + text
		}
		line += text
	} else {
		words := []string{kind}
		for _, a := range args {
			if a == "" || strings.ContainsAny(a, " \t") {
				a = `"` + strings.ReplaceAll(a, `"`, "") + `"`
			}
			words = append(words, a)
		}
		line += "[" + strings.Join(words, " ") + "]"
	}
	r.fan = fan
	r.add(line)
}

// Saw notes what a fan has seen. Ids that are others every time are not expected.
func (r *Recording) Saw(fan string, e sim.Entry) {
	if e.From == "fan" || e.ErrCode != 0 {
		return
	}
	who := speakerOf(e)
	var in []string
	if pushed(e) {
		in = append(in, "push")
	}
	if fan != r.fan {
		in = append(in, fan)
	}
	if len(in) > 0 && who == "bot" {
		who += "(" + strings.Join(in, ", ") + ")"
	}
	lines := written(who, e)
	if e.Shown != nil {
		for _, id := range []string{e.Shown.MediaID, e.Shown.ThumbMediaID} {
			for i := range lines {
				if id != "" {
					lines[i] = strings.ReplaceAll(lines[i], id, "{…}")
				}
			}
		}
	}
	r.add(lines...)
}

// Passed notes that the clock was moved, as in 49h.
func (r *Recording) Passed(by string) {
	if d, err := readDuration(by); err == nil && d > 0 && d <= longestClock {
		r.add("clock +" + by)
	}
}

func (r *Recording) add(lines ...string) {
	if r.full = r.full || len(r.lines)+len(lines) > MaxLines-10; !r.full {
		r.lines = append(r.lines, lines...)
	}
}

// CheckName says why a talk cannot be saved under a name.
func CheckName(file string) error {
	if path.Ext(file) != ".chat" {
		return errors.New("want a file whose name ends in .chat, in the account's tests/")
	}
	if _, err := os.Lstat(file); !errors.Is(err, fs.ErrNotExist) {
		return errors.New("this file is there already; choose another name")
	}
	return nil
}

// Save writes the test, unless nothing was said. The file must not be there yet.
func (r *Recording) Save(file string) (saved bool, err error) {
	if len(r.lines) == 0 {
		return false, nil
	}
	text := "# A talk that was saved. In a test the store is empty, and the clock begins at " + firstDay().Format("2006-01-02 15:04") + ".\n" +
		strings.Join(r.lines, "\n") + "\n"
	if _, err := Read(path.Base(filepath.ToSlash(file)), []byte(text)); err != nil {
		return false, fmt.Errorf("the talk cannot be written as a test: %w", err)
	}
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		return false, err
	}
	out, err := os.OpenFile(file, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return false, err
	}
	_, err = out.WriteString(text)
	return err == nil, errors.Join(err, out.Close())
}
