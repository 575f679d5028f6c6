package transcript

import (
	"fmt"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"
)

// sees reads what the bot shall say: "bot(push, bob): TEXT".
func (r *reader) sees(line string) (step, error) {
	who, text, _ := cutSpeaker(line)
	s := &sees{}
	if _, in, told := strings.Cut(who, "("); told {
		in, closed := strings.CutSuffix(in, ")")
		if !closed {
			return nil, fmt.Errorf("the bracket behind bot is not closed")
		}
		for _, one := range strings.Split(in, ",") {
			if one = strings.TrimSpace(one); one == "push" {
				s.push = true
				continue
			}
			if err := r.known(one); err != nil {
				return nil, err
			}
			s.fan = one
		}
	}
	if len(r.fans) == 0 {
		return nil, fmt.Errorf("the bot answers, and nobody has said anything yet: a line such as `amy: 你好` comes first")
	}
	if strings.TrimSpace(withoutComment(text)) == "[silence]" {
		s.at, s.silence = r.span(), true
		return s, nil
	}
	var err error
	s.want, err = readExpected(r.further(text))
	s.at = r.span()
	if err == nil && s.want.text == "" {
		return nil, fmt.Errorf("what shall the bot say? Behind the colon stands its text, or [silence]")
	}
	return s, err
}

// notice reads the grey line that WeChat shows.
func (r *reader) notice(line string) (step, error) {
	_, text, _ := cutSpeaker(line)
	want, err := readExpected(r.further(text))
	return &sees{at: r.span(), want: want, platform: true}, err
}

// fails reads an error that the bot shall have.
func (r *reader) fails(line string) (step, error) {
	_, text, _ := cutSpeaker(line)
	want, err := readExpected(r.further(text))
	if err == nil && want.text == "" {
		return nil, fmt.Errorf("which error? Such as: error: ~ attempt to call")
	}
	return &breaks{at: r.span(), want: want}, err
}

// calls reads which API the bot shall have called.
func (r *reader) calls(line string) (step, error) {
	_, text, _ := cutSpeaker(line)
	name, body := cutWord(withoutComment(text))
	switch {
	case name == "":
		return nil, fmt.Errorf("which call of WeChat's API? Such as: api: message/template/send, or api: none")
	case name == "none" && body == "":
		return &calls{at: r.span()}, nil
	case !apiPath(name):
		return nil, fmt.Errorf("%q is no path of WeChat's API; want one such as message/template/send", shortened(name))
	}
	s := &calls{at: r.span(), path: name}
	if body == "" {
		return s, nil
	}
	var err error
	s.body, err = readExpected("~ " + body)
	return s, err
}

func apiPath(s string) bool {
	return strings.Contains(s, "/") && path.Clean("/"+s) == "/"+strings.TrimPrefix(s, "/") && !strings.ContainsAny(s, "?#:{}\"'")
}

// longestClock bounds one move of the clock.
const longestClock = 366 * 24 * time.Hour

// clock reads a time of the account's zone, or how far the clock moves.
func (r *reader) clock(rest string) (step, error) {
	rest = withoutComment(rest)
	if by, ahead := strings.CutPrefix(rest, "+"); ahead {
		d, err := readDuration(by)
		if err != nil || d <= 0 || d > longestClock {
			return nil, fmt.Errorf("clock +%s: want a time such as +90s, +2h, +3d, at most 366d", shortened(by))
		}
		return &moves{at: r.span(), by: d}, nil
	}
	for _, layout := range []string{"2006-01-02 15:04", "2006-01-02 15:04:05", "2006-01-02"} {
		if t, err := time.Parse(layout, rest); err == nil && t.Year() >= 2000 && t.Year() < 2200 {
			return &moves{at: r.span(), to: t}, nil
		}
	}
	return nil, fmt.Errorf("clock %s: want a day and a time such as 2026-03-02 09:00, or +2h", shortened(rest))
}

// readDuration reads 90s, 2h30m and 3d.
func readDuration(text string) (time.Duration, error) {
	if days, ok := strings.CutSuffix(text, "d"); ok {
		n, err := strconv.ParseUint(days, 10, 16)
		return time.Duration(n) * 24 * time.Hour, err
	}
	return time.ParseDuration(text)
}

// slow reads how long the next script, or the next call of an API, takes.
func (r *reader) slow(rest string) (step, error) {
	words := strings.Fields(withoutComment(rest))
	s := &slows{at: r.span()}
	if len(words) == 2 && apiPath(words[0]) {
		s.path, words = words[0], words[1:]
	}
	if len(words) == 1 {
		d, err := readDuration(words[0])
		if err == nil && d > 0 && d <= time.Minute {
			s.by = d
			return s, nil
		}
	}
	return nil, fmt.Errorf("slow %s: want a time up to 1m, such as slow 6s, or a path of WeChat's API and a time: slow message/custom/send 3s", shortened(rest))
}

// fault reads what goes wrong with WeChat's API.
func (r *reader) fault(rest string) (step, error) {
	words := strings.Fields(withoutComment(rest))
	wrong := fmt.Errorf("fail %s: want a path of WeChat's API and what goes wrong: an errcode, or 503, cut, lost, garbage; and once, twice, 3 times, or nothing for always", shortened(rest))
	if len(words) < 2 || !apiPath(words[0]) && words[0] != "*" {
		return nil, wrong
	}
	s := &faults{at: r.span()}
	s.fault.Path = words[0]
	code, err := strconv.Atoi(words[1])
	switch {
	case words[1] == "cut":
		s.fault.Cut = true
	case words[1] == "lost":
		s.fault.Lost = true
	case words[1] == "garbage":
		s.fault.Garbage = true
	case err != nil || code == 0:
		return nil, wrong
	case code >= 500 && code < 600:
		s.fault.Status = code
	default:
		s.fault.ErrCode, s.fault.ErrMsg = code, "made to fail by a test"
	}
	times, ok := readTimes(words[2:])
	if !ok {
		return nil, wrong
	}
	s.fault.Times = max(times, 0)
	return s, nil
}

// readTimes reads once, twice, 3 times; nothing is always: -1.
func readTimes(words []string) (n int, ok bool) {
	switch {
	case len(words) == 0:
		return -1, true
	case slices.Equal(words, []string{"once"}):
		return 1, true
	case slices.Equal(words, []string{"twice"}):
		return 2, true
	case len(words) == 2 && words[1] == "times":
		n, err := strconv.Atoi(words[0])
		return n, err == nil && n > 0 && n <= 1000
	}
	return 0, false
}

// most nodes, so that no test starts a hundred programs.
const mostNodes = 4

// between reads "-- restart --" and its kin.
func (r *reader) between(rest string) (step, error) {
	words := strings.Fields(rest)
	wrong := fmt.Errorf("-- %s: want -- restart --, -- node 2 --, or -- save lib/prices.lua << and the file up to a line that is >>", shortened(rest))
	switch {
	case slices.Equal(words, []string{"restart", "--"}):
		return &restarts{at: r.span()}, nil
	case len(words) == 3 && words[0] == "node" && words[2] == "--":
		n, err := strconv.Atoi(words[1])
		if err != nil || n < 1 || n > mostNodes {
			return nil, fmt.Errorf("-- node %s --: want a number from 1 to %d", shortened(words[1]), mostNodes)
		}
		return &moveOver{at: r.span(), node: n}, nil
	case len(words) >= 3 && words[0] == "save" && words[len(words)-1] == "<<":
		return r.save(words[1 : len(words)-1])
	}
	return nil, wrong
}

func (r *reader) save(words []string) (step, error) {
	s := &saves{}
	if len(words) == 2 && words[0] == "broken" {
		s.broken, words = true, words[1:]
	}
	name := strings.Join(words, " ")
	if err := savable(name); err != nil {
		return nil, err
	}
	var err error
	s.name = name
	s.body, err = r.here()
	s.at = r.span()
	return s, err
}

// savable says why a test cannot save a file.
func savable(name string) error {
	switch {
	case name == "" || path.Clean("/"+name) != "/"+name || strings.ContainsAny(name, " \\:*?\"<>|"):
		return fmt.Errorf("-- save %s: want the path of a file in the account's folder, such as lib/prices.lua, or shared/x.lua", shortened(name))
	case strings.HasPrefix(name, "tests/"), strings.HasPrefix(name, "."):
		return fmt.Errorf("-- save %s: tests are no part of a build; save main.lua, lib/…, data/…, account.yaml or shared/…", shortened(name))
	}
	return nil
}
