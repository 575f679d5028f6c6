package bindings

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"
)

// separated refuses a first line of one column in which something else than a comma separates, as Excel writes it in many
// countries.
func separated(name string, head []string) error {
	if len(head) > 1 {
		return nil
	}
	for _, s := range []struct{ sign, word string }{{"，", "a Chinese comma (，)"}, {";", "a semicolon"}, {"\t", "a tab"}} {
		if strings.Contains(head[0], s.sign) {
			return dataError(name, 1, "%s stands between the columns; want commas: in Excel save as \"CSV UTF-8 (comma delimited)\"", s.word)
		}
	}
	return nil
}

func csvError(name string, data []byte, err error) error {
	var at *csv.ParseError
	if errors.As(err, &at) {
		line, what := at.Line, "this line cannot be read as CSV"
		switch {
		case errors.Is(at.Err, csv.ErrBareQuote):
			what = `a quote " stands inside of a field; write the field in quotes and this one twice: "say ""hi""", with no blank before the first`
		case errors.Is(at.Err, csv.ErrQuote):
			what = `a field that begins with a quote " does not end with one, or has one inside; a quote inside is written twice: "say ""hi"""`
			if opened := openedIn(data, at); opened < line {
				line, what = opened, fmt.Sprintf(`a quote " is opened here, and line %d is still inside of it; a quote inside is written twice: "say ""hi"""`, at.Line)
			}
		}
		return dataError(name, line, "%s", what)
	}
	if errors.Is(err, io.EOF) {
		return dataError(name, 1, "the file is empty; want a first line with the names of the columns")
	}
	return dataError(name, 0, "%s", err)
}

// openedIn is the line of the last quote that opens something before the place of an error, in its record.
func openedIn(data []byte, at *csv.ParseError) int {
	opened, quoted := at.StartLine, false
	lines := bytes.Split(data, []byte("\n"))
	for n := at.StartLine; n <= min(at.Line, len(lines)); n++ {
		l := lines[n-1]
		if n == at.Line {
			l = l[:min(max(at.Column-1, 0), len(l))]
		}
		for _, c := range l {
			if c != '"' {
				continue
			}
			if quoted = !quoted; quoted {
				opened = n
			}
		}
	}
	return opened
}
