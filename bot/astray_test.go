package bot_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"moonwire/folder"
)

// What the log says of calls of a hook that is not there.
func TestAstrayNamesTheNearestHook(t *testing.T) {
	hooks := "hooks: { paid: {}, shipped: {} }"
	many := "hooks: { aa: {}, bb: {}, cc: {}, dd: {}, ee: {}, ff: {}, gg: {} }"
	h := newHouse(t, map[string]files{
		"demo": {"main.lua": `on.text("hi")`, "account.yaml": hooks}, "none": {"main.lua": `on.text("hi")`}, "many": {"main.lua": `on.text("hi")`, "account.yaml": many},
		"broken": {"main.lua": `on.text(`, "account.yaml": hooks}, "bad": {"main.lua": "", "account.yaml": "mood: x"},
	})
	for _, tt := range []struct{ name, account, hook, nearest, cure string }{
		{"it is there", "demo", "paid", "paid", ""},
		{"the scripts are broken", "broken", "paid", "paid", "the account's scripts cannot be served, mend them and save"},
		{"another letter case", "demo", "Paid", "paid", "hooks are written as in account.yaml, in the same letter case: paid"},
		{"a slip", "demo", "shiped", "shipped", "account.yaml names no such hook; is shipped meant?"},
		{"nothing near", "demo", "refund", "", "account.yaml names no such hook; there are paid, shipped"},
		{"more than are named", "many", "refund", "", "account.yaml names no such hook; there are aa, bb, cc, dd, ee and 2 more"},
		{"none at all", "none", "paid", "", "account.yaml names no hooks: hooks: { NAME: { secret: … } } does"},
		{"an account that is not loaded", "bad", "paid", "", "the account is not loaded; once it is, the sender may ask again"},
		{"nobody", "nobody", "paid", "", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			nearest, cure := h.fleet.AstrayHook(tt.account, tt.hook)
			require.Equal(t, tt.nearest, nearest)
			require.Equal(t, tt.cure, cure)
		})
	}
	_, known := h.fleet.FindHook(t.Context(), "broken", "paid")
	require.False(t, known)
}

// What the log says of pushes for a name that cannot be served.
func TestAstrayNamesTheNearestAccount(t *testing.T) {
	const serves = `on.text("hi")`
	broken := files{"main.lua": serves, "account.yaml": "mood: x\n"}
	seven := map[string]files{}
	for i := range 7 {
		seven[fmt.Sprintf("bakery-%d-of-the-town", i)] = files{"main.lua": serves}
	}
	few := map[string]files{"demo": {"main.lua": serves}, "flowers": {"main.lua": serves}, "tea": broken}
	five := map[string]files{"a1": {"main.lua": serves}, "b2": {"main.lua": serves}, "c3": {"main.lua": serves}, "d4": {"main.lua": serves}, "e5": {"main.lua": serves}}
	for _, tt := range []struct {
		name          string
		accounts      map[string]files
		asked         string
		nearest, cure string
	}{
		{"it serves", few, "demo", "demo", ""},
		{"it is broken", few, "tea", "tea", "its folder cannot be served, mend it and save: account.yaml:1: unknown key mood"},
		{"another letter case", few, "Flowers", "flowers", "account names are written as their folders are, in the same letter case: flowers"},
		{"a slip", few, "flwers", "flowers", "there is no such account; is flowers meant?"},
		{"no name of an account", few, "what now?", "", "there is no such account, and a folder of that name is none, for its name: " + folder.AccountNameWords},
		{"no name at all", few, "", "", "there is no such account; there are demo, flowers, tea"},
		{"as many as are named", five, "restaurant", "", "there is no such account; there are a1, b2, c3, d4, e5"},
		{"more than are named", seven, "restaurant", "", "there is no such account; there are bakery-0-of-the-town, bakery-1-of-the-town, " +
			"bakery-2-of-the-town, bakery-3-of-the-town, bakery-4-of-the-town and 2 more"},
		{"none yet", nil, "demo", "", "there is no account yet: each folder below the folder of scripts is one, and `moonwire new NAME` makes one"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			h := newHouse(t, tt.accounts)
			nearest, cure := h.fleet.Astray(tt.asked)
			require.Equal(t, tt.nearest, nearest)
			require.Equal(t, tt.cure, cure)
		})
	}
}
