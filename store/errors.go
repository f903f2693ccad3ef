package store

import (
	"context"
	"errors"
	"io"
	"net"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/puddle/v2"

	"quire/auth/fault"
)

// SQLSTATEs that mean something to Quire (PostgreSQL documentation, appendix A).
const (
	uniqueViolation = "23505"
	serialization   = "40001"
	deadlock        = "40P01"
	lockTaken       = "55P03"
	ownerless       = "QO001" // ours, see migrations: refuse_ownerless
)

// translate turns a driver's error into the one that Quire's users see, with the
// driver's as its cause. Errors it does not know stay as they are: internal. Those
// already translated too.
func translate(err error) error {
	var known *fault.Error
	if err == nil || errors.As(err, &known) || errors.Is(err, context.Canceled) {
		return err
	}
	var pg *pgconn.PgError
	switch {
	case errors.As(err, &pg):
		return translateCode(pg, err)
	case isBroken(err):
		return fault.Wrap(err, fault.Unavailable, "The database cannot be reached at the moment. Try again shortly.")
	}
	return err
}

func translateCode(pg *pgconn.PgError, err error) error {
	switch code := pg.Code; {
	case code == ownerless:
		return fault.Wrap(err, fault.Conflict, "A note or folder needs at least one owner, without an end date.")
	case code == serialization, code == deadlock, code == lockTaken:
		return fault.Wrap(err, fault.Unavailable, "Somebody is changing the same thing at this moment. Try again.")
	case lostServer(code):
		return fault.Wrap(err, fault.Unavailable, "The database cannot be reached at the moment. Try again shortly.")
	}
	return err
}

// lostServer knows connection failures, a lack of resources, a server that stops
// or only reads (after a switch to another one).
func lostServer(code string) bool {
	return strings.HasPrefix(code, "08") || strings.HasPrefix(code, "53") ||
		strings.HasPrefix(code, "57P") || code == "25006"
}

func isBroken(err error) bool {
	var connect *pgconn.ConnectError
	var network net.Error
	return errors.As(err, &connect) || errors.As(err, &network) || errors.Is(err, pgconn.ErrConnClosed) ||
		errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) ||
		errors.Is(err, puddle.ErrClosedPool) || errors.Is(err, context.DeadlineExceeded)
}

// certainlyNot reports whether a commit that failed so has changed nothing. The
// driver's own SafeToRetry says so too often: it also calls a connection that
// broke after the commit was sent "conn closed" (pgx 5.12).
func certainlyNot(err error) bool {
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		return !lostServer(pg.Code)
	}
	return errors.Is(err, pgx.ErrTxCommitRollback)
}

// taken returns as when err is a violation of the unique index or constraint, and
// err otherwise.
func taken(err error, constraint string, as error) error {
	var pg *pgconn.PgError
	if errors.As(err, &pg) && pg.Code == uniqueViolation && pg.ConstraintName == constraint {
		return as
	}
	return err
}

// absent returns as when err says that there was no row, and err otherwise,
// translated.
func absent(err error, as error) error {
	if errors.Is(err, pgx.ErrNoRows) {
		return as
	}
	return translate(err)
}
