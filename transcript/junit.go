package transcript

import (
	"encoding/xml"
	"fmt"
	"io"
	"strings"
)

// The shape that services which run tests read: one suite an account.
type junitSuites struct {
	XMLName xml.Name     `xml:"testsuites"`
	Suites  []junitSuite `xml:"testsuite"`
}

type junitSuite struct {
	Name     string      `xml:"name,attr"`
	Tests    int         `xml:"tests,attr"`
	Failures int         `xml:"failures,attr"`
	Time     string      `xml:"time,attr"`
	Cases    []junitCase `xml:"testcase"`
}

type junitCase struct {
	Class   string        `xml:"classname,attr"`
	Name    string        `xml:"name,attr"`
	File    string        `xml:"file,attr"`
	Time    string        `xml:"time,attr"`
	Failure *junitFailure `xml:"failure,omitempty"`
}

type junitFailure struct {
	Type    string `xml:"type,attr"`
	Message string `xml:"message,attr"`
	Text    string `xml:",chardata"`
}

// WriteJUnit writes results as XML in JUnit's shape.
func WriteJUnit(out io.Writer, results []Result) error {
	var all junitSuites
	var took []int64
	for _, r := range results {
		if n := len(all.Suites); n == 0 || all.Suites[n-1].Name != r.Account {
			all.Suites, took = append(all.Suites, junitSuite{Name: r.Account}), append(took, 0)
		}
		last := len(all.Suites) - 1
		suite := &all.Suites[last]
		suite.Tests++
		took[last] += r.Milliseconds
		suite.Time = seconds(took[last])
		c := junitCase{Class: r.Account, Name: r.Title(), File: r.File, Time: seconds(r.Milliseconds)}
		if f := r.Failure; f != nil {
			suite.Failures++
			var text strings.Builder
			f.Print(&text, func(_ bool, s string) string { return s })
			c.Failure = &junitFailure{Type: string(f.Kind), Message: plainXML(f.Message), Text: plainXML(text.String())}
			if f.Line > 0 {
				c.Failure.Text = fmt.Sprintf("%s:%d\n%s", r.File, f.Line, c.Failure.Text)
			}
		}
		suite.Cases = append(suite.Cases, c)
	}
	if _, err := io.WriteString(out, xml.Header); err != nil {
		return err
	}
	enc := xml.NewEncoder(out)
	enc.Indent("", "  ")
	if err := enc.Encode(all); err != nil {
		return err
	}
	_, err := io.WriteString(out, "\n")
	return err
}

func seconds(ms int64) string { return fmt.Sprintf("%.3f", float64(ms)/1000) }

// plainXML takes out what no XML may hold.
func plainXML(text string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' && r != '\n' && r != '\t' {
			return -1
		}
		return r
	}, text)
}
