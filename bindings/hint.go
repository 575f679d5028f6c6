package bindings

import "moonwire/engine"

// didYouMean is `; did you mean X?`, or nothing.
func didYouMean(word string, names []string) string {
	if name := engine.Nearest(word, names); name != "" {
		return "; did you mean " + name + "?"
	}
	return ""
}
