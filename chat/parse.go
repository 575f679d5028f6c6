package chat

import (
	"strings"

	"moonwire/wechat/sim"
)

// Parse makes an act of the words of a command line: sim.ParseAct, but a text, the name of what is tapped
// and the label of a place may be several words.
func Parse(kind string, args []string) (sim.Act, error) {
	last := map[string]int{"text": 0, "tap": 0, "location": 2}
	if n, ok := last[kind]; ok && len(args) > n+1 {
		args = append(args[:n:n], strings.Join(args[n:], " "))
	}
	return sim.ParseAct(kind, args...)
}
