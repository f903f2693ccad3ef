package store

import (
	"context"
	"log/slog"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
)

// channel is where processes tell each other of a new authority epoch.
const channel = "quire_authority"

// announcer sends epochs outside of writing transactions, because Postgres lets
// transactions that both write and notify commit only one at a time. While one
// notification is on its way only the newest epoch waits behind it. One that
// fails is tried again a few times, as connections may be dead after the database
// has restarted, and then left: every process also reads the epoch each second.
type announcer struct {
	pool   *pgxpool.Pool
	log    *slog.Logger
	newest atomic.Uint64
	wake   chan struct{}
	stop   context.CancelFunc
	done   sync.WaitGroup
}

const (
	announceLimit = 5 * time.Second
	announceTries = 5
	announceAgain = 100 * time.Millisecond
)

func newAnnouncer(pool *pgxpool.Pool, log *slog.Logger) *announcer {
	ctx, stop := context.WithCancel(context.Background())
	a := &announcer{pool: pool, log: log, wake: make(chan struct{}, 1), stop: stop}
	a.done.Go(func() { a.run(ctx) })
	return a
}

func (a *announcer) close() {
	a.stop()
	a.done.Wait()
}

func (a *announcer) run(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-a.wake:
			a.announce(ctx)
		}
	}
}

func (a *announcer) announce(ctx context.Context) {
	var err error
	for range announceTries {
		if err = a.send(ctx, a.newest.Load()); err == nil {
			return
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(announceAgain):
		}
	}
	a.log.Warn("authority epoch not announced", "error", err)
}

func (a *announcer) send(ctx context.Context, epoch uint64) error {
	ctx, cancel := context.WithTimeout(ctx, announceLimit)
	defer cancel()
	_, err := a.pool.Exec(ctx, `SELECT pg_notify($1, $2)`, channel, strconv.FormatUint(epoch, 10))
	return err
}

// Announce tells other processes that the authority epoch is at least epoch. It
// does not wait.
func (db *DB) Announce(epoch uint64) {
	a := db.news
	for {
		old := a.newest.Load()
		if epoch <= old {
			return
		}
		if a.newest.CompareAndSwap(old, epoch) {
			break
		}
	}
	select {
	case a.wake <- struct{}{}:
	default: // it is awake, and will see the newest
	}
}
