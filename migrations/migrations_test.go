package migrations_test

import (
	"context"
	"io/fs"
	"log/slog"
	"regexp"
	"slices"
	"testing"
	"testing/fstest"
	"time"

	"github.com/golang-migrate/migrate/v4/database"
	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"quire/migrations"
	"quire/store/storetest"
)

// files makes migrations 1, 2, … of the given SQL.
func files(sql ...string) fs.FS {
	names := []string{"000001_one.up.sql", "000002_two.up.sql", "000003_three.up.sql"}
	m := fstest.MapFS{}
	for i, text := range sql {
		m[names[i]] = &fstest.MapFile{Data: []byte(text)}
	}
	return m
}

func version(t *testing.T, url string) int {
	t.Helper()
	v, err := migrations.Version(context.Background(), url)
	require.NoError(t, err)
	return v
}

func connect(t *testing.T, url string) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	require.NoError(t, err)
	t.Cleanup(func() { conn.Close(context.Background()) })
	return conn
}

func count(t *testing.T, url, table string) (n int) {
	t.Helper()
	conn := connect(t, url)
	require.NoError(t, conn.QueryRow(t.Context(), `SELECT count(*) FROM `+table).Scan(&n))
	return n
}

func TestUp(t *testing.T) {
	url := storetest.Empty(t)
	log := slog.New(slog.DiscardHandler)
	require.Zero(t, version(t, url))
	require.NoError(t, migrations.Up(t.Context(), url, log))
	require.Equal(t, migrations.Latest(), version(t, url))
	require.Positive(t, migrations.Latest())
	require.NoError(t, migrations.Up(t.Context(), url, log), "a second time there is nothing to do")
}

// What would end the transaction that a file and its number are applied in.
func TestFilesAreOneTransaction(t *testing.T) {
	names, err := fs.Glob(migrations.Files, "*.sql")
	require.NoError(t, err)
	require.NotEmpty(t, names)
	statement := regexp.MustCompile(`(?im)^\s*(begin|commit|rollback|start transaction)\s*;|\bconcurrently\b`)
	for _, name := range names {
		b, err := fs.ReadFile(migrations.Files, name)
		require.NoError(t, err)
		require.NotRegexp(t, statement, string(b), name)
	}
}

func TestSeveralServersAtOnce(t *testing.T) {
	url := storetest.Empty(t)
	slow := files(`CREATE TABLE once (n int); INSERT INTO once VALUES (1); SELECT pg_sleep(0.2)`, `INSERT INTO once VALUES (2)`)
	var servers errgroup.Group
	for range 4 {
		servers.Go(func() error { return migrations.UpWith(context.Background(), url, slow) })
	}
	require.NoError(t, servers.Wait())
	require.Equal(t, 2, version(t, url))
	require.Equal(t, 2, count(t, url, "once"))
}

func TestNewerDatabaseIsRefused(t *testing.T) {
	url := storetest.Empty(t)
	one, two := `CREATE TABLE one (n int)`, `CREATE TABLE two (n int)`
	require.NoError(t, migrations.UpWith(t.Context(), url, files(one, two)))
	err := migrations.UpWith(t.Context(), url, files(one))
	require.EqualError(t, err, "the database is at version 2 and this Quire knows versions up to 1: "+
		"it has been used by a newer Quire. Start that one; nothing has been changed")
	require.Equal(t, 2, version(t, url))
}

func TestFailedMigrationChangesNothing(t *testing.T) {
	url := storetest.Empty(t)
	one := `CREATE TABLE one (n int)`
	err := migrations.UpWith(t.Context(), url, files(one, `CREATE TABLE two (n int); INSERT INTO two VALUES (1/0)`))
	require.ErrorContains(t, err, "division by zero")
	require.Equal(t, 1, version(t, url))
	require.NoError(t, migrations.UpWith(t.Context(), url, files(one, `CREATE TABLE two (n int) -- mended`)))
	require.Equal(t, 2, version(t, url))
	require.Zero(t, count(t, url, "two"))
}

func TestUnfinishedByAnotherTool(t *testing.T) {
	url := storetest.Empty(t)
	one := files(`CREATE TABLE one (n int)`)
	require.NoError(t, migrations.UpWith(t.Context(), url, one))
	_, err := connect(t, url).Exec(t.Context(), `UPDATE schema_migrations SET dirty = true`)
	require.NoError(t, err)
	require.ErrorContains(t, migrations.UpWith(t.Context(), url, one), "migration 1 was started by another tool and not finished")
}

func TestWaitingIsBounded(t *testing.T) {
	url := storetest.Empty(t)
	migrations.SetLockTime(t, 50*time.Millisecond)
	one, two := `CREATE TABLE one (n int)`, `ALTER TABLE one ADD m int`
	require.NoError(t, migrations.UpWith(t.Context(), url, files(one)))
	holder := connect(t, url)

	tx, err := holder.Begin(t.Context())
	require.NoError(t, err)
	_, err = tx.Exec(t.Context(), `SELECT * FROM one`)
	require.NoError(t, err)
	err = migrations.UpWith(t.Context(), url, files(one, two))
	require.ErrorContains(t, err, "locked by others", "a table in use")
	require.NoError(t, tx.Rollback(t.Context()))

	lock, err := database.GenerateAdvisoryLockId(holder.Config().Database, "public", "schema_migrations")
	require.NoError(t, err)
	_, err = holder.Exec(t.Context(), `SELECT pg_advisory_lock($1::bigint)`, lock)
	require.NoError(t, err)
	err = migrations.UpWith(t.Context(), url, files(one, two))
	require.ErrorContains(t, err, "another server may still be migrating", "a server that hangs while it migrates")
	_, err = holder.Exec(t.Context(), `SELECT pg_advisory_unlock_all()`)
	require.NoError(t, err)

	require.NoError(t, migrations.UpWith(t.Context(), url, files(one, two)))
	require.Equal(t, 2, version(t, url))
}

func TestUpEndsWithItsContext(t *testing.T) {
	url := storetest.Empty(t)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	ended := make(chan error)
	go func() {
		ended <- migrations.UpWith(ctx, url, files(`CREATE TABLE one (n int); SELECT pg_sleep(600)`))
	}()
	watcher := connect(t, url)
	require.Eventually(t, func() bool {
		var sleeping bool
		err := watcher.QueryRow(context.Background(), `SELECT EXISTS (SELECT FROM pg_stat_activity
			WHERE datname = current_database() AND wait_event = 'PgSleep')`).Scan(&sleeping)
		return err == nil && sleeping
	}, 10*time.Second, 10*time.Millisecond)
	cancel()
	require.ErrorIs(t, <-ended, context.Canceled)
	require.NoError(t, migrations.UpWith(t.Context(), url, files(`CREATE TABLE one (n int)`)), "nothing is left of the first try")
}

// Each down file takes back what its up file made: what is left can be made again.
func TestDown(t *testing.T) {
	url := storetest.Empty(t)
	log := slog.New(slog.DiscardHandler)
	require.NoError(t, migrations.Up(t.Context(), url, log))
	names, err := fs.Glob(migrations.Files, "*.down.sql")
	require.NoError(t, err)
	require.Len(t, names, migrations.Latest())
	conn := connect(t, url)
	for _, name := range slices.Backward(names) {
		b, err := fs.ReadFile(migrations.Files, name)
		require.NoError(t, err)
		_, err = conn.Exec(t.Context(), string(b))
		require.NoError(t, err, name)
	}
	var left []string
	require.NoError(t, conn.QueryRow(t.Context(), `SELECT array_agg(relname::text) FROM pg_class
		WHERE relnamespace = 'public'::regnamespace AND relname <> ALL ('{schema_migrations,schema_migrations_pkey}')`).Scan(&left))
	require.Empty(t, left)
	_, err = conn.Exec(t.Context(), `DELETE FROM schema_migrations`)
	require.NoError(t, err)
	require.NoError(t, migrations.Up(t.Context(), url, log))
}
