package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"sync/atomic"
)

// databaseError is a statement or a commit that failed, as opposed to what a caller did wrong. The
// transaction cannot be trusted after it.
type databaseError struct{ err error }

func (e *databaseError) Error() string { return e.err.Error() }
func (e *databaseError) Unwrap() error { return e.err }

// connection is the one connection that writes, and its open transaction. It belongs to the writer's
// goroutine. After a failure it is thrown away and opened anew, which is the surest rollback.
type connection struct {
	db      *sql.DB
	conn    *sql.Conn
	made    statements
	durable bool // whether the connection's next commit waits for the disk
	commits *atomic.Int64
	note    func(error) // is told of every error of a statement
	tail    tail
}

// begin opens a transaction; durable says whether its commit waits for the disk.
func (c *connection) begin(durable bool) error {
	ctx := context.Background()
	if c.conn == nil {
		conn, err := c.db.Conn(ctx)
		if err != nil {
			c.note(err)
			return &databaseError{fmt.Errorf("store: connect: %w", err)}
		}
		c.conn, c.durable = conn, true
		c.made = statements{prepare: conn.PrepareContext, note: c.note}
	}
	if durable != c.durable {
		mode := syncNormal
		if durable {
			mode = syncFull
		}
		if err := c.exec(mode); err != nil {
			return err
		}
		c.durable = durable
	}
	return c.exec(beginWrite)
}

func (c *connection) commit() error {
	c.commits.Add(1)
	return c.exec(commitWrite)
}

// abandon rolls back by closing the connection.
func (c *connection) abandon() {
	if c.conn == nil {
		return
	}
	c.made.close()
	// The error tells database/sql to close the connection instead of keeping it.
	_ = c.conn.Raw(func(any) error { return driver.ErrBadConn })
	c.conn.Close()
	c.conn = nil
	c.tail.forget() // another connection counts the changes of others anew
}

// exec runs a statement without an interest in how many rows it changed.
func (c *connection) exec(query string, args ...any) error {
	_, err := c.change(query, args...)
	return err
}

// change runs a statement and returns how many rows it changed.
func (c *connection) change(query string, args ...any) (int64, error) {
	st, err := c.made.get(context.Background(), query)
	if err != nil {
		return 0, &databaseError{c.made.failed(err)}
	}
	res, err := st.ExecContext(context.Background(), args...)
	if err != nil {
		return 0, &databaseError{c.made.failed(err)}
	}
	n, err := res.RowsAffected()
	if err != nil {
		return 0, &databaseError{c.made.failed(err)}
	}
	return n, nil
}

// row reads one row into dest; false when there is none.
func (c *connection) row(query string, args []any, dest ...any) (bool, error) {
	ok, err := scanRow(context.Background(), &c.made, query, args, dest...)
	if err != nil {
		return false, &databaseError{err}
	}
	return ok, nil
}

func (c *connection) rows(query string, args []any, each func(scan func(...any) error) error) error {
	if err := scanRows(context.Background(), &c.made, query, args, each); err != nil {
		return &databaseError{err}
	}
	return nil
}

// scanRow reads one row into dest; false when there is none.
func scanRow(ctx context.Context, made *statements, query string, args []any, dest ...any) (bool, error) {
	st, err := made.get(ctx, query)
	if err != nil {
		return false, made.failed(err)
	}
	return prepared{ctx, made, st}.row(args, dest...)
}

// scanRows calls each for every row. What each returns ends the reading.
func scanRows(ctx context.Context, made *statements, query string, args []any, each func(scan func(...any) error) error) error {
	st, err := made.get(ctx, query)
	if err != nil {
		return made.failed(err)
	}
	return prepared{ctx, made, st}.rows(args, each)
}

// prepared is a statement that is made.
type prepared struct {
	ctx  context.Context
	made *statements
	st   *sql.Stmt
}

func (p prepared) row(args []any, dest ...any) (bool, error) {
	err := p.st.QueryRowContext(p.ctx, args...).Scan(dest...)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	if err != nil {
		return false, p.made.failed(err)
	}
	return true, nil
}

func (p prepared) rows(args []any, each func(scan func(...any) error) error) error {
	rows, err := p.st.QueryContext(p.ctx, args...)
	if err != nil {
		return p.made.failed(err)
	}
	defer rows.Close()
	for rows.Next() {
		if err := each(rows.Scan); err != nil {
			return err
		}
	}
	if err := rows.Err(); err != nil {
		return p.made.failed(err)
	}
	return nil
}

func isDatabaseError(err error) bool {
	var e *databaseError
	return errors.As(err, &e)
}
