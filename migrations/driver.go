package migrations

import (
	"context"
	"database/sql"
	"fmt"
	"io"
	"net"
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
// between would leave a database that nothing but a person can judge.
type atomically struct {
	database.Driver
	version int
}

// SetVersion keeps the number for Run. The library calls it with dirty before
// each file and without after it.
func (d *atomically) SetVersion(version int, dirty bool) error {
	d.version = version
	return nil
}

// Run executes the file and the change of version in one query, which Postgres
// takes as one transaction.
func (d *atomically) Run(file io.Reader) error {
	record := fmt.Sprintf("\n;DELETE FROM %[1]s; INSERT INTO %[1]s (version, dirty) VALUES (%[2]d, false);",
		pgxmigrate.DefaultMigrationsTable, d.version)
	return d.Driver.Run(io.MultiReader(file, strings.NewReader(record)))
}

// openOwner is a connection pool for migrating: waiting for locks is bounded,
// and when ctx ends the connections are cut, since the library knows no context.
func openOwner(ctx context.Context, url string) (*sql.DB, error) {
	config, err := pgx.ParseConfig(url)
	if err != nil {
		return nil, fmt.Errorf("read the database's address: %w", err)
	}
	config.RuntimeParams["lock_timeout"] = strconv.FormatInt(lockTime.Milliseconds(), 10)
	dial := config.DialFunc
	config.DialFunc = func(dialing context.Context, network, addr string) (net.Conn, error) {
		conn, err := dial(dialing, network, addr)
		if err != nil {
			return nil, err
		}
		stop := context.AfterFunc(ctx, func() { conn.Close() })
		return &boundConn{Conn: conn, release: stop}, nil
	}
	db := stdlib.OpenDB(*config)
	connecting, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	if err := db.PingContext(connecting); err != nil {
		db.Close()
		return nil, fmt.Errorf("connect to the database: %w", err)
	}
	return db, nil
}

// boundConn lets go of the context that bounds it when it is closed.
type boundConn struct {
	net.Conn
	release func() bool
}

func (c *boundConn) Close() error {
	c.release()
	return c.Conn.Close()
}
