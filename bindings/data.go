package bindings

import (
	"path"
	"slices"
	"strings"

	lua "github.com/yuin/gopher-lua"

	"moonwire/engine"
	"moonwire/folder"
)

// csvFindEntry describes the method of what data.csv gives; each sheet has its own copy.
var csvFindEntry = Function{
	Name: "csv:find",
	Forms: params(
		Param{Name: "self", Type: Type{Lua: "csv", Want: Text{"what data.csv gave (call it as sheet:find(…))", "data.csv 的返回值（用 sheet:find(…) 调用）"}, fits: func(v lua.LValue) bool { return v.Type() == lua.LTTable }}},
		Param{Name: "column", Type: tString}, Param{Name: "value", Type: tString}, optional("options", tTable),
	),
	Returns: []Result{{"row", "table<string, string>?"}},
	Doc: Text{
		"The first row whose column has this value, found by an index; nil if there is none. Values are compared as on.text does it: blanks at the ends, letter case and full width do not count. With {exact = true} they do, as always for a value of more than 64 KiB.",
		"按索引查找该列等于此值的第一行；没有则为 nil。比较方式与 on.text 相同：两端空白、大小写、全角半角都不计。{exact = true} 则逐字节比较；超过 64 KiB 的值总是逐字节比较。",
	},
	Example: `local faq = data.csv("faq.csv")
on.text(function(msg)
  local row = faq:find("question", msg.content)
  return row and row.answer
end)`,
	Errors: []Text{{"Raises when the sheet has no such column, and names those it has.", "没有该列时报错，并列出已有的列。"}},
}

func dataFamily() Family {
	file := params(Param{Name: "file", Type: tString})
	missing := Text{"Raises when data/ has no such file.", "data/ 里没有这个文件时报错。"}
	return Family{
		Name: "data",
		Doc:  Text{"Read-only tables of the folder data/, parsed once per build.", "data/ 目录里的只读数据，每次构建只解析一次。"},
		Functions: []Function{
			{
				Name: "data.csv", Forms: file, Returns: []Result{{"rows", "csv"}}, run: dataCSV,
				Doc: Text{
					"A CSV file as a list of rows; the first line names the columns, every value is a string. sheet:find(column, value) looks up by index.",
					"CSV 文件，按行成列表；首行是列名，值都是字符串。sheet:find(列, 值) 按索引查找。",
				},
				Example: `for _, row in ipairs(data.csv("faq.csv")) do log.debug(row.question) end`,
				Errors:  []Text{missing, {"Raises with file and line when the file is not proper CSV, and when one walks a sheet of more than 20,000 rows; at 1,000 columns and 262,143 rows, and when all files of data/ together take too much memory.", "CSV 格式不对时报错并指出行号；遍历超过 20000 行的表时报错；最多 1000 列、262143 行,data/ 全部文件合计占内存过多时报错。"}},
			},
			csvFindEntry,
			{
				Name: "data.json", Forms: file, Returns: []Result{{"value", "any"}}, run: dataJSON,
				Doc:     Text{"A JSON file as read-only tables; null is nil.", "JSON 文件，内容只读;null 读作 nil。"},
				Example: `local prices = data.json("prices.json")`,
				Errors:  []Text{missing, {"Raises with file and line when the file is not proper JSON or is nested deeper than 32 levels, and when all files of data/ together take too much memory (CSV takes less).", "JSON 格式不对或嵌套超过 32 层时报错并指出行号；data/ 全部文件合计占内存过多时报错(CSV 占得少)。"}},
			},
		},
	}
}

// dataFile is the raw content of the file of data/ that argument 1 names.
func (c call) dataFile() (name string, data []byte) {
	name = c.text(1)
	data, ok := c.turn.Build().Data(name)
	if !ok {
		c.fail("there is no file data/%s%s", brief(name), didYouMean(name, c.state.p.dataNames))
	}
	return name, data
}

// isText refuses what is no text in UTF-8, whatever its name.
func isText(name string, raw []byte) error {
	line, why := folder.NotUTF8(raw)
	switch {
	case why == "":
		return nil
	case line == 0:
		return dataError(name, 0, "%s", why)
	}
	return dataError(name, line, "%s", why)
}

// dataCSV is the sheet as a read-only list of rows with the method find.
func dataCSV(c call) int {
	name, raw := c.dataFile()
	v, err := c.turn.Build().Once("csv:"+name, func() (any, error) {
		if err := isText(name, raw); err != nil {
			return nil, err
		}
		s, err := parseSheet(name, raw, &c.state.p.data, c.dataLimit())
		if err != nil {
			return nil, err
		}
		return sheetTable(s), nil
	})
	if err != nil {
		c.failData(err)
	}
	return c.push(v.(*lua.LTable))
}

func sheetTable(s *sheet) *lua.LTable {
	find := methodOf(csvFind(s))
	return engine.NewProxy(engine.Proxy{
		Name: "data/" + s.name,
		Index: func(_ *engine.Turn, key lua.LValue) lua.LValue {
			if key == lua.LString("find") {
				return find
			}
			if n, ok := key.(lua.LNumber); ok && isInteger(n) && n >= 1 && int(n) <= len(s.cells) {
				return s.row(int(n))
			}
			return lua.LNil
		},
		All: s.allRows,
	})
}

// csvFind is the method find of one sheet.
func csvFind(s *sheet) *Function {
	f := csvFindEntry
	f.run = func(c call) int {
		column := c.text(2)
		if i := slices.Index(s.columns, column); i >= 0 {
			return c.findRow(s, i)
		}
		c.fail("data/%s has no column %s%s; the columns are %s", s.name, brief(column), didYouMean(column, s.columns), strings.Join(s.columns, ", "))
		return 0
	}
	return &f
}

// findRow gives the first row of a sheet with the value in argument 3.
func (c call) findRow(s *sheet, column int) int {
	k, value := sheetKey{column: column}, c.text(3)
	if tb := c.table(4); tb != nil {
		k.exact = c.record("options", tb, "exact").flag("exact")
	}
	if k.exact = k.exact || len(value) > maxFolded; !k.exact {
		c.turn.Steps(c.L, len(value)/4)
		value = fold(value)
	}
	row, steps := s.find(k, value)
	c.turn.Steps(c.L, steps)
	if row == 0 {
		return c.push(lua.LNil)
	}
	return c.push(s.row(row))
}

// dataJSON is the content of a JSON file as read-only plain data.
func dataJSON(c call) int {
	name, raw := c.dataFile()
	v, err := c.turn.Build().Once("json:"+name, func() (any, error) {
		if err := isText(name, raw); err != nil {
			return nil, err
		}
		cost, limit := jsonCost(raw), c.dataLimit()
		if !c.state.p.data.reserve(cost, limit) {
			return nil, overDataQuota(name, limit)
		}
		plain, err := parseDataJSON(name, raw)
		if err != nil {
			c.state.p.data.reserve(-cost, limit)
			return nil, err
		}
		return c.turn.Lock("data/"+name, plain), nil
	})
	if err != nil {
		c.failData(err)
	}
	return c.push(v.(lua.LValue))
}

// dataNames are the files of data/ that a snapshot has.
func dataNames(snap *folder.Snapshot) []string {
	var names []string
	for _, f := range snap.Files {
		if name, ok := strings.CutPrefix(path.Clean(f.Name), "data/"); ok {
			names = append(names, name)
		}
	}
	return names
}
