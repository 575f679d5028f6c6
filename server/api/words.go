package api

import "moonwire/server/openapi"

// The words of the table, which read better without the name of their package.
type (
	shape = openapi.Shape
	prop  = openapi.Prop
)

var (
	text, whole, yesNo, anything = openapi.Text, openapi.Whole, openapi.YesNo, openapi.Anything
	list, table, object          = openapi.List, openapi.Table, openapi.Object
	need, may                    = openapi.Need, openapi.May
)
