package folder

import (
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"
)

// sourceCount counts files against the limits of an account's folder.
type sourceCount struct {
	lua          int
	source, data int64
}

// add counts one file and returns how large it may be; why says which limit it breaks. Then it does not count.
func (c *sourceCount) add(l Limits, name string, size int64) (one int64, why string) {
	next := *c
	one = l.SourceFile
	switch {
	case path.Ext(name) == ".lua":
		next.lua++
		next.source += size
	case name != configFile:
		one = l.DataFile
		next.data += size
	}
	switch {
	case size > one:
		return 0, fmt.Sprintf("has %s; at most %s are allowed", BytesText(size), BytesText(one))
	case next.lua > l.Files:
		return 0, fmt.Sprintf("is one .lua file too many; a build may have %d", l.Files)
	case next.source > l.Source:
		return 0, fmt.Sprintf("all .lua files together have %s by here; at most %s are allowed", BytesText(next.source), BytesText(l.Source))
	case next.data > l.Data:
		return 0, fmt.Sprintf("all data files together have %s by here; at most %s are allowed", BytesText(next.data), BytesText(l.Data))
	}
	*c = next
	return one, ""
}

// Within holds a snapshot, which was read within the operator's ceilings, against the limits of its account. Its own
// files come first; what of shared/ does not fit is left out, and noted in Shared. The error is a *SourceError about
// a file of its own.
func (s *Snapshot) Within(l Limits) (*Snapshot, error) {
	l = l.orDefaults()
	var count sourceCount
	out := map[string]*SourceError{}
	for _, shared := range []bool{false, true} {
		for _, f := range s.Files {
			if strings.HasPrefix(f.Name, Shared+"/") != shared {
				continue
			}
			_, why := count.add(l, f.Name, int64(len(f.Data)))
			switch {
			case why == "":
			case !shared:
				return nil, &SourceError{File: path.Join(s.Account, f.Name), Msg: why}
			default:
				out[f.Name] = &SourceError{File: f.Name, Msg: why}
			}
		}
	}
	return s.without(out), nil
}

// InUTF8 leaves out of a snapshot the files of shared/ that must be text in UTF-8 and are not. The error is a
// *SourceError about a file of the account's own.
func (s *Snapshot) InUTF8() (*Snapshot, error) {
	out := map[string]*SourceError{}
	for _, bad := range s.NotUTF8() {
		if !strings.HasPrefix(bad.File, Shared+"/") {
			return nil, bad
		}
		out[bad.File] = bad
	}
	return s.without(out), nil
}

// without is the snapshot without some files of shared/, with the reasons.
func (s *Snapshot) without(out map[string]*SourceError) *Snapshot {
	if len(out) == 0 {
		return s
	}
	less := *s // Sign stays: it is of the folder
	less.Files = slices.DeleteFunc(slices.Clone(s.Files), func(f File) bool { return out[f.Name] != nil })
	less.Shared = slices.Clone(s.Shared)
	for _, name := range slices.Sorted(maps.Keys(out)) {
		less.Shared = append(less.Shared, out[name])
	}
	less.Hash = less.hash()
	return &less
}
