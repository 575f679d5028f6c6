package api

import "slices"

// explain finds the row of an errcode; op matters because 40001 from a token API is no bad token but
// a wrong secret.
func explain(op string, code int) errcodeRow {
	if code == 40001 && (op == "token" || op == "stable_token") {
		return wrongSecret
	}
	i, found := slices.BinarySearchFunc(errcodeTable[:], code, func(row errcodeRow, code int) int {
		switch {
		case row.To < code:
			return -1
		case row.From > code:
			return 1
		}
		return 0
	})
	if !found {
		return unknownErrcode
	}
	return errcodeTable[i]
}

// Explain returns the plain cause and cure of an errcode in English and Chinese, and what class of
// trouble it is; known is false for a code that no list has.
func Explain(code int) (hint, hintZH string, class Class, known bool) {
	e := newAPIError("", code, "", "")
	return e.Hint, e.HintZH, e.Class, explain("", code) != unknownErrcode
}
