package engine

import "moonwire/engine/syntax"

// FieldText is a string that stands in a table of the text, however deep. Path are the names of the fields that lead to it:
// image.media_id; entries of lists have none.
type FieldText struct {
	Path, Text string
	Line       int
}

// fieldTexts are the strings of a table, in their order.
func fieldTexts(tb *syntax.Table, path string) (all []FieldText) {
	for _, f := range tb.Fields {
		at := path
		if key, ok := f.Key.(*syntax.String); ok {
			at = joinPath(path, key.Value)
		}
		switch v := f.Value.(type) {
		case *syntax.String:
			all = append(all, FieldText{at, v.Value, v.Line()})
		case *syntax.Table:
			all = append(all, fieldTexts(v, at)...)
		}
	}
	return all
}

func joinPath(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}
