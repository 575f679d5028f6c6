package bindings

import (
	"fmt"
	"path"
	"strings"

	lua "github.com/yuin/gopher-lua"

	"moonwire/engine"
	"moonwire/folder"
)

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
		return fmt.Errorf("data/%s: %s", name, why)
	}
	return fmt.Errorf("data/%s:%d: %s", name, line, why)
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
		c.fail("%s", err)
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
		All: s.walk,
	})
}

// csvFind is the method find of one sheet.
func csvFind(s *sheet) *Function {
	f := csvFindEntry
	f.run = func(c call) int {
		column := c.text(2)
		for i, name := range s.columns {
			if name == column {
				row, looked := s.find(i, c.text(3))
				c.turn.Steps(c.L, looked/4)
				if row > 0 {
					return c.push(s.row(row))
				}
				return c.push(lua.LNil)
			}
		}
		c.fail("data/%s has no column %s%s; the columns are %s", s.name, brief(column), didYouMean(column, s.columns), strings.Join(s.columns, ", "))
		return 0
	}
	return &f
}

// dataJSON is the content of a JSON file as read-only plain data.
func dataJSON(c call) int {
	name, raw := c.dataFile()
	v, err := c.turn.Build().Once("json:"+name, func() (any, error) {
		if err := isText(name, raw); err != nil {
			return nil, err
		}
		cost, limit := jsonCost(raw), c.dataLimit()
		if !c.state.p.data.take(cost, limit) {
			return nil, noDataRoom(name, limit)
		}
		plain, err := parseDataJSON(name, raw)
		if err != nil {
			c.state.p.data.take(-cost, limit)
			return nil, err
		}
		return c.turn.Lock("data/"+name, plain), nil
	})
	if err != nil {
		c.fail("%s", err)
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
