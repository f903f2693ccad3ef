// Package migrations brings a database to the shape this server works on, and
// gives the server a role that cannot rewrite the past.
//
// The numbered SQL files run as the database's owner. Each is applied together
// with its version number in one transaction, so a file is either applied or
// not, whatever dies meanwhile. A file must therefore hold no BEGIN, COMMIT or
// CONCURRENTLY.
package migrations

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"strings"
	"time"

	"github.com/golang-migrate/migrate/v4"
	pgxmigrate "github.com/golang-migrate/migrate/v4/database/pgx/v5"
	"github.com/golang-migrate/migrate/v4/source/iofs"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// Files are the migrations of this build.
//
//go:embed *.sql
var Files embed.FS

// lockTime is how long a migration waits for others' locks: another server that
// migrates, or one that still works on the tables.
var lockTime = 30 * time.Second

// Up applies what is missing to the database that url names; it must be its
// owner's. Several servers may call it at once: one applies, the others wait
// for it and find nothing to do.
//
// It fails, and changes nothing, when the database was made by a newer version,
// when an earlier migration by another tool was left half done, and when a lock
// it needs stays taken for 30 s.
func Up(ctx context.Context, url string, log *slog.Logger) error {
	return up(ctx, url, Files, log)
}

func up(ctx context.Context, url string, files fs.FS, log *slog.Logger) error {
	db, closeAll, err := openOwner(ctx, url)
	if err != nil {
		return err
	}
	defer closeAll()
	m, err := prepare(db, files)
	if err != nil {
		return explain(err)
	}
	defer m.Close()
	before, _, _ := m.Version()
	err = m.Up()
	after, _, _ := m.Version()
	switch {
	case err == nil:
		log.Info("the database has been migrated", "from", before, "to", after)
		return nil
	case errors.Is(err, migrate.ErrNoChange):
		return nil
	case ctx.Err() != nil:
		return fmt.Errorf("migrate the database: %w", ctx.Err())
	case errors.Is(err, fs.ErrNotExist):
		return newerError(after, files)
	default:
		return explain(err)
	}
}

func prepare(db *sql.DB, files fs.FS) (*migrate.Migrate, error) {
	source, err := iofs.New(files, ".")
	if err != nil {
		return nil, fmt.Errorf("read the files: %w", err)
	}
	driver, err := pgxmigrate.WithInstance(db, &pgxmigrate.Config{})
	if err != nil {
		return nil, err
	}
	m, err := migrate.NewWithInstance("embedded", source, "postgres", &atomically{Driver: driver})
	if err != nil {
		return nil, err
	}
	m.LockTimeout = 2 * lockTime // the database's own limit comes first
	return m, nil
}

// Version is the number of the last migration applied to the database; 0 for
// none.
func Version(ctx context.Context, url string) (int, error) {
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return 0, fmt.Errorf("connect to the database: %w", err)
	}
	defer conn.Close(ctx)
	var version int
	err = conn.QueryRow(ctx, `SELECT version FROM `+pgxmigrate.DefaultMigrationsTable).Scan(&version)
	var pg *pgconn.PgError
	if errors.Is(err, pgx.ErrNoRows) || errors.As(err, &pg) && pg.Code == "42P01" { // undefined_table
		return 0, nil
	}
	return version, err
}

// Latest is the number of this build's last migration.
func Latest() int { return latest(Files) }

func latest(files fs.FS) int {
	names, _ := fs.Glob(files, "*.up.sql")
	last := 0
	for _, name := range names {
		var number int
		if _, err := fmt.Sscanf(name, "%d_", &number); err == nil {
			last = max(last, number)
		}
	}
	return last
}

func newerError(version uint, files fs.FS) error {
	return fmt.Errorf("the database is at version %d and this Quire knows versions up to %d: "+
		"it has been used by a newer Quire. Start that one; nothing has been changed", version, latest(files))
}

// explain says in an operator's words what the library and the database say in
// theirs.
func explain(err error) error {
	var dirty migrate.ErrDirty
	if errors.As(err, &dirty) {
		return fmt.Errorf("the database's migration %d was started by another tool and not finished; "+
			"restore a backup, or mend the table schema_migrations by hand: %w", dirty.Version, err)
	}
	// The library's errors do not all unwrap; the code stands in the text.
	if strings.Contains(err.Error(), "55P03") || errors.Is(err, migrate.ErrLockTimeout) {
		return fmt.Errorf("the database has been locked by others for %s; another server may still be migrating it. "+
			"Start again when it is done: %w", lockTime, err)
	}
	return fmt.Errorf("migrate the database: %w", err)
}
