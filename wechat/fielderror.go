package wechat

// FieldError says which field of a reply or an outgoing message does not fit WeChat's structure.
type FieldError struct {
	// Field is the name an author of a script knows: "media_id", "articles[2].title".
	Field string
	// Reason says what is wrong and what is allowed.
	Reason string
}

func (e *FieldError) Error() string { return e.Field + ": " + e.Reason }

// BadField is the error of a field.
func BadField(field, reason string) *FieldError { return &FieldError{Field: field, Reason: reason} }
