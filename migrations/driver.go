package migrations

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/golang-migrate/migrate/v4/database"
	pgxmigrate "github.com/golang-migrate/migrate/v4/database/pgx/v5"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
)

// atomically applies a migration and its version number as one. The library
// writes the number before and after, as dirty and clean: a server killed in
// between would leave a database that only a person can judge.
type atomically struct {
	database.Driver
	version int
	applied bool // by Run, with its number
}

// SetVersion keeps the number for Run. The library calls it with dirty before
// each file and without after it.
func (d *atomically) SetVersion(version int, dirty bool) error {
	if !dirty && !d.applied {
		return d.Driver.SetVersion(version, dirty)
	}
	d.version, d.applied = version, false
	return nil
}

// Run executes the file and the change of version in one query, which Postgres
// takes as one transaction.
func (d *atomically) Run(file io.Reader) error {
	record := fmt.Sprintf("\n;DELETE FROM %[1]s; INSERT INTO %[1]s (version, dirty) VALUES (%[2]d, false);",
		pgxmigrate.DefaultMigrationsTable, d.version)
	err := d.Driver.Run(io.MultiReader(file, strings.NewReader(record)))
	d.applied = err == nil
	return err
}

// openOwner is a connection pool for migrating, and what closes it. Waiting for
// locks is bounded. The library knows no context, so when ctx ends the pool's
// queries are cancelled from here.
func openOwner(ctx context.Context, url string) (*sql.DB, func(), error) {
	config, err := pgx.ParseConfig(url)
	if err != nil {
		return nil, nil, fmt.Errorf("read the database's address: %w", err)
	}
	config.RuntimeParams["lock_timeout"] = strconv.FormatInt(lockTime.Milliseconds(), 10)
	bound, release := context.WithCancelCause(ctx)
	db := stdlib.OpenDB(*config, stdlib.OptionAfterConnect(func(_ context.Context, conn *pgx.Conn) error {
		context.AfterFunc(bound, func() { cut(conn, context.Cause(bound)) })
		return nil
	}))
	closeAll := func() {
		db.Close()
		release(errDone)
	}
	connecting, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	if err := db.PingContext(connecting); err != nil {
		closeAll()
		return nil, nil, fmt.Errorf("connect to the database: %w", err)
	}
	return db, closeAll, nil
}

var errDone = errors.New("migrated")

// cut ends what runs on the connection, unless all is done anyway.
func cut(conn *pgx.Conn, cause error) {
	if errors.Is(cause, errDone) {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	_ = conn.PgConn().CancelRequest(ctx)
}
