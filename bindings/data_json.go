package bindings

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"strings"
)

// parseDataJSON reads a JSON file of data/ as plain data: integers above 2^53 and the id keys as strings,
// null as nil.
func parseDataJSON(name string, raw []byte) (any, error) {
	d := json.NewDecoder(bytes.NewReader(bytes.TrimPrefix(raw, []byte("\xef\xbb\xbf"))))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		return nil, dataJSONError(name, raw, d.InputOffset(), err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, dataJSONError(name, raw, d.InputOffset(), errors.New("something follows the value"))
	}
	return plainNumbers(v, false), nil
}

func dataJSONError(name string, raw []byte, at int64, err error) error {
	var syntax *json.SyntaxError
	if errors.As(err, &syntax) {
		at = syntax.Offset
	}
	line := bytes.Count(raw[:min(at, int64(len(raw)))], []byte("\n")) + 1
	what := strings.TrimPrefix(err.Error(), "json: ")
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		what = "the file ends too early"
	}
	return fmt.Errorf("data/%s:%d: %s", name, line, what)
}

// plainNumbers replaces json.Number by float64, or by string where a float would lose digits.
func plainNumbers(v any, id bool) any {
	switch v := v.(type) {
	case json.Number:
		f, err := v.Float64()
		whole := !strings.ContainsAny(v.String(), ".eE")
		if err != nil || whole && (id || math.Abs(f) > 1<<53) {
			return v.String()
		}
		return f
	case []any:
		for i := range v {
			v[i] = plainNumbers(v[i], false)
		}
	case map[string]any:
		for k := range v {
			v[k] = plainNumbers(v[k], idKeys[k])
		}
	}
	return v
}
