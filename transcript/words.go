package transcript

import (
	"strings"
)

// word is one thing that a line of a transcript may say, besides what a fan says and does. The pages of docs/ show the
// same table.
type word struct {
	word  string
	colon bool     // a colon follows it
	usage []string // each a line as it may stand in a file
	read  func(r *reader, rest string) (step, error)
}

func words() []word {
	return []word{
		{"bot", true, []string{"bot: TEXT", "bot: ~ PART", "bot: /EXPRESSION/", "bot: [silence]", "bot(push): TEXT", "bot(bob): TEXT"}, (*reader).sees},
		{"WeChat", true, []string{"WeChat: TEXT"}, (*reader).notice},
		{"api", true, []string{"api: none", "api: message/template/send"}, (*reader).calls},
		{"error", true, []string{"error: TEXT"}, (*reader).fails},
		{"clock", false, []string{"clock 2026-03-02 09:00", "clock +2h"}, (*reader).clock},
		{"http", false, []string{"http POST https://api.example.com/orders -> 200 {\"id\": 7}"}, (*reader).http},
		{"fail", false, []string{"fail message/template/send 40001 once"}, (*reader).fault},
		{"slow", false, []string{"slow 6s", "slow message/custom/send 3s"}, (*reader).slow},
		{"--", false, []string{"-- restart --", "-- node 2 --", "-- save lib/prices.lua <<", "-- save broken main.lua <<"}, (*reader).between},
	}
}

// Usages are the lines that a transcript may have, besides those of fans.
func Usages() (all []string) {
	for _, w := range words() {
		all = append(all, w.usage...)
	}
	return all
}

// usages are the first of each, for an error.
func usages() string {
	all := []string{"amy: TEXT", "amy: [click KEY]"}
	for _, w := range words() {
		all = append(all, w.usage[0])
	}
	return strings.Join(all, ", ")
}
