package embedded

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

const pollTime = 10 * time.Millisecond

// waitReady waits as long as p lives and ctx allows: recovery after a crash
// takes the time it takes.
func (s *Server) waitReady(ctx context.Context, p *process) error {
	for began, warned := time.Now(), time.Now(); ; {
		if s.cluster.isReady(p.pid()) {
			err := s.ensureDatabase(ctx)
			if err == nil || !isStarting(err) {
				return err
			}
		}
		select {
		case <-p.exited:
			return p.failure()
		case <-ctx.Done():
			return fmt.Errorf("Postgres was not ready in time: %w\n%s", ctx.Err(), p.tail)
		case <-time.After(pollTime):
		}
		if time.Since(warned) > 10*time.Second {
			warned = time.Now()
			s.log.Warn("still waiting for Postgres", "since", time.Since(began).Round(time.Second))
		}
	}
}

// ensureDatabase makes sure that our database is there. It also proves that we
// reach our own server with our own password.
func (s *Server) ensureDatabase(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	conn, err := pgx.Connect(ctx, s.connectURL("postgres"))
	if err != nil {
		return fmt.Errorf("connect to the private Postgres: %w", err)
	}
	defer conn.Close(ctx)
	var exists bool
	err = conn.QueryRow(ctx, `SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)`, database).Scan(&exists)
	if err != nil || exists {
		return err
	}
	_, err = conn.Exec(ctx, "CREATE DATABASE "+pgx.Identifier{database}.Sanitize())
	return err
}

// isReady reports whether Postgres's own pid file names our child and says that
// it takes connections. The pid matters: on a directory that another postmaster
// still holds, a connection would reach that one.
func (c *cluster) isReady(pid int) bool {
	b, err := os.ReadFile(filepath.Join(c.dataDir(), "postmaster.pid"))
	if err != nil {
		return false
	}
	lines := strings.Split(string(b), "\n")
	const statusLine = 7
	return len(lines) > statusLine && lines[0] == strconv.Itoa(pid) &&
		strings.TrimSpace(lines[statusLine]) == "ready"
}

// isStarting reports whether a connection failed only because the server is
// not there yet, or is just going into or out of recovery.
func isStarting(err error) bool {
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		return pg.Code == "57P03" // cannot_connect_now
	}
	var connect *pgconn.ConnectError
	return errors.As(err, &connect)
}
