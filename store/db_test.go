package store_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/stretchr/testify/require"

	"quire/auth"
	"quire/auth/account"
	"quire/auth/fault"
	"quire/store"
	"quire/store/storetest"
)

func openDB(t *testing.T, url string) *store.DB {
	t.Helper()
	db, err := store.Open(t.Context(), url, slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	t.Cleanup(db.Close)
	return db
}

func TestIDsAreUUIDsAndPrincipalsAreNumbers(t *testing.T) {
	db := openDB(t, storetest.New(t))
	id, other := auth.NewID(), auth.NewID()
	ids, people := []auth.ID{id, other}, []auth.PrincipalID{7, auth.Everyone}
	err := db.Tx(t.Context(), func(tx pgx.Tx) error {
		var gotID, noID auth.ID
		var gotPrincipal, noPrincipal auth.PrincipalID
		var gotIDs []auth.ID
		var gotPeople []auth.PrincipalID
		var text string
		var nullID, nullPrincipal bool
		noID, noPrincipal = id, 9 // to be overwritten by NULL
		require.NoError(t, tx.QueryRow(t.Context(), `SELECT $1::uuid, $2::bigint, $3::uuid[], $4::bigint[], $1::uuid::text,
			NULL::uuid, NULL::bigint, $5::uuid IS NULL, $6::bigint IS NULL`,
			id, auth.PrincipalID(42), ids, people, auth.ID{}, auth.PrincipalID(0)).
			Scan(&gotID, &gotPrincipal, &gotIDs, &gotPeople, &text, &noID, &noPrincipal, &nullID, &nullPrincipal))
		require.Equal(t, id, gotID)
		require.Equal(t, auth.PrincipalID(42), gotPrincipal)
		require.Equal(t, ids, gotIDs)
		require.Equal(t, people, gotPeople)
		require.Len(t, text, 36)
		require.True(t, noID.IsZero())
		require.Zero(t, noPrincipal)
		require.True(t, nullID)
		require.True(t, nullPrincipal)
		return nil
	})
	require.NoError(t, err)
}

func TestIDsTravelByCopy(t *testing.T) {
	db := openDB(t, storetest.New(t))
	id := auth.NewID()
	require.NoError(t, db.Tx(t.Context(), func(tx pgx.Tx) error {
		if _, err := tx.Exec(t.Context(), `CREATE TEMPORARY TABLE c (id uuid, p bigint) ON COMMIT DROP`); err != nil {
			return err
		}
		if _, err := tx.CopyFrom(t.Context(), pgx.Identifier{"c"}, []string{"id", "p"}, pgx.CopyFromRows([][]any{{id, auth.PrincipalID(0)}})); err != nil {
			return err
		}
		var got auth.ID
		p := auth.PrincipalID(3)
		require.NoError(t, tx.QueryRow(t.Context(), `SELECT id, p FROM c`).Scan(&got, &p))
		require.Equal(t, id, got)
		require.Zero(t, p)
		return nil
	}))
}

func TestAFailedTransactionChangesNothing(t *testing.T) {
	db := openDB(t, storetest.New(t))
	before, err := db.Records().Epoch(t.Context())
	require.NoError(t, err)
	failure := errors.New("no")
	_, err = db.Authority(t.Context(), func(pgx.Tx) error { return failure })
	require.ErrorIs(t, err, failure)
	after, err := db.Records().Epoch(t.Context())
	require.NoError(t, err)
	require.Equal(t, before, after)

	gone, cancel := context.WithCancel(t.Context())
	_, err = db.Authority(gone, func(pgx.Tx) error { cancel(); return nil })
	require.ErrorIs(t, err, context.Canceled)
	after, err = db.Records().Epoch(t.Context())
	require.NoError(t, err)
	require.Equal(t, before, after, "nobody waits for it any more")
}

func TestChangesOfAuthorityRunOneAfterTheOther(t *testing.T) {
	db := openDB(t, storetest.New(t))
	first, second := make(chan uint64, 1), make(chan uint64, 1)
	inside, leave := make(chan struct{}), make(chan struct{})
	go func() {
		e, _ := db.Authority(t.Context(), func(pgx.Tx) error { close(inside); <-leave; return nil })
		first <- e
	}()
	<-inside
	go func() {
		e, _ := db.Authority(t.Context(), func(pgx.Tx) error {
			select {
			case <-leave:
			default:
				t.Error("two at once")
			}
			return nil
		})
		second <- e
	}()
	waitForLock(t, db)
	close(leave)
	require.Less(t, <-first, <-second)
}

// waitForLock returns when some transaction waits for another.
func waitForLock(t *testing.T, db *store.DB) {
	t.Helper()
	require.Eventually(t, func() bool {
		var n int
		err := db.Tx(t.Context(), func(tx pgx.Tx) error {
			return tx.QueryRow(t.Context(), `SELECT count(*) FROM pg_stat_activity
				WHERE datname = current_database() AND wait_event_type = 'Lock'`).Scan(&n)
		})
		return err == nil && n > 0
	}, 10*time.Second, 10*time.Millisecond)
}

func TestWhatTheDatabaseRefusesIsWordedForPeople(t *testing.T) {
	db := openDB(t, storetest.New(t))
	err := db.Tx(t.Context(), func(tx pgx.Tx) error {
		_, err := tx.Exec(t.Context(), `INSERT INTO nodes (id, kind, name) VALUES ($1, 'note', 'n')`, auth.NewID())
		return err
	})
	require.True(t, fault.Is(err, fault.Conflict), "%v", err)
	require.ErrorContains(t, err, "at least one owner")

	err = db.Tx(t.Context(), func(tx pgx.Tx) error { _, err := tx.Exec(t.Context(), `SELECT 1/0`); return err })
	require.Equal(t, fault.Internal, fault.CodeOf(err))
}

// Sixteen transactions hold all connections, and each asks for a decision.
func TestDecisionsInsideTransactionsDoNotWaitForThem(t *testing.T) {
	db := openDB(t, storetest.New(t))
	var inside = make(chan struct{}, 16)
	all := make(chan struct{})
	errs := make(chan error, 16)
	for range 16 {
		go func() {
			errs <- db.Tx(t.Context(), func(pgx.Tx) error {
				inside <- struct{}{}
				<-all
				_, err := db.Records().Epoch(t.Context())
				return err
			})
		}()
	}
	for range 16 {
		<-inside
	}
	close(all)
	for range 16 {
		require.NoError(t, <-errs)
	}
}

func TestADatabaseThatIsGoneIsUnavailable(t *testing.T) {
	server := storetest.Server(t)
	db := openDB(t, server.URL)
	people := db.People()
	_, err := people.AdminExists(t.Context())
	require.NoError(t, err)
	server.Stop()
	for range 3 {
		_, err := people.AdminExists(t.Context())
		require.True(t, fault.Is(err, fault.Unavailable), "%v", err)
		err = people.Change(t.Context(), func(account.Tx) error { return nil })
		require.True(t, fault.Is(err, fault.Unavailable), "%v", err)
		_, err = db.Records().Epoch(t.Context())
		require.True(t, fault.Is(err, fault.Unavailable), "%v", err)
		_, _, err = db.Records().Chain(t.Context(), auth.NewID())
		require.True(t, fault.Is(err, fault.Unavailable), "%v", err)
	}
	_, err = store.Open(t.Context(), server.URL, slog.New(slog.DiscardHandler))
	require.True(t, fault.Is(err, fault.Unavailable), "%v", err)
	server.Start()
	require.Eventually(t, func() bool { _, err := people.AdminExists(t.Context()); return err == nil }, 10*time.Second, 10*time.Millisecond)
}

// The database commits and its answer is lost on the way.
func TestABrokenCommitSaysThatItIsUnknown(t *testing.T) {
	url := storetest.New(t)
	db := openDB(t, url)
	broken := openDB(t, withoutAnswers(t, url, "commit"))
	before, err := db.Records().Epoch(t.Context())
	require.NoError(t, err)
	_, err = broken.Authority(t.Context(), func(pgx.Tx) error { return nil })
	require.True(t, fault.Is(err, fault.Unavailable), "%v", err)
	require.ErrorContains(t, err, "Look whether it has happened")
	require.Eventually(t, func() bool {
		after, err := db.Records().Epoch(t.Context())
		return err == nil && after > before
	}, 10*time.Second, 10*time.Millisecond, "here it has happened")
}

// withoutAnswers returns a URL by which the database is reached through a
// connection that breaks once it has answered the statement.
func withoutAnswers(t *testing.T, url, statement string) string {
	t.Helper()
	config, err := pgx.ParseConfig(url)
	require.NoError(t, err)
	network, address := pgconn.NetworkAddress(config.Host, config.Port)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { listener.Close() })
	go func() {
		for {
			client, err := listener.Accept()
			if err != nil {
				return
			}
			go func() {
				defer client.Close()
				if database, err := net.Dial(network, address); err == nil {
					defer database.Close()
					relay(client, database, statement)
				}
			}()
		}
	}()
	port := listener.Addr().(*net.TCPAddr).Port
	return fmt.Sprintf("postgres://%s:%s@127.0.0.1:%d/%s?sslmode=disable", config.User, config.Password, port, config.Database)
}

func relay(client, database net.Conn, statement string) {
	var asked atomic.Bool
	go func() {
		defer database.Close()
		b := make([]byte, 64<<10)
		for {
			n, err := client.Read(b)
			if err != nil {
				return
			}
			if bytes.Contains(b[:n], []byte(statement)) {
				asked.Store(true)
			}
			if _, err := database.Write(b[:n]); err != nil {
				return
			}
		}
	}()
	b := make([]byte, 64<<10)
	for {
		n, err := database.Read(b)
		if err != nil || asked.Load() {
			return
		}
		if _, err := client.Write(b[:n]); err != nil {
			return
		}
	}
}
