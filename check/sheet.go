package check

import (
	"errors"
	"slices"
	"strings"

	"moonwire/bindings"
	"moonwire/engine"
	"moonwire/engine/syntax"
	"moonwire/words"
)

// dataFile judges a file of data/ that a function reads. What the top level reads, running it says.
func (e *examiner) dataFile(file string, c engine.Call) {
	if len(c.Args) != 1 || c.Args[0].Kind != engine.ArgString || !c.Inside {
		return
	}
	name := c.Args[0].Text
	raw, exists := e.body("data/" + name)
	if !exists {
		e.wrong(file, c.Line, words.Say(words.MissingData, "name", c.Name, "file", name))
		return
	}
	var err error
	switch c.Name {
	case "data.csv":
		_, err = bindings.ReadColumns(name, raw)
	case "data.json":
		err = bindings.CheckJSON(name, raw)
	}
	var bad *bindings.DataError
	if errors.As(err, &bad) {
		e.wrong(bad.File, bad.Line, words.Say(words.BadData, "why", bad.Msg))
	}
}

// columnsOf are the columns of a CSV file; none of one that cannot be read.
func (e *examiner) columnsOf(name string) []string {
	columns, known := e.sheets[name]
	if !known {
		if raw, exists := e.body("data/" + name); exists {
			columns, _ = bindings.ReadColumns(name, raw)
		}
		e.sheets[name] = columns
	}
	return columns
}

// sheetOf is the CSV file that an expression stands for; "" for any other.
func (w *walker) sheetOf(e syntax.Expr) string {
	if l := localOf(e); l != nil {
		return w.sheets[l]
	}
	call, ok := e.(*syntax.Call)
	if !ok || syntax.GlobalName(call.Func) != "data.csv" || len(call.Args) != 1 {
		return ""
	}
	if name, ok := call.Args[0].(*syntax.String); ok {
		return name.Value
	}
	return ""
}

// declare notes the locals that hold a sheet, or a row of one.
func (w *walker) declare(locals []*syntax.Local, values []syntax.Expr) {
	for i, l := range locals {
		v := value(values, i)
		if v == nil || l.Assigned {
			continue
		}
		if name := w.sheetOf(v); name != "" {
			w.sheets[l] = name
		}
		if find, ok := v.(*syntax.Method); ok && find.Name == "find" {
			if name := w.sheetOf(find.Object); name != "" {
				w.rows[l] = name
			}
		}
	}
}

// eachRow notes the row of a loop over a sheet.
func (w *walker) eachRow(st *syntax.GenericFor) {
	if len(st.Values) != 1 || len(st.Vars) != 2 {
		return
	}
	call, ok := st.Values[0].(*syntax.Call)
	if !ok || syntax.GlobalName(call.Func) != "ipairs" || len(call.Args) != 1 {
		return
	}
	if name := w.sheetOf(call.Args[0]); name != "" && !st.Vars[1].Assigned {
		w.rows[st.Vars[1]] = name
	}
}

// find judges the column that a sheet is searched by.
func (w *walker) find(e *syntax.Method) {
	if e.Name != "find" || len(e.Args) == 0 {
		return
	}
	name := w.sheetOf(e.Object)
	if column, ok := e.Args[0].(*syntax.String); ok && name != "" {
		w.column(name, column.Value, e.Line(), false)
	}
}

func (w *walker) column(file, column string, line int, doubt bool) {
	columns := w.e.columnsOf(file)
	if len(columns) == 0 || slices.Contains(columns, column) {
		return
	}
	m := words.Say(words.UnknownColumn, "file", file, "column", column, "columns", strings.Join(first(columns, 12), ", ")).
		Cured(words.DidYouMean(engine.Nearest(column, columns)))
	if doubt {
		w.e.warn(w.file, line, m)
		return
	}
	w.e.wrong(w.file, line, m)
}
