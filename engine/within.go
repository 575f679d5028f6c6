package engine

import (
	"fmt"
	"path"
)

// Within holds a snapshot, which was read within the operator's ceilings, against the limits of its account. The error
// is a *SourceError.
func (s *Snapshot) Within(l SourceLimits) error {
	l = l.orDefaults()
	var files int
	var source, data int64
	for _, f := range s.Files {
		size, one := int64(len(f.Data)), l.SourceFile
		switch {
		case path.Ext(f.Name) == ".lua":
			files++
			source += size
		case f.Name != "account.yaml":
			one = l.DataFile
			data += size
		}
		msg := ""
		switch {
		case size > one:
			msg = fmt.Sprintf("has %s; at most %s are allowed", bytesText(size), bytesText(one))
		case files > l.Files:
			msg = fmt.Sprintf("is one .lua file too many; a build may have %d", l.Files)
		case source > l.Source:
			msg = fmt.Sprintf("all .lua files together have %s by here; at most %s are allowed", bytesText(source), bytesText(l.Source))
		case data > l.Data:
			msg = fmt.Sprintf("all data files together have %s by here; at most %s are allowed", bytesText(data), bytesText(l.Data))
		default:
			continue
		}
		return &SourceError{File: path.Join(s.Account, f.Name), Msg: msg}
	}
	return nil
}
