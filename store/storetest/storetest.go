// Package storetest gives tests real, empty, migrated databases.
//
// The first New in a test binary starts a private Postgres for it, which ends
// and leaves nothing behind when the test binary does, even when that is
// killed. With QUIRE_TEST_DATABASE_URL set to a superuser's URL, databases are
// made on that server instead, and dropped again.
package storetest

import (
	"context"
	"crypto/rand"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"quire/migrations"
)

// New makes a migrated database for one test and returns the URL to connect to
// it as the role that the server works as. It is dropped when the test ends.
func New(t testing.TB) string {
	t.Helper()
	h := shared(t)
	return onDatabase(h.Runtime, h.create(t, " TEMPLATE "+h.Template))
}

// Empty makes a database without any tables, and returns its owner's URL.
func Empty(t testing.TB) string {
	t.Helper()
	h := shared(t)
	return onDatabase(h.Owner, h.create(t, ""))
}

// create makes a database that is dropped when the test ends.
func (h *held) create(t testing.TB, options string) (name string) {
	t.Helper()
	name = h.Prefix + strings.ToLower(rand.Text()[:12])
	h.exec(t, "CREATE DATABASE "+name+options)
	t.Cleanup(func() { h.exec(t, "DROP DATABASE IF EXISTS "+name+" WITH (FORCE)") })
	return name
}

// Owner is the URL of the same database for its owner, who may do everything.
func Owner(t testing.TB, runtimeURL string) string {
	t.Helper()
	config, err := pgx.ParseConfig(runtimeURL)
	if err != nil {
		t.Fatalf("not a URL that storetest.New returned: %v", err)
	}
	return onDatabase(shared(t).Owner, config.Database)
}

// exec runs one statement as the server's superuser, outside the test's own
// context, which has ended when clean-up runs.
func (h *held) exec(t testing.TB, sql string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	if err := execute(ctx, h.Owner, sql); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
}

func execute(ctx context.Context, url string, statements ...string) error {
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return err
	}
	defer conn.Close(ctx)
	for _, sql := range statements {
		if _, err := conn.Exec(ctx, sql); err != nil {
			return err
		}
	}
	return nil
}

// onDatabase is the URL with another database.
func onDatabase(address, name string) string {
	u, err := url.Parse(address)
	if err != nil {
		panic(err) // ours, or checked before
	}
	u.Path = "/" + name
	return u.String()
}

// runtimeURL connects as the server's role. Its password comes from the owner's,
// so that test binaries that run at the same time agree on it.
func runtimeURL(ctx context.Context, ownerURL string) (string, error) {
	password, err := migrations.RuntimePassword(ownerURL)
	if err != nil {
		return "", err
	}
	url, _, err := migrations.EnsureRuntimeRole(ctx, ownerURL, password)
	return url, err
}
