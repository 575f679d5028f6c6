// Package openapi is what the JSON interfaces of the program share: the shapes of bodies, from which both their checks
// and an OpenAPI document are made, and the one shape of failures.
//
//	m := openapi.Method{Name: "menus/delete", Body: openapi.Object("", openapi.May("menuid", openapi.Text("").Within(1, 64)))}
//	body, tree, failure := m.Read(w, r)
//
// Where to change what: what a shape is in shape.go, and what it refuses in shapecheck.go; how a body is read and bounded in
// jsonbody.go; kinds and the form of failures in failure.go; the document in document.go. The methods themselves stand in the
// tables of server/api and server/admin.
//
// A body is bounded in size, depth and number before it is parsed. No failure repeats more of a body than the name of a
// field. Shapes and methods are immutable and safe for concurrent use.
package openapi
