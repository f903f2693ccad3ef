package migrations

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// RuntimeRole is the database role the server works as.
const RuntimeRole = "quire_server"

// appendOnly are the tables that the server may add to and read, and nothing
// more: what happened stays.
var appendOnly = []string{"note_log", "audit"}

// EnsureRuntimeRole makes the role that the server works as, or brings it up to
// date, and returns the URL to connect as it. Call it after Up: it grants what
// the tables of that moment need.
//
// The role belongs to the whole Postgres server: two databases on one server
// must use the same password.
//
// An owner who may not create roles, as with many hosted databases, gets its own
// URL back and separate is false: then nothing but the code keeps the log.
func EnsureRuntimeRole(ctx context.Context, ownerURL, password string) (runtimeURL string, separate bool, err error) {
	owner, err := pgx.Connect(ctx, ownerURL)
	if err != nil {
		return "", false, fmt.Errorf("connect to the database: %w", err)
	}
	defer owner.Close(ctx)
	runtimeURL, err = withRole(ownerURL, RuntimeRole, password)
	if err != nil {
		return "", false, err
	}
	err = ensureRole(ctx, owner, runtimeURL, password)
	if isForbidden(err) {
		return ownerURL, false, nil
	}
	if err != nil {
		return "", false, fmt.Errorf("make the role %s: %w", RuntimeRole, err)
	}
	if err := checkPlain(ctx, owner); err != nil {
		return "", false, err
	}
	if _, err := owner.Exec(ctx, grantSQL()); err != nil {
		return "", false, fmt.Errorf("grant rights to the role %s: %w", RuntimeRole, err)
	}
	return runtimeURL, true, nil
}

// RuntimePassword derives the role's password from the owner's, so that all
// servers of one database agree on it without storing another secret.
func RuntimePassword(ownerURL string) (string, error) {
	config, err := pgx.ParseConfig(ownerURL)
	if err != nil {
		return "", fmt.Errorf("read the database's address: %w", err)
	}
	mac := hmac.New(sha256.New, []byte(config.Password))
	mac.Write([]byte(RuntimeRole))
	return hex.EncodeToString(mac.Sum(nil)), nil
}

// ensureRole creates the role or sets its password, unless it can already sign
// in with it: several servers start at once, and changing one role at the same
// time fails in Postgres.
func ensureRole(ctx context.Context, owner *pgx.Conn, runtimeURL, password string) error {
	var err error
	for range 20 {
		if canConnect(ctx, runtimeURL) {
			return nil
		}
		err = setRole(ctx, owner, password)
		if !isRace(err) {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(50 * time.Millisecond):
		}
	}
	return err
}

func canConnect(ctx context.Context, url string) bool {
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return false
	}
	conn.Close(ctx)
	return true
}

// checkPlain refuses a role that stands above its grants.
func checkPlain(ctx context.Context, owner *pgx.Conn) error {
	var super bool
	err := owner.QueryRow(ctx, `SELECT rolsuper FROM pg_roles WHERE rolname = $1`, RuntimeRole).Scan(&super)
	if err != nil {
		return fmt.Errorf("look at the role %s: %w", RuntimeRole, err)
	}
	if super {
		return fmt.Errorf("the role %[1]s is a superuser, so nothing would protect the log: ALTER ROLE %[1]s NOSUPERUSER", RuntimeRole)
	}
	return nil
}

func setRole(ctx context.Context, owner *pgx.Conn, password string) error {
	var exists bool
	err := owner.QueryRow(ctx, `SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = $1)`, RuntimeRole).Scan(&exists)
	if err != nil {
		return err
	}
	verb := "CREATE"
	if exists {
		verb = "ALTER"
	}
	_, err = owner.Exec(ctx, fmt.Sprintf("%s ROLE %s LOGIN PASSWORD %s", verb, RuntimeRole, literal(password)))
	return err
}

// grantSQL is one transaction, so that no moment has more rights than the end.
// Tables made later get the same by default, until this runs again.
func grantSQL() string {
	var b strings.Builder
	// Servers that start together would otherwise change the same rows at once.
	fmt.Fprintf(&b, `
SELECT pg_advisory_xact_lock(hashtext('%[1]s'));
DO $$ BEGIN EXECUTE format('GRANT CONNECT ON DATABASE %%I TO %[1]s', current_database()); END $$;
GRANT USAGE ON SCHEMA public TO %[1]s;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO %[1]s;
GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO %[1]s;
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA public TO %[1]s;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO %[1]s;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO %[1]s;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT EXECUTE ON FUNCTIONS TO %[1]s;
`, RuntimeRole)
	revoke(&b, "UPDATE, DELETE, TRUNCATE", appendOnly...)
	revoke(&b, "INSERT, UPDATE, DELETE, TRUNCATE", "schema_migrations")
	return b.String()
}

// revoke takes rights on the tables that exist, and on their partitions, which
// have rights of their own.
func revoke(b *strings.Builder, rights string, tables ...string) {
	for _, table := range tables {
		fmt.Fprintf(b, `
DO $$ DECLARE part regclass; BEGIN
	FOR part IN SELECT to_regclass('public.%[1]s') WHERE to_regclass('public.%[1]s') IS NOT NULL
		UNION SELECT relid FROM pg_partition_tree(to_regclass('public.%[1]s'))
	LOOP EXECUTE format('REVOKE %[2]s ON %%s FROM %[3]s', part); END LOOP;
END $$;`, table, rights, RuntimeRole)
	}
}

// withRole is the address with another user.
func withRole(address, role, password string) (string, error) {
	if _, err := pgx.ParseConfig(address); err != nil {
		return "", fmt.Errorf("read the database's address: %w", err)
	}
	if !strings.HasPrefix(address, "postgres://") && !strings.HasPrefix(address, "postgresql://") {
		// The other form, key=value: the last one of a key counts.
		return fmt.Sprintf("%s user=%s password='%s'", address, role, quoteValue(password)), nil
	}
	u, err := url.Parse(address)
	if err != nil {
		return "", errors.New("read the database's address: it is not a URL") // the cause would show the password
	}
	u.User = url.UserPassword(role, password)
	query := u.Query()
	query.Del("user")
	query.Del("password")
	u.RawQuery = query.Encode()
	return u.String(), nil
}

func quoteValue(s string) string {
	return strings.NewReplacer(`\`, `\\`, `'`, `\'`).Replace(s)
}

// literal is s as an SQL string; roles' passwords cannot be parameters.
func literal(s string) string {
	return `E'` + strings.NewReplacer(`\`, `\\`, `'`, `\'`).Replace(s) + `'`
}

func isForbidden(err error) bool {
	var pg *pgconn.PgError
	return errors.As(err, &pg) && pg.Code == "42501" // insufficient_privilege
}

// isRace is for two servers that make or change the role at the same moment.
func isRace(err error) bool {
	var pg *pgconn.PgError
	return errors.As(err, &pg) && (pg.Code == "23505" || pg.Code == "42710" || strings.Contains(pg.Message, "concurrently updated"))
}
