// Package store keeps everything in Postgres: it holds all SQL, turns rows into
// values of auth and notebook, and the driver's errors into theirs.
package store

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"quire/auth/fault"
)

// How many connections are held at most. Records have their own, so that a
// decision asked for inside somebody's transaction never waits for a connection
// that such transactions hold.
const (
	maxConns        = 16
	maxRecordsConns = 4
)

const (
	commitLimit = 10 * time.Second // a commit is not given up earlier, even if its caller is gone
	idleLimit   = "60000"          // ms a transaction may hold its locks without doing anything
	lockLimit   = "10000"          // ms to wait for somebody else's lock
)

// DB is the database. Its methods may be used by many goroutines.
type DB struct {
	pool    *pgxpool.Pool
	records *pgxpool.Pool
	news    *announcer
	log     *slog.Logger
}

// Open connects to the database at url, as the role the server works as. It fails
// as Unavailable when the database does not answer.
func Open(ctx context.Context, url string, log *slog.Logger) (*DB, error) {
	pool, err := openPool(ctx, url, maxConns)
	if err != nil {
		return nil, err
	}
	records, err := openPool(ctx, url, maxRecordsConns)
	if err != nil {
		pool.Close()
		return nil, err
	}
	return &DB{pool: pool, records: records, news: newAnnouncer(records, log), log: log}, nil
}

// Close waits until all connections are given back, and ends them.
func (db *DB) Close() {
	db.news.close()
	db.pool.Close()
	db.records.Close()
}

// planning fits what is asked here: a few rows through indices, from pages that are in
// memory or on a disk without a head to move, in milliseconds. By what Postgres is
// told as it comes, it would rather read whole tables, and compile queries first.
var planning = map[string]string{"random_page_cost": "1.1", "jit": "off"}

func openPool(ctx context.Context, url string, conns int32) (*pgxpool.Pool, error) {
	config, err := pgxpool.ParseConfig(url)
	if err != nil {
		return nil, fmt.Errorf("read the database's address: %w", err)
	}
	config.MaxConns = conns
	config.ConnConfig.RuntimeParams["application_name"] = "quire"
	config.ConnConfig.RuntimeParams["idle_in_transaction_session_timeout"] = idleLimit
	config.ConnConfig.RuntimeParams["lock_timeout"] = lockLimit
	for name, value := range planning {
		config.ConnConfig.RuntimeParams[name] = value
	}
	config.AfterConnect = registerTypes
	pool, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return nil, translate(err)
	}
	if err := pool.Ping(ctx); err != nil {
		pool.Close()
		return nil, translate(err)
	}
	return pool, nil
}

// errUnknown marks a commit of which nobody knows whether it happened.
var errUnknown = errors.New("nobody knows whether the commit happened")

// querier is what one can ask: a pool or a transaction.
type querier interface {
	Exec(ctx context.Context, sql string, args ...any) (pgconn.CommandTag, error)
	Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error)
	QueryRow(ctx context.Context, sql string, args ...any) pgx.Row
}

// Tx runs do in one transaction (read committed). Nothing has changed when it
// fails, except with errUnknown. Errors come out translated.
func (db *DB) Tx(ctx context.Context, do func(pgx.Tx) error) error {
	tx, err := db.pool.Begin(ctx)
	if err != nil {
		return translate(err)
	}
	defer tx.Rollback(context.WithoutCancel(ctx)) // nothing after a commit
	if err := do(tx); err != nil {
		return translate(err)
	}
	return commit(ctx, tx)
}

func commit(ctx context.Context, tx pgx.Tx) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if tx.Conn().IsClosed() {
		return translate(pgconn.ErrConnClosed)
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), commitLimit)
	defer cancel()
	err := tx.Commit(ctx)
	if err == nil || certainlyNot(err) {
		return translate(err)
	}
	return fault.Wrap(errors.Join(errUnknown, err), fault.Unavailable,
		"The connection to the database broke while this was saved. Look whether it has happened before trying again.")
}

// Authority is Tx for what can change who may do what: it first raises the
// authority epoch, which also makes such changes wait for each other, and after
// the commit announces it to other processes. The caller hands the epoch to
// auth.Gate.Move, so that this process acts on it at once.
func (db *DB) Authority(ctx context.Context, do func(pgx.Tx) error) (epoch uint64, err error) {
	err = db.Tx(ctx, func(tx pgx.Tx) error {
		if epoch, err = raiseEpoch(ctx, tx); err != nil {
			return err
		}
		return do(tx)
	})
	if err != nil {
		return 0, err
	}
	db.Announce(epoch)
	return epoch, nil
}

// raiseEpoch locks the authority row until the transaction ends. Who takes it
// takes it before all other locks.
func raiseEpoch(ctx context.Context, tx querier) (epoch uint64, err error) {
	err = tx.QueryRow(ctx, `UPDATE authority SET epoch = epoch + 1 RETURNING epoch`).Scan(&epoch)
	return epoch, err
}

// Ping fails while the database cannot be reached.
func (db *DB) Ping(ctx context.Context) error { return translate(db.pool.Ping(ctx)) }
