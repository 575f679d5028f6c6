package folder

import (
	"bytes"
	"path"
	"strings"
	"unicode/utf8"
)

// NotUTF8 returns one error per file of the snapshot that must be text in UTF-8 and is not: Lua, YAML, CSV
// and JSON. What else lies in data/ may be anything.
func (s *Snapshot) NotUTF8() []*SourceError {
	var all []*SourceError
	for _, f := range s.Files {
		switch path.Ext(f.Name) {
		case ".lua", ".yaml", ".yml", ".csv", ".json":
		default:
			continue
		}
		if line, why := NotUTF8(f.Data); why != "" {
			where := path.Join(s.Account, f.Name)
			if strings.HasPrefix(f.Name, Shared+"/") {
				where = f.Name
			}
			all = append(all, &SourceError{File: where, Line: line, Msg: why})
		}
	}
	return all
}

// NotUTF8 says what a file is when it is not text in UTF-8, and what to do; "" when it is. line is the first
// one that gives it away, 0 for the file as a whole.
func NotUTF8(data []byte) (line int, why string) {
	switch {
	case bytes.HasPrefix(data, []byte("\xff\xfe")), bytes.HasPrefix(data, []byte("\xfe\xff")):
		return 0, "is UTF-16 (Notepad calls it Unicode): save it as UTF-8"
	case bytes.HasPrefix(data, []byte("PK\x03\x04")), bytes.HasPrefix(data, []byte("\xd0\xcf\x11\xe0")):
		return 0, "is a spreadsheet or another packed file, not text: in Excel, save it as CSV UTF-8"
	case utf8.Valid(data):
		return 0, ""
	}
	at := 0
	for rest := data; len(rest) > 0; rest = data[at:] {
		r, n := utf8.DecodeRune(rest)
		if r == utf8.RuneError && n == 1 {
			break
		}
		at += n
	}
	return 1 + bytes.Count(data[:at], []byte("\n")), "is not UTF-8 (GBK?): save it as UTF-8"
}
