package sim

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
)

// loose is a JSON value that WeChat takes as a string or as a number.
type loose string

func (l *loose) UnmarshalJSON(b []byte) error {
	if len(b) > 0 && b[0] == '"' {
		var s string
		err := json.Unmarshal(b, &s)
		*l = loose(s)
		return err
	}
	var n json.Number
	if string(b) == "null" {
		return nil
	}
	err := json.Unmarshal(b, &n)
	*l = loose(n)
	return err
}

func (l loose) int() int {
	n, err := strconv.Atoi(string(l))
	if err != nil {
		return 0
	}
	return n
}

// whole is an integer that WeChat also takes as a string, and a switch (0 or 1) that it also takes as true or
// false. Empty and null are 0.
type whole int64

func (w *whole) UnmarshalJSON(b []byte) error {
	text := string(b)
	if strings.HasPrefix(text, `"`) {
		if err := json.Unmarshal(b, &text); err != nil {
			return err
		}
	}
	switch text = strings.TrimSpace(text); text {
	case "", "null", "false":
		*w = 0
		return nil
	case "true":
		*w = 1
		return nil
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return fmt.Errorf("%q is no integer", text)
	}
	*w = whole(n)
	return nil
}
