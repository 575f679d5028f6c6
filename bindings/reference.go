package bindings

import (
	"fmt"
	"regexp"
	"strings"
)

// Reference is the page of all functions in Markdown; lang is "en" or "zh".
func Reference(lang string) string {
	var b strings.Builder
	zh := lang == "zh"
	fmt.Fprintf(&b, "# %s\n\n", pick(zh, "脚本函数参考", "Reference of the functions a script can call"))
	for _, f := range families() {
		fmt.Fprintf(&b, "## %s\n\n%s\n\n", pick(f.Name == "", pick(zh, "其他", "others"), f.Name), f.Doc.In(lang))
		for i := range f.Functions {
			b.WriteString(f.Functions[i].reference(lang))
		}
		for _, k := range f.Constants {
			fmt.Fprintf(&b, "### `%s`\n\n%s\n\n", k.Name, k.Doc.In(lang))
		}
		for i, k := range f.Fields {
			fmt.Fprintf(&b, "- `%s.%s` (%s): %s\n%s", f.Name, k.Name, k.Lua, k.Doc.In(lang), pick(i == len(f.Fields)-1, "\n", ""))
		}
	}
	fmt.Fprintf(&b, "## msg\n\n%s\n\n", pick(zh, "推送的所有元素，名字写成 snake_case,只读。常用的有:", "Every element of the push, its name in snake_case, read-only. The usual ones:"))
	for _, f := range messageFields {
		fmt.Fprintf(&b, "- `msg.%s` (%s): %s\n", f.name, f.lua, f.doc.In(lang))
	}
	return b.String()
}

func pick(first bool, a, b string) string {
	if first {
		return a
	}
	return b
}

func (f *Function) reference(lang string) string {
	var b strings.Builder
	for _, form := range f.Forms {
		fmt.Fprintf(&b, "### `%s`\n", f.signature(form))
	}
	fmt.Fprintf(&b, "\n%s\n\n```lua\n%s\n```\n\n", f.Doc.In(lang), f.exampleIn(lang))
	for _, e := range f.Errors {
		fmt.Fprintf(&b, "- %s\n", e.In(lang))
	}
	b.WriteString("\n")
	return b.String()
}

// exampleIn is the example with the hint of the page's language: err.hint_zh on the Chinese page.
func (f *Function) exampleIn(lang string) string {
	if lang == "zh" {
		return errHint.ReplaceAllString(f.Example, "err.hint_zh")
	}
	return f.Example
}

var errHint = regexp.MustCompile(`\berr\.hint\b`)

// signature is one way to call the function: `store.incr(key, n?)`.
func (f *Function) signature(form Form) string {
	var all []string
	for _, p := range form {
		switch {
		case p.Name == "self":
		case p.Rest:
			all = append(all, "…")
		case p.Optional:
			all = append(all, p.Name+"?")
		default:
			all = append(all, p.Name)
		}
	}
	s := fmt.Sprintf("%s(%s)", f.Name, strings.Join(all, ", "))
	var results []string
	for _, r := range f.Returns {
		results = append(results, r.Name)
	}
	if len(results) > 0 {
		s += " → " + strings.Join(results, ", ")
	}
	return s
}
