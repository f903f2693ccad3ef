package embedded_test

import (
	"context"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"quire/store/embedded"
)

func TestDataOutlivesTheServer(t *testing.T) {
	dir := stateDir(t)
	s := start(t, embedded.Config{Dir: dir})
	execute(t, s.URL(), `DROP TABLE IF EXISTS kept; CREATE TABLE kept (word text); INSERT INTO kept VALUES ('here')`)
	require.NoError(t, s.Stop(context.Background()))
	<-s.Done()
	require.NoError(t, s.Err())
	require.Zero(t, s.PID())
	require.NoFileExists(t, filepath.Join(dir, "data", "postmaster.pid"), "a clean stop")

	again := start(t, embedded.Config{Dir: dir})
	require.Equal(t, s.URL(), again.URL())
	require.Equal(t, "here", ask(t, again.URL(), `SELECT word FROM kept`))
}

func TestSettings(t *testing.T) {
	s := start(t, embedded.Config{Dir: usedDir(t), Settings: map[string]string{"max_connections": "17"}})
	for name, want := range map[string]string{
		"max_connections":     "17",
		"shared_buffers":      "64MB",
		"fsync":               "on",
		"synchronous_commit":  "on",
		"listen_addresses":    "",
		"server_encoding":     "UTF8",
		"TimeZone":            "UTC",
		"password_encryption": "scram-sha-256",
	} {
		require.Equal(t, want, ask(t, s.URL(), `SELECT current_setting('`+name+`')`), name)
	}
	require.Equal(t, "C", ask(t, s.URL(), `SELECT datcollate FROM pg_database WHERE datname = current_database()`))
	require.Equal(t, "0", ask(t, s.URL(), `SELECT count(*)::text FROM pg_hba_file_rules WHERE auth_method <> 'scram-sha-256'`))
}

func TestSecondServerIsRefused(t *testing.T) {
	dir := usedDir(t)
	s := start(t, embedded.Config{Dir: dir})
	_, err := embedded.Start(t.Context(), embedded.Config{Dir: dir})
	require.ErrorContains(t, err, "in use by another Quire server (pid "+strconv.Itoa(os.Getpid())+")")
	require.ErrorContains(t, err, dir)
	require.Equal(t, "1", ask(t, s.URL(), `SELECT '1'`))

	require.NoError(t, s.Stop(context.Background()))
	start(t, embedded.Config{Dir: dir})
}

func TestOtherMajorVersionIsNotTouched(t *testing.T) {
	dir := stateDir(t)
	data := filepath.Join(dir, "data")
	require.NoError(t, os.MkdirAll(data, 0o700))
	require.NoError(t, os.WriteFile(filepath.Join(data, "PG_VERSION"), []byte("9\n"), 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(data, "marker"), []byte("mine"), 0o600))
	_, err := embedded.Start(t.Context(), embedded.Config{Dir: dir})
	require.ErrorContains(t, err, "was made by Postgres 9, and only Postgres ")
	require.ErrorContains(t, err, "it has not been touched")
	entries, err := os.ReadDir(data)
	require.NoError(t, err)
	require.Len(t, entries, 2)
	marker, err := os.ReadFile(filepath.Join(data, "marker"))
	require.NoError(t, err)
	require.Equal(t, "mine", string(marker))
}

func TestForeignDirectoryIsNotTouched(t *testing.T) {
	dir := stateDir(t)
	data := filepath.Join(dir, "data")
	require.NoError(t, os.MkdirAll(data, 0o700))
	require.NoError(t, os.WriteFile(filepath.Join(data, "letter.txt"), []byte("mine"), 0o600))
	_, err := embedded.Start(t.Context(), embedded.Config{Dir: dir})
	require.ErrorContains(t, err, data+" is not empty and not the data of a Postgres")
	require.FileExists(t, filepath.Join(data, "letter.txt"))
}

func TestUnfinishedDataIsMadeAnew(t *testing.T) {
	dir := stateDir(t)
	unfinished := filepath.Join(dir, "data.tmp")
	require.NoError(t, os.MkdirAll(unfinished, 0o700))
	require.NoError(t, os.WriteFile(filepath.Join(unfinished, "PG_VERSION"), []byte("15\n"), 0o600))
	s := start(t, embedded.Config{Dir: dir})
	require.Equal(t, "quire", ask(t, s.URL(), `SELECT current_database()::text`))
	require.NoDirExists(t, unfinished)
}

func TestLongPath(t *testing.T) {
	dir := filepath.Join(tempDir(t), strings.Repeat("long", 25), "postgres")
	s := start(t, embedded.Config{Dir: dir})
	sockets := ask(t, s.URL(), `SELECT current_setting('unix_socket_directories')`)
	require.Less(t, len(sockets), 90)
	info, err := os.Stat(sockets)
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o700), info.Mode().Perm())
	require.NoError(t, s.Stop(context.Background()))
	require.NoDirExists(t, sockets)
}

func TestRunDir(t *testing.T) {
	run := filepath.Join(tempDir(t), "sockets")
	s := start(t, embedded.Config{Dir: usedDir(t), RunDir: run})
	require.Equal(t, run, ask(t, s.URL(), `SELECT current_setting('unix_socket_directories')`))
}

func TestStartEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	dir := stateDir(t)
	_, err := embedded.Start(ctx, embedded.Config{Dir: dir})
	require.ErrorIs(t, err, context.Canceled)
	start(t, embedded.Config{Dir: dir})
}
