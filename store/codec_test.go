package store_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"moonwire/store"
)

// A body read from the database, whatever it is, must neither crash nor change when it is written again.
func FuzzRecordBody(f *testing.F) {
	c := newClock()
	s, err := store.Open(f.Context(), store.Options{Now: c.Now, ReadWait: patient})
	require.NoError(f, err)
	whole := wholeRecord(s, c)
	require.NoError(f, s.Close())
	f.Add(store.RecordBody(&whole))
	f.Add([]byte{})
	f.Add([]byte{0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01})
	f.Add([]byte{1<<1 | 1, 200, 'x'})
	f.Fuzz(func(t *testing.T, body []byte) {
		r := store.ReadRecordBody(body)
		again := store.ReadRecordBody(store.RecordBody(&r))
		require.Equal(t, store.RecordBody(&r), store.RecordBody(&again))
	})
}

func TestUnknownFieldsAreSkipped(t *testing.T) {
	body := store.RecordBody(&store.Record{OpenID: "amy"})
	body = append(body, 0xfe, 0x07, 5)           // number 511
	body = append(body, 0xff, 0x07, 2, 'h', 'i') // bytes 511
	body = append(body, store.RecordBody(&store.Record{Build: "3f9c"})...)
	require.Equal(t, store.Record{OpenID: "amy", Build: "3f9c"}, store.ReadRecordBody(body))
}
