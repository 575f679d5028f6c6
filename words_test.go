package main_test

import (
	"go/ast"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

// wornWords are names that once stood for something the field has a word for, or for several things at once. No file,
// type, function or field of the room may be called one of them, whatever the case; * is every room, and "type x" is
// only about types. Behind each row: what is said now.
var wornWords = map[string][]string{
	"*": {"outreach", "veil"}, // kf, mass, subscribe_message; XML cleaning
	"cli": {
		"house", "stage", "keeper", "watched", "desk", // program, devPlatform, platformFile, metrics, devAPI
	},
	"chat": {"desk", "stage"}, // devAPI, devPlatform
	"bot": {
		"room", "wholeRoom", "inRoom", "makeRoom", "waitForRoom", "setRoom", "storeRoom", // capacity, storeQuota
		"kept", "keep", "keeper", "keepFor", "keptBytes", // recentReplies, lateAnswers
		"book", "lane", "orphan", "orphans", "borrow", "sweep", "verdict", "edition", // pushes, fanQueue, untaken, awaitOtherProcess, deadlines, release
		"type turn", // delivery and work
	},
	"store": {
		"ledger", "familiar", "type fresh", "view", "viewer", "aside", "backlog", "room", // recordBatch, fanCache, unsettled, reader, checkpointer, recordPace, quota
	},
	"engine":     {"hand", "hands", "room", "legible", "clip", "measure"},             // bytes held, scratch, utf8, proto, bounds
	"bindings":   {"codes", "web", "give", "take", "walk", "legible", "clip", "room"}, // qrcode and short, oauth and jssdk, toLua, takeAnswer, pagedOpenIDs, utf8
	"wechat":     {"hands", "keeper", "share", "keep"},
	"wechat/api": {"hands", "keeper", "keepers", "patience", "share", "keep"}, // environment, credential, token lease
	"folder":     {"legible", "lane"},
}

func TestWornWords(t *testing.T) {
	for _, s := range sources(t) {
		if s.test {
			continue
		}
		worn := append(slices.Clone(wornWords["*"]), wornWords[s.room]...)
		check := func(what, name string) {
			for _, w := range worn {
				about, w := "", w
				if kind, rest, ok := strings.Cut(w, " "); ok {
					about, w = "the "+kind, rest
				}
				assert.False(t, strings.EqualFold(w, name) && (about == "" || about == what), "%s: %s %s has another word now", s.path, what, name)
			}
		}
		check("the file", strings.TrimSuffix(filepath.Base(s.path), ".go"))
		ast.Inspect(s.file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.TypeSpec:
				check("the type", n.Name.Name)
			case *ast.FuncDecl:
				check("the function", n.Name.Name)
			case *ast.StructType:
				for _, f := range n.Fields.List {
					for _, name := range f.Names {
						check("the field", name.Name)
					}
				}
			}
			return true
		})
	}
}
