package store

import "context"

// OpenWithSteps opens a store that knows only the first n steps of the schema, as an older program
// would, or steps more besides.
func OpenWithSteps(ctx context.Context, o Options, n int, more ...string) (*Store, error) {
	steps, err := migrations()
	if err != nil {
		return nil, err
	}
	return openAt(ctx, o, append(steps[:n:n], more...))
}

// AllSteps is how many steps the schema has.
func AllSteps() int {
	steps, err := migrations()
	if err != nil {
		panic(err)
	}
	return len(steps)
}

// RecordBody is what the database keeps of a record.
func RecordBody(r *Record) []byte { return appendRecord(nil, r) }

// ReadRecordBody is its inverse.
func ReadRecordBody(body []byte) (r Record) {
	readRecord(body, &r)
	return r
}
