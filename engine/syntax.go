package engine

import (
	"errors"

	"github.com/yuin/gopher-lua/parse"
)

// syntaxError words what the parser could not read.
func syntaxError(file string, source []byte, err error) *ScriptError {
	var e *parse.Error
	if !errors.As(err, &e) {
		return &ScriptError{Kind: ErrorSyntax, File: file, Msg: err.Error(), source: source}
	}
	return &ScriptError{Kind: ErrorSyntax, File: file, Line: e.Pos.Line, Msg: e.Message + " near '" + e.Token + "'", source: source}
}
