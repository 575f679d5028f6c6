package bindings

import "strings"

// pathError says what of a value cannot be written as JSON, and where in it.
type pathError struct {
	path   []string // keys from the inside out
	reason string
}

func misplaced(reason string) *pathError { return &pathError{reason: reason} }

func (e *pathError) Error() string {
	if len(e.path) == 0 {
		return e.reason
	}
	return keyPath(e, "") + ": " + e.reason
}

// within notes that the value lies under a key.
func (e *pathError) within(key string) *pathError {
	e.path = append(e.path, key)
	return e
}

// keyPath writes where the fault is as a script would: order.items[3].fn, behind the given beginning.
func keyPath(e *pathError, begin string) string {
	var b strings.Builder
	b.WriteString(begin)
	for i := len(e.path) - 1; i >= 0; i-- {
		if k := e.path[i]; b.Len() > 0 && !strings.HasPrefix(k, "[") {
			b.WriteString("." + k)
		} else {
			b.WriteString(k)
		}
	}
	return b.String()
}
