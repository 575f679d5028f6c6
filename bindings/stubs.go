package bindings

import (
	"fmt"
	"strings"
)

// Types is a file of stubs for the Lua language server: names, parameters, results and texts of every
// function, and the fields of msg.
func Types() string {
	var b strings.Builder
	b.WriteString("---@meta\n-- Made by `moonwire types`; changes are lost.\n\n")
	b.WriteString(hookClass)
	b.WriteString(stubClasses() + httpClasses + modelClasses + flowClasses)
	for _, f := range families() {
		if f.Name != "" {
			fmt.Fprintf(&b, "---%s\n---@class %slib\n%s%s%s = {}\n\n", f.Doc.EN, f.Name, f.called(), f.fields(), f.Name)
		}
		for i := range f.Functions {
			if one := &f.Functions[i]; one.Name != f.Name {
				b.WriteString(one.stub())
			}
		}
		for _, k := range f.Constants {
			fmt.Fprintf(&b, "---%s\n---@type %s\n%s = nil\n\n", k.Doc.EN, k.Lua, k.Name)
		}
	}
	b.WriteString(testClasses)
	for _, f := range TestFunctions() {
		b.WriteString(f.stub())
	}
	return b.String()
}

// testClasses are what the functions of tests/*_test.lua are given.
const testClasses = `---What a test is given.
---@class Test
local t = {}

---A fan of a test.
---@class TestFan
---@field name string
local fan = {}

`

// fields are the members that are another one in each turn.
func (f *Family) fields() string {
	var b strings.Builder
	for _, k := range f.Fields {
		fmt.Fprintf(&b, "---@field %s %s %s\n", k.Name, k.Lua, k.Doc.EN)
	}
	return b.String()
}

// called is the overload of a library that can be called itself: menu{…}.
func (f *Family) called() string {
	for i := range f.Functions {
		if one := &f.Functions[i]; one.Name == f.Name {
			return fmt.Sprintf("---@overload fun(%s)%s\n", one.Forms[0].typed(), one.returned())
		}
	}
	return ""
}

// stub is one function as the language server reads it; further forms are overloads.
func (f *Function) stub() string {
	var b strings.Builder
	fmt.Fprintf(&b, "---%s\n---\n---%s\n---```lua\n", f.Doc.EN, f.Doc.ZH)
	for _, line := range strings.Split(f.Example, "\n") {
		fmt.Fprintf(&b, "---%s\n", line)
	}
	b.WriteString("---```\n")
	main := f.Forms[len(f.Forms)-1]
	for _, form := range f.Forms[:len(f.Forms)-1] {
		fmt.Fprintf(&b, "---@overload fun(%s)%s\n", form.typed(), f.returned())
	}
	var names []string
	for _, p := range main {
		if p.Name == "self" {
			continue
		}
		name, mark := p.Name, ""
		if p.Rest {
			name = "..."
		}
		if p.Optional {
			mark = "?"
		}
		names = append(names, name)
		fmt.Fprintf(&b, "---@param %s%s %s # %s\n", name, mark, p.Type.Lua, p.Type.Want.EN)
	}
	for _, r := range f.Returns {
		fmt.Fprintf(&b, "---@return %s %s\n", r.Lua, r.Name)
	}
	fmt.Fprintf(&b, "function %s(%s) end\n\n", f.Name, strings.Join(names, ", "))
	return b.String()
}

// typed is a list of parameters as LuaLS writes it in an overload.
func (f Form) typed() string {
	var all []string
	for _, p := range f {
		mark := ""
		if p.Optional {
			mark = "?"
		}
		all = append(all, p.Name+mark+": "+p.Type.Lua)
	}
	return strings.Join(all, ", ")
}

func (f *Function) returned() string {
	if len(f.Returns) == 0 {
		return ""
	}
	return ": " + f.Returns[0].Lua
}

// hookClass is what the function of a hook is given.
const hookClass = `---A call of a hook by another system.
---@class Hook
---@field name string
---@field json any the body; nil when it is no JSON
---@field raw string the body as it came
---@field headers table<string, string> names in lower case
---@alias HookHandler fun(hook: Hook): string|table|nil

---What task(…) gives.
---@class Task
---@alias JobFunction fun(args: any)

`

// stubClasses are the values that functions take and give.
func stubClasses() string {
	var b strings.Builder
	b.WriteString(`---What a reply.* function gives.
---@class Reply
---@alias Answer string|Reply|false|nil
---@alias Handler string|Reply|Flow|fun(msg: Message, ...: string): Answer

---What WeChat said when it refused a call.
---@class WeChatError
---@field errcode integer
---@field errmsg string
---@field hint string cause and cure
---@field hint_zh string 原因和办法
---@field rid string
---@field msg_id string? the earlier message, where 45065 refuses a clientmsgid that was used

---What button(…) and group(…) give.
---@class Button

---A fan as WeChat tells of them.
---@class User
---@field openid string
---@field subscribe integer 1, or 0 for somebody who does not follow: then nothing else is known
---@field subscribe_time integer? Unix seconds
---@field remark string?
---@field tagid_list integer[]?
---@field unionid string?
---@field subscribe_scene string?
---@field qr_scene integer?
---@field qr_scene_str string?

---@class Tag
---@field id integer
---@field name string
---@field count integer?

---What data.csv gives: a list of rows.
---@class csv: table<integer, table<string, string>>
csv = {}

---What account.yaml says under settings; read-only.
---@type table<string, any>
settings = {}

---The push: its elements in snake_case, read-only.
---@class Message
`)
	for _, f := range messageFields {
		fmt.Fprintf(&b, "---@field %s %s %s\n", f.name, f.lua, f.doc.EN)
	}
	b.WriteString("\n")
	return b.String()
}

// httpClasses are what http.* gives.
const httpClasses = `---What an http.* call may be told.
---@class HTTPOptions
---@field query table<string, string|number|boolean>?
---@field headers table<string, string>?
---@field json any? one of json, form and body
---@field form table<string, string|number|boolean>?
---@field body string?
---@field timeout string|number? "10s" if nothing is said, "50s" at most
---@field retry {times: integer, key: string?}?

---What http.* gives.
---@class HTTPAnswer
---@field status integer
---@field headers table<string, string> names in lower case
---@field body string
---@field json fun(self: HTTPAnswer?): any, HTTPError? the body as a value; nil, err when it is no JSON

---Why an http.* call came to nothing.
---@class HTTPError
---@field kind string not_allowed, private, dns, connect, tls, timeout, too_large, redirect, protocol or interrupted
---@field message string
---@field hint string cause and cure
---@field hint_zh string 原因和办法

`

// modelClasses are what llm.* gives.
const modelClasses = `---What a language model answered.
---@class ModelAnswer
---@field text string as WeChat shows it; links to http and https only
---@field raw string as it came, in Markdown
---@field partial boolean the answer is not whole
---@field finish string stop, length, content_filter, stop_at, cut
---@field model string
---@field usage {prompt: integer, completion: integer, total: integer} tokens

---Why a language model did not answer.
---@class ModelError
---@field kind string unauthorized, quota, rate, down, timeout, garbage, budget, refused
---@field message string
---@field hint string cause and cure
---@field hint_zh string 原因和办法

`

// flowClasses are what flows are made of.
const flowClasses = `---What flow(…) gives; it stands in place of a handler.
---@class Flow
local Flow = {}

---A conversation: the c of a flow.
---@class Conversation
---@field id string the same as long as it lasts
---@field msg Message? the message just answered, without a session
local c = {}

---@alias FlowHandler fun(c: Conversation, ...: any): string|Reply|nil

---Why a flow was not started.
---@class FlowError
---@field kind string busy
---@field message string
---@field hint string cause and cure
---@field hint_zh string 原因和办法

`
