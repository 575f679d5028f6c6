package store

import (
	"errors"
	"fmt"
)

// What callers branch on.
var (
	// ErrNewerSchema says that a newer program has changed the database so that this one must not touch it. It comes as
	// a *NewerSchemaError.
	ErrNewerSchema = errors.New("store: the database was written by a newer version of moonwire")
	// ErrClaimed says that another run holds or has finished the message; nothing was written.
	ErrClaimed = errors.New("store: another run holds this message")
	// ErrFetched says that an answer which a turn was to take is kept no longer; nothing was written.
	ErrFetched = errors.New("store: the kept answer is gone")
	// ErrLost says that writes of this turn that had been carried out did not reach the disk, because
	// the commit they rode on failed. It wraps the cause.
	ErrLost = errors.New("store: writes were lost")
	// ErrNotNumber is what Incr says of a value that is not a decimal number, or would become none.
	ErrNotNumber = errors.New("store: the value is not a number")
	// ErrTooLarge is said of a key, a value or an answer over its limit.
	ErrTooLarge = errors.New("store: too large")
	// ErrAmbiguous says that several messages have traces with that ending.
	ErrAmbiguous = errors.New("store: several messages end so")
	// ErrClosed is what a closed store says.
	ErrClosed = errors.New("store: closed")
)

// NewerSchemaError says that a program must know more of the schema to work on a database. It is an ErrNewerSchema.
type NewerSchemaError struct {
	Path       string
	Schema     int // the newest step that the database has taken
	MinProgram int // the steps that a program must know at least
	Program    int // the steps that this one knows
}

func (e *NewerSchemaError) Error() string {
	return fmt.Sprintf("%s: its schema is %d and wants a program that knows %d, this one knows %d; start the newer moonwire again, or put back the copy that it made",
		ErrNewerSchema, e.Schema, e.MinProgram, e.Program)
}

func (e *NewerSchemaError) Unwrap() error { return ErrNewerSchema }
