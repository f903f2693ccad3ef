package main

import (
	"context"
	"fmt"
	"log/slog"
	"path/filepath"

	"quire/migrations"
	"quire/store"
	"quire/store/embedded"
)

// database is the Postgres in use: somebody's, or a private one.
type database struct {
	db      *store.DB
	private *embedded.Server // nil when the database is somebody's
}

// openDatabase brings the database up and to this version's schema. The server
// then works as a role that cannot rewrite logs.
func openDatabase(ctx context.Context, c *serveCmd, log *slog.Logger, onStop func(string, func(context.Context) error)) (*database, error) {
	d := &database{}
	owner := c.DatabaseURL
	if owner == "" {
		private, err := embedded.Start(ctx, embedded.Config{Dir: filepath.Join(c.Data, "postgres"), BinDir: c.PostgresBin, Log: log})
		if err != nil {
			return nil, err
		}
		onStop("Postgres", private.Stop)
		d.private, owner = private, private.URL()
	}
	if err := migrations.Up(ctx, owner, log); err != nil {
		return nil, err
	}
	password, err := migrations.RuntimePassword(owner)
	if err != nil {
		return nil, err
	}
	url, separate, err := migrations.EnsureRuntimeRole(ctx, owner, password)
	if err != nil {
		return nil, fmt.Errorf("the role that the server works as: %w", err)
	}
	if !separate {
		log.Warn("the database's user may not make roles, so the server works as the database's owner; it could rewrite its own audit log")
	}
	if d.db, err = store.Open(ctx, url, log); err != nil {
		return nil, err
	}
	onStop("database", func(context.Context) error { d.db.Close(); return nil })
	return d, nil
}

// gone is closed when a private Postgres has ended for good.
func (d *database) gone() <-chan struct{} {
	if d.private == nil {
		return nil
	}
	return d.private.Done()
}
