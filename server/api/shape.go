package api

// shape says what a JSON value of the general interface must be. One shape checks the requests and writes
// the schema of the document, so that the two cannot differ.
type shape struct {
	json   string // object, array, string, integer, boolean or any
	doc    string
	props  []prop   // of an object; no others are allowed unless open
	either []string // exactly one of these props must be there
	values *shape   // of an object whose keys are free
	items  *shape   // of an array
	enum   []string
	// min and max count characters of a string, entries of an array or an object with free keys, or are
	// the bounds of an integer; 0 = no bound.
	min, max int64
	null     bool // may be null as well
	open     bool // further props may come: in answers that are WeChat's
	reply    bool // what is wrong in here is an invalid_reply
}

// prop is one named part of an object.
type prop struct {
	name     string
	required bool
	shape
}

func text(doc string) shape     { return shape{json: "string", doc: doc} }
func whole(doc string) shape    { return shape{json: "integer", doc: doc} }
func yesNo(doc string) shape    { return shape{json: "boolean", doc: doc} }
func anything(doc string) shape { return shape{json: "any", doc: doc} }

func list(doc string, items shape) shape   { return shape{json: "array", doc: doc, items: &items} }
func table(doc string, values shape) shape { return shape{json: "object", doc: doc, values: &values} }

func object(doc string, props ...prop) shape {
	return shape{json: "object", doc: doc, props: props}
}

func need(name string, s shape) prop { return prop{name: name, required: true, shape: s} }
func may(name string, s shape) prop  { return prop{name: name, shape: s} }

// within sets the bounds of a length, a count or a number.
func (s shape) within(least, most int64) shape {
	s.min, s.max = least, most
	return s
}

func (s shape) oneOf(words ...string) shape {
	s.enum = words
	return s
}

func (s shape) orNull() shape {
	s.null = true
	return s
}

// andMore leaves an object of WeChat's open for what WeChat adds.
func (s shape) andMore() shape {
	s.open = true
	return s
}

// needsOne wants exactly one of these props.
func (s shape) needsOne(names ...string) shape {
	s.either = names
	return s
}

// asReply makes what is wrong inside an invalid_reply.
func (s shape) asReply() shape {
	s.reply = true
	return s
}

// names lists the props in order.
func (s shape) names() []string {
	names := make([]string, len(s.props))
	for i, p := range s.props {
		names[i] = p.name
	}
	return names
}

func (s shape) prop(name string) (prop, bool) {
	for _, p := range s.props {
		if p.name == name {
			return p, true
		}
	}
	return prop{}, false
}

// schema is the shape as JSON Schema, in the form that OpenAPI 3.1 takes (draft 2020-12).
func (s shape) schema() map[string]any {
	out := map[string]any{}
	if s.doc != "" {
		out["description"] = s.doc
	}
	if s.json == "any" {
		return out
	}
	out["type"] = s.json
	if s.null {
		out["type"] = []string{s.json, "null"}
	}
	if s.enum != nil {
		out["enum"] = s.enum
	}
	s.schemaBounds(out)
	switch {
	case s.items != nil:
		out["items"] = s.items.schema()
	case s.values != nil:
		out["additionalProperties"] = s.values.schema()
	case s.json == "object":
		s.schemaProps(out)
	}
	return out
}

func (s shape) schemaBounds(out map[string]any) {
	names := [2]string{"minimum", "maximum"}
	switch {
	case s.json == "string":
		names = [2]string{"minLength", "maxLength"}
	case s.json == "array":
		names = [2]string{"minItems", "maxItems"}
	case s.values != nil:
		names = [2]string{"minProperties", "maxProperties"}
	}
	for i, bound := range [2]int64{s.min, s.max} {
		if bound != 0 {
			out[names[i]] = bound
		}
	}
}

func (s shape) schemaProps(out map[string]any) {
	props := map[string]any{}
	var required []string
	for _, p := range s.props {
		props[p.name] = p.schema()
		if p.required {
			required = append(required, p.name)
		}
	}
	out["properties"] = props
	out["additionalProperties"] = s.open
	if required != nil {
		out["required"] = required
	}
	if s.either != nil {
		var one []map[string]any
		for _, name := range s.either {
			one = append(one, map[string]any{"required": []string{name}})
		}
		out["oneOf"] = one
	}
}
