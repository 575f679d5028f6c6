package api

// Explain is the plain cause and cure of an errcode in English and Chinese, and what class of trouble it is; known is
// false for a code that no list has.
func Explain(code int) (hint, hintZH string, class Class, known bool) {
	e := newAPIError("", code, "", "")
	return e.Hint, e.HintZH, e.Class, explain("", code) != unknownErrcode
}
