package storetest

import (
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"quire/migrations"
	"quire/store/embedded"
)

// Dedicated is a Postgres of one test's own, with one migrated database. The
// test may let it go away and come back.
type Dedicated struct {
	// URL and Owner connect to the database as the role that the server works
	// as, and as its owner. They stay the same over Kill, Stop and Start.
	URL, Owner string

	t      testing.TB
	config embedded.Config
	server *embedded.Server
}

// Server starts a Postgres for one test, always a private one. It costs about
// a second: use New unless the server itself has to fail.
func Server(t testing.TB) *Dedicated {
	t.Helper()
	dir, err := tempDir()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	d := &Dedicated{t: t, config: embedded.Config{Dir: filepath.Join(dir, "postgres"), Settings: fast}}
	d.Start()
	t.Cleanup(d.Stop)
	d.Owner = d.server.URL()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	if err := migrations.Up(ctx, d.Owner, slog.New(slog.DiscardHandler)); err != nil {
		t.Fatal(err)
	}
	if d.URL, err = runtimeURL(ctx, d.Owner); err != nil {
		t.Fatal(err)
	}
	return d
}

// Kill ends Postgres as a crash does (SIGKILL to its first process). It comes
// back by itself after a few hundred milliseconds; connections that were open
// may answer for a few milliseconds more.
func (d *Dedicated) Kill() {
	d.t.Helper()
	pid := d.server.PID()
	if pid == 0 {
		d.t.Fatal("Postgres is not running")
	}
	if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
		d.t.Fatal(err)
	}
}

// Stop ends Postgres; all connections are gone when it returns. Stopping what
// is stopped does nothing.
func (d *Dedicated) Stop() {
	d.t.Helper()
	if err := d.server.Stop(context.Background()); err != nil {
		d.t.Fatal(err)
	}
}

// Start lets a stopped Postgres run again, with its data.
func (d *Dedicated) Start() {
	d.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	server, err := embedded.Start(ctx, d.config)
	if err != nil {
		d.t.Fatal(err)
	}
	d.server = server
}
