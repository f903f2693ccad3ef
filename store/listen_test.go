package store_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"quire/store"
	"quire/store/storetest"
)

// listen starts a listener and returns what it hears, from its first epoch on.
func listen(t *testing.T, db *store.DB) <-chan uint64 {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	heard := make(chan uint64)
	var done sync.WaitGroup
	done.Go(func() { db.Listen(ctx, heard) })
	t.Cleanup(func() { stop(); done.Wait() })
	return heard
}

// hears waits until the listener has told of at least the epoch.
func hears(t *testing.T, heard <-chan uint64, epoch uint64) {
	t.Helper()
	limit := time.After(10 * time.Second)
	for {
		select {
		case e := <-heard:
			if e >= epoch {
				return
			}
		case <-limit:
			t.Fatalf("epoch %d was not heard of", epoch)
		}
	}
}

func move(t *testing.T, db *store.DB) uint64 {
	t.Helper()
	epoch, err := db.Authority(t.Context(), func(pgx.Tx) error { return nil })
	require.NoError(t, err)
	return epoch
}

func TestOtherProcessesHearOfANewEpoch(t *testing.T) {
	url := storetest.New(t)
	here, there := openDB(t, url), openDB(t, url)
	heard := listen(t, there)
	hears(t, heard, 1) // it listens
	var last uint64
	for range 50 {
		last = move(t, here)
	}
	hears(t, heard, last)
	hears(t, heard, func() uint64 { return move(t, here) }())
}

func TestAListenerConnectsAgainAndCatchesUp(t *testing.T) {
	server := storetest.Server(t)
	db := openDB(t, server.URL)
	heard := listen(t, db)
	hears(t, heard, 1)
	server.Stop()
	server.Start()
	// The pool may hold connections that are dead.
	var epoch uint64
	require.Eventually(t, func() bool {
		var err error
		epoch, err = db.Authority(t.Context(), func(pgx.Tx) error { return nil })
		return err == nil
	}, 10*time.Second, 10*time.Millisecond)
	hears(t, heard, epoch)
}

func TestClosingEndsEverything(t *testing.T) {
	db := openDB(t, storetest.New(t))
	move(t, db)
	db.Close()
	db.Close() // the test's own clean-up closes again
}
