package bindings_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"moonwire/bindings"
	"moonwire/engine"
)

// small are arguments of each type that a function may take, as Lua.
var small = map[string]string{
	"string": `"x"`, "number": "1", "integer": "1", "boolean": "true", "table": "{}", "any": "1", "Handler": "function() end",
	"string|number": "0", "string|integer": `"x"`, "integer|table": "1", "string|string[]": `"x"`, "Button[]": "{}", "csv": `data.csv("faq.csv")`, "HTTPOptions": "{}",
	"string|table|fun(...: string): string?": `""`,
	"HookHandler":                            "function() end",
	"JobFunction":                            "function() end",
	"{name: string}":                         `{name = "x"}`,
	"Task|string":                            `"x"`,
	"{id: string?, retry: {times: integer, backoff: string|number?}?}": "{}",
	"FlowHandler": "function() end", "Flow": "aFlow", "Conversation": "c", "string|Reply": `"x"`,
}

// methods are what the methods of values are found on, and what has to stand before and behind a call of one.
var methods = map[string]struct{ on, before, behind string }{
	"csv:":  {`data.csv("faq.csv")`, "", ""},
	"Flow:": {"aFlow", `local aFlow = flow("a", function() end) `, ""},
	"c:":    {"c", `local aFlow = flow("a", function() end) on.text("x", flow("f", function(c) `, " end))"},
}

// spelt is how a function is written, and a script that says something with it.
func spelt(name string) (called string, script func(body string) string) {
	for prefix, m := range methods {
		if method, ok := strings.CutPrefix(name, prefix); ok {
			return m.on + "." + method, func(body string) string { return m.before + body + m.behind }
		}
	}
	return name, func(body string) string { return body }
}

// large are values that cost nothing to have and much to go over.
var large = []struct {
	name string
	make func() any
}{
	{"a long text", func() any { return strings.Repeat("x", 1<<20) }},
	{"a long list", func() any { return numbers(20_000) }},
	{"many names", func() any {
		names := map[string]any{}
		for _, n := range numbers(5_000) {
			names[fmt.Sprint("k", n)] = "x"
		}
		return names
	}},
}

func numbers(n int) []any {
	list := make([]any, n)
	for i := range list {
		list[i] = float64(i)
	}
	return list
}

// unread are the parameters that a function may be given at any size, as it does not look at what is in them.
var unread = map[string]string{
	"reply.image 1":    "kept as it is; the answer's limit looks at it",
	"reply.voice 1":    "kept as it is; the answer's limit looks at it",
	"reply.transfer 1": "kept as it is; the answer's limit looks at it",
	"log.debug 1":      "cut at 4 KiB before anything is done",
	"log.info 1":       "cut at 4 KiB before anything is done",
	"log.warn 1":       "cut at 4 KiB before anything is done",
	"log.error 1":      "cut at 4 KiB before anything is done",
	"print 1":          "cut at 4 KiB before anything is done",
	"text.sub 1":       "read as far as the place",
	"text.find 1":      "read as far as the part stands",
	"text.starts 1":    "read as far as the beginning goes",
	"csv:find 1":       "the method knows its sheet",
	"csv:find 3":       "looked up in a map",
}

// TestEveryFunctionChargesTheMeter calls each function of the table two hundred times with each of its arguments as
// large as can be. The turn must be stopped by one of its limits; or the function must refuse the argument.
func TestEveryFunctionChargesTheMeter(t *testing.T) {
	for _, f := range bindings.Functions() {
		for _, form := range f.Forms {
			for i, p := range form {
				if p.Type.Lua == "Handler" || p.Type.Lua == "HookHandler" || p.Type.Lua == "FlowHandler" {
					continue // kept, and looked at when it answers
				}
				for _, l := range large {
					t.Run(fmt.Sprintf("%s %d %s", f.Name, i+1, l.name), func(t *testing.T) {
						said := twoHundredCalls(t, f.Name, form, i, l.make())
						if unread[fmt.Sprintf("%s %d", f.Name, i+1)] != "" {
							require.NotEmpty(t, said) // two hundred calls may cost nothing, and must end all the same
							return
						}
						require.NotContains(t, said, "done", "two hundred calls with %s cost next to nothing", l.name)
					})
				}
			}
		}
	}
}

// twoHundredCalls is the name of the limit that stopped them, or what the function refused the argument with.
func twoHundredCalls(t *testing.T, name string, form bindings.Form, at int, value any) string {
	args := make([]string, len(form))
	for i, p := range form {
		require.NotEmpty(t, small[p.Type.Lua], p.Type.Lua)
		args[i] = small[p.Type.Lua]
	}
	args[at] = "settings.large"
	call, script := spelt(name)
	loop := fmt.Sprintf(`local last
for i = 1, 200 do
  local ok, e = pcall(%s)
  last = ok and "done" or tostring(e)
end
`, strings.Join(append([]string{call}, args...), ", "))
	main := script("on.text(function(msg)\n" + loop + "return last\nend)")
	if strings.HasPrefix(name, "c:") {
		main = script(loop + "return last")
	}
	if name == "flow" || strings.HasPrefix(name, "on.") || name == "menu" || name == "button" || name == "group" {
		main = loop + "\nif last ~= 'done' then error(last, 0) end"
	}
	cfg := config()
	cfg.Settings = map[string]any{"large": value}
	cfg.API = &stubAPI{}
	eng, err := theEngine()
	require.NoError(t, err)
	limits := unhurried(engine.Limits{Instructions: 60_000, Strings: 4 << 20})
	p, err := bindings.Compile(context.Background(), eng, files{"main.lua": main, "data/faq.csv": "x,y\n1,2\n"}.snapshot(), limits, cfg)
	said := "done"
	if err == nil {
		var out bindings.Outcome
		if out, err = p.Answer(context.Background(), input(text(t, "x"))); out.Reply != nil {
			said = out.Reply.Content
		} else if out.Conversation != nil {
			said = string(out.Conversation.State)
		}
	}
	var e *engine.ScriptError
	if errors.As(err, &e) {
		return e.Limit + " " + e.Msg
	}
	if err != nil {
		return err.Error() // something beneath failed, and with it the turn
	}
	return said
}
