package wechat

import "fmt"

// JSONBounds are what a JSON text from outside may hold. They are counted on its bytes, before a parser makes
// something of it: two bytes of JSON can make a map of hundreds.
type JSONBounds struct {
	Depth  int // objects and lists inside each other
	Values int // items of lists and fields of objects, all together; 0 = any number
}

// Check says what a text has too much of, and from which byte on; why is "" when nothing.
func (b JSONBounds) Check(text []byte) (at int, why string) {
	depth, values, inside := 0, 0, false
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case inside && c == '\\':
			i++
		case c == '"':
			inside = !inside
		case inside:
		case c == '{' || c == '[':
			depth++
			values++
		case c == '}' || c == ']':
			depth--
		case c == ',':
			values++
		}
		switch {
		case depth > b.Depth:
			return i, fmt.Sprintf("is nested deeper than %d levels", b.Depth)
		case b.Values > 0 && values > b.Values:
			return i, fmt.Sprintf("has more than %d values", b.Values)
		}
	}
	return 0, ""
}
