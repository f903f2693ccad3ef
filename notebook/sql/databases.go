// Package sql runs SQL for notes on databases that administrators have set up. Its
// kernels live in the server, as user code must not come near a connection's
// password; only SQLite, which opens files of the note, runs in the note's own
// separated process.
package sql

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"quire/auth"
	"quire/auth/fault"
	"quire/notebook"
)

// How long things may take.
const (
	connectLimit = 15 * time.Second
	cancelLimit  = 5 * time.Second
	askLimit     = 2 * time.Second
)

// usualSessions is how many connections may be open unless configured.
const usualSessions = 200

// Databases opens sessions with databases.
type Databases struct {
	// Kernels starts the Python that SQLite runs in; nil: there is no SQLite.
	Kernels notebook.Kernels
	// MaxSessions bounds those open at once; 0 is 200.
	MaxSessions int
	Log         *slog.Logger

	mu   sync.Mutex
	open int
}

// session is a connection to a database. Its methods are called one at a time, but
// for cancel.
type session interface {
	// run executes a text and tells what comes of it. Errors of the database are
	// *failure; after others ask isBroken.
	run(ctx context.Context, text string, out *results) error
	// cancel ends on the server what run is doing.
	cancel(ctx context.Context) error
	// names lists tables and columns that begin so; none within a transaction, which a
	// failure would end.
	names(ctx context.Context, prefix string) ([]string, error)
	// version tells what the server calls itself.
	version(ctx context.Context) (string, error)
	isBroken() bool
	close()
}

// Open starts a session of a note. fault.Unavailable tells why the database cannot
// be reached, with its password masked.
func (d *Databases) Open(ctx context.Context, t Target, req notebook.StartKernel) (notebook.Kernel, error) {
	if t.Driver == SQLite {
		return d.openFile(ctx, t, req)
	}
	if err := d.admit(); err != nil {
		return nil, err
	}
	s, err := connect(ctx, t)
	if err != nil {
		d.leave()
		return nil, err
	}
	d.Log.Info("connection opened", "connection", t.Name, "driver", t.Driver, "note", req.Note.String())
	return newKernel(auth.NewID().String(), t, s, d.leave), nil
}

// Try connects, asks what the server is, and leaves. Of SQLite, which is a file of
// each note's own, there is nothing to try.
func (d *Databases) Try(ctx context.Context, t Target) (version string, err error) {
	if t.Driver == SQLite {
		return "a file of each note", nil
	}
	s, err := connect(ctx, t)
	if err != nil {
		return "", err
	}
	defer s.close()
	ctx, cancel := context.WithTimeout(ctx, connectLimit)
	defer cancel()
	version, err = s.version(ctx)
	if err != nil {
		return "", unreachable(t, err)
	}
	return t.maskResult(version), nil
}

func connect(ctx context.Context, t Target) (s session, err error) {
	ctx, cancel := context.WithTimeout(ctx, connectLimit)
	defer cancel()
	if t.Driver == MySQL {
		s, err = connectMySQL(ctx, t)
	} else {
		s, err = connectPostgres(ctx, t)
	}
	if err != nil {
		return nil, unreachable(t, err)
	}
	return s, nil
}

// unreachable words a failure to connect. What the database says helps whoever set
// the connection up, and is no secret but for the password.
func unreachable(t Target, err error) error {
	return fault.New(fault.Unavailable, "The database of the connection “%s” cannot be reached: %s", t.Name, t.maskError(reasonOf(err)))
}

func (d *Databases) admit() error {
	most := d.MaxSessions
	if most == 0 {
		most = usualSessions
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.open >= most {
		return fault.New(fault.TooMany, "%d connections to databases are open, as many as this server allows. Stop one first.", d.open)
	}
	d.open++
	return nil
}

func (d *Databases) leave() {
	d.mu.Lock()
	d.open--
	d.mu.Unlock()
}
