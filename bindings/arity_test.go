package bindings_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"moonwire/bindings"
)

// spread is how many arguments a form takes at least and at most; -1 for any.
func spread(f bindings.Form) (least, most int) {
	for _, p := range f {
		if p.Rest {
			return least, -1
		}
		if !p.Optional {
			least++
		}
	}
	return least, len(f)
}

// TestArity calls every function of the table with an argument too many, and with none where it takes one.
func TestArity(t *testing.T) {
	for _, f := range bindings.Functions() {
		t.Run(f.Name, func(t *testing.T) {
			name, script := spelt(f.Name)
			longest := f.Forms[len(f.Forms)-1]
			least, most := spread(longest)
			if most >= 0 {
				args := []string{"nil"}
				for _, p := range longest {
					args = append(args, small[p.Type.Lua])
				}
				takes := fmt.Sprintf("%d to %d", least, most)
				switch {
				case most == 0:
					takes = "none"
				case most == least:
					takes = fmt.Sprint(most)
				}
				one := ""
				if most > 0 {
					one = "s"
				}
				require.Contains(t, fails(t, script(name+"("+strings.Join(args, ", ")+")")), fmt.Sprintf("main.lua:1: %s: %d argument%s; takes %s", f.Name, most+1, one, takes))
			}
			if least > 0 {
				first := f.Forms[0][0]
				require.Contains(t, fails(t, script(name+"()")), fmt.Sprintf("main.lua:1: %s: argument 1 (%s) is missing; want %s", f.Name, first.Name, first.Type.Want.EN))
			}
			if least > 1 && len(f.Forms) == 1 {
				second := longest[1]
				require.Contains(t, fails(t, script(name+"("+small[longest[0].Type.Lua]+")")), fmt.Sprintf("main.lua:1: %s: argument 2 (%s) is missing; want %s", f.Name, second.Name, second.Type.Want.EN))
			}
		})
	}
}

// TestArgumentsOfAnotherType gives every parameter of every function what it does not take, and each optional one nil.
func TestArgumentsOfAnotherType(t *testing.T) {
	for _, f := range bindings.Functions() {
		for _, form := range f.Forms {
			for i, p := range form {
				if p.Type.Lua == "any" {
					continue
				}
				t.Run(fmt.Sprintf("%s %d", f.Name, i+1), func(t *testing.T) {
					name, script := spelt(f.Name)
					args := make([]string, 0, len(form))
					for _, q := range form {
						args = append(args, small[q.Type.Lua])
					}
					args[i] = "coroutine.create(print)"
					want := p.Type.Want.EN
					require.Contains(t, fails(t, script(name+"("+strings.Join(args, ", ")+")")), fmt.Sprintf("main.lua:1: %s: argument %d (%s) is a coroutine; want %s", f.Name, i+1, p.Name, want))
				})
			}
		}
	}
}
