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
	"strings"
)

//go:embed migrations/*.sql
var migrationFiles embed.FS

// migrations returns the steps of the schema in order; step n brings it to version n.
func migrations() ([]string, error) {
	names, err := fs.Glob(migrationFiles, "migrations/*.sql")
	if err != nil {
		return nil, err
	}
	slices.Sort(names)
	var steps []string
	for i, name := range names {
		if !strings.HasPrefix(path.Base(name), fmt.Sprintf("%04d_", i+1)) {
			return nil, fmt.Errorf("%s is out of order", name)
		}
		body, err := fs.ReadFile(migrationFiles, name)
		if err != nil {
			return nil, err
		}
		steps = append(steps, schemaWords().Replace(string(body)))
	}
	return steps, nil
}

// migrate brings the schema to the newest version. Of several processes one does it, the others wait.
func (s *Store) migrate(ctx context.Context, steps []string) error {
	version, err := schemaVersion(ctx, s.write)
	if err != nil {
		return err
	}
	if version == len(steps) {
		return nil
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

// schemaVersion is 0 for an empty database.
func schemaVersion(ctx context.Context, db querier) (int, error) {
	var tables, version int
	err := db.QueryRowContext(ctx, countTables, "schema_steps").Scan(&tables)
	if err != nil || tables == 0 {
		return 0, err
	}
	err = db.QueryRowContext(ctx, newestStep).Scan(&version)
	return version, err
}

func (s *Store) migrateLocked(ctx context.Context, conn *sql.Conn, steps []string) error {
	version, err := schemaVersion(ctx, conn)
	if err != nil {
		return err
	}
	if version > len(steps) {
		return fmt.Errorf("%w (its schema is %d, this program knows %d)", ErrNewerSchema, version, len(steps))
	}
	if version > 0 && version < len(steps) {
		if err := s.copyBeforeMigration(ctx, version); err != nil {
			return fmt.Errorf("copy the database before its migration: %w", err)
		}
	}
	if version == 0 {
		if _, err := conn.ExecContext(ctx, "CREATE TABLE schema_steps (version INTEGER NOT NULL PRIMARY KEY, applied INTEGER NOT NULL)"); err != nil {
			return err
		}
	}
	for n := version + 1; n <= len(steps); n++ {
		if _, err := conn.ExecContext(ctx, steps[n-1]); err != nil {
			return fmt.Errorf("schema step %d: %w", n, err)
		}
		if _, err := conn.ExecContext(ctx, "INSERT INTO schema_steps (version, applied) VALUES (?, ?)", n, s.now().UnixMilli()); err != nil {
			return err
		}
	}
	return nil
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
