package openapi

// Shape says what a JSON value of the general interface must be. One shape checks the requests and writes
// the schema of the document, so that the two cannot differ.
type Shape struct {
	json   string // object, array, string, integer, boolean or any
	doc    string
	props  []Prop   // of an object; no others are allowed unless open
	either []string // exactly one of these props must be there
	values *Shape   // of an object whose keys are free
	items  *Shape   // of an array
	enum   []string
	// min and max count characters of a string, entries of an array or an object with free keys, or are
	// the bounds of an integer; 0 = no bound.
	min, max int64
	null     bool // may be null as well
	open     bool // further props may come: in answers that are WeChat's
	reply    bool // what is wrong in here is an invalid_reply
}

// Prop is one named part of an object.
type Prop struct {
	name     string
	required bool
	Shape
}

func Text(doc string) Shape     { return Shape{json: "string", doc: doc} }
func Whole(doc string) Shape    { return Shape{json: "integer", doc: doc} }
func YesNo(doc string) Shape    { return Shape{json: "boolean", doc: doc} }
func Anything(doc string) Shape { return Shape{json: "any", doc: doc} }

func List(doc string, items Shape) Shape   { return Shape{json: "array", doc: doc, items: &items} }
func Table(doc string, values Shape) Shape { return Shape{json: "object", doc: doc, values: &values} }

func Object(doc string, props ...Prop) Shape {
	return Shape{json: "object", doc: doc, props: props}
}

func Need(name string, s Shape) Prop { return Prop{name: name, required: true, Shape: s} }
func May(name string, s Shape) Prop  { return Prop{name: name, Shape: s} }

// Within sets the bounds of a length, a count or a number.
func (s Shape) Within(least, most int64) Shape {
	s.min, s.max = least, most
	return s
}

func (s Shape) OneOf(words ...string) Shape {
	s.enum = words
	return s
}

func (s Shape) OrNull() Shape {
	s.null = true
	return s
}

// AndMore leaves an object of WeChat's open for what WeChat adds.
func (s Shape) AndMore() Shape {
	s.open = true
	return s
}

// NeedsOne wants exactly one of these props.
func (s Shape) NeedsOne(names ...string) Shape {
	s.either = names
	return s
}

// AsReply makes what is wrong inside an invalid_reply.
func (s Shape) AsReply() Shape {
	s.reply = true
	return s
}

// Names lists the props in order.
func (s Shape) Names() []string {
	names := make([]string, len(s.props))
	for i, p := range s.props {
		names[i] = p.name
	}
	return names
}

func (s Shape) prop(name string) (Prop, bool) {
	for _, p := range s.props {
		if p.name == name {
			return p, true
		}
	}
	return Prop{}, false
}

// schema is the shape as JSON Schema, in the form that OpenAPI 3.1 takes (draft 2020-12).
func (s Shape) schema() map[string]any {
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

func (s Shape) schemaBounds(out map[string]any) {
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

func (s Shape) schemaProps(out map[string]any) {
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
