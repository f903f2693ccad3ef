package store

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5"
)

// How long a listener waits before it connects again, and for the connection.
const (
	listenAgain    = 100 * time.Millisecond
	listenAgainMax = 3 * time.Second
	listenConnect  = 5 * time.Second
)

// Listen sends authority epochs of other processes to epochs until ctx ends. When
// its connection breaks it connects again and then sends the epoch of that
// moment, since notifications in between are lost.
func (db *DB) Listen(ctx context.Context, epochs chan<- uint64) {
	wait := listenAgain
	for ctx.Err() == nil {
		began := time.Now()
		err := db.listenOnce(ctx, epochs)
		if ctx.Err() != nil {
			return
		}
		if time.Since(began) > listenAgainMax {
			wait = listenAgain
		}
		db.log.Warn("no longer listening to the database; connecting again", "error", err, "in", wait)
		select {
		case <-ctx.Done():
		case <-time.After(wait):
		}
		wait = min(2*wait, listenAgainMax)
	}
}

// listenOnce uses a connection of its own: it would hold one of a pool forever.
func (db *DB) listenOnce(ctx context.Context, epochs chan<- uint64) error {
	config := db.pool.Config().ConnConfig
	config.ConnectTimeout = listenConnect
	conn, err := pgx.ConnectConfig(ctx, config)
	if err != nil {
		return err
	}
	defer conn.Close(context.WithoutCancel(ctx))
	if _, err := conn.Exec(ctx, "LISTEN "+channel); err != nil {
		return err
	}
	var epoch uint64
	if err := conn.QueryRow(ctx, `SELECT epoch FROM authority`).Scan(&epoch); err != nil {
		return err
	}
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case epochs <- epoch:
		}
		n, err := conn.WaitForNotification(ctx)
		if err != nil {
			return err
		}
		if epoch, err = strconv.ParseUint(n.Payload, 10, 64); err != nil {
			return fmt.Errorf("a notification that is no epoch: %w", err)
		}
	}
}
