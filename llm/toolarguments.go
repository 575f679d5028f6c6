package llm

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
)

// maxArguments is how many bytes the arguments of one tool call may have.
const maxArguments = 16 << 10

// Read checks the arguments of a call against the parameters: every one that must be there is, of its type, and no
// other. The error is for the model, which may try again.
func (p Parameters) Read(arguments string) (map[string]any, error) {
	if strings.TrimSpace(arguments) == "" {
		arguments = "{}"
	}
	if len(arguments) > maxArguments {
		return nil, fmt.Errorf("the arguments have %d bytes; want at most %d", len(arguments), maxArguments)
	}
	decoder := json.NewDecoder(bytes.NewReader([]byte(arguments)))
	var given map[string]any
	if err := decoder.Decode(&given); err != nil || given == nil || decoder.More() {
		return nil, errors.New("the arguments are no JSON object")
	}
	read := make(map[string]any, len(p))
	for _, one := range p {
		v, is := given[one.Name]
		switch {
		case (!is || v == nil) && one.Optional:
			continue
		case !is:
			return nil, fmt.Errorf("%s is missing; want a %s", one.Name, one.Type)
		case !one.fits(v):
			return nil, fmt.Errorf("%s: want a %s", one.Name, one.Type)
		}
		read[one.Name] = v
	}
	for name := range given {
		if !slices.ContainsFunc(p, func(one Parameter) bool { return one.Name == name }) {
			return nil, errors.New("there is an argument that the function does not take; it takes " + p.names())
		}
	}
	return read, nil
}

func (p Parameter) fits(v any) bool {
	switch v := v.(type) {
	case string:
		return p.Type == "string"
	case bool:
		return p.Type == "boolean"
	case float64:
		return p.Type == "number" || p.Type == "integer" && v == math.Trunc(v) && math.Abs(v) <= 1<<53
	}
	return false
}

func (p Parameters) names() string {
	if len(p) == 0 {
		return "none"
	}
	names := make([]string, len(p))
	for i, one := range p {
		names[i] = one.Name
	}
	return strings.Join(names, ", ")
}

// ParameterTypes are the words for the type of a parameter; a ? behind one makes it optional.
func ParameterTypes() []string { return []string{"string", "number", "integer", "boolean"} }
