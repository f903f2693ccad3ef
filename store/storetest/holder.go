package storetest

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"quire/migrations"
	"quire/store/embedded"
)

// A test binary has no end that a package could hook into: it may be killed.
// So a second process, the same binary again, holds the server. It lives until
// its standard input ends, which happens whenever the test binary ends, and
// then clears everything away.

const holdVariable = "QUIRE_STORETEST_HOLD"

// held is what the holder tells the tests, as JSON on its standard output.
type held struct {
	Owner    string // URL of the server's superuser
	Runtime  string // URL of the role that the server works as, on no database of use
	Template string // name of the migrated database to copy
	Prefix   string // of the names of this binary's databases
	Error    string
}

var holder struct {
	once sync.Once
	held held
	err  error
	life io.WriteCloser // never closed: its end is the end of this process
}

// shared starts the holder the first time.
func shared(t testing.TB) *held {
	t.Helper()
	holder.once.Do(func() { holder.err = startHolder() })
	if holder.err != nil {
		t.Fatalf("test database: %v", holder.err)
	}
	return &holder.held
}

func startHolder() error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	cmd := exec.Command(self)
	cmd.Env = append(os.Environ(), holdVariable+"=1")
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // Ctrl-C must not stop its clearing away
	if holder.life, err = cmd.StdinPipe(); err != nil {
		return err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	if err := json.NewDecoder(out).Decode(&holder.held); err != nil {
		return fmt.Errorf("its process ended: %w", errors.Join(err, cmd.Wait()))
	}
	if holder.held.Error != "" {
		return errors.New(holder.held.Error)
	}
	return nil
}

// init turns the process into a holder where it was started as one.
func init() {
	if os.Getenv(holdVariable) == "" {
		return
	}
	os.Unsetenv(holdVariable)
	hold := holdEmbedded
	if os.Getenv("QUIRE_TEST_DATABASE_URL") != "" {
		hold = holdGiven
	}
	if err := hold(); err != nil {
		tell(held{Error: err.Error()})
		os.Exit(1)
	}
	os.Exit(0)
}

func tell(h held) { _ = json.NewEncoder(os.Stdout).Encode(h) }

// untilEnd waits for the end of the test binary.
func untilEnd() { _, _ = io.Copy(io.Discard, os.Stdin) }

// holdEmbedded holds a server of its own.
func holdEmbedded() error {
	dir, err := tempDir()
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	server, err := embedded.Start(ctx, embedded.Config{Dir: filepath.Join(dir, "postgres"), Settings: fast})
	if err != nil {
		return err
	}
	defer server.Stop(context.Background())
	h, err := prepare(ctx, server.URL())
	if err != nil {
		return err
	}
	tell(h)
	untilEnd()
	return nil
}

// holdGiven uses a given server, and drops what the tests made there.
func holdGiven() error {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	h, err := prepare(ctx, os.Getenv("QUIRE_TEST_DATABASE_URL"))
	if h.Prefix != "" {
		defer dropAll(h)
	}
	if err != nil {
		return err
	}
	tell(h)
	untilEnd()
	return nil
}

// prepare makes the migrated database that the tests' databases are copies of.
// Its name is this binary's own, since others may run at the same time.
func prepare(ctx context.Context, ownerURL string) (held, error) {
	h := held{Owner: ownerURL, Prefix: "quire_test_" + strings.ToLower(rand.Text()[:8]) + "_"}
	h.Template = h.Prefix + "template"
	if err := execute(ctx, ownerURL, "CREATE DATABASE "+h.Template); err != nil {
		return held{}, fmt.Errorf("make a database to copy: %w", err)
	}
	template := onDatabase(ownerURL, h.Template)
	if err := migrations.Up(ctx, template, slog.New(slog.DiscardHandler)); err != nil {
		return h, err
	}
	var err error
	if h.Runtime, err = runtimeURL(ctx, template); err != nil {
		return h, err
	}
	// Nobody may be connected to a database that is copied.
	return h, execute(ctx, ownerURL, "ALTER DATABASE "+h.Template+" ALLOW_CONNECTIONS false")
}

func dropAll(h held) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	conn, err := pgx.Connect(ctx, h.Owner)
	if err != nil {
		return
	}
	defer conn.Close(ctx)
	rows, _ := conn.Query(ctx, `SELECT datname FROM pg_database WHERE starts_with(datname, $1)`, h.Prefix)
	names, _ := pgx.CollectRows(rows, pgx.RowTo[string])
	for _, name := range names {
		_, _ = conn.Exec(ctx, "DROP DATABASE "+pgx.Identifier{name}.Sanitize()+" WITH (FORCE)")
	}
}

// fast are settings for data that nobody will miss.
var fast = map[string]string{
	"fsync":            "off",
	"full_page_writes": "off",
	"max_connections":  "200",
}

// tempDir is a directory that Postgres's user can reach.
func tempDir() (string, error) {
	dir, err := os.MkdirTemp("", "quire-test-")
	if err != nil {
		return "", err
	}
	return dir, os.Chmod(dir, 0o711)
}
