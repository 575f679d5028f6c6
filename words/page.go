package words

import (
	"fmt"
	"slices"
	"strings"
)

// The words around an entry.
var (
	says  = Text{"says: ", "提示："}
	mend  = Text{"mend: ", "改法："}
	wrong = Text{"wrong:", "错："}
	right = Text{"right:", "对："}
)

// labelled is a sentence with its label; "" where there is none of its own.
func labelled(label, text Text, l Language) string {
	said := text.In(l)
	if said == "" || said == "{why}" {
		return ""
	}
	return label.In(l) + placed(said)
}

// placed shows the places of a sentence as such.
func placed(text string) string { return strings.NewReplacer("{", "‹", "}", "›").Replace(text) }

// Explained is an entry for who asks about its code at a terminal.
func (e Entry) Explained(l Language) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %s\n\n%s\n", e.Code, e.Title.In(l), e.About.In(l))
	for _, row := range []string{labelled(says, e.Cause, l), labelled(mend, e.Cure, l)} {
		if row != "" {
			fmt.Fprintf(&b, "\n%s\n", row)
		}
	}
	for _, example := range []struct {
		label Text
		text  string
	}{{wrong, e.Wrong}, {right, e.Right}} {
		if example.text != "" {
			fmt.Fprintf(&b, "\n%s\n    %s\n", example.label.In(l), strings.ReplaceAll(strings.TrimRight(example.text, "\n"), "\n", "\n    "))
		}
	}
	return strings.TrimRight(b.String(), "\n")
}

// Page is the page of all codes in Markdown.
func Page(l Language) string {
	var b strings.Builder
	for _, area := range []struct {
		title Text
		list  []Entry
	}{
		{Text{"What is seen in a text that runs", "能运行的脚本里看出来的"}, slices.Concat(checks, beside)},
		{Text{"What does not compile", "不能编译的"}, syntaxes},
		{Text{"What fails while it runs", "运行时才出的错"}, runs},
	} {
		fmt.Fprintf(&b, "## %s\n\n", area.title.In(l))
		for _, e := range area.list {
			b.WriteString(e.section(l))
		}
	}
	return strings.TrimRight(b.String(), "\n") + "\n"
}

func (e Entry) section(l Language) string {
	var b strings.Builder
	fmt.Fprintf(&b, "### `%s`\n\n%s\n\n%s\n\n", e.Code, "**"+e.Title.In(l)+"**", e.About.In(l))
	for _, row := range []string{labelled(says, e.Cause, l), labelled(mend, e.Cure, l)} {
		if row != "" {
			fmt.Fprintf(&b, "- %s\n", row)
		}
	}
	if e.Wrong != "" {
		fmt.Fprintf(&b, "\n```text\n%s\n```\n\n%s\n\n```text\n%s\n```\n", strings.TrimRight(e.Wrong, "\n"), right.In(l), strings.TrimRight(e.Right, "\n"))
	}
	b.WriteString("\n")
	return b.String()
}
