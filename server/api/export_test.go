package api

// CheckBody reads and checks a body as the general interface does: the field and what is wrong with it.
func CheckBody(name string, body []byte) (read any, field, wrong string) {
	for _, m := range methods() {
		if m.Name != name {
			continue
		}
		tree, f := m.Check(body)
		if f != nil {
			return tree, f.Field, f.Message
		}
		return tree, "", ""
	}
	return nil, "method", "unknown"
}

// Document is the OpenAPI document.
func Document() []byte { return document(methods()) }
