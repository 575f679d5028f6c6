package admin

import "moonwire/server/openapi"

// The words of the table, which read better without the name of their package.
type shape = openapi.Shape

var (
	text, whole, yesNo  = openapi.Text, openapi.Whole, openapi.YesNo
	list, object, table = openapi.List, openapi.Object, openapi.Table
	need, may           = openapi.Need, openapi.May
)
