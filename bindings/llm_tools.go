package bindings

import (
	"regexp"
	"slices"
	"strings"

	lua "github.com/yuin/gopher-lua"

	"moonwire/llm"
)

// tool is a function that a model may ask for.
type tool struct {
	llm.Tool
	run  *lua.LFunction
	acts bool
}

// Bounds of tools.
const (
	maxTools      = 32
	maxToolArgs   = 16
	maxToolResult = 16 << 10 // bytes
)

var toolName = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_-]{0,63}$`)

// tools reads tools = {name = {doc, args, run, acts}}.
func (c call) tools(v lua.LValue) []tool {
	if v == lua.LNil {
		return nil
	}
	tb, ok := v.(*lua.LTable)
	if !ok {
		c.fail("tools is %s; want a table of name = {doc = …, args = {…}, run = function(args) … end}", describe(v))
	}
	var all []tool
	for _, name := range c.names("tools", tb, maxTools) {
		all = append(all, c.tool(name, c.open(tb).RawGetString(name)))
	}
	return all
}

// names are the keys of a table that has names only, in order.
func (c call) names(at string, tb *lua.LTable, most int) []string {
	var names []string
	c.open(tb).ForEach(func(k, _ lua.LValue) {
		name, ok := k.(lua.LString)
		if !ok || !toolName.MatchString(string(name)) {
			c.fail("%s: %s is no name; want letters, digits, _ and -, a letter first", at, brief(keyText(k)))
		}
		if names = append(names, string(name)); len(names) > most {
			c.fail("%s has more than %d entries", at, most)
		}
	})
	slices.Sort(names)
	return names
}

func (c call) tool(name string, v lua.LValue) tool {
	at := "tools: " + name
	tb, ok := v.(*lua.LTable)
	if !ok {
		c.fail("%s is %s; want {doc = …, args = {…}, run = function(args) … end}", at, describe(v))
	}
	r := c.record(at, tb, "doc", "args", "run", "acts")
	t := tool{Tool: llm.Tool{Name: name, Doc: r.required("doc")}, acts: r.flag("acts")}
	if t.run, ok = r.get("run").(*lua.LFunction); !ok {
		r.fail("run is %s; want a function", describe(r.get("run")))
	}
	args := r.inner("args")
	if args == nil {
		return t
	}
	for _, arg := range c.names(at+": args", args, maxToolArgs) {
		kind, ok := args.RawGetString(arg).(lua.LString)
		bare, optional := strings.CutSuffix(string(kind), "?")
		if !ok || !slices.Contains(llm.ParameterTypes(), bare) {
			r.fail("args: %s is %s; want one of %s, with a ? behind it when it may be left out", arg, quote(valueText(args.RawGetString(arg))), strings.Join(llm.ParameterTypes(), ", "))
		}
		t.Parameters = append(t.Parameters, llm.Parameter{Name: arg, Type: bare, Optional: optional})
	}
	return t
}

func describeTools(tools []tool) []llm.Tool {
	var all []llm.Tool
	for i := range tools {
		all = append(all, tools[i].Tool)
	}
	return all
}

// runTools runs what the model asks for, in order, and makes the messages that tell it so.
func (c call) runTools(q *question, answer map[string]any, calls []any) []llm.Message {
	said := llm.Message{Role: llm.Assistant, Content: answer["text"].(string)}
	told := make([]llm.Message, 0, len(calls)+1)
	told = append(told, said)
	for _, one := range calls {
		fields := one.(map[string]any)
		asked := llm.ToolCall{ID: fields["id"].(string), Name: fields["name"].(string), Arguments: fields["arguments"].(string)}
		told[0].Calls = append(told[0].Calls, asked)
		told = append(told, llm.Message{Role: llm.FromTool, CallID: asked.ID, Content: c.runTool(q, asked)})
	}
	return told
}

// runTool is what one tool gives. What is wrong with the arguments is told to the model, which may try again.
func (c call) runTool(q *question, asked llm.ToolCall) string {
	i := slices.IndexFunc(q.tools, func(t tool) bool { return t.Name == asked.Name })
	if i < 0 {
		return "error: there is no such function"
	}
	t := &q.tools[i]
	args, err := t.Parameters.Read(asked.Arguments)
	if err != nil {
		return "error: " + err.Error()
	}
	before := c.state.tool
	c.state.tool = t
	defer func() { c.state.tool = before }()
	top := c.L.GetTop()
	defer func() { c.L.SetTop(top) }()
	c.L.Push(t.run)
	c.L.Push(c.toLua(args))
	c.L.Call(1, 1)
	return c.toolResult(t, c.L.Get(-1))
}

// toolResult is what a tool gave, for the model to read.
func (c call) toolResult(t *tool, v lua.LValue) string {
	if s, ok := v.(lua.LString); ok && len(s) <= maxToolResult {
		return string(s)
	}
	b, err := c.encodeJSON(v, jsonDepth, maxToolResult)
	if err == nil {
		return string(b)
	}
	if len(b) == 0 && v.Type() != lua.LTString && v.Type() != lua.LTTable {
		c.fail("tool %s: the result is %s; want plain data", t.Name, describe(v))
	}
	c.state.warn("tool %s: the result cannot be given to the model: %s", t.Name, err)
	return "error: the result is too long or no plain data"
}
