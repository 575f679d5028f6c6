package store

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"slices"
	"strconv"
	"strings"
)

//go:embed migrations/*.sql
var migrationFiles embed.FS

// step is one step of the schema.
type step struct {
	sql string
	// minProgram is how many steps a program must know to work on a database that has taken this one. A step that only
	// adds leaves it where it was; one that removes what an older program uses raises it.
	minProgram int
}

// minProgramLine begins the first line of a step that says its minProgram. A step that does not can be used only by
// programs that know it.
const minProgramLine = "-- min_program: "

func newStep(number int, sql string) (step, error) {
	st := step{sql: schemaWords().Replace(sql), minProgram: number}
	line, _, _ := strings.Cut(sql, "\n")
	if n, ok := strings.CutPrefix(line, minProgramLine); ok {
		var err error
		if st.minProgram, err = strconv.Atoi(strings.TrimSpace(n)); err != nil || st.minProgram < 1 || st.minProgram > number {
			return step{}, fmt.Errorf("schema step %d: min_program is a step up to its own", number)
		}
	}
	return st, nil
}

// migrations returns the steps of the schema in order; step n brings it to version n.
func migrations() ([]step, error) {
	names, err := fs.Glob(migrationFiles, "migrations/*.sql")
	if err != nil {
		return nil, err
	}
	slices.Sort(names)
	var steps []step
	for i, name := range names {
		if !strings.HasPrefix(path.Base(name), fmt.Sprintf("%04d_", i+1)) {
			return nil, fmt.Errorf("%s is out of order", name)
		}
		body, err := fs.ReadFile(migrationFiles, name)
		if err != nil {
			return nil, err
		}
		st, err := newStep(i+1, string(body))
		if err != nil {
			return nil, err
		}
		steps = append(steps, st)
	}
	return steps, nil
}

// migrate brings the schema to the newest version that this program knows; a newer one is left as it is. Of several
// processes one does it, the others wait.
func (s *Store) migrate(ctx context.Context, steps []step) error {
	has, err := s.usable(ctx, s.write, len(steps))
	if err != nil || has.version >= len(steps) {
		return err
	}
	conn, err := s.write.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	if _, err := conn.ExecContext(ctx, beginWrite); err != nil {
		return err
	}
	if err := s.migrateLocked(ctx, conn, steps); err != nil {
		_, undo := conn.ExecContext(context.WithoutCancel(ctx), rollbackWrite)
		return errors.Join(err, undo)
	}
	_, err = conn.ExecContext(ctx, commitWrite)
	return err
}

// querier is what reads: a database, a connection, a transaction.
type querier interface {
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// schemaState is what a database has: the newest step it has taken, and how many a program must know. Both are 0 for an
// empty one.
type schemaState struct{ version, minProgram int }

// Two tables say what the schema is. Programs of schema 5 and older look at schema_steps, and refuse a file that has any
// step beyond their own there; so it gets only the steps that such a program must know. All others look at schema.
const (
	createSteps  = `CREATE TABLE IF NOT EXISTS schema_steps (version INTEGER NOT NULL PRIMARY KEY, applied INTEGER NOT NULL)`
	createSchema = `CREATE TABLE IF NOT EXISTS schema (version INTEGER NOT NULL PRIMARY KEY, min_program INTEGER NOT NULL, applied INTEGER NOT NULL)`
	takeOldSteps = `INSERT INTO schema (version, min_program, applied) SELECT version, version, applied FROM schema_steps WHERE NOT EXISTS (SELECT 1 FROM schema)`
	addStep      = `INSERT INTO schema (version, min_program, applied) VALUES (?, ?, ?)`
	addOldStep   = `INSERT INTO schema_steps (version, applied) VALUES (?, ?)`
	newestOld    = `SELECT coalesce(max(version), 0), coalesce(max(version), 0) FROM schema_steps`
	newestSchema = `SELECT coalesce(max(version), 0), coalesce(max(min_program), 0) FROM schema`
)

func readSchema(ctx context.Context, db querier) (has schemaState, err error) {
	for _, table := range []struct{ name, newest string }{{"schema", newestSchema}, {"schema_steps", newestOld}} {
		var tables int
		if err := db.QueryRowContext(ctx, countTables, table.name).Scan(&tables); err != nil {
			return schemaState{}, err
		}
		if tables > 0 {
			err := db.QueryRowContext(ctx, table.newest).Scan(&has.version, &has.minProgram)
			return has, err
		}
	}
	return schemaState{}, nil
}

// usable reads the schema, and refuses one that a program of so many steps must not touch.
func (s *Store) usable(ctx context.Context, db querier, program int) (schemaState, error) {
	has, err := readSchema(ctx, db)
	if err == nil && has.minProgram > program {
		err = &NewerSchemaError{Path: s.path, Schema: has.version, MinProgram: has.minProgram, Program: program}
	}
	return has, err
}

func (s *Store) migrateLocked(ctx context.Context, conn *sql.Conn, steps []step) error {
	has, err := s.usable(ctx, conn, len(steps))
	if err != nil || has.version >= len(steps) {
		return err
	}
	if has.version > 0 {
		if err := s.copyBeforeMigration(ctx, has.version); err != nil {
			return fmt.Errorf("copy the database before its migration: %w", err)
		}
	}
	for _, query := range []string{createSteps, createSchema, takeOldSteps} {
		if _, err := conn.ExecContext(ctx, query); err != nil {
			return err
		}
	}
	for n := has.version + 1; n <= len(steps); n++ {
		if err := s.takeStep(ctx, conn, n, steps[n-1]); err != nil {
			return fmt.Errorf("schema step %d: %w", n, err)
		}
	}
	return nil
}

func (s *Store) takeStep(ctx context.Context, conn *sql.Conn, n int, st step) error {
	if _, err := conn.ExecContext(ctx, st.sql); err != nil {
		return err
	}
	now := s.now().UnixMilli()
	if _, err := conn.ExecContext(ctx, addStep, n, st.minProgram, now); err != nil {
		return err
	}
	var old schemaState
	if err := conn.QueryRowContext(ctx, newestOld).Scan(&old.version, &old.minProgram); err != nil || st.minProgram <= old.version {
		return err
	}
	_, err := conn.ExecContext(ctx, addOldStep, st.minProgram, now)
	return err
}

// copyBeforeMigration keeps the database as it was before a migration, beside it, under a name not yet taken.
func (s *Store) copyBeforeMigration(ctx context.Context, version int) error {
	base := fmt.Sprintf("%s.schema-%d", s.path, version)
	to := base + ".bak"
	for n := 2; ; n++ {
		if _, err := os.Lstat(to); errors.Is(err, fs.ErrNotExist) {
			break
		}
		to = fmt.Sprintf("%s-%d.bak", base, n)
	}
	s.log.Info("copying the database before its schema changes", "copy", to)
	if err := makePrivate(to); err != nil {
		return err
	}
	return copyDatabase(ctx, s.path, to)
}
