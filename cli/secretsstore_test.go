package cli_test

import (
	"bytes"
	"database/sql"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
	_ "modernc.org/sqlite" // the store's file is read from outside
)

// storeFile reads the database from outside. The tokens' own table shares tokens between processes; nothing else
// holds one.
func (w *witness) storeFile(path string) {
	w.t.Helper()
	files, err := filepath.Glob(path + "*")
	require.NoError(w.t, err)
	for _, file := range files {
		body, err := os.ReadFile(file)
		require.NoError(w.t, err)
		require.Empty(w.t, w.y.find(string(body), false), file)
	}
	db, err := sql.Open("sqlite", path)
	require.NoError(w.t, err)
	defer db.Close()
	for _, table := range names(w.t, db) {
		dump := dumpTable(w.t, db, table)
		if table == "tokens" {
			require.NotEmpty(w.t, dump)
			continue
		}
		w.y.spare(w.t, "table "+table, dump)
	}
}

func names(t *testing.T, db *sql.DB) (all []string) {
	t.Helper()
	rows, err := db.Query("SELECT name FROM sqlite_master WHERE type = 'table'")
	require.NoError(t, err)
	defer rows.Close()
	for rows.Next() {
		var name string
		require.NoError(t, rows.Scan(&name))
		all = append(all, name)
	}
	require.NoError(t, rows.Err())
	require.Contains(t, all, "record_blocks")
	return all
}

func dumpTable(t *testing.T, db *sql.DB, table string) string {
	t.Helper()
	rows, err := db.Query("SELECT * FROM " + table)
	require.NoError(t, err)
	defer rows.Close()
	columns, err := rows.Columns()
	require.NoError(t, err)
	var out bytes.Buffer
	for rows.Next() {
		values := make([]sql.RawBytes, len(columns))
		into := make([]any, len(columns))
		for i := range values {
			into[i] = &values[i]
		}
		require.NoError(t, rows.Scan(into...))
		for _, v := range values {
			out.Write(v)
			out.WriteByte('\n')
		}
	}
	require.NoError(t, rows.Err())
	return out.String()
}
